"""What a row amounts to at this moment, whether it has ended or the run stopped on the way."""

from collections.abc import Mapping
from dataclasses import dataclass
from operator import itemgetter

from pipeline.errors import BrokenPromise
from pipeline.ledger import Owed, ResultRow, ResultRows, RunRecord, RunState, Standing, State
from pipeline.ledger.entries import SEPARATOR
from pipeline.records import Outcome, Reason, Status

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


_ALIKE = 1000


@dataclass(frozen=True, slots=True, eq=False)
class Upshot:
    """What a standing amounts to in its run, but for the contact: `has_contact` is whether that is to be told.

    `has_cause` is whether there is an error or a warning in it. `to_mend` is whether the row belongs in the files of
    rows to be mended: of a dry run only the faulty ones do.
    """

    outcome: Outcome
    status: Status
    warnings: str
    attempts: int
    finished_at: float | None
    has_contact: bool
    has_cause: bool
    to_mend: bool


class Upshots:
    """What the rows of a run amount to, found out once for those that stand alike."""

    def __init__(self, run: RunRecord) -> None:
        self._run = run
        self._known: dict[Standing, Upshot] = {}

    def across(self, rows: ResultRows) -> list[Upshot]:
        """What each of these rows amounts to.

        Raises:
            BrokenPromise: as `outcome_of`.
        """
        places = range(len(rows.rows))
        first = dict(zip(reversed(rows.standings), reversed(places), strict=True))
        found = {
            standing: self.of(rows.at(place)) for standing, place in sorted(first.items(), key=itemgetter(1))
        }
        return [found[standing] for standing in rows.standings]

    def of(self, row: ResultRow) -> Upshot:
        """What this row amounts to.

        Raises:
            BrokenPromise: as `outcome_of`.
        """
        found = self._known.get(row.standing)
        if found is None:
            if len(self._known) >= _ALIKE:
                self._known.clear()
            found = self._known[row.standing] = _upshot(row, self._run)
        return found


def _upshot(row: ResultRow, run: RunRecord) -> Upshot:
    standing, outcome = row.standing, outcome_of(row, run)
    status, warnings = outcome.status, warnings_of(row, run)
    return Upshot(
        outcome=outcome,
        status=status,
        warnings=warnings,
        attempts=standing.attempts,
        finished_at=standing.finished_at,
        has_contact=_has_ended(standing, run),
        has_cause=status is Status.ERROR or bool(warnings),
        to_mend=status is Status.ERROR or (status is Status.NOT_SENT and not run.dry_run),
    )


def _has_ended(standing: Standing, run: RunRecord) -> bool:
    return standing.state is State.DONE or (standing.state is State.OWING and not run.dry_run)


def outcome_of(row: ResultRow, run: RunRecord) -> Outcome:
    """How the row stands now, but for its contact: as it ended, or what its being on the way amounts to.

    Raises:
        BrokenPromise: the row has ended without a reason, or waits in a run that is finished.
    """
    standing = row.standing
    if not _has_ended(standing, run):
        if standing.state is State.PENDING or run.dry_run:
            return _unsent(row, run)
        return Outcome(Reason.OUTCOME_UNKNOWN, _LOST)
    if standing.outcome is None:
        raise BrokenPromise(f"Row {row.row} of run {run.run_id} has ended, and nothing says how.")
    if standing.state is State.OWING:
        return _owing(standing.outcome, standing.owed)
    return standing.outcome


def warnings_of(row: ResultRow, run: RunRecord) -> str:
    """The row's warnings, joined; of a contact that lacks something, also what it lacks."""
    standing = row.standing
    if standing.state is not State.OWING or run.dry_run:
        return standing.warnings
    owed = standing.owed
    lists = (f"Lists {', '.join(owed.lists)}",) if owed.lists else ()
    fields = ["the row's values" if field == "*" else field for field in owed.fields]
    owes = f"owes: {', '.join((*fields, *lists))}"
    return f"{standing.warnings}{SEPARATOR}{owes}" if standing.warnings else owes


def _unsent(row: ResultRow, run: RunRecord) -> Outcome:
    reason = _stop_reason(run)
    if reason is None:
        raise BrokenPromise(f"Row {row.row} of run {run.run_id} was never sent, but the run is finished.")
    outcome = _UNSENT[reason]
    suggestion = row.standing.suggestion
    return outcome._replace(suggestion=suggestion) if suggestion else outcome


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
