"""Which of the first rows holds the names of the columns.

The first filled row does, unless it is plainly something else: a title, a note, a row of data. A row further down is
taken only when all above it is at most half as wide and the row itself reads like names, so that no person's row
is ever mistaken for a header.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

SAMPLE = 200
_SEARCHED = 30
_LONGEST_NAME = 100
_WIDEST_COVER = 2
_WORDS = frozenset(  # of column names, lower case
    """
    name names first last full surname given middle vorname nachname email emails mail e-mail
    adresse address company companies firm firma organization organisation account unternehmen
    entreprise société title titel job position role phone phones mobile telephone telefon tel
    direct work home linkedin url urls website web domain city state country stadt land region
    street zip id ids owner stage status lists list industry employees connected notes prénom nom
    correo nombre apellido empresa teléfono date created tags source linked
    link namn post mobil efternamn förnamn företag naam bedrijf cognome azienda
    """.split()  # noqa: SIM905 - read as prose
)
_TOKEN = re.compile(r"[A-Z]{2,}|[^\W\d_][^\W\d_A-Z]*")  # firstName is two words, URL is one
_EMAIL = re.compile(r"\S+@\S+\.\w+")
_DATA = re.compile(
    r"""\s*(?: \S+@\S+\.\w+ | (?:https?://|www\.)\S+ | [+(]?\d[\d\s().,/:%+-]* | \d{4}-\d\d-\d\d.* )\s*""",
    re.VERBOSE | re.IGNORECASE,
)


class Found(NamedTuple):
    """The header: its place among the rows that were given, from 0, and whether it reads like one."""

    place: int
    sure: bool


def is_blank(cells: Sequence[str]) -> bool:
    """Whether nothing can be seen in any of the cells."""
    return not any(map(str.strip, cells))


def is_value(cell: str) -> bool:
    """Whether a text is an address, a link, a number or a date, and so no name of a column."""
    return _DATA.fullmatch(cell) is not None


def find_header(rows: Sequence[Sequence[str]]) -> Found | None:
    """The header among the first rows of a file or sheet; None when all of them are blank."""
    start = next((place for place, row in enumerate(rows) if not is_blank(row)), None)
    if start is None:
        return None
    first = _filled(rows[start])
    data = _is_data(first)
    if not data and len(first) * 2 > max(map(len, rows)):
        return Found(start, sure=True)  # as most files begin; quickly
    places = [place for place, row in enumerate(rows) if not is_blank(row)]
    filled = {place: _filled(rows[place]) for place in places}
    if not data and len(first) * 2 > max(map(len, filled.values())):
        return Found(places[0], sure=True)
    for count, place in enumerate(places[1:_SEARCHED], 1):
        above = [filled[other] for other in places[:count]]
        below = [filled[other] for other in places[count + 1 :]]
        if _is_header_below(filled[place], above, below):
            return Found(place, sure=True)
    return Found(places[0], sure=not data and all(_is_name(cell) for cell in first.values()))


def reads_like_names(row: Sequence[str]) -> bool:
    """Whether a row may stand in a header: something in it, and nothing that is data."""
    cells = _filled(row)
    return bool(cells) and not _is_data(cells) and sum(map(_is_name, cells.values())) * 3 >= len(cells)


def is_cover(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the rows of a sheet are a few words about others: no values of people, labels down instead of across."""
    filled = [cells for row in rows if (cells := list(_filled(row).values()))]
    if any(len(cells) > _WIDEST_COVER or any(map(_EMAIL.fullmatch, cells)) for cells in filled):
        return False
    below = [cells[0] for cells in filled[1:]]
    labels = sum(cell.endswith(":") or _is_name(cell) for cell in below)
    return not any(map(_is_only_name, filled[0])) or labels * 2 > len(below)


def is_list(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the rows of a sheet have a header of several columns that reads like one, and a row below it."""
    found = find_header(rows)
    if found is None or not reads_like_names(rows[found.place]):
        return False
    return (
        any(len(_filled(row)) > 1 for row in rows[found.place + 1 :]) and len(_filled(rows[found.place])) > 1
    )


def _filled(row: Sequence[str]) -> dict[int, str]:
    return {column: cell.strip() for column, cell in enumerate(row) if cell and not cell.isspace()}


def _is_header_below(cells: dict[int, str], above: list[dict[int, str]], below: list[dict[int, str]]) -> bool:
    if _is_data(cells) or any(len(other) * 2 > len(cells) for other in above):
        return False
    named = sum(_is_name(cell) for cell in cells.values())
    return named * 3 >= len(cells) or _differs(cells, below)


def _is_data(cells: dict[int, str]) -> bool:
    """Whether a row holds values: an address, or mostly numbers, links and dates; or texts too long for names."""
    texts = list(cells.values())
    if any(_EMAIL.fullmatch(text) for text in texts):
        return True
    values = sum(bool(_DATA.fullmatch(text)) or len(text) > _LONGEST_NAME for text in texts)
    return values * 2 > len(texts)


def _is_name(cell: str) -> bool:
    return any(token.casefold() in _WORDS for token in _TOKEN.findall(cell))


def _is_only_name(cell: str) -> bool:
    return all(token.casefold() in _WORDS for token in _TOKEN.findall(cell))


def _differs(cells: dict[int, str], below: list[dict[int, str]]) -> bool:
    """Whether no cell of this row is a value, while some column has values in most rows below."""
    if any(_DATA.fullmatch(cell) for cell in cells.values()):
        return False
    for column in cells:
        values = [row[column] for row in below if column in row]
        if values and sum(bool(_DATA.fullmatch(value)) for value in values) * 2 > len(values):
            return True
    return False
