"""Which character stands between the fields of a text: the one under which the text looks most like a table."""

import csv
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

DELIMITERS = (",", ";", "\t", "|")
_SEP_LINE = re.compile(r'"?sep=([^"\r\n]+?)"?[\r\n]*', re.IGNORECASE)
_MOST_RECORDS = 200


def _longest_field() -> int:
    """The csv module's limit is a C long, which has 32 bits on Windows."""
    return min(sys.maxsize, 2**31 - 1)


csv.field_size_limit(_longest_field())


class Fit(NamedTuple):
    """How much a text looks like a table under one delimiter; more is better."""

    agreeing: float
    """Share of the records that have as many fields as most have."""
    width: int


def said_delimiter(line: str) -> str | None:
    """The delimiter in Excel's `sep=` line, when the line is one."""
    said = _SEP_LINE.fullmatch(line)
    return said[1] if said and len(said[1]) == 1 else None


def find_delimiter(lines: Iterable[str]) -> str:
    """The delimiter of a text whose first lines are given; a comma where there is nothing to see."""
    sample = list(lines)
    fits = [(_fit(sample, delimiter), delimiter) for delimiter in DELIMITERS]
    best, delimiter = max(fits, key=lambda pair: pair[0])
    return delimiter if best.width > 1 else ","


def _fit(lines: list[str], delimiter: str) -> Fit:
    widths = Counter(len(record) for record in _records(lines, delimiter) if any(record))
    split = {width: count for width, count in widths.items() if width > 1}
    if not split:
        return Fit(0.0, 1)
    width = max(split, key=lambda width: (split[width], width))
    near = sum(count for other, count in split.items() if other <= width)
    return Fit(round(near / widths.total(), 1), width)


def _records(lines: list[str], delimiter: str) -> Iterator[list[str]]:
    """The sample's records but the last, which may be cut off in the middle of a quoted field."""
    records = list(csv.reader(lines, delimiter=delimiter))
    yield from records[: max(1, len(records) - 1)][:_MOST_RECORDS]
