"""Reads the rows of a run for those who tell about them."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import func, select

from pipeline.ledger.database import Ledger
from pipeline.ledger.entries import Owed, from_json
from pipeline.ledger.schema import State, rows
from pipeline.records import Outcome, Reason


class ResultRow(NamedTuple):
    """A row as the ledger has it now, for the reports. `matched_run` is a run id, `payload` JSON or ""."""

    row: int
    state: State
    reason: Reason | None
    outcome: Outcome | None
    attempts: int
    payload: str
    owed: Owed
    warnings: str
    finished_at: float | None


def results(ledger: Ledger, run: int, run_ids: Mapping[int, str]) -> Iterator[ResultRow]:
    """Every row of a run, in order, as it is now."""
    query = select(rows).where(rows.c.run == run).order_by(rows.c.row)
    with ledger.read() as connection:
        for found in connection.execution_options(yield_per=2000).execute(query):
            yield _result_row(found, run_ids)


def _result_row(found: Any, run_ids: Mapping[int, str]) -> ResultRow:  # noqa: ANN401 - SQLAlchemy's row
    reason = Reason(found.reason) if found.reason else None
    owed = Owed(from_json(found.owed_fields), from_json(found.owed_lists))
    outcome = reason and Outcome(
        reason=reason,
        message=found.message or "",
        column=found.column or "",
        value=found.value or "",
        contact_id=found.contact_id or "",
        matched_row=found.matched_row,
        matched_run=run_ids.get(found.matched_run, ""),
        matched_on=found.matched_on or "",
        http_status=found.http_status,
        suggestion=found.suggestion or "",
    )
    return ResultRow(
        row=found.row,
        state=State(found.state),
        reason=reason,
        outcome=outcome or None,
        attempts=found.attempts,
        payload=found.payload or "",
        owed=owed,
        warnings=found.warnings or "",
        finished_at=found.finished_at,
    )


def iter_counts(ledger: Ledger, run: int) -> Iterator[tuple[State, str | None, int]]:
    """How many rows of a run there are by state and reason."""
    query = (
        select(rows.c.state, rows.c.reason, func.count())
        .where(rows.c.run == run)
        .group_by(rows.c.state, rows.c.reason)
    )
    with ledger.read() as connection:
        for state, reason, count in connection.execute(query).all():
            yield State(state), reason, count
