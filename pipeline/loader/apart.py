"""A table that is read in a process of its own, by those who need its row numbers and few of its cells.

It stands here and not beside its user so that the other process, where it is a program of its own, imports the loader
alone: it starts in a quarter of the time that all of `pipeline.run` takes.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import repeat
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pipeline.beside import beside
from pipeline.loader import SourceOptions, open_as_told
from pipeline.records import Row

_AT_ONCE = 500


class TableApart:
    """The whole table of a source, read in another process; only rows in `cells` have their cells, to save the way."""

    def __init__(self, path: Path, told: SourceOptions, cells: frozenset[int]) -> None:
        with ExitStack() as until_told:
            self._parts = until_told.enter_context(beside(_table, path, told, cells))
            self.headers, self.columns, self.widths = next(self._parts)
            self._close = until_told.pop_all().close

    def chunks(self) -> Iterator[list[Row]]:
        """The rows, in order."""
        for numbers, whole in self._parts:
            rows = list(map(tuple.__new__, repeat(Row), zip(numbers, repeat(()), repeat(()), repeat(""))))
            for place, row in whole:
                rows[place] = Row._make(row)
            yield rows

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()


def _table(path: Path, told: SourceOptions, cells: frozenset[int]) -> Iterator[tuple[Any, ...]]:
    """First what is known of the columns, then the rows in parts: all numbers, and by their places those with cells."""
    with open_as_told(path, told) as table:
        yield table.headers, table.columns, table.widths
        for chunk in table.chunks(_AT_ONCE):
            whole = [(place, tuple(row)) for place, row in enumerate(chunk) if row.number in cells]
            yield [row.number for row in chunk], whole
