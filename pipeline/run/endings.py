"""How a run ended, and what is left to do about it."""

from collections.abc import Iterator, Mapping, Sequence

from pipeline.errors import ImportFailure, QuotaReached, RunInterrupted, RunStopped
from pipeline.ledger import Count, RunRecord, RunState, State
from pipeline.records import STATUS_OF, Reason, Status
from pipeline.reporter import TO_EDIT
from pipeline.run.job import World
from pipeline.run.kept import Kept
from pipeline.sender import too_many

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


def next_command(run: RunRecord, counts: Sequence[Count], kept: Kept, world: World, failed: str) -> str:
    """The command that does what is left to do; "" when nothing is. `failed` is the file with the rows to mend."""
    errors = {Reason(reason) for _, reason, _ in counts if reason and _is_error(reason)}
    output = ("-o", str(kept.folder.parent))
    again = (str(kept.folder / failed), "-c", str(kept.folder / "config.yaml"), *_options(run), *output)
    if _held_back(run, counts, kept):
        return world.command(["run", *again])
    if any(state is not State.DONE for state, _, _ in counts):
        return world.command(["resume", run.run_id, *output])
    if errors & TO_EDIT:
        return world.command(["run", *again])
    return world.command(["retry", run.run_id, *output]) if errors else ""


def _held_back(run: RunRecord, counts: Sequence[Count], kept: Kept) -> bool:
    """Whether the run stopped before its first row because too many are faulty; `resume` would send the others."""
    if run.state is not RunState.STOPPED or run.stop_reason != Reason.STOPPED or run.requests.sent:
        return False
    faulty = sum(count for _, reason, count in counts if _is_error(reason))
    return too_many(kept.config.send.max_errors, faulty, sum(count for _, _, count in counts))


def _is_error(reason: str | None) -> bool:
    return bool(reason) and STATUS_OF[Reason(str(reason))] is Status.ERROR


def _options(run: RunRecord) -> Iterator[str]:
    """What the run was told beside its config and still holds for a file made from it."""
    for name, value in run.options["rules"].items():
        if name != "sheet":
            yield from (f"--{'dedupe' if name == 'dedupe_by' else name.replace('_', '-')}", str(value))
