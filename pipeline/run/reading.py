"""Rows of a source become entries: mapped, written down, with all that later stages want to know of them."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from pipeline.config import Config, match_columns
from pipeline.dedupe import Keys
from pipeline.ledger import NewRow, Profile, SourceFacts, Written
from pipeline.loader import Table
from pipeline.mapper import Mapper
from pipeline.records import Mapped, Names, Outcome, Row
from pipeline.run.drift import Fill
from pipeline.run.origins import Origin, Origins
from pipeline.run.planning import Need

_AT_ONCE = 500


class Scope(NamedTuple):
    """Which rows of a table are taken: the first `limit`, or `only` these numbers; `origins` tells who came back."""

    limit: int | None = None
    only: frozenset[int] | None = None
    origins: Origins | None = None

    @property
    def whole(self) -> bool:
        """Whether all of a source is taken, and it is no result that came back."""
        return self.limit is None and self.only is None and self.origins is None


class Entry(NamedTuple):
    """A row on its way into the ledger; `keys` and `need` are None where it cannot be sent."""

    new: NewRow
    keys: Keys | None = None
    need: Need | None = None
    faulty: bool = False


class Read(NamedTuple):
    """What is known of a source when all of its rows have been read."""

    facts: SourceFacts
    profile: Profile


class Reader:
    """Reads the rows of a table that are in scope; `told` when all have been read."""

    def __init__(self, table: Table, config: Config, names: Names, scope: Scope) -> None:
        columns = match_columns(config, table.columns)
        self._table = table
        self._unused = columns.unused
        self._map = Mapper(config, columns, names).map
        self._scope = scope
        self._fill = Fill(len(table.columns))
        self._read = 0

    def entries(self) -> Iterator[list[Entry]]:
        """The entries in the source's order, part by part."""
        for rows in _in_scope(self._table.chunks(_AT_ONCE), self._scope):
            mapped = [self._map(row) for row in rows]
            self._fill.add(rows)
            self._read += len(rows)
            yield self._entered(rows, mapped)

    def _entered(self, rows: Sequence[Row], mapped: Sequence[Mapped]) -> list[Entry]:
        if self._scope.origins is None:
            return [_entry(one, _NONE) for one in mapped]
        origins = self._scope.origins.of(rows, mapped)
        return [_entry(one, origins.get(one.row, _NONE)) for one in mapped]

    def told(self) -> Read:
        """What was found out about the source."""
        table = self._table
        unused = ", ".join(self._unused)
        facts = SourceFacts(
            rows=self._read,
            blank=table.blank,
            sheet=table.sheet,
            header_row=table.header_row,
            encoding=table.encoding,
            delimiter=table.delimiter,
            notes=(*table.notes, *((f"columns not used: {unused}",) if unused else ())),
            left_out=tuple((one.row, one.why) for one in table.left_out),
        )
        return Read(facts, self._fill.profile(self._read, table.columns))


_NONE = Origin()


def _entry(mapped: Mapped, origin: Origin) -> Entry:
    row, contact, warnings, problems = mapped
    if problems:
        return Entry(NewRow(row, None, _faulty(mapped), warnings), faulty=True)
    new = NewRow(row, Written.of(contact), origin.outcome, warnings, leftover=origin.leftover)
    return Entry(new) if origin.outcome else Entry(new, Keys.of(contact), Need.of(contact))


def _faulty(mapped: Mapped) -> Outcome:
    first = mapped.problems[0]
    return Outcome(
        reason=first.reason,
        message="; ".join(problem.message for problem in mapped.problems),
        column=first.column,
        value=first.value,
        suggestion="; ".join(problem.suggestion for problem in mapped.problems if problem.suggestion),
    )


def _in_scope(chunks: Iterable[list[Row]], scope: Scope) -> Iterator[list[Row]]:
    if scope.only is None:
        yield from _first(chunks, scope.limit)
        return
    for chunk in chunks:
        if part := [row for row in chunk if row.number in scope.only]:
            yield part


def _first(chunks: Iterable[list[Row]], limit: int | None) -> Iterator[list[Row]]:
    left = limit
    for chunk in chunks:
        part = chunk if left is None else list(islice(chunk, left))
        if part:
            yield part
        if left is not None:
            left -= len(part)
            if left <= 0:
                return
