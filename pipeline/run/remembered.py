"""A table that was read a moment ago, as far as the reports of a large dry run need it.

To read a million rows again takes an eighth of all the work, and such reports show few of their cells.
"""

import pickle
from collections.abc import Iterator, Sequence
from itertools import repeat
from types import TracebackType
from typing import Self

from pipeline.loader import Table
from pipeline.records import Row, rows_of_cells
from pipeline.reporter import Expected

ROOM = 16 << 20
"""Bytes of rows that are kept: about 35,000 faulty ones of 30 columns."""


class Remembered:
    """The row numbers of a table, and the cells of its faulty rows; the others have none.

    They are kept packed, in half a kilobyte a faulty row. Where there are too many, all are forgotten.
    """

    def __init__(self, table: Table) -> None:
        """A table that is going to be read."""
        self.headers, self.columns, self.widths = table.headers, table.columns, table.widths
        self._faulty = 0
        self._parts: list[bytes] = []
        self._room = ROOM

    def add(self, numbers: Sequence[int], faulty: Sequence[Row]) -> None:
        """Takes the next rows: all numbers, and the faulty ones."""
        self._faulty += len(faulty)
        if self._room < 0:
            return
        part = pickle.dumps((numbers, list(map(tuple, faulty))))
        self._parts.append(part)
        self._room -= len(part)
        if self._room < 0:
            self._parts.clear()

    def suffices(self, expected: Expected) -> bool:
        """Whether reports of that can be made from it: all rows to be mended are faulty ones, and not forgotten."""
        return expected.few_cells and self._faulty == expected.failed and self._room >= 0

    def chunks(self) -> Iterator[list[Row]]:
        """The rows, in order."""
        for part in self._parts:
            numbers, faulty = pickle.loads(part)  # noqa: S301 - our own
            rows = rows_of_cells(numbers, repeat(()))
            for number, *rest in faulty:
                rows[numbers.index(number)] = Row(number, *rest)
            yield rows

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """There is nothing to free."""
