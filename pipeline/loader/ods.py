"""OpenDocument spreadsheets (.ods), streamed: values with what their cells show of them (OpenDocument 1.3, part 3)."""

import re
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from xml.parsers import expat
from zipfile import BadZipFile

from pipeline.errors import SourceMistake
from pipeline.guard import unprotect
from pipeline.loader.formats import moment_text, number_text, plain_text
from pipeline.loader.looks import number_of
from pipeline.loader.markup import BLOCK, local, new_parser
from pipeline.loader.merged import Merge, Merges
from pipeline.loader.parts import Parts
from pipeline.loader.reading import (
    LAST_COLUMN,
    LAST_ROW,
    Links,
    RawRow,
    Reading,
    SourceOptions,
    column_letter,
)
from pipeline.loader.sheets import SheetName, choose_sheet, hidden_notes

_DAMAGE = (ArithmeticError, BadZipFile, EOFError, LookupError, NotImplementedError, OSError, RuntimeError, ValueError,
           expat.ExpatError, zlib.error)  # fmt: skip
_MASKED = re.compile(r"(?=0|.*[()+/-])[+(]?[0-9 ()/+-]+")
_LASTING = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,]\d+)?S)?")
_HIDDEN = ("collapse", "filter")
_SILENT = frozenset({"annotation", "tracked-changes", "shapes", "ruby-text"})
_MOST_TEXT = 2 << 20
_MOST_REPEATED = 5_000_000


def read_ods(path: Path, options: SourceOptions) -> Reading:
    """The rows of the chosen sheet.

    Raises:
        SourceMistake: the workbook is damaged, or has not the sheet that was told, or no table.
    """
    book = _Ods(path)
    try:
        choice = choose_sheet(book, options.sheet, path)
    except BaseException:
        book.close()
        raise
    merges, links = Merges(), Links()
    rows = book.rows(choice.sheet, choice.notes, merges, links)

    def close() -> None:
        rows.close()
        book.close()

    return Reading(
        path, rows, close, notes=choice.notes, sheet=choice.sheet, grid=True, merges=merges, links=links
    )


@contextmanager
def _faults(path: Path) -> Iterator[None]:
    try:
        yield
    except _DAMAGE as error:
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        raise SourceMistake(
            f"{path} is damaged and cannot be read ({reason}). Open it in LibreOffice and save it anew as .xlsx."
        ) from error


