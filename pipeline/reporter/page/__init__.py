"""report.html: one page that tells a run to people, by itself: no network, no script, no personal data by default."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from pipeline.ledger import RunState
from pipeline.records import STATUS_OF, Reason, Status
from pipeline.reporter.outputs import Ending
from pipeline.reporter.page.chart import Chart, chart_of
from pipeline.reporter.palette import COLOURS
from pipeline.reporter.planned import Plan
from pipeline.reporter.reasons import REASONS
from pipeline.reporter.summary import Summary
from pipeline.reporter.timeline import Timeline
from pipeline.reporter.times import local, local_of, spoken
from pipeline.reporter.traffic import Traffic
from pipeline.reporter.wording import STATES, STATUSES, capital, cause_message, headline, rows_words

_CODE = re.compile(r"`([^`]+)`|(?<!\S)(--[a-z][a-z-]*(?: (?:create|update|skip|single|bulk|typed|untyped))?)")
_CALLS: Mapping[str, tuple[str, str]] = {
    "create": ("contacts/create", "create a contact"),
    "bulk_create": ("contacts/bulk_create", "create up to 100 contacts"),
    "update": ("contacts/update", "complete or update a contact"),
    "search": ("contacts/search", "look for a contact"),
    "labels": ("labels/add_entity_ids_to_label_names", "add contacts to Lists"),
}
"""The calls as a plan names them: as run.log names them, and in words."""


_FATES: Mapping[str, str] = {
    "create": "would be created",
    "update": "would be updated",
    "leave": "would be left as they are",
    "unclear": "are ambiguous",
}
_BECAME: Mapping[str, tuple[Reason, ...]] = {
    "create": (Reason.NEW, Reason.SETTLED, Reason.EMAIL_DROPPED),
    "update": (Reason.UPDATED,),
    "leave": (Reason.IN_APOLLO,),
}


class Share(NamedTuple):
    """One status or reason: how many rows, and where its part of the bar begins and how long it is, in percent."""

    name: str
    code: str
    count: int  # type: ignore[assignment] # hides tuple.count, which nobody asks a share for
    start: float
    length: float
    told: str = ""
    step: str = ""


class Compared(NamedTuple):
    """What was foreseen beside what happened."""

    name: str
    planned: str
    actual: str


def page_html(
    summary: Summary, timeline: Timeline, traffic: Traffic, ending: Ending, *, details: bool
) -> str:
    """The page. With `details` it quotes the faulty cells, which are personal data."""
    environment = Environment(
        loader=PackageLoader("pipeline.reporter", "page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"local": local_of, "spoken": spoken, "capital": capital, "where": rows_words}
    environment.filters |= {"message": cause_message, "code": _with_code}
    chart: Chart | None = chart_of(timeline, traffic)
    return environment.get_template("report.html").render(
        summary=summary,
        headline=headline(summary),
        state=STATES[summary.state],
        statuses=list(_statuses(summary)),
        reasons=list(_reasons(summary)),
        advice=ending.steps,
        errors=[cause for cause in summary.causes if cause.reason],
        warnings=[cause for cause in summary.causes if not cause.reason],
        compared=list(_compared(summary, traffic)),
        beside=summary.plan.beside() if summary.reasons.get(Reason.DRY_RUN) else (),
        chart=chart,
        pauses=[(local(one.start), spoken(one.end - one.start), one.why) for one in traffic.pauses],
        said=ending.said,
        details=details,
        colours={status.value: colour for status, colour in COLOURS.items()},
        explained=REASONS,
    )


def _with_code(text: str) -> Markup:
    """The text for HTML, with what stands in backticks, and options of the program, as code."""
    escaped = str(escape(text))
    return Markup(_CODE.sub(r"<code>\1\2</code>", escaped))  # noqa: S704 - it was escaped the line before


def _statuses(summary: Summary) -> Iterator[Share]:
    start = 0.0
    for status in Status:
        count: int = getattr(summary.counts, status.value)
        length = 100 * count / summary.counts.read if summary.counts.read else 0
        yield Share(STATUSES[status], status.value, count, start, length)
        start += length


def _reasons(summary: Summary) -> Iterator[Share]:
    most = max(summary.reasons.values(), default=1)
    for reason in Reason:
        if count := summary.reasons.get(reason):
            told = REASONS[reason]
            yield Share(
                told.title, STATUS_OF[reason], count, 0, 100 * count / most, told.meaning, told.next_step
            )


def _foreseen(plan: Plan, call: str) -> str:
    if call == "search":
        return "for lost answers only" if plan.looked is None else "for the look and lost answers"
    tries = f", and {plan.tries[call]} to try the key" if call in plan.tries else ""
    return f"at most {plan.by_call.get(call, 0):,}{tries}"


def _foretold(summary: Summary) -> Iterator[Compared]:
    """What a look at Apollo foretold, beside what became of the rows."""
    looked = summary.plan.looked
    for fate, fated in looked.fates.items() if looked else ():
        reasons = _BECAME.get(fate, ())
        happened = sum(summary.reasons.get(reason, 0) for reason in reasons)
        sent = bool(reasons) and summary.state is not RunState.DRY_RUN
        yield Compared(
            f"Rows that {_FATES[fate]}", f"{fated.count:,}", f"{happened:,}" if sent else "none yet"
        )
    if looked and looked.left_out:
        yield Compared("Rows not looked up", f"{looked.left_out:,}", looked.why)


def _about(seconds: float) -> str:
    return f"about {spoken(seconds)}" if seconds == 0 or seconds >= 1 else spoken(seconds)


def _compared(summary: Summary, traffic: Traffic) -> Iterator[Compared]:
    plan = summary.plan
    sent = summary.state is not RunState.DRY_RUN
    for call, (logged, words) in _CALLS.items():
        planned, actual = plan.by_call.get(call, 0), traffic.calls.get(logged, 0)
        if planned or actual:
            happened = f"{actual:,}" if sent or plan.looked else "none"
            yield Compared(f"Requests to {words}", _foreseen(plan, call), happened)
    total = plan.total + sum(plan.tries.values())
    in_all = summary.requests.sent
    yield Compared("Requests in all", f"at most {total:,}", f"{in_all:,}" if sent or plan.looked else "none")
    yield from _foretold(summary)
    yield Compared("Time", _about(plan.seconds), spoken(summary.seconds))
    ended = local_of(summary.finished_at) if summary.finished_at else "not yet"
    yield Compared("End", local_of(plan.ends_at) if plan.ends_at else "at once", ended)
