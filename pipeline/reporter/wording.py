"""A run in words, as workbooks and the page tell it."""

import re
from collections.abc import Mapping

from pipeline.ledger import RunState
from pipeline.records import Reason, Status
from pipeline.reporter.causes import Cause
from pipeline.reporter.reasons import REASONS, TO_EDIT
from pipeline.reporter.summary import Counts, Summary
from pipeline.reporter.times import spoken

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
    RunState.STOPPED: "The run stopped.",
}

_EDIT = (
    "Open failed.xlsx: faulty cells are red, and a note says what is wrong with them. Correct them and save; "
    "rows that need no more work may be deleted."
)
_EDIT_TEXT = (
    "Open failed.csv: the columns at its end say what is wrong with each row. Correct the rows and save; "
    "rows that need no more work may be deleted."
)
_RESUME = "This command sends what was not sent yet:"
_GO_ON = "Then this command goes on:"
_AGAIN = "This command tries the failed rows again:"
_MENDED = re.compile(r"\bfailed\.(?:csv|xlsx)\b")
_NOTHING = "Nothing: every row is done."


def headline(summary: Summary) -> str:
    """What became of the rows, in one line."""
    counts = summary.counts
    if summary.state is RunState.DRY_RUN:
        return f"{counts.not_sent:,} of {_rows(counts)} would be sent"
    return f"{counts.created:,} of {_rows(counts)} became new contacts"


def _rows(counts: Counts) -> str:
    return f"{counts.read:,} row{'' if counts.read == 1 else 's'}"


def _beside_actual(summary: Summary) -> str:
    """What was foreseen for the rows, and what it took."""
    plan, sent = summary.plan, summary.requests.sent
    calls = f"{sent:,} call{'' if sent == 1 else 's'}"
    looked = f" A look at Apollo had foretold: {plan.looked.words}." if plan.looked else ""
    return f"Planned: {plan.effort}. Sent: {calls} in {spoken(summary.seconds)}.{looked}"


def plan_lines(summary: Summary) -> list[str]:
    """Of a dry run what sending would take, of a real one what was foreseen beside what it took."""
    plan = summary.plan
    if summary.state is not RunState.DRY_RUN:
        return [_beside_actual(summary)] if plan.total else []
    if not summary.reasons.get(Reason.DRY_RUN):
        return []
    return [f"To send them: {plan.words}", *plan.beside()]


def advice(summary: Summary, *, workbook: bool) -> list[str]:
    """What to do next, in order; with `workbook` there is a failed.xlsx."""
    told = []
    if summary.reasons.keys() & TO_EDIT:
        told.append(_EDIT if workbook else _EDIT_TEXT)
    if _MENDED.search(summary.next_command):
        told.append(_GO_ON)
    elif summary.next_command:
        told.append(_RESUME if summary.counts.not_sent else _AGAIN)
    return told or [_NOTHING]


def cause_message(cause: Cause) -> str:
    """What is wrong; where nothing more is known, the reason's name."""
    message = cause.message.removeprefix(f"{cause.column}: ") if cause.column else cause.message
    return message or (REASONS[cause.reason].title if cause.reason else "")


def rows_words(cause: Cause) -> str:
    """Where: `row 7`, or `rows 7, 19, 23 and 40 more`."""
    rows = ", ".join(f"{row}" for row in cause.rows)
    more = cause.total - len(cause.rows)
    return f"row{'' if cause.total == 1 else 's'} {rows}" + (f" and {more:,} more" if more else "")


def capital(words: str) -> str:
    """With a capital at the beginning."""
    return words[:1].upper() + words[1:]