class _Ods:
    """A document; its sheets are looked for anew each time one is read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("rb")
        try:
            with _faults(path):
                self._parts = Parts(path, self._file)
                listed = self._listed()
            self.sheets = listed.sheets
            self._tables = listed.tables
        except BaseException:
            self._file.close()
            raise

    def close(self) -> None:
        self._parts.close()
        self._file.close()

    def rows(
        self,
        sheet: str,
        notes: list[str] | None = None,
        merges: Merges | None = None,
        links: Links | None = None,
    ) -> Generator[RawRow, None, None]:
        """The rows of a sheet; what is hidden in it is added to `notes`."""
        with _faults(self._path), self._parts.open("content.xml") as source:
            found = _SheetRows(sheet, Merges() if merges is None else merges, {} if links is None else links)
            yield from found.read(iter(lambda: source.read(BLOCK), b""))
        if notes is not None:
            notes += hidden_notes([(column, column) for column in found.hidden_columns], found.hidden_rows)

    def has_table(self, sheet: str) -> bool:
        """Whether a sheet has a table; seen when the sheets were listed, as each begins where the last one ends."""
        return sheet in self._tables

    def _listed(self) -> "_Lister":
        lister = _Lister()
        with self._parts.open("content.xml") as source:
            while block := source.read(BLOCK):
                lister.parser.Parse(block)
        lister.parser.Parse(b"", True)
        return lister


class _Lister:
    """The names of the sheets, and which of them have a table; hidden ones have a style that says so."""

    def __init__(self) -> None:
        self.sheets: list[SheetName] = []
        self.tables: set[str] = set()
        self._style = ""
        self._hidden: set[str] = set()
        self._rows = self._cells = 0
        self.parser = new_parser()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def _start(self, name: str, said: dict[str, str]) -> None:
        if name == "table:table-cell":
            self._cells += "office:value-type" in said
        elif name.endswith(":style"):
            self._style = said.get("style:name", "")
        elif name.endswith(":table-properties") and said.get("table:display") == "false":
            self._hidden.add(self._style)
        elif name == "table:table":
            hidden = said.get("table:style-name", "") in self._hidden
            self.sheets.append(SheetName(said.get("table:name", ""), hidden))
            self._rows = self._cells = 0

    def _end(self, name: str) -> None:
        if name == "table:table-row" and self._cells:
            self._rows += 1
            if (self._rows > 1 or self._cells > 1) and self.sheets:
                self.tables.add(self.sheets[-1].name)
            self._cells = 0


class _SheetRows:
    """The rows of one sheet out of the whole document."""

    def __init__(self, sheet: str, merges: Merges, links: Links) -> None:
        self.hidden_columns: list[int] = []
        self.hidden_rows: list[int] = []
        self._sheet = sheet
        self._merges = merges
        self._links = links
        self._found: list[tuple[RawRow, int]] = []
        self._inside = self._ended = False
        self._silent = 0
        self._number = 1
        self._column = 0
        self._repeated = 0
        self._row: dict[str, str] = {}
        self._cells: list[str] = []
        self._told: list[str] = []
        self._said: dict[str, str] | None = None
        self._pieces: list[str] = []
        self._length = 0
        self._parser = new_parser()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text

    def read(self, blocks: Iterator[bytes]) -> Iterator[RawRow]:
        """The rows in order; a row that is said to repeat comes as often."""
        for block in blocks:
            self._parser.Parse(block)
            for row, times in self._found:
                for place in range(times):
                    yield row._replace(number=row.number + place)
            self._found.clear()
            if self._ended:
                return

    def _start(self, name: str, said: dict[str, str]) -> None:
        tag = local(name)
        if tag == "table" and said.get("table:name") == self._sheet:
            self._inside = True
        if not self._inside:
            return
        if tag in _SILENT:
            self._silent += 1
        elif tag == "table-column":
            self._add_column(said)
        elif tag == "table-row":
            self._row, self._cells, self._told, self._column = said, [], [], 0
        elif tag in ("table-cell", "covered-table-cell"):
            self._said = said
            self._pieces = []
            self._length = 0
        elif self._said is not None and not self._silent:
            self._add_markup(tag, said)

    def _end(self, name: str) -> None:
        if not self._inside:
            return
        tag = local(name)
        if tag in _SILENT:
            self._silent -= 1
        elif tag in ("table-cell", "covered-table-cell"):
            self._end_cell()
        elif tag == "table-row":
            self._end_row()
        elif tag == "table":
            self._ended, self._inside = True, False

    def _text(self, text: str) -> None:
        if self._said is not None and not self._silent and self._inside:
            self._length += len(text)
            if self._length > _MOST_TEXT:
                raise ValueError(f"a cell in row {self._number} is longer than any text")
            self._pieces.append(text.replace("\n", " "))

    def _add_column(self, said: dict[str, str]) -> None:
        if said.get("table:visibility") in _HIDDEN and self._column < LAST_COLUMN:
            self.hidden_columns.append(self._column)
        self._column += _times(said, "columns")

    def _add_markup(self, tag: str, said: dict[str, str]) -> None:
        if tag == "p":
            self._pieces += ["\n"] if self._pieces else []
        elif tag == "s":
            self._pieces.append(" " * min(int(said.get("text:c", "1")), 1000))
        elif tag in ("tab", "line-break"):
            self._pieces.append("\t" if tag == "tab" else "\n")
        elif tag == "a":
            self._links.setdefault(self._number, {})[len(self._cells)] = said.get("xlink:href", "")

    def _end_cell(self) -> None:
        said, self._said = self._said or {}, None
        text = self._value(said, "".join(self._pieces))
        times = min(_times(said, "columns"), LAST_COLUMN - self._column)
        if text:
            self._repeat(times - 1)
            self._cells += [""] * (self._column - len(self._cells)) + [text] * times
        down, across = _spans(said)
        if down > 1 or across > 1:
            number, column = self._number, self._column
            self._merges.add(Merge(number, number + down - 1, column, column + across - 1))
        self._column += times

    def _end_row(self) -> None:
        times = min(_times(self._row, "rows"), LAST_ROW + 1 - self._number)
        if self._cells and times > 0:
            self._repeat(len(self._cells) * (times - 1))
            if self._row.get("table:visibility") in _HIDDEN:
                self.hidden_rows.append(self._number)
                self._told.append("the row is hidden in the spreadsheet")
            self._found.append((RawRow(self._number, tuple(self._cells), tuple(self._told)), times))
        self._number += times

    def _repeat(self, cells: int) -> None:
        self._repeated += cells
        if self._repeated > _MOST_REPEATED:
            raise ValueError(f"it says of more than {_MOST_REPEATED:,} cells that they repeat others")

    def _value(self, said: dict[str, str], shown: str) -> str:
        kind = said.get("office:value-type", "")
        if said.get("calcext:value-type") == "error":
            self._told.append(
                f"cell {column_letter(self._column)}{self._number} shows the error {shown} and was read as blank"
            )
            return ""
        if kind in ("float", "currency", "percentage"):
            return _number_shown(said.get("office:value", ""), shown, kind)
        if kind == "date":
            return _date_shown(said.get("office:date-value", ""), shown)
        if kind == "time":
            return _time_shown(said.get("office:time-value", ""), shown)
        if kind == "boolean":
            return said.get("office:boolean-value", shown).upper()
        if not shown and kind == "string":
            shown = said.get("office:string-value", "")
        return unprotect(shown)


def _times(said: dict[str, str], what: str) -> int:
    return max(1, int(said.get(f"table:number-{what}-repeated", "1")))


def _spans(said: dict[str, str]) -> tuple[int, int]:
    return int(said.get("table:number-rows-spanned", "1")), int(said.get("table:number-columns-spanned", "1"))


def _number_shown(value: str, shown: str, kind: str) -> str:
    """The number in full, or as shown where that has leading zeros or the punctuation of phones."""
    number = number_of(value)
    if kind == "percentage":
        return number_text(number, "0%")
    plain = plain_text(number)
    digits = re.sub(r"\D", "", shown)
    if shown != plain and _MASKED.fullmatch(shown) and digits.lstrip("0") == plain.lstrip("0"):
        return shown.strip()
    return plain


def _date_shown(value: str, shown: str) -> str:
    moment = datetime.fromisoformat(value)
    code = "y" if "T" not in value or ":" not in shown else "y h" + "s" * (shown.count(":") > 1)
    return moment_text(moment, code)


def _time_shown(value: str, shown: str) -> str:
    found = _LASTING.fullmatch(value)
    if found is None:
        return shown
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return f"{hours:02}:{minutes:02}" + (f":{seconds:02}" if seconds or shown.count(":") > 1 else "")
