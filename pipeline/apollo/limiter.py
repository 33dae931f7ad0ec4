"""Keeps to Apollo's quota: three fixed windows for each call, each opening on its first request.

What the server says is believed over what was configured. A window's end is known only as "its span after it was
opened", and it was opened before the first answer arrived; so the end is counted from that answer, and the request
that opens a window goes alone. Source: docs.apollo.io/reference/rate-limits.
"""

import asyncio
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.apollo.answers import Answer, Call, exhausted_window, quota_of
from pipeline.clock import Clock
from pipeline.errors import LongWait, QuotaReached, RunStopped
from pipeline.records import Window

MINUTE, HOUR, DAY = 60, 3600, 86_400
_LOOK_EVERY = 5.0
"""A computer that was asleep wakes up with its wall clock moved on and its timers not."""

_HEADERS: Mapping[int, tuple[tuple[str, str, str], ...]] = {
    MINUTE: (("x-rate-limit-minute", "x-minute-usage", "x-minute-requests-left"),),
    HOUR: (("x-rate-limit-hourly", "x-hourly-usage", "x-hourly-requests-left"),),
    DAY: (
        ("x-rate-limit-24-hour", "x-24-hour-usage", "x-24-hour-requests-left"),
        ("x-rate-limit-daily", "x-daily-usage", "x-daily-requests-left"),
    ),
}


class Limits(NamedTuple):
    """Requests for each span in seconds; 0 is no limit."""

    minute: int = 0
    hour: int = 0
    day: int = 0

    def of(self, span: int) -> int:
        """The number for one span."""
        return {MINUTE: self.minute, HOUR: self.hour, DAY: self.day}[span]


class Wait(NamedTuple):
    """A request of this call waits for its window of `span` seconds, which ends at `until`."""

    call: Call
    span: int
    until: float


@dataclass(slots=True)
class _Window:
    span: int
    allowed: int | None
    reserve: int
    used: int = 0
    ends_at: float | None = None
    begun_at: float = 0.0
    shut: bool = False

    def roll(self, now: float) -> None:
        if self.ends_at is not None and now >= self.ends_at:
            self.used, self.ends_at, self.begun_at, self.shut = 0, None, now, False

    def free(self, in_flight: int) -> bool:
        if self.shut:
            return False
        return self.allowed is None or self.allowed - self.reserve - self.used - in_flight > 0

    def full(self) -> bool:
        return self.shut or (self.allowed is not None and self.used >= self.allowed - self.reserve)

    def answered(self, answer: Answer, sent_at: float) -> None:
        if sent_at < self.begun_at:
            return
        limit, used = _said(answer.headers, self.span)
        if limit is not None:
            self.allowed = limit or None
        self.used = max(self.used if used is not None else self.used + 1, used or 0)
        if self.ends_at is None:
            self.ends_at = answer.arrived_at + self.span

    def nothing_left(self) -> bool:
        """Whether the reserve leaves nothing of the window, however new it is."""
        return self.allowed is not None and self.allowed <= self.reserve

    def exhaust(self, now: float, retry_after: float | None, allowed: int | None) -> None:
        self.allowed = allowed or self.allowed
        self.used = max(self.used, self.allowed or 0)
        self.shut = True
        if retry_after is not None:
            self.ends_at = now + max(retry_after, 1.0)
        elif self.ends_at is None or self.ends_at <= now:
            self.ends_at = now + self.span


def _said(headers: Mapping[str, str], span: int) -> tuple[int | None, int | None]:
    """(limit, used) as the server counts them: 0 is no limit, None is not said."""
    for limit_name, used_name, left_name in _HEADERS[span]:
        if (limit_text := headers.get(limit_name)) is None:
            continue
        limit = _number(limit_text) or 0
        used = _number(headers.get(used_name, ""))
        left = _number(headers.get(left_name, ""))
        if left is not None and limit:
            used = max(used or 0, limit - left)
        return limit, used
    return None, None


def _number(text: str) -> int | None:
    return int(text) if text.strip().isdecimal() else None


@dataclass(slots=True)
class _Lane:
    """The windows of one call, and how many of its requests are under way."""

    call: Call
    windows: tuple[_Window, ...]
    in_flight: int = 0
    waiting: int = 0
    refused_since: float | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def ready(self, now: float) -> bool:
        for window in self.windows:
            window.roll(now)
        opening = any(window.ends_at is None for window in self.windows)
        if opening and self.in_flight:
            return False
        return all(window.free(self.in_flight) for window in self.windows)

    def wait(self) -> Wait | None:
        """For the last of the full windows; None when only answers are waited for."""
        full = [
            Wait(self.call, window.span, window.ends_at)
            for window in self.windows
            if window.full() and window.ends_at is not None
        ]
        return max(full, key=lambda wait: wait.until, default=None)

    def idle(self, until: float) -> bool:
        """Whether nothing happens here until then: nothing is under way, and whoever waits has to wait longer."""
        wait = self.wait() if self.waiting else None
        return not self.in_flight and (not self.waiting or (wait is not None and wait.until > until))

    def wake(self) -> None:
        self.changed.set()
        self.changed = asyncio.Event()


