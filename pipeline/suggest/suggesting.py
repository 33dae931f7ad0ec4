"""From headers and sample rows to a suggestion: read each column, settle them together, tell it as choices."""

import re
from collections.abc import Mapping, Sequence

from pipeline.clean import region_of
from pipeline.config import column_key, column_names
from pipeline.fields import PHONES
from pipeline.records import IMPORT_COLUMNS
from pipeline.suggest.choices import Choice, Suggestion
from pipeline.suggest.columns import Column, columns_of
from pipeline.suggest.frames import FIRMS_PLACE, Concept
from pipeline.suggest.looks import look
from pipeline.suggest.regions import likely_region
from pipeline.suggest.together import PLACES, rank, settled

_ROWS = 500
"""Sample rows that are looked at; more change no share by much."""

_ADDRESS = "present_raw_address"
_PARTS: Mapping[Concept, int] = {concept: place for place, concept in enumerate(PLACES, 1)}
_USUAL = (frozenset({"email"}), frozenset({"first_name", "last_name", "organization_name"}))
_FALLBACKS = (
    ("first_name", "last_name"),
    ("last_name",),
    ("first_name",),
    ("organization_name",),
    ("linkedin_url",),
)


def suggest(headers: Sequence[str], sample_rows: Sequence[Sequence[str]] = ()) -> Suggestion:
    """A config for a table with these headers; `sample_rows` are some of its rows, as many as are at hand.

    Without rows the names alone decide. Columns without a name cannot be mapped, and those of a fed-back
    file are no data; they are left out.
    """
    names = ["" if _is_no_data(name) else name for name in column_names(headers)]
    rows = [row for row in sample_rows[:_ROWS] if any(cell.strip() for cell in row)]
    cells = [[row[at] if at < len(row) else "" for row in rows] for at in range(len(names))]
    columns = settled(columns_of(names, [look(values) for values in cells]))
    ordered = _in_order(columns)
    first = next((column for column in ordered if _mapped(column) and column.concept is Concept.EMAIL), None)
    choices = [_choice(column, cells[column.at], column is first) for column in ordered]
    fields = {choice.field for choice in choices if choice.field and choice.sure}
    national = likely_region(names, cells) if _national(columns, cells) else ""
    region = _region_column(columns) if fields.intersection(PHONES) else ""
    return Suggestion(tuple(choices), len(rows), region, national, _required(fields))


def _is_no_data(name: str) -> bool:
    return not column_key(name) or name.casefold() in IMPORT_COLUMNS


def _in_order(columns: Sequence[Column]) -> list[Column]:
    """The file's order, but columns for one field stand together, the better one first."""
    place: dict[str, int] = {}
    for column in columns:
        if _mapped(column):
            place.setdefault(_field(column.concept), column.at)

    def key(column: Column) -> tuple[int, int, int]:
        if not _mapped(column):
            return column.at, 0, 0
        whole = 10 if column.concept is Concept.ADDRESS else 0
        return place[_field(column.concept)], 1 + whole + rank(column), column.at

    return sorted(columns, key=key)


def _mapped(column: Column) -> bool:
    return column.concept is not Concept.NONE and not column.doubt


def _field(concept: Concept) -> str:
    return _ADDRESS if concept in _PARTS else "website_url" if concept is Concept.ANY_URL else concept.value


def _choice(column: Column, values: Sequence[str], first: bool) -> Choice:
    full = column.look.full if column.look.cells else None
    if column.concept is Concept.NONE:
        return Choice(column.name, "", True, column.reason, full, column.look.example)
    lists = column.concept is Concept.LISTS
    return Choice(
        column.name,
        _field(column.concept),
        not column.doubt,
        column.doubt or column.why,
        full,
        column.look.example,
        part=_PARTS.get(column.concept),
        optional=column.concept is Concept.EMAIL and not first,
        split=_split(values) if lists else "",
        others=_others(column),
    )


def _others(column: Column) -> tuple[str, ...]:
    if not column.doubt:
        return ()
    phones = tuple(name for name in PHONES if name != column.concept.value)
    beside: Mapping[Concept, tuple[str, ...]] = {
        Concept.FULL: ("first_name", "last_name", "organization_name"),
        Concept.COMPANY: ("name",),
        Concept.ANY_URL: ("linkedin_url",),
        **dict.fromkeys(_PHONE_CONCEPTS, phones),
    }
    return (*beside.get(column.concept, ()), "ignore")


_PHONE_CONCEPTS = tuple(Concept(name) for name in PHONES)
_SEPARATORS = (" ::: ", ";", ",", "|")


def _split(values: Sequence[str]) -> str:
    return next((sign for sign in _SEPARATORS if any(sign in value for value in values)), ",")


_WITHOUT_CODE = re.compile(r"\(?[0-9][0-9 ()./-]{4,}")


def _national(columns: Sequence[Column], cells: Sequence[Sequence[str]]) -> bool:
    """Whether a column of phones holds numbers without a country code."""
    return any(
        _WITHOUT_CODE.fullmatch(value.strip()) and not value.strip().startswith("00")
        for column in columns
        if _mapped(column) and column.concept.value in PHONES
        for value in cells[column.at]
    )


def _region_column(columns: Sequence[Column]) -> str:
    """The column that says the country of a row's phones: the person's, else the company's."""
    countries = [
        column
        for column in columns
        if (_mapped(column) and column.concept is Concept.COUNTRY)
        or ("COUNTRY" in column.meanings and column.reason == FIRMS_PLACE)
    ]
    known = [column for column in countries if not column.look.known or column.look.mostly("country")]
    best = sorted(known, key=lambda column: (column.concept is not Concept.COUNTRY, column.at))
    return next((column.name for column in best if region_of(column.name) is None), "")


def _required(fields: set[str]) -> tuple[tuple[str, ...], ...]:
    """What a row must have where the file cannot meet the usual rule."""
    filled = fields | ({"first_name", "last_name"} if "name" in fields else set())
    if any(needed <= filled for needed in _USUAL):
        return ()
    return next(((needed,) for needed in _FALLBACKS if filled.issuperset(needed)), ())
