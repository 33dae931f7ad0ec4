"""The lines of a text: in blocks, which are split quickest, or one by one."""

from collections.abc import Iterator
from io import StringIO
from itertools import chain
from typing import Self

_OTHER_ENDS = "\v\f\x1c\x1d\x1e\x85\u2028\u2029"
"""Where `str.splitlines` ends a line too, and files and the csv module do not."""


class Lines:
    """The lines of a text that comes in pieces of any size. They keep their ends: LF, CR LF or CR."""

    def __init__(self, texts: Iterator[str]) -> None:
        self._texts = texts
        self._rest = ""
        self._singly: Iterator[str] = iter(())

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        """The next line."""
        for line in self._singly:
            return line
        self._singly = iter(lines_of(self.block()))
        return next(self._singly)

    def block(self) -> str:
        """The next lines, as many as came together; "" at the end."""
        pieces = [*self._singly, self._rest]
        self._rest = ""
        for text in self._texts:
            if end := _last_end(text):
                self._rest = text[end:]
                return "".join(chain(pieces, (text[:end],)))
            pieces.append(text)
        return "".join(pieces)

    def give_back(self, text: str) -> None:
        """Lines from the end of a block, to begin the next one."""
        self._rest = text + self._rest


def lines_of(text: str, *, keepends: bool = True) -> list[str]:
    """The lines of a text, with their ends."""
    if any(map(text.__contains__, _OTHER_ENDS)):  # rare, and takes twice as long
        lines = list(StringIO(text, newline=""))
        return lines if keepends else [line.rstrip("\r\n") for line in lines]
    return text.splitlines(keepends)


def _last_end(text: str) -> int:
    """Where the last line that is whole ends; a CR at the end may be half of a CR LF."""
    return text.rfind("\n") + 1 or text.rfind("\r", 0, -1) + 1
