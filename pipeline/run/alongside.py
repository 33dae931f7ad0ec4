"""A large source is read in a process of its own while its rows are entered."""

from collections.abc import Iterator

from pipeline.beside import beside, worthwhile
from pipeline.errors import BrokenPromise
from pipeline.loader import Table
from pipeline.records import Names
from pipeline.run.entries import Part
from pipeline.run.kept import Kept
from pipeline.run.reading import Read, Reader, Scope


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
    if scope.from_the_top and worthwhile(kept.source):
        return ReaderBeside(kept, names, scope.limit)
    return Reader(table, kept, names, scope)


def _read(kept: Kept, names: Names, limit: int | None) -> Iterator[Part | Read]:
    with kept.open() as table:
        reader = Reader(table, kept, names, Scope(limit))
        yield from reader.parts()
        yield reader.told()
