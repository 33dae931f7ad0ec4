"""The texts that the cells of a workbook share, packed: a Python string each would take five times the memory."""

import re
from array import array
from collections.abc import Iterable, Iterator
from typing import IO

from pipeline.guard import unprotect
from pipeline.loader.markup import BLOCK, local, new_parser

_MOST = 512 << 20
_LONG = 4096
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class Strings:
    """Texts by number, ready to be shown.

    Raises:
        ValueError: they are more than half a GiB.
    """

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._data = bytearray()
        self._ends = array("Q", [0])
        self._long: dict[int, str] = {}
        for text in texts:
            self._data += cell_text(text).encode("utf-8", "surrogatepass")
            self._ends.append(len(self._data))
            if len(self._data) > _MOST:
                raise ValueError("its texts are longer than half a GiB")

    def __getitem__(self, number: int) -> str:
        if number < 0:
            raise IndexError(number)
        start, end = self._ends[number : number + 2]
        if end - start > _LONG:  # cells that share a text share its memory, or a small file could fill it
            return self._long.get(number) or self._long.setdefault(number, self._unpacked(start, end))
        return self._unpacked(start, end)

    def _unpacked(self, start: int, end: int) -> str:
        return str(self._data[start:end], "utf-8", "surrogatepass")


def cell_text(text: str) -> str:
    """A text as its cell shows it: escapes decoded, a guard undone."""
    if "_x" in text:
        text = _ESCAPED.sub(_unescaped, text)
        if not text.isascii():
            text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return unprotect(text) if text[:1] in ("'", "=") else text


def _unescaped(match: re.Match[str]) -> str:
    """Characters as Excel writes them (ECMA-376 part 1, 22.9.2.19): `_x000D_`; `_x005F_` is the underscore itself."""
    return chr(int(match[1], 16))


def texts(source: IO[bytes]) -> Iterator[str]:
    """The shared texts of an .xlsx workbook, in order, as they stand in it."""
    gatherer = _Gatherer()
    while block := source.read(BLOCK):
        gatherer.parser.Parse(block)
        yield from gatherer.found
        gatherer.found.clear()
    gatherer.parser.Parse(b"", True)
    yield from gatherer.found


class _Gatherer:
    """Joins the runs of each `<si>`; how a text is pronounced (`<rPh>`) is no part of it."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._runs: list[str] = []
        self._pieces: list[str] = []
        self._silent = False
        self.parser = new_parser()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._pieces.append

    def _start(self, name: str, _: object) -> None:
        name = local(name)
        if name == "t":
            self._pieces.clear()
        elif name == "si":
            self._runs.clear()
        elif name == "rPh":
            self._silent = True

    def _end(self, name: str) -> None:
        name = local(name)
        if name == "t":
            if not self._silent:
                self._runs.append("".join(self._pieces))
            self._pieces.clear()
        elif name == "si":
            self.found.append("".join(self._runs))
        elif name == "rPh":
            self._silent = False
