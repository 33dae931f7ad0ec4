"""Delimited text into raw rows; a stray quotation mark costs its own row only.

A block of lines without quotation marks is split by `str.split`. Where quotation marks are in order, a block passes
through the csv module in its strict mode, which says when one is not. Then it is gone through record by record.
"""

import csv
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import count, islice, repeat

from pipeline.guard import unprotect
from pipeline.loader.charset import bad_bytes, mended
from pipeline.loader.lines import Lines, lines_of
from pipeline.records import Row, rows_of_cells

_GUARDS = ("'", "=")
_BATCH = 100
_MOST_LINES, _LONGEST_RECORD = 100_000, 20 << 20
"""Lines and characters of a record; a quotation mark open for longer is taken for one that never closes."""

_PATIENCE, _SHORT_RECORD = 64 << 20, 1 << 20
"""Characters read in vain behind open quotation marks; a text that costs more is looked through less far, or it could
take hours. Then records have a hundred lines and a million characters at most."""

_OPEN = (
    "a quotation mark opens in this row and never closes, so its cells cannot be told apart; "
    "close or remove the mark"
)
_STRAY = "a quotation mark stands inside a quoted cell of this row; look whether its cells are whole"
_BACKSLASH = "a backslash before a quotation mark was taken for part of the mark"
_ESCAPED = "a backslash before a delimiter was taken to keep the cell together"
_NOT_UTF8 = "bytes that are not UTF-8 were read as Windows text: {}"

# The module's limit is a C long, which has 32 bits on Windows.
csv.field_size_limit(min(sys.maxsize, 2**31 - 1))


def split(lines: Lines, delimiter: str, width: int, *, mend: bool = False) -> Iterator[list[Row]]:
    """The records of a text as raw rows in batches, numbered from 1, guards undone.

    `width` is how many cells most records have; with `mend`, escaped bytes that were not of the encoding are read as
    Windows text, and told.
    """
    number = 1
    splitter = _Splitter(lines, delimiter, width)
    while text := lines.block():
        for rows, said in splitter.batches(text, number):
            escaped = said is None or ("\\" in said and f"\\{delimiter}" in said)
            whole = [_rejoined(row, delimiter, width) for row in rows] if escaped else rows
            number += len(rows)
            yield [_mended(row) for row in whole] if mend and (said is None or bad_bytes(said)) else whole


class _Splitter:
    """The ways to split a block of lines, the quickest first."""

    def __init__(self, lines: Lines, delimiter: str, width: int) -> None:
        self._lines = lines
        self._delimiter = delimiter
        self._width = width
        self._careful = _Careful(lines, delimiter, width)
        # Where a pattern begins with a plain character, that is sought first, 40 times as fast as a pattern is.
        self._guard = re.compile(rf"""'(?<=[{re.escape(delimiter)}"\r\n]')""")

    def batches(self, text: str, number: int) -> Iterable[tuple[list[Row], str | None]]:
        """The rows of a block, numbered on from `number`, and the text that they are, which may be less.

        None in place of the text where quotation marks are not in order; then it may be more.
        """
        if '"' not in text:
            return ((rows_of_cells(count(number), map(self._cells(text), self._unquoted(text))), text),)
        block = lines_of(text)
        if open_from := self._open_from(text, block):
            self._lines.give_back("".join(block[open_from:]))
            del block[open_from:]
            text = "".join(block)
        try:
            reader = csv.reader(block, delimiter=self._delimiter, strict=True)
            return ((rows_of_cells(count(number), map(self._cells(text), reader)), text),)
        except csv.Error:
            return ((rows, None) for rows in self._careful.batches(block, number))

    def _unquoted(self, text: str) -> Iterable[list[str]]:
        """What the csv module makes of lines without quotation marks, but that a blank one has a cell."""
        return map(str.split, lines_of(text, keepends=False), repeat(self._delimiter))

    def _cells(self, text: str) -> Callable[[Iterable[str]], tuple[str, ...]]:
        """What makes cells of the fields of a text: tells whether one of them may begin with a guard."""
        guarded = text[0] == "'" or self._guard.search(text) or ("=" in text and '="' in text)
        return _without_guards if guarded else tuple

    def _open_from(self, text: str, block: list[str]) -> int:
        """The line in which a cell begins that is still open at the end of the block; 0 when there seems to be none.

        A last line that looks like a whole record is taken for one: to count all marks takes a twentieth of the time
        of reading. A mistake here costs time only.
        """
        if block[-1].count('"') % 2 == 0 and block[-1].count(self._delimiter) >= self._width - 1:
            return 0
        if text.count('"') % 2 == 0:
            return 0
        return next(place for place in range(len(block) - 1, -1, -1) if block[place].count('"') % 2)


