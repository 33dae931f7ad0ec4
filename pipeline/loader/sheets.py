"""Which sheet of a workbook: the one that was told, else the first visible one with a table."""

from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import NamedTuple, Protocol

from pipeline.errors import SourceMistake
from pipeline.loader.header import SAMPLE, is_blank, is_cover, is_list
from pipeline.loader.reading import RawRow, column_letter

_MOST_LOOKED_AT = 1000
_MOST_NAMED = 100
_MOST_WEIGHED = 20
_CHOSEN, _OTHERS = "The sheet", "; others with a table: "
_SUMMARIES = ("“Summary”", "“Import summary”")


class SheetName(NamedTuple):
    """A sheet of a workbook."""

    name: str
    hidden: bool


class Book(Protocol):
    """A workbook that is open."""

    @property
    def sheets(self) -> list[SheetName]:
        """Its sheets in order, without chart sheets."""

    def has_table(self, sheet: str) -> bool:
        """Whether `is_table` holds for the first rows of a sheet."""

    def rows(self, sheet: str) -> Iterator[RawRow]:
        """The rows of a sheet."""


class Choice(NamedTuple):
    """A sheet, and what there is to say about the others."""

    sheet: str
    notes: list[str]


def choose_sheet(book: Book, told: str | None, path: Path) -> Choice:
    """The sheet to read.

    Raises:
        SourceMistake: there is no sheet of that name, or none with a table that can be seen.
    """
    sheets = book.sheets
    hidden = [sheet.name for sheet in sheets if sheet.hidden]
    notes = [f"Hidden sheets: {_quoted(hidden)}."] if hidden else []
    if told is not None:
        return Choice(_told_sheet(sheets, told, path), notes)
    visible = [sheet.name for sheet in sheets if not sheet.hidden]
    first = next(
        (place for place, name in enumerate(visible[:_MOST_LOOKED_AT]) if book.has_table(name)), None
    )
    if first is None:
        where = (
            "a sheet that can be seen"
            if len(visible) <= _MOST_LOOKED_AT
            else f"its first {_MOST_LOOKED_AT} sheets"
        )
        raise SourceMistake(f"{path} has no table in {where}.{_hidden_hint(hidden)}")
    others = visible[first + 1 : first + _MOST_NAMED]
    tables = [visible[first], *(name for name in others if book.has_table(name))]
    chosen = _behind_cover(book, tables)
    if len(tables) > 1:
        rest = [name for name in tables if name != chosen]
        notes.insert(0, f"{_CHOSEN} “{chosen}” was read{_OTHERS}{_quoted(rest)}.")
    elif len(sheets) > 1:
        notes.insert(0, f"{_CHOSEN} “{chosen}” was read.")
    return Choice(chosen, notes)


def without_summary(notes: list[str]) -> None:
    """Takes the summary that stands behind the rows of our own results out of the note about other sheets."""
    said, others, names = notes[0].partition(_OTHERS) if notes else ("", "", "")
    if others and said.startswith(_CHOSEN):
        left = [name for name in names.removesuffix(".").split(", ") if name not in _SUMMARIES]
        notes[:1] = [f"{said}{others}{', '.join(left)}."] if left else []


def hidden_notes(columns: Iterable[tuple[int, int]], rows: Sequence[int]) -> list[str]:
    """What to say about hidden columns (first and last of each group) and rows, which are read like the others."""
    notes = []
    for first, last in columns:
        until = f" to {column_letter(last)}" if last != first else ""
        notes.append(f"Hidden columns were read too: {column_letter(first)}{until}.")
    return [*notes, _hidden_rows(rows)] if rows else notes


def _hidden_rows(rows: Sequence[int]) -> str:
    shown = ", ".join(map(str, rows[:10])) + (" …" if len(rows) > 10 else "")  # noqa: PLR2004 - as many as one reads
    return f"{len(rows):,} hidden or filtered row{'s were' if len(rows) > 1 else ' was'} read too: {shown}."


def _told_sheet(sheets: list[SheetName], told: str, path: Path) -> str:
    names = [sheet.name for sheet in sheets]
    if told in names:
        return told
    folded = {name.strip().casefold(): name for name in names}
    wanted = told.strip().casefold()
    if wanted in folded:
        return folded[wanted]
    close = get_close_matches(wanted, folded, n=1)
    likely = f" Did you mean “{folded[close[0]]}”?" if close else ""
    raise SourceMistake(f"{path} has no sheet “{told}”; it has {_quoted(names)}.{likely}")


def is_table(rows: Iterable[RawRow]) -> bool:
    """Whether two rows have something in them, or one does that is a header of several columns."""
    filled = [row[1] for row in islice(rows, SAMPLE) if not is_blank(row[1])]
    return len(filled) > 1 or any(sum(not is_blank([cell]) for cell in row) > 1 for row in filled)


def _behind_cover(book: Book, tables: Sequence[str]) -> str:
    """The first sheet, unless it only says what the workbook is and one behind it has columns with names."""
    if len(tables) > 1 and is_cover(_texts(book.rows(tables[0]))):
        return next((name for name in tables[1:_MOST_WEIGHED] if is_list(_texts(book.rows(name)))), tables[0])
    return tables[0]


def _texts(rows: Iterable[RawRow]) -> list[tuple[str, ...]]:
    return [row.cells for row in islice(rows, SAMPLE)]


def _hidden_hint(hidden: list[str]) -> str:
    return f" Hidden: {_quoted(hidden)}; name one with --sheet to read it." if hidden else ""


def _quoted(names: list[str]) -> str:
    shown = ", ".join(f"“{name}”" for name in names[:20])
    return f"{shown} and {len(names) - 20} more" if len(names) > 20 else shown  # noqa: PLR2004 - as many as one reads
