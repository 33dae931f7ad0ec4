"""What run.log tells of the requests: how many of each kind, and what was waited for."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pydantic_core import from_json

from pipeline.apollo import RETRIED, Call, Fault, quota_of
from pipeline.ledger import RequestCounts
from pipeline.reporter.times import seconds_of

LONG = 30.0
"""Seconds of waiting that are worth telling."""

_MOST_PAUSES = 50
_STOPPED = "the run stood still until it was resumed"
_SILENT = "no request was sent: Apollo was waited for"
_SPANS: Mapping[int, str] = {60: "the minute's", 3_600: "the hour's", 86_400: "the day's"}


class Pause(NamedTuple):
    """A time of waiting, in seconds since the epoch; `why` in words."""

    start: float
    end: float
    why: str


class Traffic(NamedTuple):
    """Requests by Apollo's names of the calls, and the longest pauses in their order."""

    calls: Counter[str]
    pauses: tuple[Pause, ...]


class _Waits:
    """Waits for windows of the quota, as `waiting` events tell them: each may be told several times."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, int], Pause] = {}

    def add(self, at: float, event: Mapping[str, Any]) -> None:
        """The event: for which endpoint's window (seconds) the run waits, and until when."""
        until, endpoint = float(event["until"]), str(event["endpoint"])
        why = f"waited for {_quota(endpoint)} ({_SPANS[event['window']]})"
        self._found.setdefault((endpoint, round(until)), Pause(at, until, why))

    def cut(self, at: float) -> None:
        """The run ended: nobody waits any more."""
        self._found = {
            key: wait._replace(end=min(wait.end, at)) if wait.start < at else wait
            for key, wait in self._found.items()
        }

    def long(self) -> list[Pause]:
        """Those that are worth telling."""
        return [wait for wait in self._found.values() if wait.end - wait.start >= LONG]

    def explain(self, start: float, end: float) -> bool:
        """Whether the time between was spent in waits."""
        return any(wait.start <= start + LONG and wait.end >= end - LONG for wait in self._found.values())


def read_traffic(path: Path) -> Traffic:
    """Reads a run's log, if there is one; a torn line is skipped."""
    calls: Counter[str] = Counter()
    silences: list[Pause] = []
    waits = _Waits()
    last: float | None = None
    for event in _events(path):
        at, name = seconds_of(event["at"]), event["event"]
        if last is not None and at - last >= LONG and not waits.explain(last, at):
            silences = _longest([*silences, Pause(last, at, _STOPPED if name == "begun" else _SILENT)])
        if name == "request":
            calls[str(event.get("call"))] += 1
        elif name == "waiting":
            waits.add(at, event)
        elif name in ("begun", "ended"):
            waits.cut(at)
        last = at
    return Traffic(calls, tuple(sorted(_longest([*silences, *waits.long()]))))


def requests_of_last_start(path: Path) -> RequestCounts:
    """The requests of a run's last start, whose process died before it could count them in the ledger."""
    sent = retried = rate_limited = 0
    for event in _events(path):
        if event["event"] == "begun":
            sent = retried = rate_limited = 0
        elif event["event"] == "request":
            sent += event.get("fault") != Fault.UNSENT
            retried += event.get("verdict") in RETRIED
            rate_limited += event.get("status") == 429  # noqa: PLR2004
    return RequestCounts(sent, retried, rate_limited)


def _quota(endpoint: str) -> str:
    return quota_of(Call(endpoint)) if endpoint in set(Call) else "Apollo's quota"


def _events(path: Path) -> Iterator[dict[str, Any]]:
    if not path.is_file():
        return
    with path.open("rb") as file:
        for line in file:
            try:
                event = from_json(line)
            except ValueError:
                continue
            if isinstance(event, dict) and {"at", "event"} <= event.keys():
                yield event


def _longest(pauses: list[Pause]) -> list[Pause]:
    return sorted(pauses, key=lambda one: one.start - one.end)[:_MOST_PAUSES]
