"""The rows of a source, mapped and made into entries, part by part."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import NamedTuple

from pipeline.config import match_columns
from pipeline.ledger import Profile, SourceFacts
from pipeline.loader import Table
from pipeline.lookup import ListsUsed
from pipeline.mapper import Mapper, cells_by_column
from pipeline.records import Mapped, Names, Row
from pipeline.run.applying import Applying
from pipeline.run.dates import with_orders
from pipeline.run.drift import Fill
from pipeline.run.entries import NEW, NONE_PLAIN, Part, entry_of, together
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


class Reader:
    """Reads the rows of a run's table that are in scope; `told` when all have been read."""

    def __init__(self, table: Table, kept: Kept, names: Names, scope: Scope) -> None:
        columns, self._orders = with_orders(match_columns(kept.config, table.columns), names, kept.open)
        self._table = table
        self._unused = columns.unused
        self._mapper = Mapper(kept.config, columns, names)
        self._enters = partial(entry_of, rules=kept.config.dedupe, who_only=kept.who_only)
        self._enter_together = partial(together, rules=kept.config.dedupe, who_only=kept.who_only)
        self._scope = scope
        self._applying = Applying(table.columns, self._mapper.map) if scope.applying else None
        self._slips = 0
        self._lists, self._known_lists = ListsUsed(), names.lists
        self._fill = Fill(len(table.columns))
        self._read = 0

    def parts(self) -> Iterator[Part]:
        """The rows in scope, in the source's order."""
        for rows in _in_scope(self._table.chunks(_AT_ONCE), self._scope):
            columns = cells_by_column(rows)
            self._fill.add(columns)
            self._read += len(rows)
            yield (
                self._mapped(rows, columns)
                if self._scope.origins is None
                else self._came_back(rows, self._scope.origins)
            )

    def _mapped(self, rows: Sequence[Row], columns: Sequence[Sequence[str]]) -> Part:
        plain, others = self._mapper.map_together(rows, columns)
        for lists, count in Counter(plain.column("label_names")).items():
            self._lists.add(lists, count)
        self._notice(others)
        return Part.of(rows, self._enter_together(plain), list(map(self._enters, others)))

    def _came_back(self, rows: Sequence[Row], origins: Origins) -> Part:
        if self._applying:
            rows = self._applying.to(rows, origins.finished(rows))
        mapped = self._mapper.map_all(rows)
        self._notice(mapped)
        of = origins.of(rows, mapped)
        return Part.of(rows, NONE_PLAIN, [self._enters(one, origin=of.get(one.row, NEW)) for one in mapped])

    def _notice(self, mapped: Iterable[Mapped]) -> None:
        for one in mapped:
            if not one.problems:
                self._slips += bool(one.suggestions)
                self._lists.add(one.values.get("label_names", ()))

    def told(self) -> Read:
        """What was found out about the source."""
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
        yield from self._orders
        if self._unused:
            yield f"columns not used: {', '.join(self._unused)}"
        if self._applying:
            yield f"rows with suggestions that were applied: {self._applying.applied:,}"
        if self._slips:
            yield f"rows that are taken as they are, but have a suggestion in results.csv: {self._slips:,}"
        yield from self._lists.notes(self._known_lists)


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
