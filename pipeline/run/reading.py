"""Rows of a source become entries: mapped, written down, with all that later stages want to know of them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from pipeline.config import Config, DedupeRules, match_columns
from pipeline.dedupe import Keys, keys_of
from pipeline.ledger import NewRow, Profile, SourceFacts, Written
from pipeline.ledger.entries import SEPARATOR
from pipeline.loader import Table
from pipeline.lookup import ListsUsed
from pipeline.mapper import Mapper
from pipeline.records import Mapped, Names, Outcome, Reason, Row, Status
from pipeline.run.applying import Applying
from pipeline.run.dates import with_orders
from pipeline.run.drift import Fill
from pipeline.run.origins import Origin, Origins
from pipeline.run.planning import Need

_AT_ONCE = 1_000


class Scope(NamedTuple):
    """Which rows of a table are taken: the first `limit`, or `only` these numbers; `origins` tells who came back.

    With `applying`, what results suggested for them is applied.
    """

    limit: int | None = None
    only: frozenset[int] | None = None
    origins: Origins | None = None
    applying: bool = False

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
    """Reads the rows of a table that are in scope; `told` when all have been read. `again` opens it once more."""

    def __init__(
        self, table: Table, config: Config, names: Names, scope: Scope, again: Callable[[], Table]
    ) -> None:
        columns, self._orders = with_orders(match_columns(config, table.columns), names, again)
        self._table = table
        self._unused = columns.unused
        self._mapper = Mapper(config, columns, names)
        self._rules = config.dedupe
        self._scope = scope
        self._applying = Applying(table.columns, self._mapper.map) if scope.applying else None
        self._slips = 0
        self._lists, self._known_lists = ListsUsed(), names.lists
        self._fill = Fill(len(table.columns))
        self._read = 0

    def entries(self) -> Iterator[list[Entry]]:
        """The entries in the source's order, part by part."""
        return (self._entered(rows, mapped) for rows, mapped in self.parts())

    def parts(self) -> Iterator[tuple[Sequence[Row], list[Mapped]]]:
        """The rows, and what the mapper makes of them."""
        for rows in _in_scope(self._table.chunks(_AT_ONCE), self._scope):
            mapped = self._mapper.map_all(self._applied(rows))
            for one in mapped:
                if one.problems:
                    continue
                self._slips += bool(one.suggestions)
                if lists := one.values.get("label_names"):
                    self._lists.add(lists)
            self._fill.add(rows)
            self._read += len(rows)
            yield rows, mapped

    def _applied(self, rows: Sequence[Row]) -> Sequence[Row]:
        origins = self._scope.origins
        return self._applying.to(rows, origins.finished(rows)) if self._applying and origins else rows

    def _entered(self, rows: Sequence[Row], mapped: Sequence[Mapped]) -> list[Entry]:
        if self._scope.origins is None:
            return [entry_of(one, self._rules) for one in mapped]
        origins = self._scope.origins.of(rows, mapped)
        return [entry_of(one, self._rules, origins.get(one.row, _NONE)) for one in mapped]

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


_NONE = Origin()


def entry_of(mapped: Mapped, rules: DedupeRules, origin: Origin = _NONE) -> Entry:
    """How a row that was mapped enters the ledger; `rules` say what it is compared by."""
    row, values, warnings, problems, suggestions = mapped
    suggestion = SEPARATOR.join(map(str, suggestions)) if suggestions else ""
    if problems:
        cut = Written.of(values) if problems[0].reason is Reason.UNREADABLE_ROW else None
        return Entry(NewRow(row, cut, _faulty(mapped), warnings, suggestion=suggestion), faulty=True)
    keys = keys_of(values, rules)
    said = Written.of(values, person=keys.email or keys.names)
    new = NewRow(row, said, origin.outcome, warnings, origin.leftover, suggestion, origin.since)
    if origin.outcome:
        return Entry(new, faulty=origin.outcome.status is Status.ERROR)
    return Entry(new, keys, Need.of(values))


def _faulty(mapped: Mapped) -> Outcome:
    first = mapped.problems[0]
    return Outcome(
        reason=first.reason,
        message="; ".join(problem.message for problem in mapped.problems),
        column=first.column,
        value=first.value,
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
