"""A run's summary as a terminal shows it: plain text, at most 80 columns but for the last line."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pipeline.cli.speaking import wrapped
from pipeline.ledger import RunState
from pipeline.records import STATUS_OF, Reason, Status
from pipeline.reporter import REASONS, Cause, Summary
from pipeline.reporter.times import local_of, spoken
from pipeline.reporter.wording import plan_lines

_SHOWN = 8

_STATES: Mapping[RunState, str] = {
    RunState.FINISHED: "finished",
    RunState.DRY_RUN: "dry run, nothing was sent",
    RunState.INTERRUPTED: "interrupted, can be resumed",
    RunState.QUOTA: "stopped at the quota, can be resumed",
    RunState.STOPPED: "stopped",
}


def summary_text(summary: Summary, folder: Path, *, verbose: bool = False) -> str:
    """The whole summary, the last line naming the folder and the next command."""
    parts = (
        _head(summary),
        [*_table(summary)],
        [line for sentence in plan_lines(summary) for line in wrapped(sentence)],
        _causes("Errors", [cause for cause in summary.causes if cause.reason], verbose=verbose),
        _causes("Warnings", [one for one in summary.causes if not one.reason], verbose=verbose),
        _listed("Notes", _notes(summary, verbose=verbose)),
        _meanings(summary) if verbose else [],
        [last_line(summary, folder)],
    )
    return "\n\n".join("\n".join(part) for part in parts if part)


def failures_text(summary: Summary, folder: Path) -> str:
    """What went wrong, and where it is told; "" when nothing did."""
    if not summary.exit_code:
        return ""
    errors = [cause for cause in summary.causes if cause.reason]
    lines = [*_head(summary), *_causes("Errors", errors, verbose=False), last_line(summary, folder)]
    return "\n".join(lines)


def last_line(summary: Summary, folder: Path) -> str:
    """The run's folder and, where something is left to do, the command that does it."""
    left = f"  Next: {summary.next_command}" if summary.next_command else ""
    return f"Reports: {folder}{left}"


def _head(summary: Summary) -> list[str]:
    sheet = f", sheet {summary.source.sheet}" if summary.source.sheet else ""
    text = f"{summary.source.name}{sheet}: {_STATES[summary.state]}"
    return wrapped(f"{text} ({local_of(summary.started_at)}, {spoken(summary.seconds)})", "")


def _table(summary: Summary) -> Iterator[str]:
    width = len(str(summary.counts.read))
    for status in Status:
        reasons = [reason for reason in summary.reasons if STATUS_OF[reason] is status]
        count: int = getattr(summary.counts, status.value)
        first = f"  {status.value.replace('_', ' '):<9}  {count:>{width}}"
        names = [f"{summary.reasons[reason]:>{width}}  {_name(reason)}" for reason in reasons]
        yield f"{first}   {names[0]}" if names else first
        yield from (" " * len(first) + f"   {name}" for name in names[1:])
    yield f"  {'rows':<9}  {summary.counts.read:>{width}}"


def _name(reason: Reason) -> str:
    """A reason's title without what the column beside it says."""
    return REASONS[reason].title.removeprefix("not sent: ")


def _causes(title: str, causes: list[Cause], *, verbose: bool) -> list[str]:
    shown = causes if verbose else causes[:_SHOWN]
    lines = _listed(title, (_cause(cause) for cause in shown))
    if len(causes) > len(shown):
        lines.append(f"  … and {len(causes) - len(shown)} more kinds, see results.csv")
    return lines


def _cause(cause: Cause) -> str:
    rows = ", ".join(str(row) for row in cause.rows)
    more = cause.total - len(cause.rows)
    where = f"row{'s' if cause.total > 1 else ''} {rows}" + (f" and {more} more" if more else "")
    message = cause.message or (REASONS[cause.reason].title if cause.reason else "")
    column = f"{cause.column}: " if cause.column and not message.startswith(cause.column) else ""
    return f"{column}{message}: {where}"


def _notes(summary: Summary, *, verbose: bool) -> Iterator[str]:
    yield from summary.said
    yield from summary.source.notes
    left_out = summary.source.left_out
    if left_out and verbose:
        yield from (f"row {one.row} is no data row: {one.why}" for one in left_out)
    elif left_out:
        rows = ", ".join(str(one.row) for one in left_out[:_SHOWN])
        more = f" and {len(left_out) - _SHOWN} more" if len(left_out) > _SHOWN else ""
        yield f"rows left out, because they are no data: {rows}{more}"


def _meanings(summary: Summary) -> list[str]:
    explained = ((_name(reason), REASONS[reason]) for reason in summary.reasons)
    return _listed("Meaning", (f"{name}: {one.meaning} {one.next_step}".rstrip() for name, one in explained))


def _listed(title: str, items: Iterable[str]) -> list[str]:
    lines = [line for item in items for line in wrapped(item)]
    return [title, *lines] if lines else []
