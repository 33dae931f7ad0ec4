"""Readers of one cell: trimmed, blank words taken for nothing, formulas refused, cleaned."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from pipeline.clean import cleaner, shown, split_name, trim
from pipeline.config import Target
from pipeline.fields import FULL_NAME, Kind
from pipeline.records import Problem, Reason

_ERROR = re.compile(
    r"#(?:(?:REF|VALUE|DIV/0|NUM|NULL|SPILL|CALC|BEZUG|WERT|ZAHL|VALEUR|NOMBRE|NUL|RIF|VALORE|VALOR|VERW|WAARDE|"
    r"GETAL|LEEG|DEEL/0|ADR|ARG|LICZBA|DZIEL/0)!|(?:NAME|NOM|NOME|NAAM|NAZWA)\?|#{2,})"
)
"""What Excel writes into text files for errors and for columns that are too narrow, in its common languages."""


class Fault(NamedTuple):
    """A problem of the cell at a place in the row, and the contact fields that have no value because of it."""

    at: int
    fields: tuple[str, ...]
    problem: Problem


Cells: TypeAlias = tuple[str, ...]
Notes: TypeAlias = list[str | Fault]
"""What a row's readers noticed: warnings and faults, in the order of the fields."""

Read: TypeAlias = Callable[[Cells, Notes], str]

Value: TypeAlias = str | tuple[str, ...]
"""What a contact field holds; "" or nothing in it where it has no value."""

ReadAny: TypeAlias = Callable[[Cells, Notes], Value]


class Place(NamedTuple):
    """One target of one column: where its cell is, and what messages call the column."""

    at: int
    column: str
    target: Target

    @property
    def fields(self) -> tuple[str, ...]:
        """The contact fields that get their value from here."""
        if self.target.field == FULL_NAME:
            return ("first_name", "last_name")
        return (self.target.field,) if self.target.field else ()


def cell_reader(place: Place, blanks: Mapping[str, str]) -> Read:
    """Reads the cell of a place; `blanks` are the words for nothing, by casefolded form.

    A word for nothing is one only where no person's name is expected: people are called Null.
    """
    plain = _trimmed(place, {} if place.target.kind is Kind.NAME else blanks)
    clean = cleaning(place.target)
    return (lambda cells, notes: clean(plain(cells, notes))) if clean else plain


def cleaning(target: Target) -> Callable[[str], str] | None:
    """All cleaners of a target as one; None where it has none."""
    cleaners = tuple(map(cleaner, target.clean))

    def clean(text: str) -> str:
        for one in cleaners:
            text = one(text)
        return trim(text)

    return clean if cleaners else None


def _trimmed(place: Place, blanks: Mapping[str, str]) -> Read:
    at, column, fields = place.at, place.column, place.fields
    longest = max(map(len, blanks), default=0)

    def read(cells: Cells, notes: Notes) -> str:
        text = cells[at]
        if not text:
            return ""
        text = text.strip()
        if not text.isprintable():
            text = trim(text)
        if text[:1] == "=":
            notes.append(Fault(at, fields, _formula(column, text)))
            return ""
        if text[:1] == "#" and _ERROR.fullmatch(text):
            notes.append(f"{column}: {shown(text)} is an error of the spreadsheet, and counts as empty")
            return ""
        if len(text) <= longest and text.casefold() in blanks:
            notes.append(f"{column}: {shown(text)} counts as empty")
            return ""
        return text

    return read


def _formula(column: str, text: str) -> Problem:
    message = f'{column}: {shown(text)} looks like a formula; type the value itself, without "=" in front'
    return Problem(Reason.INVALID_VALUE, column, text, message)


def guarded(read: Read, place: Place) -> Read:
    """The reader of a place, of which nothing that begins like a formula is sent, however it is cleaned and split."""
    target = place.target
    if not (target.clean or target.split or target.field == FULL_NAME):
        return read

    def read_guarded(cells: Cells, notes: Notes) -> str:
        text = read(cells, notes)
        if "=" in text and any(trim(part).startswith("=") for part in _sent(target, text)):
            notes.append(Fault(place.at, place.fields, _formula(place.column, text)))
            return ""
        return text

    return read_guarded


def _sent(target: Target, text: str) -> Sequence[str]:
    if target.field == FULL_NAME:
        return split_name(text)
    return text.split(target.split) if target.split else (text,)


def first_there(texts: tuple[str, ...]) -> str:
    """The first text that is not empty; "" if all are."""
    return next(filter(None, texts), "")


def together(texts: Iterable[str]) -> str:
    """The texts that are not empty, joined by commas."""
    return ", ".join(filter(None, texts))


def first_of(readers: tuple[Read, ...]) -> Read:
    """The first value that is there; later columns are read only where those before them are empty."""
    if len(readers) == 1:
        return readers[0]

    def read(cells: Cells, notes: Notes) -> str:
        for reader in readers:
            text = reader(cells, notes)
            if text:
                return text
        return ""

    return read


def joined(readers: tuple[Read, ...]) -> Read:
    """The parts that are there, joined by commas."""

    def read(cells: Cells, notes: Notes) -> str:
        return together([reader(cells, notes) for reader in readers])

    return read
