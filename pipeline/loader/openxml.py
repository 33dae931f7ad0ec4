"""Workbooks of Excel 2007 and later (.xlsx, .xlsm, .xlsb), streamed: cells become what a person sees.

Own code over expat, with openpyxl's knowledge of number formats and dates: openpyxl's worksheets are four times as
slow, drop the formula of a cell without a stored value, believe the `<dimension>`, which can lie, and give up on a
whole workbook for one odd colour.
"""

import re
import struct
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, NamedTuple
from xml.parsers import expat
from zipfile import BadZipFile

from pipeline.errors import SourceMistake
from pipeline.loader.binary import texts as binary_texts
from pipeline.loader.binarysheet import BinaryRows
from pipeline.loader.looks import Looks
from pipeline.loader.merged import Merge, Merges
from pipeline.loader.parts import Link, Parts, is_binary
from pipeline.loader.reading import LAST_ROW, Links, RawRow, Reading, SourceOptions, Widths
from pipeline.loader.sheet import SheetRows, column_of
from pipeline.loader.sheets import SheetName, choose_sheet, hidden_notes, is_table
from pipeline.loader.strings import Strings, texts

_DAMAGE = (
    ArithmeticError, BadZipFile, EOFError, LookupError, NotImplementedError, OSError, RuntimeError, ValueError,
    expat.ExpatError, struct.error, zlib.error,
)  # fmt: skip
"""What zipfile, expat and conversions raise on files that are damaged; RuntimeError is a member with a password."""
_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_SHEETS = ("worksheet", "")
_MOST_LINKS = 200_000


class _Sheet(NamedTuple):
    """A sheet as the workbook lists it."""

    name: str
    part: str
    hidden: bool


def read_openxml(path: Path, options: SourceOptions, file: IO[bytes] | None = None) -> Reading:
    """The rows of the chosen sheet, as a person sees them; `file` is the workbook when it is not at `path` itself.

    Raises:
        SourceMistake: the workbook is damaged, or has not the sheet that was told, or no table.
    """
    book = _OpenXml(path, file or path.open("rb"))
    try:
        choice = choose_sheet(book, options.sheet, path)
        merges, links = book.beside(choice.sheet)
    except BaseException:
        book.close()
        raise
    widths: Widths = []
    rows = book.rows(choice.sheet, choice.notes, links, widths)

    def close() -> None:
        rows.close()
        book.close()

    return Reading(
        path, rows, close, choice.notes, choice.sheet, grid=True, merges=merges, links=links, widths=widths
    )


@contextmanager
def _faults(path: Path, sheet: str = "") -> Iterator[None]:
    where = f"{path}, sheet “{sheet}”," if sheet else str(path)
    try:
        yield
    except _DAMAGE as error:
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        raise SourceMistake(
            f"{where} is damaged and cannot be read ({reason}). Open it in Excel and save it anew, or as .csv."
        ) from error


class _OpenXml:
    """A workbook with its styles and strings in memory; its sheets are streamed."""

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        self._path = path
        self._file = file
        try:
            with _faults(path):
                self._parts = Parts(path, file)
                self._main = self._main_part()
                self._links = self._parts.links(self._main)
                self._sheets, since_1904 = self._listed()
                self._looks = Looks(self._parts.elements(self._kin("styles")), since_1904=since_1904)
            self._strings: Strings | None = None
        except BaseException:
            file.close()
            raise

    def close(self) -> None:
        self._parts.close()
        self._file.close()

    @property
    def sheets(self) -> list[SheetName]:
        return [SheetName(sheet.name, sheet.hidden) for sheet in self._sheets]

    def rows(
        self,
        sheet: str,
        notes: list[str] | None = None,
        links: Links | None = None,
        widths: Widths | None = None,
    ) -> Generator[RawRow, None, None]:
        """The rows of a sheet; what is hidden in it is added to `notes`, its columns' widths to `widths`."""
        part = self._part(sheet)
        with _faults(self._path, sheet), self._parts.open(part) as source:
            found = (
                BinaryRows(source, self._shared(), self._looks)
                if is_binary(part)
                else SheetRows(source, self._shared(), self._looks, {} if links is None else links)
            )
            if widths is not None:
                found.widths = widths
            yield from found
        if notes is not None:
            notes += hidden_notes(found.hidden_columns, found.hidden_rows)

    def has_table(self, sheet: str) -> bool:
        """Whether the first rows of a sheet are a table."""
        return is_table(self.rows(sheet))

    def beside(self, sheet: str) -> tuple[Merges, Links]:
        """The merged ranges and the links of a sheet, which stand behind its cells."""
        merges, links = Merges(), Links()
        with _faults(self._path, sheet):
            part = self._part(sheet)
            targets = self._parts.links(part)
            for name, _, said in self._parts.after_data(part):
                with suppress(ValueError, KeyError):
                    if name == "mergeCell":
                        merges.add(_range(said["ref"]))
                    elif name == "hyperlink" and len(links) < _MOST_LINKS:
                        _add_link(links, _range(said["ref"]), _target(said, targets))
        return merges, links

    def _shared(self) -> Strings:
        if self._strings is None:
            name = self._kin("sharedStrings")
            self._strings = Strings()
            if name in self._parts:
                with self._parts.open(name) as source:
                    self._strings = Strings(binary_texts(source) if is_binary(name) else texts(source))
        return self._strings

    def _main_part(self) -> str:
        links = self._parts.links("").values()
        told = [link.target for link in links if link.kind == "officeDocument" and link.target in self._parts]
        return told[0] if told else "xl/workbook.xml"

    def _kin(self, kind: str) -> str:
        """The part of a kind that belongs to the workbook."""
        told = [
            link.target for link in self._links.values() if link.kind == kind and link.target in self._parts
        ]
        return told[0] if told else f"xl/{kind}.xml"

    def _listed(self) -> tuple[list[_Sheet], bool]:
        """The sheets with cells, and whether days are counted from 1904."""
        sheets, since_1904, count = [], False, 0
        for name, parent, said in self._parts.elements(self._main):
            count += name == "sheet"
            # Excel's extensions have an element of that name too, which says nothing of days.
            if name == "workbookPr" and parent == "workbook":
                since_1904 = said.get("date1904") in ("1", "true")
            elif name == "sheet":
                link = self._links.get(said.get("id", ""))
                part = link.target if link else f"xl/worksheets/sheet{said.get('sheetId', '')}.xml"
                kind = link.kind if link else ""
                if kind in _SHEETS and part in self._parts:
                    hidden = said.get("state", "visible") != "visible"
                    sheets.append(_Sheet(said.get("name", ""), part, hidden))
        if not count:
            raise ValueError("it lists no sheets")
        return sheets, since_1904

    def _part(self, sheet: str) -> str:
        return next(one.part for one in self._sheets if one.name == sheet)


def _range(reference: str) -> Merge:
    first, _, last = reference.partition(":")
    top, left = _cell(first)
    bottom, right = _cell(last or first)
    return Merge(top, bottom, left, right)


def _cell(reference: str) -> tuple[int, int]:
    found = _CELL.fullmatch(reference)
    if found is None:
        raise ValueError(f"{reference} is no cell")
    return min(int(found[2]), LAST_ROW), column_of(found[1])


def _target(said: dict[str, str], targets: dict[str, Link]) -> str:
    link = targets.get(said.get("id", ""))
    return link.target if link and link.external else ""


def _add_link(links: Links, place: Merge, target: str) -> None:
    """A link lies on the first cell of its range."""
    if target:
        links.setdefault(place.top, {})[place.left] = target
