"""A run in words, as workbooks and the page tell it."""

from collections.abc import Mapping

from pipeline.ledger import RunState
from pipeline.records import Status
from pipeline.reporter.causes import Cause
from pipeline.reporter.reasons import REASONS
from pipeline.reporter.summary import Counts, Summary

STATUSES: Mapping[Status, str] = {
    Status.CREATED: "created",
    Status.DUPLICATE: "duplicate",
    Status.ERROR: "error",
    Status.NOT_SENT: "not sent",
}

STATES: Mapping[RunState, str] = {
    RunState.FINISHED: "The run finished.",
    RunState.DRY_RUN: "This was a dry run: nothing was sent.",
    RunState.INTERRUPTED: "The run was interrupted and can be resumed.",
    RunState.QUOTA: "The run stopped because the team may send no more requests for now; it can be resumed.",
    RunState.STOPPED: "The run stopped and can be resumed.",
}

_FAULTLESS = "Nothing: every row is a contact in Apollo."
_REST = "Nothing that must be."


def headline(summary: Summary) -> str:
    """What became of the rows, in one line."""
    counts = summary.counts
    if summary.state is RunState.DRY_RUN:
        return f"{counts.not_sent:,} of {_rows(counts)} would be sent"
    return f"{counts.created:,} of {_rows(counts)} became new contacts"


def _rows(counts: Counts) -> str:
    return f"{counts.read:,} row{'' if counts.read == 1 else 's'}"


def advice(summary: Summary) -> list[str]:
    """What to do next, in order."""
    told = []
    if summary.counts.error and summary.state is not RunState.DRY_RUN:
        told.append(
            "Open failed.xlsx: faulty cells are red, and a note says what is wrong. "
            "Correct them, save, and run that file."
        )
    if summary.next_command:
        told.append(f"In a terminal: {summary.next_command}")
    if not told:
        told.append(_FAULTLESS if summary.counts.read else _REST)
    return told


def cause_message(cause: Cause) -> str:
    """What is wrong; where nothing more is known, the reason's name."""
    return cause.message or (REASONS[cause.reason].title if cause.reason else "")


def rows_words(cause: Cause) -> str:
    """Where: `row 7`, or `rows 7, 19, 23 and 40 more`."""
    rows = ", ".join(f"{row}" for row in cause.rows)
    more = cause.total - len(cause.rows)
    return f"row{'' if cause.total == 1 else 's'} {rows}" + (f" and {more:,} more" if more else "")


def capital(words: str) -> str:
    """With a capital at the beginning."""
    return words[:1].upper() + words[1:]
