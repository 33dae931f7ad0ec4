"""Lines of delimited text into raw rows, with the csv module; a stray quotation mark costs its own row only.

Where all quotation marks are in order, whole blocks of lines pass through the csv module in its strict mode, which
says when one is not. Then the block is gone through record by record.
"""

import csv
import sys
from collections.abc import Iterator
from itertools import islice

from pipeline.guard import unprotect
from pipeline.loader.reading import RawRow

_BLOCK = 100
_LONGEST_RECORD = 100_000  # lines; a quotation mark open for longer is taken for one that never closes
_OPEN = (
    "a quotation mark opens in this row and never closes, so its cells cannot be told apart; "
    "close or remove the mark"
)
_STRAY = "a quotation mark stands inside a quoted cell of this row; look whether its cells are whole"

# The module's limit is a C long, which has 32 bits on Windows.
csv.field_size_limit(min(sys.maxsize, 2**31 - 1))


def split(lines: Iterator[str], delimiter: str, width: int) -> Iterator[RawRow]:
    """The records of a text as raw rows, numbered from 1, guards undone.

    `lines` have their line ends; `width` is how many cells most records have.
    """
    number = 0
    while block := list(islice(lines, _BLOCK)):
        try:
            records = list(csv.reader(block, delimiter=delimiter, strict=True))
        except csv.Error:
            for cells, warnings, unreadable in _Careful(block, lines, delimiter, width).records():
                number += 1
                yield number, [unprotect(cell) for cell in cells], warnings, unreadable
            continue
        if _may_be_guarded("".join(block), delimiter):
            records = [[unprotect(cell) for cell in record] for record in records]
        for record in records:
            number += 1
            yield number, record, (), ""


def _may_be_guarded(text: str, delimiter: str) -> bool:
    """Whether a cell in a block of text may begin with an apostrophe or `="`; quick where there are few of them."""
    place = text.find("'")
    while place >= 0:
        if place == 0 or text[place - 1] in (delimiter, '"', "\n", "\r"):
            return True
        place = text.find("'", place + 1)
    return "=" in text and '="' in text


class _Careful:
    """A block of lines, one record after the other; a record that goes on below the block takes further lines."""

    def __init__(self, block: list[str], further: Iterator[str], delimiter: str, width: int) -> None:
        self._lines = block
        self._further = further
        self._delimiter = delimiter
        self._width = width
        self._ended = False

    def records(self) -> Iterator[tuple[list[str], tuple[str, ...], str]]:
        """Cells, warnings, and why the row is unreadable."""
        place = 0
        while place < len(self._lines):
            reader = csv.reader(self._from(place), delimiter=self._delimiter, strict=True)
            used = 0
            try:
                while place + used < len(self._lines):
                    yield next(reader), (), ""
                    used = reader.line_num
            except csv.Error:
                cells, count, warnings, unreadable = self._faulty_record(place + used)
                used += count
                yield cells, warnings, unreadable
            place += used

    def _from(self, place: int) -> Iterator[str]:
        self._ended = False
        for _ in range(_LONGEST_RECORD):
            if place == len(self._lines):
                line = next(self._further, None)
                if line is None:
                    break
                self._lines.append(line)
            yield self._lines[place]
            place += 1
        self._ended = True

    def _faulty_record(self, place: int) -> tuple[list[str], int, tuple[str, ...], str]:
        """The record at a line whose quotation marks are not in order, and how many lines are its own."""
        reader = csv.reader(self._from(place), delimiter=self._delimiter)
        cells = next(reader)
        count = reader.line_num
        if self._ended or self._swallows(place + 1, place + count):
            return self._alone(place), 1, (), _OPEN
        if len(cells) != self._width:
            return cells, count, (), _STRAY
        return cells, count, (_STRAY,), ""

    def _swallows(self, first: int, end: int) -> bool:
        """Whether a line that a quotation mark drew into the record above is a record by itself."""
        return any(len(self._alone(place)) >= self._width for place in range(first, end))

    def _alone(self, place: int) -> list[str]:
        line = self._lines[place].rstrip("\r\n")
        return next(csv.reader([line], delimiter=self._delimiter), [])
