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
from pipeline.run.planning import Forecast


class Prepared(NamedTuple):
    """What preparing a run found. `faulty` of `read` rows cannot be sent."""

    facts: SourceFacts
    forecast: Forecast
    read: int
    faulty: int


def prepare(
    table: Table, config: Config, names: Names, rows: Rows, clock: Clock, board: Board, limit: int | None
) -> Prepared:
    """Enters every row of the table: pending, or ended with its reason."""
    columns = match_columns(config, table.columns)
    mapper = Mapper(config, columns, names)
    deduper = Deduper(config.dedupe.by, config.dedupe.keep)
    forecast = Forecast(config)
    read = faulty = 0
    for chunk in _first(table.chunks(), limit):
        mapped = [mapper.map(row) for row in chunk]
        rows.add([_new_row(one, clock.time()) for one in mapped])
        for one in mapped:
            if not one.problems:
                deduper.add(one.row, one.contact)
        read += len(chunk)
        faulty += sum(bool(one.problems) for one in mapped)
        board.reading(read)
    rows.repeat(deduper.duplicates(), clock.time())
    for contact in rows.pending_contacts():
        forecast.add(contact)
    return Prepared(_facts(table, read, columns.unused), forecast, read, faulty)


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


def _new_row(mapped: Mapped, now: float) -> NewRow:
    if not mapped.problems:
        return NewRow(mapped.row, mapped.contact, None, mapped.warnings, now)
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
