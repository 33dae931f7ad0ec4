"""SpreadsheetML 2003: the XML that Excel 2003 saved and many web programs still send as .xls."""

import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from itertools import chain
from pathlib import Path
from xml.parsers import expat

from pipeline.errors import SourceMistake
from pipeline.guard import unprotect
from pipeline.loader.charset import is_wide
from pipeline.loader.formats import moment_text
from pipeline.loader.looks import Look, look_of
from pipeline.loader.markup import BLOCK, local, new_parser
from pipeline.loader.merged import Merge, Merges
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

_NAMED = {"general number": "General", "short date": "d/m/yyyy", "long date": "d/m/yyyy", "medium date": "d/m/yyyy",
          "general date": "d/m/yyyy h:mm", "short time": "h:mm", "long time": "h:mm:ss", "percent": "0%"}  # fmt: skip
"""What Excel calls formats in this XML by name."""
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r")
_REFERENCE = re.compile(
    rb"&#(5[5-7][0-9]{3}|x[dD][89a-fA-F][0-9a-fA-F]{2});(?:&#(5[67][0-9]{3}|x[dD][c-fC-F][0-9a-fA-F]{2});)?"
    rb"|&#(0*[0-9]{1,2}|x0*[0-9a-fA-F]{1,2}|6553[45]|x[fF]{3}[eEfF]);"
)
"""References that may be to control characters and to halves of characters, which XML 1.0 has not (section 2.2)."""

_UNFINISHED = re.compile(rb"(?:&#?[0-9a-zA-Z]{0,7};?)+\Z")
_ENDING = 256
_LINES = {"\x0b": "\n", "\x0c": "\n"}
_IS_CHARACTER = re.compile("[\t\n\r\x20-\ufffd\U00010000-\U0010ffff]").match
_NOTE = "The file is XML as Excel 2003 wrote it, whatever its name says."


def read_xml2003(path: Path, options: SourceOptions) -> Reading:
    """The rows of the chosen sheet.

    Raises:
        SourceMistake: the XML is damaged, or has not the sheet that was told, or no table.
    """
    book = _Book(path)
    choice = choose_sheet(book, options.sheet, path)
    merges, links = Merges(), Links()
    rows = book.rows(choice.sheet, choice.notes, merges, links)
    notes = choice.notes
    notes.append(_NOTE)
    return Reading(
        path, rows, rows.close, notes=notes, sheet=choice.sheet, grid=True, merges=merges, links=links
    )


@contextmanager
def _faults(path: Path) -> Iterator[None]:
    try:
        yield
    except (ArithmeticError, LookupError, OSError, ValueError, expat.ExpatError) as error:
        raise SourceMistake(
            f"{path} is damaged and cannot be read ({error}). Open it in Excel and save it as .xlsx."
        ) from error


class _Book:
    def __init__(self, path: Path) -> None:
        self._path = path
        lister = _Lister()
        with _faults(path):
            for block in _blocks(path):
                lister.parser.Parse(block)
            lister.parser.Parse(b"", True)
        self.sheets = lister.sheets
        self._tables = lister.tables
        if not self.sheets:
            raise SourceMistake(
                f"{path} is an XML file without a sheet in it. Open it in Excel and save it as .xlsx."
            )

    def rows(
        self,
        sheet: str,
        notes: list[str] | None = None,
        merges: Merges | None = None,
        links: Links | None = None,
    ) -> Generator[RawRow, None, None]:
        found = _Rows(sheet, Merges() if merges is None else merges, {} if links is None else links)
        with _faults(self._path):
            yield from found.read(self._path)
        if notes is not None:
            notes += hidden_notes([(column, column) for column in found.hidden_columns], found.hidden_rows)

    def has_table(self, sheet: str) -> bool:
        """Whether a sheet has a table; seen when the sheets were listed, as each begins where the last one ends."""
        return sheet in self._tables


def _blocks(path: Path) -> Iterator[bytes]:
    """The file without what makes it no XML to the letter, though Excel reads it.

    Some programs put blanks before the declaration, control characters into cells, and halves of an emoji.
    """
    rest = b""
    with path.open("rb") as source:
        head = source.read(BLOCK).lstrip(b" \t\r\n")
        wide = is_wide(head)
        for block in chain((head,), iter(partial(source.read, BLOCK), b"")):
            if wide:
                yield block
                continue
            found = rest + block
            cut = _UNFINISHED.search(found, max(0, len(found) - _ENDING))
            rest = cut[0] if cut else b""
            yield _as_xml(found[: len(found) - len(rest)])
    yield _as_xml(rest)


def _as_xml(block: bytes) -> bytes:
    return _REFERENCE.sub(_referred, block.translate(None, _CONTROLS))


def _referred(found: re.Match[bytes]) -> bytes:
    codes = [int(one[1:], 16) if one[:1] == b"x" else int(one) for one in found.groups() if one]
    text = "".join(map(chr, codes)).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return b"".join(
        b"&#%d;" % ord(_LINES.get(one, one)) for one in text if one in _LINES or _IS_CHARACTER(one)
    )


