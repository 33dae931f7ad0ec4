"""What the ledger knows of single rows of earlier runs, for rows that come back."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import select

from pipeline.ledger.database import Ledger
from pipeline.ledger.entries import Leftover, from_json
from pipeline.ledger.schema import State, rows, runs
from pipeline.records import STATUS_OF, Reason, Status

_AT_ONCE = 500
"""SQLite takes at least 999 parameters in a statement (sqlite.org/limits.html#max_variable_number)."""

_LEFT_OPEN = frozenset((Reason.OUTCOME_UNKNOWN, Reason.EMAIL_DROPPED))


class EarlierRow(NamedTuple):
    """A row of an earlier run. `reason` is None while it is on its way."""

    run: int
    row: int
    state: State
    reason: Reason | None
    content: bytes | None
    contact_id: str
    matched_row: int | None
    payload: str
    doubts: tuple[float, ...]

    @property
    def status(self) -> Status | None:
        """Its status; None while it is on its way."""
        return STATUS_OF[self.reason] if self.reason else None

    @property
    def left_no_contact(self) -> bool:
        """Whether it ended, and surely no contact was made of it."""
        failed = self.status in (Status.ERROR, Status.NOT_SENT)
        return self.state is State.DONE and failed and self.reason not in _LEFT_OPEN

    @property
    def leftover(self) -> Leftover | None:
        """What it leaves to a row that takes its place; None when nothing is open about it."""
        if self.reason is Reason.EMAIL_DROPPED:
            return Leftover(self.run, self.row, self.payload, contact_id=self.contact_id)
        if self.doubts and (self.state is not State.DONE or self.reason is Reason.OUTCOME_UNKNOWN):
            return Leftover(self.run, self.row, self.payload, self.doubts)
        return None


def run_keys(ledger: Ledger, run_ids: Iterable[str], team: int | None) -> dict[str, int]:
    """The numbers of those runs that are of this team (of any, while the team is not known)."""
    query = select(runs.c.run_id, runs.c.run).where(runs.c.run_id.in_(tuple(run_ids)))
    if team is not None:
        query = query.where(runs.c.team == team)
    with ledger.read() as connection:
        return {found.run_id: found.run for found in connection.execute(query)}


def earlier_rows(ledger: Ledger, run: int, numbers: Sequence[int]) -> Mapping[int, EarlierRow]:
    """What the ledger has of these rows of a run, by row number."""
    found: dict[int, EarlierRow] = {}
    with ledger.read() as connection:
        for start in range(0, len(numbers), _AT_ONCE):
            part = rows.c.row.in_(numbers[start : start + _AT_ONCE])
            for row in connection.execute(select(rows).where(rows.c.run == run, part)):
                found[row.row] = _earlier(row)
    return found


def row_numbers(ledger: Ledger, run: int) -> frozenset[int]:
    """The row numbers that a run has."""
    with ledger.read() as connection:
        return frozenset(connection.execute(select(rows.c.row).where(rows.c.run == run)).scalars())


def unfinished_business(ledger: Ledger, run: int) -> frozenset[int]:
    """The rows that a retry takes: error and not_sent, and the duplicates of those that surely left no contact."""
    failed = [reason for reason, status in STATUS_OF.items() if status in (Status.ERROR, Status.NOT_SENT)]
    query = select(rows.c.row, rows.c.reason).where(rows.c.run == run, rows.c.reason.in_(failed))
    repeats = select(rows.c.row, rows.c.matched_row).where(rows.c.run == run, rows.c.reason == Reason.IN_FILE)
    with ledger.read() as connection:
        reasons = {row: Reason(reason) for row, reason in connection.execute(query)}
        absent = {row for row, reason in reasons.items() if reason not in _LEFT_OPEN}
        again = {row for row, matched in connection.execute(repeats) if matched in absent}
    return frozenset(reasons) | again


def _earlier(found: Any) -> EarlierRow:  # noqa: ANN401 - SQLAlchemy's row
    lost = tuple(float(at) for at in from_json(found.doubts))
    cut_off = (found.t0,) if found.state == State.SENDING and found.t0 is not None else ()
    return EarlierRow(
        run=found.run,
        row=found.row,
        state=State(found.state),
        reason=Reason(found.reason) if found.reason else None,
        content=found.content,
        contact_id=found.contact_id or "",
        matched_row=found.matched_row,
        payload=found.payload or "",
        doubts=(*lost, *cut_off),
    )
