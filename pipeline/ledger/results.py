"""Reads the rows of a run for those who tell about them."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import and_, func, select

from pipeline.ledger.database import Ledger
from pipeline.ledger.entries import NOTHING, SEPARATOR, Owed, from_json
from pipeline.ledger.schema import State, rows
from pipeline.records import Outcome, Reason

_AT_ONCE = 2000

_OUTCOME = ("message", "column", "value", "contact_id", "matched_row", "matched_run", "matched_on")
_COLUMNS = (
    *("row", "state", "reason", *_OUTCOME, "http_status", "suggestion"),
    *("attempts", "payload", "owed_fields", "owed_lists", "warnings", "finished_at"),
)
"""In the order in which `_result_row` takes them apart."""

_REASONS: Mapping[str | None, Reason] = {reason.value: reason for reason in Reason}
_STATES: Mapping[int, State] = {state.value: state for state in State}


class ResultRow(NamedTuple):
    """A row as the ledger has it now, for the reports. `matched_run` is a run id, `payload` JSON or "".

    `suggestion` is also there while nothing has become of the row, together with what was foreseen for it.
    """

    row: int
    state: State
    reason: Reason | None
    outcome: Outcome | None
    attempts: int
    payload: str
    owed: Owed
    warnings: str
    finished_at: float | None
    suggestion: str = ""


def results(ledger: Ledger, run: int, run_ids: Mapping[int, str]) -> Iterator[ResultRow]:
    """Every row of a run, in order, as it is now; one that repeats another has that one's contact."""
    kept = rows.alias("kept")
    repeats = and_(
        rows.c.reason == Reason.IN_FILE, kept.c.run == rows.c.run, kept.c.row == rows.c.matched_row
    )
    known = {"contact_id": func.coalesce(rows.c.contact_id, kept.c.contact_id)}
    columns = [known.get(name, rows.c[name]) for name in _COLUMNS]
    query = select(*columns).select_from(rows.outerjoin(kept, repeats)).where(rows.c.run == run)
    with ledger.read() as connection:
        found = connection.execution_options(yield_per=_AT_ONCE).execute(query.order_by(rows.c.row))
        for part in found.partitions():
            for one in part:
                yield _result_row(one, run_ids)


def _result_row(found: Any, run_ids: Mapping[int, str]) -> ResultRow:  # noqa: ANN401 - SQLAlchemy's row
    """By position, and without a call that most rows do not need: a million rows pass here."""
    (
        row, state, code, message, column, value, contact_id, matched_row, matched_run, matched_on,
        http_status, suggestion, attempts, payload, owed_fields, owed_lists, warnings, finished_at,
    ) = found  # fmt: skip
    reason = _REASONS[code] if code else None
    outcome = reason and Outcome(
        reason,
        message or "",
        column or "",
        value or "",
        contact_id or "",
        matched_row,
        run_ids.get(matched_run, "") if matched_run else "",
        matched_on or "",
        http_status,
        suggestion or "",
    )
    owed = Owed(from_json(owed_fields), from_json(owed_lists)) if owed_fields or owed_lists else NOTHING
    return ResultRow(
        row,
        _STATES[state],
        reason,
        outcome or None,
        attempts,
        payload or "",
        owed,
        warnings or "",
        finished_at,
        (suggestion or "") if code or attempts else SEPARATOR.join(filter(None, (suggestion, message))),
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
