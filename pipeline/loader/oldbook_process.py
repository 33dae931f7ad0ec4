"""The other process of `oldbooks`: opens one workbook and answers requests about it, each a line of JSON."""

import json
import math
import os
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, Protocol

from pipeline.guard import unprotect
from pipeline.loader.binary import ERRORS
from pipeline.loader.formats import moment_text, plain_text
from pipeline.loader.looks import Look, look_of
from pipeline.loader.reading import column_letter

_MOST_MEMORY = 1 << 30
_MOMENTS = (datetime, date, time, timedelta)

Told = tuple[int, list[str], list[str]]
"""Row number, texts, warnings."""

Beside = dict[str, list[Any]]
"""What a sheet has beside its cells; what is not known of it is missing."""

_WIDTH = 256
"""Parts of a character in which widths are counted ([MS-XLS] 2.4.53, ColInfo)."""


class _Book(Protocol):
    def sheets(self) -> list[tuple[str, bool]]: ...
    def rows(self, sheet: str) -> Iterator[Told]: ...
    def beside(self, sheet: str) -> Beside: ...


def main() -> None:
    """Answers until nobody asks any more; a parser that fails ends the process, with its last words on stderr."""
    _bound_memory()
    engine, path = sys.argv[-2:]
    book: _Book = _Xls(path) if engine == "xlrd" else _Calamine(path)
    opened: dict[str, list[Told]] = {}
    for line in sys.stdin:
        kind, *args = json.loads(line)
        if kind == "sheets":
            answer: Any = book.sheets()
        elif kind == "beside":
            answer = book.beside(args[0])
        else:
            sheet, place, count = args
            if sheet not in opened:
                opened.clear()
                opened[sheet] = list(book.rows(sheet))
            answer = opened[sheet][place : place + count]
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _bound_memory() -> None:
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))


class _Xls:
    """An .xls workbook, with formats, merged cells and links."""

    def __init__(self, path: str) -> None:
        import xlrd  # type: ignore[import-untyped]  # noqa: PLC0415 - one of the two is needed

        self._kinds = xlrd
        with open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123 - xlrd would print
            self._book = xlrd.open_workbook(path, formatting_info=True, ragged_rows=True, logfile=nowhere)
        self._looks: dict[int, Look] = {}

    def sheets(self) -> list[tuple[str, bool]]:
        return [(sheet.name, bool(sheet.visibility)) for sheet in self._book.sheets()]

    def rows(self, sheet: str) -> Iterator[Told]:
        found = self._book.sheet_by_name(sheet)
        for index in range(found.nrows):
            hidden = index in found.rowinfo_map and found.rowinfo_map[index].hidden
            told = ["the row is hidden in the spreadsheet"] if hidden else []
            cells = [self._text(cell, index, column, told) for column, cell in enumerate(found.row(index))]
            yield index + 1, cells, told

    def beside(self, sheet: str) -> Beside:
        found = self._book.sheet_by_name(sheet)
        columns = sorted(found.colinfo_map.items())
        merges = [
            (top + 1, bottom, left, right - 1) for top, bottom, left, right in found.merged_cells[:100_000]
        ]
        links = [
            (row + 1, column, link.url_or_path)
            for (row, column), link in found.hyperlink_map.items()
            if isinstance(link.url_or_path, str)
        ]
        hidden = [
            row + 1 for row, said in sorted(found.rowinfo_map.items()) if said.hidden and row < found.nrows
        ]
        return {
            "merges": merges,
            "links": links,
            "hidden_rows": hidden,
            "hidden_columns": [place for place, said in columns if said.hidden],
            "widths": [(place, said.width / _WIDTH) for place, said in columns if not said.hidden],
        }

    def _text(self, cell: Any, row: int, column: int, told: list[str]) -> str:  # noqa: ANN401 - xlrd has no types
        kinds = self._kinds
        if cell.ctype == kinds.XL_CELL_TEXT:
            return unprotect(cell.value)
        if cell.ctype in (kinds.XL_CELL_NUMBER, kinds.XL_CELL_DATE):
            return self._look(cell.xf_index)(repr(cell.value))
        if cell.ctype == kinds.XL_CELL_BOOLEAN:
            return "TRUE" if cell.value else "FALSE"
        if cell.ctype == kinds.XL_CELL_ERROR:
            error = ERRORS.get(cell.value, "#ERR")
            told.append(
                f"cell {column_letter(column)}{row + 1} shows the error {error} and was read as blank"
            )
        return ""

    def _look(self, style: int) -> Look:
        if style not in self._looks:
            styles = self._book.xf_list
            known = self._book.format_map.get(styles[style].format_key) if style < len(styles) else None
            code = known.format_str if known else "General"
            self._looks[style] = look_of(code, since_1904=bool(self._book.datemode))
        return self._looks[style]


class _Calamine:
    """A workbook without its formats."""

    def __init__(self, path: str) -> None:
        from python_calamine import CalamineWorkbook  # noqa: PLC0415 - one of the two is needed

        self._book = CalamineWorkbook.from_path(path)

    def sheets(self) -> list[tuple[str, bool]]:
        from python_calamine import SheetTypeEnum, SheetVisibleEnum  # noqa: PLC0415

        return [
            (sheet.name, sheet.visible != SheetVisibleEnum.Visible)
            for sheet in self._book.sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet
        ]

    def rows(self, sheet: str) -> Iterator[Told]:
        found = self._book.get_sheet_by_name(sheet)
        for number, values in enumerate(found.to_python(skip_empty_area=False), 1):
            yield number, [_text(value) for value in values], []

    def beside(self, sheet: str) -> Beside:
        merged = self._book.get_sheet_by_name(sheet).merged_cell_ranges or []
        ranges = [(top + 1, bottom + 1, left, right) for (top, left), (bottom, right) in merged[:100_000]]
        return {"merges": ranges}


def _text(value: object) -> str:
    """A value as a cell would show it. An empty cell is ""."""
    if isinstance(value, str):
        return unprotect(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return "" if math.isnan(value) else plain_text(value)
    return moment_text(value) if isinstance(value, _MOMENTS) else str(value)