def _without_guards(fields: Iterable[str]) -> tuple[str, ...]:
    return tuple([unprotect(field) if field[:1] in _GUARDS else field for field in fields])


def _rejoined(row: Row, delimiter: str, width: int) -> Row:
    """A row with too many cells, those put together that end with a backslash, if that makes it as wide as others."""
    cells: list[str] = []
    joined = False
    for cell in row.cells:
        if joined:
            cells[-1] = f"{cells[-1][:-1]}{delimiter}{cell}"
        else:
            cells.append(cell)
        joined = cell.endswith("\\")
    if len(row.cells) <= width or len(cells) != width or row.unreadable:
        return row
    return row._replace(cells=tuple(cells), warnings=(*row.warnings, _ESCAPED))


def _mended(row: Row) -> Row:
    found = bad_bytes("".join(row.cells))
    if not found:
        return row
    told = _NOT_UTF8.format(" ".join(dict.fromkeys(found)))
    return row._replace(cells=tuple(map(mended, row.cells)), warnings=(*row.warnings, told))


class _Careful:
    """Lines one record after the other; a record that goes on below its block takes further lines."""

    def __init__(self, further: Iterator[str], delimiter: str, width: int) -> None:
        self._lines: list[str] = []
        self._further = further
        self._delimiter = delimiter
        self._width = width
        self._ended = False
        self._patience = _PATIENCE

    def batches(self, block: list[str], number: int) -> Iterator[list[Row]]:
        """The rows of a block of lines and of what it draws behind it, numbered on from `number`."""
        self._lines = block
        records = enumerate(self._records(), number)
        while part := list(islice(records, _BATCH)):
            yield [
                Row(place, _without_guards(cells), warnings, why) for place, (cells, warnings, why) in part
            ]

    def _records(self) -> Iterator[tuple[list[str], tuple[str, ...], str]]:
        used = 0
        while used < len(self._lines):
            del self._lines[:used]  # each open quotation mark may have drawn millions of characters
            used = 0
            reader = csv.reader(self._from(0), delimiter=self._delimiter, strict=True)
            try:
                while used < len(self._lines) and (cells := next(reader, None)) is not None:
                    yield cells, (), ""
                    used = reader.line_num
            except csv.Error:
                self._read_in_vain(used, reader.line_num)
                cells, count, warnings, unreadable = self._faulty_record(used)
                used += count
                yield cells, warnings, unreadable

    def _from(self, place: int) -> Iterator[str]:
        self._ended = False
        most, room = (_MOST_LINES, _LONGEST_RECORD) if self._patience > 0 else (_BATCH, _SHORT_RECORD)
        for drawn in range(most):
            if place == len(self._lines):
                line = next(self._further, None)
                if line is None:
                    break
                self._lines.append(line)
            room -= len(self._lines[place])
            if room < 0 and drawn:
                break
            yield self._lines[place]
            place += 1
        self._ended = True

    def _faulty_record(self, place: int) -> tuple[list[str], int, tuple[str, ...], str]:
        """The record at a line whose quotation marks are not in order, and how many lines are its own."""
        if '\\"' in self._lines[place] and (escaped := self._escaped(place)):
            return escaped
        reader = csv.reader(self._from(place), delimiter=self._delimiter)
        cells = next(reader)
        count = reader.line_num
        if self._ended or self._swallows(place + 1, place + count):
            self._read_in_vain(place, place + count)
            return self._alone(place), 1, (), _OPEN
        if len(cells) != self._width:
            return cells, count, (), _STRAY
        return cells, count, (_STRAY,), ""

    def _read_in_vain(self, first: int, end: int) -> None:
        self._patience -= sum(map(len, self._lines[first:end]))

    def _escaped(self, place: int) -> tuple[list[str], int, tuple[str, ...], str] | None:
        """The record when a backslash takes the meaning from the quotation mark behind it, if that makes it whole."""
        lines = (line.replace('\\"', '""') for line in self._from(place))
        reader = csv.reader(lines, delimiter=self._delimiter, strict=True)
        try:
            cells = next(reader)
        except csv.Error:
            return None
        if self._ended or len(cells) != self._width:
            return None
        return cells, reader.line_num, (_BACKSLASH,), ""

    def _swallows(self, first: int, end: int) -> bool:
        """Whether a line that a quotation mark drew into the record above is a record by itself."""
        return any(len(self._alone(place)) >= self._width for place in range(first, end))

    def _alone(self, place: int) -> list[str]:
        line = self._lines[place].rstrip("\r\n")
        return next(csv.reader([line], delimiter=self._delimiter), [])
