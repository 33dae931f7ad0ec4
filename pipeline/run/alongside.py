"""A large source is read in a process of its own: while its rows are entered, and while its reports are written."""

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import repeat
from types import TracebackType
from typing import Any, Self

from pipeline.beside import beside, worthwhile
from pipeline.errors import BrokenPromise
from pipeline.loader import Table
from pipeline.records import Names, Row
from pipeline.run.entries import Part
from pipeline.run.kept import Kept
from pipeline.run.reading import Read, Reader, Scope

_AT_ONCE = 500


class ReaderBeside:
    """A `Reader` of a run's kept source that works in a process of its own."""

    def __init__(self, kept: Kept, names: Names, limit: int | None) -> None:
        self._work = (kept, names, limit)
        self._told: Read | None = None

    def parts(self) -> Iterator[Part]:
        """As `Reader`."""
        with beside(_read, *self._work) as parts:
            for part in parts:
                if isinstance(part, Read):
                    self._told = part
                else:
                    yield part

    def told(self) -> Read:
        """As `Reader`."""
        if self._told is None:
            raise BrokenPromise("The source was not read to its end.")
        return self._told


def reader_of(kept: Kept, table: Table, names: Names, scope: Scope) -> Reader | ReaderBeside:
    """Reads what is in scope; in a process of its own where that is worth it."""
    if scope == Scope(scope.limit) and worthwhile(kept.source):
        return ReaderBeside(kept.knowing(table), names, scope.limit)
    return Reader(table, kept.config, names, scope, kept.open)


def _read(kept: Kept, names: Names, limit: int | None) -> Iterator[Part | Read]:
    with kept.open() as table:
        reader = Reader(table, kept.config, names, Scope(limit), kept.open)
        yield from reader.parts()
        yield reader.told()


class TableBeside:
    """The whole table of a source, read in another process; only rows in `cells` have their cells, to save the way."""

    def __init__(self, kept: Kept, cells: frozenset[int]) -> None:
        with ExitStack() as until_told:
            self._parts = until_told.enter_context(beside(_table, kept, cells))
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


def _table(kept: Kept, cells: frozenset[int]) -> Iterator[tuple[Any, ...]]:
    """First what is known of the columns, then the rows in parts: all numbers, and by their places those with cells."""
    with kept.open() as table:
        yield table.headers, table.columns, table.widths
        for chunk in table.chunks(_AT_ONCE):
            whole = [(place, tuple(row)) for place, row in enumerate(chunk) if row.number in cells]
            yield [row.number for row in chunk], whole
