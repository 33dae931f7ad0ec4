"""What a row amounts to at this moment, whether it has ended or the run stopped on the way."""

from collections.abc import Mapping

from pipeline.errors import BrokenPromise
from pipeline.ledger import Owed, ResultRow, RunRecord, RunState, State
from pipeline.ledger.entries import SEPARATOR
from pipeline.records import STATUS_OF, Outcome, Reason, Status

_UNSENT: Mapping[Reason, Outcome] = {
    reason: Outcome(reason, message)
    for reason, message in (
        (Reason.DRY_RUN, "would be sent; this was a dry run"),
        (Reason.INTERRUPTED, "not sent: the run was interrupted before this row's turn"),
        (Reason.QUOTA, "not sent: the team may send no more requests for now"),
        (Reason.UNAUTHORIZED, "not sent: Apollo refused the API key"),
        (Reason.STOPPED, "not sent: the run stopped before this row's turn"),
    )
}
_BY_STATE: Mapping[RunState, Reason] = {
    RunState.BEGUN: Reason.INTERRUPTED,
    RunState.DRY_RUN: Reason.DRY_RUN,
    RunState.INTERRUPTED: Reason.INTERRUPTED,
    RunState.QUOTA: Reason.QUOTA,
    RunState.STOPPED: Reason.STOPPED,
}
_LOST = "Apollo's answer was lost, so it is not known whether the contact was made; `resume` will find out"
_UNWRITTEN = "Apollo has this contact; the row's values were not written to it yet"


def outcome_of(row: ResultRow, run: RunRecord) -> Outcome:
    """How the row stands now: as it ended, or what its being on the way amounts to.

    Raises:
        BrokenPromise: the row has ended without a reason, or waits in a run that is finished.
    """
    if row.state is State.DONE and row.outcome is not None:  # a million times; the others are few
        return row.outcome
    if row.state is State.PENDING or (run.dry_run and row.state is not State.DONE):
        return _unsent(row, run)
    if row.state in (State.SENDING, State.DOUBT):
        return Outcome(Reason.OUTCOME_UNKNOWN, _LOST)
    if row.outcome is None:
        raise BrokenPromise(f"Row {row.row} of run {run.run_id} has ended, and nothing says how.")
    if row.state is State.OWING:
        return _owing(row.outcome, row.owed)
    return row.outcome


def warnings_of(row: ResultRow, run: RunRecord) -> str:
    """The row's warnings, joined; of a contact that lacks something, also what it lacks."""
    if row.state is not State.OWING or run.dry_run:
        return row.warnings
    lists = (f"Lists {', '.join(row.owed.lists)}",) if row.owed.lists else ()
    fields = ["the row's values" if field == "*" else field for field in row.owed.fields]
    owes = f"owes: {', '.join((*fields, *lists))}"
    return f"{row.warnings}{SEPARATOR}{owes}" if row.warnings else owes


def _unsent(row: ResultRow, run: RunRecord) -> Outcome:
    reason = _stop_reason(run)
    if reason is None:
        raise BrokenPromise(f"Row {row.row} of run {run.run_id} was never sent, but the run is finished.")
    outcome = _UNSENT[reason]
    return outcome._replace(suggestion=row.suggestion) if row.suggestion else outcome


def _stop_reason(run: RunRecord) -> Reason | None:
    """Why the rest of the run was not sent; None where the run is finished."""
    if run.dry_run:
        return Reason.DRY_RUN
    if run.stop_reason in _UNSENT:
        return Reason(run.stop_reason)
    return _BY_STATE.get(run.state)


def _owing(outcome: Outcome, owed: Owed) -> Outcome:
    """An existing contact that still lacks the row's fields has not been updated yet."""
    if outcome.reason is Reason.UPDATED and owed.fields:
        return outcome._replace(reason=Reason.IN_APOLLO, message=_UNWRITTEN)
    return outcome


def is_failed(outcome: Outcome, run: RunRecord) -> bool:
    """Whether the row belongs in the files of rows to be mended: of a dry run only the faulty ones do."""
    status = STATUS_OF[outcome.reason]
    return status is Status.ERROR or (status is Status.NOT_SENT and not run.dry_run)
