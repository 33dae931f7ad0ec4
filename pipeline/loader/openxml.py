"""Workbooks of Excel 2007 and later (.xlsx, .xlsm): openpyxl opens them, their rows are streamed.

The sheet's XML is walked here, with openpyxl's parser for each row: its own worksheet objects drop the formula of a
cell without a stored value, believe the `<dimension>`, which can lie, and make up rows for gaps.
"""

import re
import warnings
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import IO, Any
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet._reader import COL_TAG, DATA_TAG, FORMULA_TAG, ROW_TAG, WorkSheetParser
from openpyxl.xml.functions import iterparse

from pipeline.errors import SourceMistake
from pipeline.guard import unprotect
from pipeline.loader.formats import moment_text, number_text
from pipeline.loader.reading import RawRow, Reading, SourceOptions, column_letter
from pipeline.loader.sheets import SheetName, choose_sheet

_DAMAGE = (
    ArithmeticError, AssertionError, AttributeError, BadZipFile, EOFError, LookupError, NotImplementedError,
    OSError, RuntimeError, SyntaxError, TypeError, ValueError, zlib.error,
)  # fmt: skip
"""What openpyxl, zipfile and the XML parser raise on files that are damaged; ParseError is a SyntaxError."""
_LAST_COLUMN = 16_384
_BATCH = 500
_TRUE = ("1", "true")
_ESCAPED = re.compile(r"_x00([01][0-9A-Fa-f])_")
_MOMENTS = (datetime, date, time, timedelta)


def read_openxml(path: Path, options: SourceOptions) -> Reading:
    """The rows of the chosen sheet, as a person sees them.

    Raises:
        SourceMistake: the workbook is damaged, or has not the sheet that was told, or no table.
    """
    book = _OpenXml(path)
    try:
        choice = choose_sheet(book, options.sheet, path)
    except BaseException:
        book.close()
        raise
    rows = book.rows(choice.sheet, choice.notes)

    def close() -> None:
        rows.close()
        book.close()

    return Reading(path, rows, close, notes=choice.notes, sheet=choice.sheet, grid=True)


@contextmanager
def _faults(path: Path, sheet: str = "") -> Iterator[None]:
    where = f"{path}, sheet “{sheet}”," if sheet else str(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl's are about what it would lose on saving
            yield
    except _DAMAGE as error:
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        raise SourceMistake(
            f"{where} is damaged and cannot be read ({reason}). Open it in Excel and save it anew, or as .csv."
        ) from error


class _OpenXml:
    """A workbook with its styles and strings in memory; its sheets are streamed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("rb")
        try:
            with _faults(path):
                self._book = load_workbook(self._file, read_only=True, data_only=True, keep_links=False)
        except BaseException:
            self._file.close()
            raise

    def close(self) -> None:
        self._book.close()
        self._file.close()

    @property
    def sheets(self) -> list[SheetName]:
        return [SheetName(sheet.title, sheet.sheet_state != "visible") for sheet in self._worksheets()]

    def rows(self, sheet: str, notes: list[str] | None = None) -> Generator[RawRow, None, None]:
        """The rows of a sheet; its hidden columns are added to `notes` before the first."""
        with _faults(self._path, sheet):
            found = next(one for one in self._worksheets() if one.title == sheet)
            source = found._get_source()  # noqa: SLF001 - see the module's docstring
        with source:
            rows = _SheetParser(source, self._book, found).raw_rows([] if notes is None else notes)
            while batch := self._batch(rows, sheet):
                yield from batch

    def _batch(self, rows: Iterator[RawRow], sheet: str) -> list[RawRow]:
        with _faults(self._path, sheet):
            return list(islice(rows, _BATCH))

    def _worksheets(self) -> list[Any]:
        return [sheet for sheet in self._book.worksheets if isinstance(sheet, ReadOnlyWorksheet)]


class _SheetParser(WorkSheetParser):  # type: ignore[misc]  # openpyxl has no types
    """openpyxl's parser, which also tells formulas without a stored value, and what is hidden."""

    def __init__(self, source: IO[bytes], book: Any, sheet: Any) -> None:  # noqa: ANN401 - openpyxl has no types
        super().__init__(
            source,
            sheet._shared_strings,  # noqa: SLF001
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,  # noqa: SLF001
            timedelta_formats=book._timedelta_formats,  # noqa: SLF001
        )
        self._book = book
        self._codes: dict[int, str] = {}

    def raw_rows(self, notes: list[str]) -> Iterator[RawRow]:
        """The rows in order, without those that are not in the file."""
        for _, element in iterparse(self.source):
            if element.tag == ROW_TAG:
                yield self._raw_row(element)
                element.clear()
            elif element.tag == COL_TAG:
                self._note_hidden(element, notes)
            elif element.tag == DATA_TAG:
                return

    def parse_cell(self, element: Any) -> dict[str, Any]:  # noqa: ANN401
        cell: dict[str, Any] = super().parse_cell(element)
        if cell["value"] is None and (formula := element.find(FORMULA_TAG)) is not None:
            cell["value"] = f"={formula.text or ''}"
            cell["data_type"] = "f"
        return cell

    def _note_hidden(self, element: Any, notes: list[str]) -> None:  # noqa: ANN401
        if element.get("hidden") in _TRUE:
            first, last = (
                column_letter(int(element.get("min")) - 1),
                column_letter(int(element.get("max")) - 1),
            )
            notes.append(f"Hidden columns were read too: {first}{f' to {last}' if first != last else ''}.")

    def _raw_row(self, element: Any) -> RawRow:  # noqa: ANN401
        number, found = self.parse_row(element)
        self.row_dimensions.clear()
        told = ["the row is hidden in the spreadsheet"] if element.get("hidden") in _TRUE else []
        cells: list[str] = []
        for cell in found:
            if cell["value"] is None:
                continue
            column = cell["column"]
            if column > len(cells):
                cells += [""] * (_within_sheet(column) - len(cells))
            cells[column - 1] = self._text(cell, told)
        return number, cells, tuple(told), ""

    def _text(self, cell: dict[str, Any], told: list[str]) -> str:
        """The text of a cell that is filled; what is odd about it goes to `told`."""
        value, kind = cell["value"], cell["data_type"]
        if kind == "s":
            return unprotect(_ESCAPED.sub(_unescaped, value) if "_x00" in value else value)
        place = f"{column_letter(cell['column'] - 1)}{cell['row']}"
        if kind == "e":
            told.append(f"cell {place} shows the error {value} and was read as blank")
            return ""
        if kind == "f":
            told.append(
                f"cell {place} has a formula whose result is not in the file; open and save it in Excel"
            )
            return str(value)
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        code = self._code(cell["style_id"])
        return moment_text(value, code) if isinstance(value, _MOMENTS) else number_text(value, code)

    def _code(self, style: int) -> str:
        """The number format of a style."""
        if style not in self._codes:
            number = self._book._cell_styles[style].numFmtId  # noqa: SLF001
            own = number - BUILTIN_FORMATS_MAX_SIZE
            codes = self._book._number_formats  # noqa: SLF001
            self._codes[style] = BUILTIN_FORMATS.get(number, "General") if own < 0 else codes[own]
        return self._codes[style]


def _within_sheet(column: int) -> int:
    if column > _LAST_COLUMN:
        raise ValueError(f"a cell in column {column:,}")
    return column


def _unescaped(match: re.Match[str]) -> str:
    """Control characters as Excel writes them (ECMA-376 part 1, 22.9.2.19), `_x000D_` for a carriage return."""
    return chr(int(match[1], 16))
