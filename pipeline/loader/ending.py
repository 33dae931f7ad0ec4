"""What stands below a table and is no row of it: totals, and lines such as "Exported on …"."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from pipeline.loader.header import is_value
from pipeline.records import Row

TAIL = 20
"""How many rows at the end may be no data."""

_TOTAL = re.compile(r"(?:grand |sub)?totals?|sum|summe|gesamt|gesamtsumme|total général", re.IGNORECASE)
_COUNTED = re.compile(
    r"(?:grand )?(?:total|count|sum|summe|anzahl|gesamt)\b[^:=@]{0,30}[:=]?\s*[\d.,]+", re.IGNORECASE
)
_AMOUNT = re.compile(r"[^\w@]*\d[\d.,'\s]*[^\w@]*")
_CLOSING = re.compile(
    r"(?:generated|exported|export date|created|printed|downloaded|source|report|confidential|copyright|disclaimer|"
    r"end of|page \d+|notes?:|erstellt|stand:|quelle|seite \d+)(?!\w)",
    re.IGNORECASE,
)
_FEWEST_COLUMNS = 3
_SHORTEST_CLOSING = 10


class Ending(NamedTuple):
    """From which place on rows are no data, and what each of them is."""

    place: int
    why: tuple[str, ...]


def find_ending(rows: Sequence[Row], before: int) -> Ending:
    """The end of the table among its last rows; `before` is the number of the row above them.

    A row is left out for its words (a total, "Exported on …"), or when it has one cell only and blank rows part it,
    or the lines it stands with, from the table.
    """
    cut = place = len(rows)
    why: list[str] = []
    while place > max(0, len(rows) - TAIL):
        row = rows[place - 1]
        said = _said(row)
        if not said and not (place > 1 and _is_lonely(row)):
            break
        place -= 1
        why.insert(0, said or "below the table")
        above = rows[place - 1].number if place else before
        if said or row.number > above + 1:
            cut = place
    return Ending(cut, tuple(why[cut - place :]))


def _said(row: Row) -> str:
    """What a row is by its words; "" for data."""
    filled = [cell.strip() for cell in row.cells if cell.strip()]
    if not filled:
        return ""
    total = _TOTAL.fullmatch(filled[0].rstrip(" :")) and len(filled) > 1
    if (total and all(_AMOUNT.fullmatch(cell) for cell in filled[1:])) or (
        len(filled) == 1 and _COUNTED.fullmatch(filled[0])
    ):
        return "a total row at the end"
    if len(row.cells) >= _FEWEST_COLUMNS and _closes(filled):
        return "below the table"
    return ""


def _closes(filled: list[str]) -> bool:
    """Whether the cells of a row are a line such as `Exported on 2024-01-05`, or `Exported by:` and a word."""
    first, *more = filled
    if more and not (first.endswith(":") and len(more) == 1):
        return False
    return len(first) >= _SHORTEST_CLOSING and bool(_CLOSING.match(first)) and not any(map(is_value, filled))


def _is_lonely(row: Row) -> bool:
    filled = [cell for cell in row.cells if cell.strip()]
    return len(row.cells) >= _FEWEST_COLUMNS and len(filled) == 1 and not is_value(filled[0])
