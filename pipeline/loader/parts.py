"""The parts of a workbook that is a zip archive: found whatever their case, and never unpacked beyond bounds."""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple
from xml.parsers import expat

from pipeline.errors import SourceMistake
from pipeline.loader.binary import elements as binary_elements
from pipeline.loader.markup import BLOCK, Element, elements

_MOST_UNPACKED = 4 << 30
_SUSPICIOUS = 64 << 20
_MOST_TIMES = 200
"""No sheet that people fill shrinks to a two-hundredth: even one of formatted empty cells stays above a hundredth."""

_SMALL = 64 << 20
_END_OF_DATA = re.compile(rb"<(?:/(?:\w+:)?sheetData|(?:\w+:)?sheetData\s*/)\s*>")
_LONGEST_END = 64


class Link(NamedTuple):
    """A relationship of a part: what kind of thing it points to, and where that is."""

    kind: str
    target: str
    external: bool


class Parts:
    """The archive; its members are read in blocks, nothing is written to the disk.

    Raises:
        BadZipFile: it is damaged.
    """

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        self._path = path
        self._archive = zipfile.ZipFile(file)
        self._names = {_plain(info.filename): info for info in self._archive.infolist()}

    def __contains__(self, name: str) -> bool:
        return _plain(name) in self._names

    def close(self) -> None:
        """Free the archive."""
        self._archive.close()

    def open(self, name: str, most: int = _MOST_UNPACKED) -> IO[bytes]:
        """A part as a stream.

        Raises:
            SourceMistake: it would unpack to more than any table.
            KeyError: there is no such part.
        """
        info = self._names[_plain(name)]
        times = info.file_size // max(1, info.compress_size)
        if info.file_size > most or (info.file_size > _SUSPICIOUS and times > _MOST_TIMES):
            raise SourceMistake(
                f"{self._path} is refused: {info.filename} in it would unpack from {info.compress_size:,} to "
                f"{info.file_size:,} bytes, as no table does. Save the sheet that you need as .csv."
            )
        return self._archive.open(info)

    def elements(self, name: str) -> Iterator[Element]:
        """Every element of a small part, in order; nothing when there is no such part."""
        if name in self:
            with self.open(name, _SMALL) as stream:
                yield from binary_elements(stream) if is_binary(name) else elements(stream)

    def links(self, part: str) -> dict[str, Link]:
        """The relationships of a part by their ids, targets as names of parts."""
        folder, name = posixpath.split(part)
        found = {}
        for tag, _, said in self.elements(f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"):
            if tag == "Relationship" and "Id" in said:
                external = said.get("TargetMode") == "External"
                target = said.get("Target", "")
                place = target if external else posixpath.join(folder, target.replace("\\", "/"))
                found[said["Id"]] = Link(said.get("Type", "").rpartition("/")[2], place, external)
        return found

    def after_data(self, sheet: str) -> Iterator[Element]:
        """The elements behind the cells of a sheet: merged ranges, links. What is damaged there is left out."""
        with self.open(sheet) as stream:
            if is_binary(sheet):
                yield from binary_elements(stream)
                return
            tail = _tail(stream)
        inner = b"<tail>" + tail[: max(0, tail.rfind(b"</"))] + b"</tail>"
        try:
            yield from elements(inner)
        except expat.ExpatError:
            return


def is_binary(part: str) -> bool:
    """Whether a part is of the kind that .xlsb has in place of XML."""
    return part.casefold().endswith(".bin")


def _tail(stream: IO[bytes]) -> bytes:
    kept = b""
    while block := stream.read(BLOCK):
        kept = kept[-_LONGEST_END:] + block
        if b"sheetData" in kept and (found := _END_OF_DATA.search(kept)):
            return kept[found.end() :] + stream.read(_SMALL)
    return b""


def _plain(name: str) -> str:
    return posixpath.normpath("/" + name.replace("\\", "/").lstrip("/")).lstrip("/").casefold()
