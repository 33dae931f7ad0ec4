"""The cells of one sheet of an .xlsx workbook, streamed: rows as they come, whatever `<dimension>` says."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import IO

from pipeline.loader.formats import moment_text
from pipeline.loader.looks import Looks
from pipeline.loader.markup import BLOCK, new_parser
from pipeline.loader.reading import LAST_COLUMN, LAST_ROW, RawRow, Widths, column_letter
from pipeline.loader.strings import Strings, cell_text
from pipeline.records import Row

_TRUE = ("1", "true")
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]*)")
_LINK = re.compile(r'\s*HYPERLINK\s*\(\s*"([^"]+)"', re.IGNORECASE)
_MOST_PIECES, _MOST_TEXT = 1000, 2 << 20
_EMPTY = re.compile(rb'(?:<c r="\w+" s="\d+"/>)+')
_MANY_EMPTY = 100


class SheetRows:
    """The rows of a sheet's XML. `hidden_columns` and `hidden_rows` grow, and `links` of formulas, while they are read.

    Raises:
        ExpatError, LookupError, ValueError: the sheet is damaged.
    """

    def __init__(
        self, source: IO[bytes], strings: Strings, looks: Looks, links: dict[int, dict[int, str]]
    ) -> None:
        self.hidden_columns: list[tuple[int, int]] = []
        self.widths: Widths = []
        self.hidden_rows: list[int] = []
        self._source = source
        self._strings = strings
        self._looks = looks
        self._links = links
        self._columns: dict[str, int] = {}
        self._found: list[RawRow] = []
        self._ended = False
        self._number = 0
        self._following = 0
        self._cells: list[str] = []
        self._told: list[str] = []
        self._pieces: list[str] = []
        self._silent = False
        self._begin_cell({})
        self._parser = new_parser()
        self._parser.StartElementHandler = self._root
        self._parser.CharacterDataHandler = self._pieces.append

    def __iter__(self) -> Iterator[RawRow]:
        found = self._found
        rest = b""
        while not self._ended and (block := self._source.read(BLOCK)):
            whole, end, rest = (rest + block).rpartition(b">")
            self._parser.Parse(_without_empties(whole + end))
            if len(rest) > _MOST_TEXT:
                raise ValueError(f"a cell in row {self._number} is longer than any text")
            if len(self._pieces) > _MOST_PIECES:
                self._shorten()
            yield from found
            found.clear()
        if not self._ended:
            self._parser.Parse(rest, True)
        yield from found

    def _shorten(self) -> None:
        """Blanks between the cells of XML that was written with indents are no text; neither are megabytes."""
        text = "".join(self._pieces)
        if len(text) > _MOST_TEXT:
            raise ValueError(f"a cell in row {self._number} is longer than any text")
        self._pieces[:] = [] if text.isspace() else [text]

    def _root(self, name: str, _: object) -> None:
        """The first element tells the prefix of all the others."""
        prefix, colon, _local = name.rpartition(":")
        before = prefix + colon
        starts = {
            f"{before}row": self._begin_row,
            f"{before}v": self._begin_text,
            f"{before}t": self._begin_text,
            f"{before}f": self._begin_text,
            f"{before}rPh": self._begin_silence,
            f"{before}col": self._column,
        }
        ends = {
            f"{before}v": self._end_value,
            f"{before}t": self._end_run,
            f"{before}f": self._end_formula,
            f"{before}rPh": self._end_silence,
            f"{before}sheetData": self._end_data,
        }
        cell, begin_cell, end_cell = f"{before}c", self._begin_cell, self._end_cell
        start_of, end_of = starts.get, ends.get

        def start(name: str, said: dict[str, str]) -> None:
            if name == cell:
                begin_cell(said)
            elif begin := start_of(name):
                begin(said)

        def end(name: str) -> None:
            if name == cell:
                end_cell()
            elif finish := end_of(name):
                finish()

        self._parser.StartElementHandler = start
        self._parser.EndElementHandler = end

    def _begin_row(self, said: dict[str, str]) -> None:
        number = int(said.get("r") or self._number + 1)
        if number > LAST_ROW:
            raise ValueError(f"a row {number:,}")
        if number < self._number:
            raise ValueError(f"row {number} stands below row {self._number}")
        if number > self._number:  # a row may come in pieces, each of which has its number
            self._end_row()
            self._number = number
        self._following = len(self._cells)
        if said.get("hidden") in _TRUE and number not in self.hidden_rows[-1:]:
            self.hidden_rows.append(number)
            self._told.append("the row is hidden in the spreadsheet")

    def _end_row(self) -> None:
        if self._number:
            self._found.append(Row(self._number, tuple(self._cells), tuple(self._told)))
        self._cells = []
        self._told = []

    def _begin_cell(self, said: dict[str, str]) -> None:
        self._said = said
        self._value: str | None = None
        self._formula: str | None = None

    def _begin_text(self, _: object) -> None:
        self._pieces.clear()

    def _end_value(self) -> None:
        self._value = "".join(self._pieces)

    def _end_run(self) -> None:
        if not self._silent:
            self._value = (self._value or "") + "".join(self._pieces)

    def _end_formula(self) -> None:
        self._formula = "".join(self._pieces)

    def _begin_silence(self, _: object) -> None:
        self._silent = True

    def _end_silence(self) -> None:
        self._silent = False

    def _end_data(self) -> None:
        self._end_row()
        self._ended = True
        self._parser.StartElementHandler = self._parser.EndElementHandler = None
        self._parser.CharacterDataHandler = None

    def _column(self, said: dict[str, str]) -> None:
        if said.get("hidden") in _TRUE:
            self.hidden_columns.append((int(said["min"]) - 1, int(said["max"]) - 1))
        elif "width" in said:
            with suppress(ValueError, KeyError):  # a width is nothing to refuse a file for
                self.widths.append((int(said["min"]) - 1, int(said["max"]) - 1, float(said["width"])))

    def _end_cell(self) -> None:
        value, said = self._value, self._said
        cells = self._cells
        column = self._place(said)
        self._following = column + 1
        if value is None and self._formula is None:
            return
        kind = said.get("t")
        try:
            if self._formula is not None:
                text = self._formula_text(kind, column)
            elif kind == "s":
                text = self._strings[int(value or "")]
            elif value and (kind is None or kind == "n"):
                text = self._looks.of(said.get("s"))(value)
            else:
                text = self._odd_text(kind, value or "", column)
        except (ArithmeticError, LookupError, ValueError):
            text = self._as_stored(kind, value or "", column)
        if not text:
            return
        if column == len(cells):
            cells.append(text)
        else:
            self._put(column, text)

    def _place(self, said: dict[str, str]) -> int:
        """The column of a cell, from 0; each letter is worked out once."""
        reference = said.get("r")
        if reference is None:
            return self._following
        letters = reference.rstrip("0123456789")
        column = self._columns.get(letters)
        if column is None and not letters:
            return self._following
        if column is None:
            column = self._columns[letters] = column_of(letters)
        return column

    def _put(self, column: int, text: str) -> None:
        cells = self._cells
        if column > len(cells):
            cells += [""] * (column - len(cells))
            cells.append(text)
            return
        if cells[column]:
            self._told.append(f"cell {column_letter(column)}{self._number} is twice in the file")
        cells[column] = text

    def _formula_text(self, kind: str | None, column: int) -> str:
        formula, value = self._formula or "", self._value
        if link := _LINK.match(formula):
            self._links.setdefault(self._number, {})[column] = link[1]
        if value is None or (value == "" and kind != "str"):
            self._told.append(
                f"cell {column_letter(column)}{self._number} has a formula whose result is not in the file; "
                "open and save it in Excel"
            )
            return f"={formula}"
        if kind is None or kind == "n":
            return self._looks.of(self._said.get("s"))(value)
        return self._odd_text(kind, value, column)

    def _as_stored(self, kind: str | None, value: str, column: int) -> str:
        """The text of a cell whose value is not of its kind: itself, unless it only points to a text."""
        stored = "" if kind == "s" else value
        cell, shown = f"{column_letter(column)}{self._number}", f"“{stored}”" if stored else "blank"
        self._told.append(f"cell {cell} is damaged and was read as {shown}")
        return stored

    def _odd_text(self, kind: str | None, value: str, column: int) -> str:
        if kind == "s":
            return self._strings[int(value)]
        if kind == "e":
            self._told.append(
                f"cell {column_letter(column)}{self._number} shows the error {value} and was read as blank"
            )
            return ""
        if kind == "b":
            return "TRUE" if value.strip() in _TRUE else "FALSE"
        if kind == "d":
            return moment_text(datetime.fromisoformat(value), self._looks.code(self._said.get("s")))
        return cell_text(value)


def _without_empties(block: bytes) -> bytes:
    """The block without cells that have a format only; sheets can have millions, which cost the parser minutes.

    Left whole where cells may stand in the order of the file instead of a place, or in something else than an element.
    """
    if block.count(b'"/><c r="') < _MANY_EMPTY or b"<!" in block or b"<c>" in block:
        return block
    return _EMPTY.sub(b"", block) if block.count(b"<c ") == block.count(b'<c r="') else block


def column_of(letters: str) -> int:
    """The column under letters, from 0.

    Raises:
        ValueError: no sheet has such a column.
    """
    column = 0
    for letter in letters.upper():
        if not "A" <= letter <= "Z":
            raise ValueError(f"a cell in column {letters}")
        column = column * 26 + ord(letter) - 64
    if not 0 < column <= LAST_COLUMN:
        raise ValueError(f"a cell in column {letters}")
    return column - 1
