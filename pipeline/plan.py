"""How many calls an import needs, how long they take at the team's quotas, and when it ends. Pure.

It is the upper bound: as if Apollo had none of the rows, or, where existing contacts are updated, all of them. Each
endpoint has three windows of its own, fixed, opening on the first request; all of a window is used at once, and the
next begins when it ends.
Source: rate limits, docs.apollo.io/reference/rate-limits.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from pipeline.config.model import Mode, OnMatch, Phones
from pipeline.records import Window

PER_CALL = 100
"""How many contacts a bulk_create makes at most, and how many get a set of Lists in one call."""

_SPANS = (60, 3_600, 86_400)
_LATEST = datetime(9999, 1, 1, tzinfo=UTC)  # a million rows at one a day end beyond what a date can say


class Allowance(NamedTuple):
    """Requests that an endpoint takes in each of its windows; None or 0 is no limit."""

    minute: int | None = None
    hour: int | None = None
    day: int | None = None


class Demand(NamedTuple):
    """So many requests of one endpoint: create, bulk_create, update, search or labels."""

    call: str
    count: int  # type: ignore[assignment] # a field of this name hides tuple.count, which nobody asks a demand for


class Load(NamedTuple):
    """What decides how many calls an import needs: `rows` in all, and how many of them ask for more than one call.

    Those with `phones`, those with a website and no email (beside one Apollo ignores it), and those that are `listed`
    by themselves or a constant, on `list_sets` different sets of Lists.
    """

    rows: int
    phones: int = 0
    websites: int = 0
    listed: int = 0
    list_sets: int = 0


class Shortage(NamedTuple):
    """The first time that requests of a call are left and its window of `span` seconds is used up, `at` to `until`."""

    call: str
    span: int
    at: datetime
    until: datetime


class Plan(NamedTuple):
    """What an import takes; `seconds` from now to the last answer."""

    calls: tuple[Demand, ...]
    total: int
    seconds: float
    ends_at: datetime
    shortages: tuple[Shortage, ...] = ()


def demands(
    load: Load, *, on_match: str, mode: str, phones: str, constants: bool = False
) -> tuple[Demand, ...]:
    """The calls for a load at most, those of no endpoint left out; new contacts may get `constants` too."""
    update = OnMatch(on_match) is OnMatch.UPDATE
    labels = min(load.listed, load.list_sets * _calls_for(load.listed))
    if Mode(mode) is Mode.SINGLE and OnMatch(on_match) is not OnMatch.SKIP:
        in_body = not update  # where Apollo may match, Lists and constants follow by id
        return _needed(
            create=load.rows, update=load.rows * (update and constants), labels=0 if in_body else labels
        )
    typed = load.phones if Phones(phones) is Phones.TYPED else 0
    calls = load.rows if Mode(mode) is Mode.SINGLE else _calls_for(load.rows)
    completed = load.rows if update else min(load.rows, typed + load.websites)
    return _needed(bulk_create=calls, update=completed, labels=labels)


def make_plan(
    wanted: tuple[Demand, ...],
    allowances: Mapping[str, Allowance],
    now: datetime,
    *,
    latency: float = 0.3,
    concurrency: int = 4,
    used: Sequence[Window] = (),
) -> Plan:
    """The plan for these calls from `now` on; an endpoint without an allowance has no limit.

    `used` are the team's windows as the ledger has them; only what they have used and when they end is read.
    `latency` is seconds a request, `concurrency` the requests of an endpoint at once. Endpoints run beside each
    other, so the slowest says when it ends.

    Raises:
        ValueError: An allowance is below 0.
    """
    pace = _Pace(latency, concurrency)
    spent = {(window.call, window.span): window for window in used}
    courses = [
        _windows(demand.call, allowances.get(demand.call, Allowance()), spent, now) for demand in wanted
    ]
    ends = [_seconds(demand.count, course, pace) for demand, course in zip(wanted, courses, strict=True)]
    seconds = max(ends, default=0.0)
    total = sum(demand.count for demand in wanted)
    shortages = [
        Shortage(demand.call, window.span, *(_later(now, moment) for moment in window.first_full))
        for demand, course in zip(wanted, courses, strict=True)
        for window in course
        if window.first_full
    ]
    return Plan(wanted, total, seconds, _later(now, seconds), tuple(shortages))


def _later(now: datetime, seconds: float) -> datetime:
    return now + min(timedelta(seconds=seconds), _LATEST - now)


class _Pace(NamedTuple):
    latency: float
    concurrency: int

    def lasts(self, count: int) -> float:
        """Seconds from the first request to the last answer."""
        return math.ceil(count / self.concurrency) * self.latency

    def begun_within(self, seconds: float) -> float:
        """How many requests begin in that time; at least one."""
        if not self.latency or math.isinf(seconds):
            return math.inf
        return max(1, math.ceil(seconds / self.latency)) * self.concurrency


class _Window:
    """One window in the course of a plan; times are seconds from now."""

    def __init__(self, limit: int, span: int, taken: int = 0, ends: float = math.inf) -> None:
        self._limit, self._taken = limit, taken
        self.span = span
        self.ends = ends  # infinite while none is open
        self.first_full: tuple[float, float] | None = None

    def close_if_over(self, time: float) -> None:
        if time >= self.ends:
            self._taken, self.ends = 0, math.inf

    def room(self) -> int:
        return max(0, self._limit - self._taken)

    def take(self, count: int, time: float) -> None:
        if math.isinf(self.ends):
            self.ends = time + self.span
        self._taken += count

    def hold_up(self, time: float) -> float:
        """When requests go on that find the window full."""
        self.first_full = self.first_full or (time, self.ends)
        return self.ends


def _seconds(count: int, windows: list[_Window], pace: _Pace) -> float:
    """Seconds until the last of `count` requests is answered."""
    time = 0.0
    while count:
        for window in windows:
            window.close_if_over(time)
        room = min((window.room() for window in windows), default=count)
        if not room:
            time = max(window.hold_up(time) for window in windows if not window.room())
            continue
        until = min((window.ends for window in windows), default=math.inf)
        burst = int(min(count, room, pace.begun_within(until - time)))
        for window in windows:
            window.take(burst, time)
        time += pace.lasts(burst)
        count -= burst
    return time


def _windows(
    call: str, allowance: Allowance, spent: Mapping[tuple[str, int], Window], now: datetime
) -> list[_Window]:
    if any(limit is not None and limit < 0 for limit in allowance):
        raise ValueError("an allowance below 0 would never let anything through")
    windows = []
    for limit, span in zip(allowance, _SPANS, strict=True):
        found = spent.get((call, span))
        if limit and found and found.ends_at is not None:
            windows.append(_Window(limit, span, found.used, found.ends_at - now.timestamp()))
        elif limit:
            windows.append(_Window(limit, span))
    return windows


def _needed(**counts: int) -> tuple[Demand, ...]:
    return tuple(Demand(call, count) for call, count in counts.items() if count)


def _calls_for(contacts: int) -> int:
    return math.ceil(contacts / PER_CALL)
