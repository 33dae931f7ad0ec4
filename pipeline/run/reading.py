"""The rows of a source, mapped and made into entries, part by part."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import NamedTuple

from pipeline.config import Columns, match_columns
from pipeline.ledger import Profile, SourceFacts
from pipeline.loader import Table
from pipeline.lookup import ListsUsed
from pipeline.mapper import Mapper, cells_by_column
from pipeline.records import Mapped, Names, Row
from pipeline.run.applying import Applying
from pipeline.run.dates import with_orders
from pipeline.run.drift import Fill
from pipeline.run.entries import NEW, Noticed, Part, PlainEntries, entry_of, together
from pipeline.run.kept import Kept
from pipeline.run.origins import Origins

_AT_ONCE = 500


class Scope(NamedTuple):
    """Which rows of a table are taken: the first `limit`, or `only` these numbers; `origins` tells who came back.

    With `applying`, what results suggested for them is applied.
    """

    limit: int | None = None
    only: frozenset[int] | None = None
    origins: Origins | None = None
    applying: bool = False

    @property
    def from_the_top(self) -> bool:
        """Whether the first rows of a source are taken, or all, and it is no result that came back."""
        return self == Scope(self.limit)

    @property
    def whole(self) -> bool:
        """Whether all of a source is taken, and it is no result that came back."""
        return self.from_the_top and self.limit is None


class Read(NamedTuple):
    """What is known of a source when all of its rows have been read."""

    facts: SourceFacts
    profile: Profile


class Bound(NamedTuple):
    """The columns of a table as the config uses them, and what is to be told of the orders of their dates."""

    columns: Columns
    orders: tuple[str, ...]

    @classmethod
    def of(cls, table: Table, kept: Kept, names: Names) -> "Bound":
        """Matches the columns of a run's table; its kept source may have to be read for it."""
        return cls(*with_orders(match_columns(kept.config, table.columns), names, kept.open))


class RowMapping:
    """Maps rows and makes parts of them that can enter."""

    def __init__(self, bound: Bound, kept: Kept, names: Names) -> None:
        self._mapper = Mapper(kept.config, bound.columns, names)
        self._enters = partial(entry_of, rules=kept.config.dedupe, who_only=kept.who_only)
        self._enter_together = partial(together, rules=kept.config.dedupe, who_only=kept.who_only)

    def map(self, row: Row) -> Mapped:
        """A row alone."""
        return self._mapper.map(row)

    def part(self, rows: Sequence[Row], columns: Sequence[Sequence[str]]) -> Part:
        """Rows of a source; `columns` have their cells."""
        plain, others = self._mapper.map_together(rows, columns)
        entries = list(map(self._enters, others))
        noticed = Noticed.of(others, plain.column("label_names"))
        return Part.of(rows, self._enter_together(plain), entries, noticed)

    def part_that_came_back(self, rows: Sequence[Row], origins: Origins) -> Part:
        """Rows of a result that came back."""
        mapped = self._mapper.map_all(rows)
        of = origins.of(rows, mapped)
        entries = [self._enters(one, origin=of.get(one.row, NEW)) for one in mapped]
        return Part.of(rows, PlainEntries(), entries, Noticed.of(mapped))


class Findings:
    """What was noticed of all rows."""

    def __init__(self, names: Names) -> None:
        self._slips = 0
        self._lists, self._known_lists = ListsUsed(), names.lists

    def add(self, part: Part) -> Part:
        """Takes the next part into account; gives it back."""
        self._slips += part.noticed.slips
        for lists, count in part.noticed.lists:
            self._lists.add(lists, count)
        return part

    def told(self, read: Read) -> Read:
        """What is known of the source, with all that was noticed."""
        return read._replace(facts=replace(read.facts, notes=(*read.facts.notes, *self._notes())))

    def _notes(self) -> Iterator[str]:
        if self._slips:
            yield f"rows that are taken as they are, but have a suggestion in results.csv: {self._slips:,}"
        yield from self._lists.notes(self._known_lists)


class Reader:
    """Reads the rows of a run's table that are in scope; `told` when all have been read."""

    def __init__(self, table: Table, bound: Bound, kept: Kept, names: Names, scope: Scope) -> None:
        self._table = table
        self._bound = bound
        self._scope = scope
        self._mapping = RowMapping(bound, kept, names)
        self._applying = Applying(table.columns, self._mapping.map) if scope.applying else None
        self._findings = Findings(names)
        self._fill = Fill(len(table.columns))
        self._read = 0

    def chunks(self) -> Iterator[tuple[list[Row], list[tuple[str, ...]]]]:
        """The rows in scope in the source's order, and their cells by column."""
        for rows in _in_scope(self._table.chunks(_AT_ONCE), self._scope):
            columns = cells_by_column(rows)
            self._fill.add(columns)
            self._read += len(rows)
            yield rows, columns

    def parts(self) -> Iterator[Part]:
        """The rows in scope, in the source's order."""
        for rows, columns in self.chunks():
            yield self._findings.add(self.part(rows, columns))

    def part(self, rows: Sequence[Row], columns: Sequence[Sequence[str]]) -> Part:
        """What becomes of a chunk."""
        origins = self._scope.origins
        if origins is None:
            return self._mapping.part(rows, columns)
        if self._applying:
            rows = self._applying.to(rows, origins.finished(rows))
        return self._mapping.part_that_came_back(rows, origins)

    def told(self) -> Read:
        """What was found out about the source."""
        return self._findings.told(self.seen())

    def seen(self) -> Read:
        """The same without what was noticed of the rows."""
        table = self._table
        facts = SourceFacts(
            rows=self._read,
            blank=table.blank,
            sheet=table.sheet,
            header_row=table.header_row,
            encoding=table.encoding,
            delimiter=table.delimiter,
            notes=(*table.notes, *self._notes()),
            left_out=tuple((one.row, one.why) for one in table.left_out),
        )
        return Read(facts, self._fill.profile(self._read, table.columns))

    def _notes(self) -> Iterator[str]:
        yield from self._bound.orders
        if unused := self._bound.columns.unused:
            yield f"columns not used: {', '.join(unused)}"
        if self._applying:
            yield f"rows with suggestions that were applied: {self._applying.applied:,}"


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
