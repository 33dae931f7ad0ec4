"""A large source is read in a process of its own while its rows are entered."""

from collections.abc import Iterator
from typing import Any

from pipeline.beside import beside, worthwhile
from pipeline.errors import BrokenPromise
from pipeline.loader import Table
from pipeline.mapper import cells_by_column
from pipeline.records import Names, Row
from pipeline.run.entries import Part
from pipeline.run.kept import Kept
from pipeline.run.reading import Bound, Findings, Read, Reader, RowMapping, Scope

_OURS = 4
"""Of so many parts the process that enters maps one itself: else it would wait a third of the time."""


class ReaderBeside:
    """A `Reader` of a run's kept source that works in a process of its own, but for some parts that are mapped here."""

    def __init__(self, bound: Bound, kept: Kept, names: Names, limit: int | None) -> None:
        self._work = (bound, kept, names, limit)
        self._mapping = RowMapping(bound, kept, names)
        self._findings = Findings(names)
        self._told: Read | None = None

    def parts(self) -> Iterator[Part]:
        """As `Reader`."""
        with beside(_read, *self._work) as found:
            for one in found:
                if isinstance(one, Read):
                    self._told = self._findings.told(one)
                else:
                    yield self._findings.add(one if isinstance(one, Part) else self._mapped(one))

    def told(self) -> Read:
        """As `Reader`."""
        if self._told is None:
            raise BrokenPromise("The source was not read to its end.")
        return self._told

    def _mapped(self, packed: list[tuple[Any, ...]]) -> Part:
        rows = list(map(Row._make, packed))
        return self._mapping.part(rows, cells_by_column(rows))


def reader_of(kept: Kept, table: Table, names: Names, scope: Scope) -> Reader | ReaderBeside:
    """Reads what is in scope; in a process of its own where that is worth it."""
    bound = Bound.of(table, kept, names)
    if scope.from_the_top and worthwhile(kept.source):
        return ReaderBeside(bound, kept, names, scope.limit)
    return Reader(table, bound, kept, names, scope)


def _read(
    bound: Bound, kept: Kept, names: Names, limit: int | None
) -> Iterator[Part | list[tuple[Any, ...]] | Read]:
    """The parts, some of them as rows that were not mapped; last what is known of the source."""
    with kept.open() as table:
        reader = Reader(table, bound, kept, names, Scope(limit))
        for number, (rows, columns) in enumerate(reader.chunks()):
            yield reader.part(rows, columns) if number % _OURS else list(map(tuple, rows))
        yield reader.seen()
