"""What run.log tells of the requests: how many of each kind, and when there were none for long."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from pydantic_core import from_json

LONG = 30.0
"""Seconds without a request that are worth telling."""

_MOST_PAUSES = 50


class Pause(NamedTuple):
    """A time without requests, in seconds since the epoch. `stopped`: the program did not run meanwhile."""

    start: float
    end: float
    stopped: bool


class Traffic(NamedTuple):
    """Requests by Apollo's names of the calls, and the longest pauses in their order."""

    calls: Counter[str]
    pauses: tuple[Pause, ...]


def read_traffic(path: Path) -> Traffic:
    """Reads a run's log, if there is one; a torn line is skipped."""
    calls: Counter[str] = Counter()
    pauses: list[Pause] = []
    last: float | None = None
    for event in _events(path):
        at = datetime.fromisoformat(event["at"]).timestamp()
        if event["event"] == "request":
            calls[str(event.get("call"))] += 1
        if last is not None and at - last >= LONG:
            pauses = _with(pauses, Pause(last, at, stopped=event["event"] == "begun"))
        last = at
    return Traffic(calls, tuple(sorted(pauses)))


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


def _with(pauses: list[Pause], pause: Pause) -> list[Pause]:
    longest = sorted([*pauses, pause], key=lambda one: one.start - one.end)
    return longest[:_MOST_PAUSES]