class _Lister:
    """The names of the sheets, which of them are hidden, and which have a table."""

    def __init__(self) -> None:
        self.sheets: list[SheetName] = []
        self.tables: set[str] = set()
        self._rows = self._cells = 0
        self._visible: list[str] | None = None
        self.parser = new_parser()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def _start(self, name: str, told: dict[str, str]) -> None:
        tag = local(name)
        if tag == "Data":
            self._cells += 1
        elif tag == "Worksheet":
            said = {local(key): value for key, value in told.items()}
            self.sheets.append(SheetName(said.get("Name", ""), hidden=False))
            self._rows = self._cells = 0
        elif tag == "Visible":
            self._visible = []

    def _text(self, text: str) -> None:
        if self._visible is not None:
            self._visible.append(text)

    def _end(self, name: str) -> None:
        tag = local(name)
        if tag == "Row" and self._cells and self.sheets:
            self._rows += 1
            if self._rows > 1 or self._cells > 1:
                self.tables.add(self.sheets[-1].name)
            self._cells = 0
        elif tag == "Visible" and self._visible is not None:
            if self.sheets and "Hidden" in "".join(self._visible):
                self.sheets[-1] = self.sheets[-1]._replace(hidden=True)
            self._visible = None


class _Rows:
    """The rows of one sheet."""

    def __init__(self, sheet: str, merges: Merges, links: Links) -> None:
        self.hidden_columns: list[int] = []
        self.hidden_rows: list[int] = []
        self._sheet = sheet
        self._merges = merges
        self._links = links
        self._inside = False
        self._looks: dict[str, Look] = {}
        self._codes: dict[str, str] = {}
        self._style = ""
        self._found: list[RawRow] = []
        self._number = 0
        self._repeat = 0
        self._column = 0
        self._cells: list[str] = []
        self._told: list[str] = []
        self._cell: dict[str, str] = {}
        self._kind = ""
        self._pieces: list[str] | None = None
        self._parser = new_parser()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text

    def read(self, path: Path) -> Iterator[RawRow]:
        """The rows in order."""
        for block in _blocks(path):
            self._parser.Parse(block)
            yield from self._found
            self._found.clear()
        self._parser.Parse(b"", True)
        yield from self._found

    def _start(self, name: str, told: dict[str, str]) -> None:
        tag, said = local(name), {local(key): value for key, value in told.items()}
        if tag == "Style":
            self._style = said.get("ID", "")
        elif tag == "NumberFormat":
            code = said.get("Format", "General")
            self._codes[self._style] = _NAMED.get(code.casefold(), code)
        elif tag == "Worksheet":
            self._inside = said.get("Name", "") == self._sheet
            self._number = self._column = 0
        elif self._inside:
            self._start_inside(tag, said)

    def _start_inside(self, tag: str, said: dict[str, str]) -> None:
        if tag == "Row":
            self._number = max(int(said.get("Index", 0)), self._number + 1)
            if self._number > LAST_ROW:
                raise ValueError(f"a row {self._number:,}")
            self._cells, self._told, self._column = [], [], 0
            if said.get("Hidden") == "1":
                self.hidden_rows.append(self._number)
                self._told.append("the row is hidden in the spreadsheet")
            self._repeat = int(said.get("Span", 0))
        elif tag == "Column":
            self._add_column(said)
        elif tag == "Cell":
            self._begin_cell(said)
        elif tag == "Data":
            self._kind, self._pieces = said.get("Type", "String"), []

    def _add_column(self, said: dict[str, str]) -> None:
        self._column = int(said["Index"]) - 1 if "Index" in said else self._column
        if said.get("Hidden") == "1" and 0 <= self._column < LAST_COLUMN:
            self.hidden_columns.append(self._column)
        self._column += int(said.get("Span", 0)) + 1

    def _begin_cell(self, said: dict[str, str]) -> None:
        self._column = int(said["Index"]) - 1 if "Index" in said else self._column
        if not 0 <= self._column < LAST_COLUMN:
            raise ValueError(f"a cell in column {self._column + 1:,}")
        self._cell = said
        if "HRef" in said:
            self._links.setdefault(self._number, {})[self._column] = said["HRef"]

    def _text(self, text: str) -> None:
        if self._pieces is not None:
            self._pieces.append(text)

    def _end(self, name: str) -> None:
        tag = local(name)
        if not self._inside:
            return
        if tag == "Data" and self._pieces is not None:
            text = self._cell_text("".join(self._pieces))
            self._pieces = None
            if text:
                self._cells += [""] * (self._column + 1 - len(self._cells))
                self._cells[self._column] = text
        elif tag == "Cell":
            self._end_cell()
        elif tag == "Row":
            self._found.append(RawRow(self._number, tuple(self._cells), tuple(self._told)))
            self._number += self._repeat
        elif tag == "Worksheet":
            self._inside = False

    def _end_cell(self) -> None:
        across, down = int(self._cell.get("MergeAcross", 0)), int(self._cell.get("MergeDown", 0))
        if across or down:
            self._merges.add(Merge(self._number, self._number + down, self._column, self._column + across))
        self._column += across + 1

    def _cell_text(self, value: str) -> str:
        try:
            return self._shown(value)
        except (ArithmeticError, ValueError):
            self._told.append(
                f"cell {column_letter(self._column)}{self._number} is damaged and was read as “{value}”"
            )
            return value

    def _shown(self, value: str) -> str:
        style = self._cell.get("StyleID", "")
        if self._kind == "Number":
            return self._look(style)(value.strip())
        if self._kind == "DateTime":
            return moment_text(datetime.fromisoformat(value.strip()), self._codes.get(style, ""))
        if self._kind == "Boolean":
            return "TRUE" if value.strip() == "1" else "FALSE"
        if self._kind == "Error":
            cell = f"{column_letter(self._column)}{self._number}"
            self._told.append(f"cell {cell} shows the error {value} and was read as blank")
            return ""
        return unprotect(value)

    def _look(self, style: str) -> Look:
        if style not in self._looks:
            self._looks[style] = look_of(self._codes.get(style, "General"))
        return self._looks[style]
