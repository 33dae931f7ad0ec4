"""How a run ended, and what is left to do about it."""

from collections.abc import Mapping

from pipeline.errors import ImportFailure, QuotaReached, RunInterrupted, RunStopped
from pipeline.ledger import Ledger, RunRecord, RunState, State, iter_counts
from pipeline.records import STATUS_OF, Reason, Status
from pipeline.run.job import World
from pipeline.run.kept import Kept

_STATES: Mapping[type[ImportFailure], RunState] = {
    RunInterrupted: RunState.INTERRUPTED,
    QuotaReached: RunState.QUOTA,
}


def state_after(run: RunRecord, failure: ImportFailure | None) -> RunState:
    """What the run is now."""
    if failure is None:
        return RunState.DRY_RUN if run.dry_run else RunState.FINISHED
    return _STATES.get(type(failure), RunState.STOPPED)


def reason_after(run: RunRecord, failure: ImportFailure | None) -> str:
    """The reason of the rows that were not sent."""
    if failure is None:
        return Reason.DRY_RUN if run.dry_run else ""
    if isinstance(failure, RunStopped):
        return failure.reason
    return {RunInterrupted: Reason.INTERRUPTED, QuotaReached: Reason.QUOTA}.get(type(failure), Reason.STOPPED)


def next_command(run: RunRecord, ledger: Ledger, kept: Kept, world: World) -> str:
    """The command that does what is left to do; "" when nothing is."""
    counts = list(iter_counts(ledger, run.key))
    output = ("-o", str(ledger.folder))
    if any(state is not State.DONE for state, _, _ in counts):
        return world.command(["resume", run.run_id, *output])
    if any(reason and STATUS_OF[Reason(reason)] is Status.ERROR for _, reason, _ in counts):
        config = str(kept.folder / "config.yaml")
        return world.command(["run", str(kept.folder / "failed.csv"), "-c", config, *output])
    return ""