class Slot:
    """The right to send one request. Ends with its answer, or given back unused."""

    def __init__(self, limiter: "Limiter", lane: _Lane, granted_at: float) -> None:
        self._limiter = limiter
        self._lane = lane
        self._granted_at = granted_at
        self._open = True

    @property
    def call(self) -> Call:
        """What it may be used for."""
        return self._lane.call

    def answered(self, answer: Answer) -> None:
        """Counts the request by what its answer says."""
        if self._close():
            self._limiter.count(self._lane, answer, self._granted_at)

    def unused(self) -> None:
        """Gives the slot back: no request left, or it was never taken by the server. Harmless after an answer."""
        self._close()

    def _close(self) -> bool:
        was_open, self._open = self._open, False
        if was_open:
            self._lane.in_flight -= 1
            self._lane.wake()
        return was_open


class Limiter:
    """Grants slots so that no window is overrun, and all of it is used."""

    def __init__(
        self,
        clock: Clock,
        rate: Limits,
        reserve: Limits = Limits(),  # noqa: B008 - a frozen tuple
        *,
        saved: Iterable[Window] = (),
        save: Callable[[Sequence[Window]], None] = lambda _: None,
        max_wait: float = 3600.0,
        give_way_after: float = math.inf,
        waiting: Callable[[Wait], None] = lambda _: None,
    ) -> None:
        """`saved` and `save` keep windows over restarts; `waiting` is told of each wait, again and again.

        A wait in which nothing happens for longer than `give_way_after` seconds ends at once, by LongWait.
        """
        self._clock = clock
        self._rate = rate
        self._reserve = reserve
        self._saved = {(window.call, window.span): window for window in saved}
        self._save = save
        self._max_wait = max_wait
        self._give_way_after = give_way_after
        self._waiting = waiting
        self._lanes: dict[Call, _Lane] = {}

    async def slot(self, call: Call) -> Slot:
        """Waits until one more request of this kind is allowed.

        Raises:
            LongWait: all requests have to wait for longer than `give_way_after`.
            QuotaReached: that would take longer than `max_wait`, or nothing else than 429 has come for so long.
            RunStopped: the reserve leaves nothing.
        """
        lane = self._lane(call)
        asked_at = self._clock.time()
        lane.waiting += 1
        try:
            while not lane.ready(now := self._clock.time()):
                await self._wait(lane, now, asked_at)
        finally:
            lane.waiting -= 1
        lane.in_flight += 1
        return Slot(self, lane, now)

    async def _wait(self, lane: _Lane, now: float, asked_at: float) -> None:
        if any(window.nothing_left() for window in lane.windows):
            raise RunStopped(f"send.reserve keeps back all of {quota_of(lane.call)}. Lower it in the config.")
        wait = lane.wait()
        if wait is None:
            await lane.changed.wait()
            return
        since = asked_at if lane.refused_since is None else min(asked_at, lane.refused_since)
        if wait.until - since > self._max_wait:
            raise QuotaReached(quota_of(lane.call), wait.until)
        self._waiting(wait)
        if all(other.idle(now + self._give_way_after) for other in self._lanes.values()):
            raise LongWait(quota_of(lane.call), wait.until)
        await self._clock.sleep(min(max(wait.until - now, 0.001), _LOOK_EVERY))

    def count(self, lane: _Lane, answer: Answer, granted_at: float) -> None:
        """Takes in what an answer says about the windows of its call."""
        opened = [window for window in lane.windows if window.ends_at is None]
        if answer.status is not None and (answer.status not in (401, 403, 429)):
            for window in lane.windows:
                window.answered(answer, granted_at)
        if answer.status == 429:  # noqa: PLR2004
            lane.refused_since = lane.refused_since or answer.sent_at
            self._exhaust(lane, answer)
        elif answer.status is not None:
            lane.refused_since = None
        if opened or answer.status == 429:  # noqa: PLR2004
            self._save(self._records(lane))

    def _exhaust(self, lane: _Lane, answer: Answer) -> None:
        allowed, span = exhausted_window(answer)
        now = self._clock.time()
        if span is None:
            told = [window for window in lane.windows if _none_left(answer, window.span)]
            span = max((window.span for window in told), default=MINUTE)
        retry_after = _number(answer.headers.get("retry-after", ""))
        for window in lane.windows:
            if window.span == span:
                window.exhaust(now, retry_after, allowed)

    def close(self) -> None:
        """Keeps all windows for the next run."""
        for lane in self._lanes.values():
            self._save(self._records(lane))

    def _lane(self, call: Call) -> _Lane:
        if call not in self._lanes:
            self._lanes[call] = _Lane(call, tuple(self._window(call, span) for span in (MINUTE, HOUR, DAY)))
        return self._lanes[call]

    def _window(self, call: Call, span: int) -> _Window:
        reserve = self._reserve.of(span)
        if saved := self._saved.get((call, span)):
            return _Window(span, saved.allowed, reserve, saved.used, saved.ends_at)
        return _Window(span, self._rate.of(span) or None, reserve)

    def _records(self, lane: _Lane) -> list[Window]:
        return [
            Window(lane.call, window.span, window.allowed, window.used, window.ends_at)
            for window in lane.windows
        ]


def _none_left(answer: Answer, span: int) -> bool:
    return any(answer.headers.get(left) == "0" for _, _, left in _HEADERS[span])
