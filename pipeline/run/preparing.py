"""The first half of a run: every row of the source is read, mapped, compared and entered. Nothing is sent."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from pipeline.clock import Clock
from pipeline.config import Config, match_columns
from pipeline.dedupe import Deduper
from pipeline.ledger import NewRow, Rows, SourceFacts
from pipeline.loader import Table
from pipeline.mapper import Mapper
from pipeline.records import Mapped, Names, Outcome, Row
from pipeline.run.job import Board
from pipeline.run.origins import Origin, Origins
from pipeline.run.planning import Forecast


class Scope(NamedTuple):
    """Which rows of a table are taken: the first `limit`, or `only` these numbers; `origins` tells who came back."""

    limit: int | None = None
    only: frozenset[int] | None = None
    origins: Origins | None = None


class Prepared(NamedTuple):
    """What preparing a run found. `faulty` of `read` rows cannot be sent."""

    facts: SourceFacts
    forecast: Forecast
    read: int
    faulty: int


def prepare(
    table: Table, config: Config, names: Names, rows: Rows, clock: Clock, board: Board, scope: Scope
) -> Prepared:
    """Enters every row of the table that is in scope: pending, ended with its reason, or as it came back."""
    columns = match_columns(config, table.columns)
    mapper = Mapper(config, columns, names)
    deduper = Deduper(config.dedupe.by, config.dedupe.keep)
    forecast = Forecast(config)
    inherited: set[int] = set()
    read = faulty = 0
    for chunk in _in_scope(table.chunks(), scope):
        mapped = [mapper.map(row) for row in chunk]
        origins = scope.origins.of(chunk, mapped) if scope.origins else {}
        rows.add([_new_row(one, origins.get(one.row, _NONE), clock.time()) for one in mapped])
        for one in mapped:
            origin = origins.get(one.row, _NONE)
            if not one.problems and not origin.outcome:
                deduper.add(one.row, one.contact, first=origin.leftover is not None)
        inherited |= {row for row, origin in origins.items() if origin.leftover}
        read += len(chunk)
        faulty += sum(bool(one.problems) for one in mapped)
        board.reading(read)
    rows.repeat([one for one in deduper.duplicates() if one.row not in inherited], clock.time())
    for contact in rows.pending_contacts():
        forecast.add(contact)
    return Prepared(_facts(table, read, columns.unused), forecast, read, faulty)


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


_NONE = Origin()


def _new_row(mapped: Mapped, origin: Origin, now: float) -> NewRow:
    if not mapped.problems:
        return NewRow(mapped.row, mapped.contact, origin.outcome, mapped.warnings, now, origin.leftover)
    first = mapped.problems[0]
    outcome = Outcome(
        reason=first.reason,
        message="; ".join(problem.message for problem in mapped.problems),
        column=first.column,
        value=first.value,
        suggestion="; ".join(problem.suggestion for problem in mapped.problems if problem.suggestion),
    )
    return NewRow(mapped.row, None, outcome, mapped.warnings, now)


def _facts(table: Table, read: int, unused: Iterable[str]) -> SourceFacts:
    columns = ", ".join(unused)
    notes = (*table.notes, *((f"columns not used: {columns}",) if columns else ()))
    return SourceFacts(
        rows=read,
        blank=table.blank,
        sheet=table.sheet,
        header_row=table.header_row,
        encoding=table.encoding,
        delimiter=table.delimiter,
        notes=notes,
        left_out=tuple((one.row, one.why) for one in table.left_out),
    )
