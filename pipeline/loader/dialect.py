"""Which character stands between the fields of a text: the one under which the text looks most like a table."""

import csv
import re
from collections import Counter
from itertools import islice
from typing import NamedTuple

DELIMITERS = (",", ";", "\t", "|")
_SEP_LINE = re.compile(r'"?sep=([^"\r\n]+?)"?[\r\n]*', re.IGNORECASE)
_MOST_RECORDS = 200


class Dialect(NamedTuple):
    """How a text is split into cells."""

    delimiter: str
    width: int
    """How many cells most records have."""
    skipped: int
    """Lines above the first row: 1 for a `sep=` line, which spreadsheets do not show."""


class Fit(NamedTuple):
    """How much a text looks like a table under one delimiter; more is better."""

    agreeing: float
    """Share of the records that have as many fields as most have."""
    width: int


_NONE = Fit(0.0, 1)


def find_dialect(lines: list[str], told: str | None = None) -> Dialect:
    """The dialect of a text whose first lines are given, under the delimiter that was told or the likeliest."""
    said = _said(lines[0]) if lines else None
    skipped = 1 if said else 0
    sample = lines[skipped:]
    candidates = [delimiter] if (delimiter := told or said) else DELIMITERS
    text = "".join(sample)
    if '\\"' in text:
        sample = [line.replace('\\"', '""') for line in sample]
    fits = {delimiter: _fit(sample, delimiter) if delimiter in text else _NONE for delimiter in candidates}
    best = max(fits, key=lambda delimiter: fits[delimiter])
    return Dialect(best, fits[best].width, skipped)


def _said(line: str) -> str | None:
    """The delimiter in Excel's `sep=` line, when the line is one."""
    said = _SEP_LINE.fullmatch(line)
    return said[1] if said and len(said[1]) == 1 else None


def _fit(lines: list[str], delimiter: str) -> Fit:
    widths = Counter(map(len, filter(any, _records(lines, delimiter))))
    split = {width: count for width, count in widths.items() if width > 1}
    if not split:
        return _NONE
    width = max(split, key=lambda width: (split[width], width))
    near = sum(count for other, count in split.items() if other <= width)
    return Fit(round(near / widths.total(), 1), width)


def _records(lines: list[str], delimiter: str) -> list[list[str]]:
    """The sample's first records; the last of a long sample may be cut off in the middle of a quoted field."""
    records = list(islice(csv.reader(lines, delimiter=delimiter), _MOST_RECORDS + 1))
    return records[:-1] if len(records) > _MOST_RECORDS else records
