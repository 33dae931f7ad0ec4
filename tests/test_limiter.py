"""Whether all of a quota is used and none of it overrun, against windows that a server counts."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.apollo import Answer, Call, Limiter, Limits
from pipeline.errors import LongWait, QuotaReached
from pipeline.records import Window
from tests.fakes import NOON, FakeClock

NAMES = {60: ("minute", "minute", "minute"), 3600: ("hourly", "hourly", "hourly"), 86400: ("24-hour",) * 3}


@dataclass
class Server:
    """Fixed windows that open on the first request, as Apollo counts them; tells of them in headers if it likes."""

    clock: FakeClock
    limits: dict[int, int]
    latency: Callable[[], float] = lambda: 0.1
    headers: bool = True
    retry_after: bool = True
    used: dict[int, int] = field(default_factory=dict)
    ends: dict[int, float] = field(default_factory=dict)
    refused: int = 0
    served: list[float] = field(default_factory=list)

    async def request(self) -> Answer:
        sent_at = self.clock.time()
        delay = self.latency()
        await self.clock.sleep(delay / 2)
        status, headers = self._count(self.clock.time())
        await self.clock.sleep(delay / 2)
        text = '{"message": "slow"}' if status == 429 else "{}"
        return Answer(Call.CREATE, status, {}, text, headers, sent_at, self.clock.time())

    def drain(self, span: int, count: int) -> None:
        self._roll(self.clock.time())
        self.ends.setdefault(span, self.clock.time() + span)
        self.used[span] = min(self.limits[span], self.used.get(span, 0) + count)

    def _roll(self, now: float) -> None:
        for span in [span for span, end in self.ends.items() if now >= end]:
            del self.ends[span], self.used[span]

    def _count(self, now: float) -> tuple[int, dict[str, str]]:
        self._roll(now)
        full = [span for span, limit in self.limits.items() if self.used.get(span, 0) >= limit]
        if full:
            self.refused += 1
            wait = max(self.ends[span] for span in full) - now
            return 429, {**self._told(), **({"retry-after": str(int(wait) + 1)} if self.retry_after else {})}
        for span in self.limits:
            self.ends.setdefault(span, now + span)
            self.used[span] = self.used.get(span, 0) + 1
        self.served.append(now)
        return 200, self._told()

    def _told(self) -> dict[str, str]:
        if not self.headers:
            return {}
        told = {}
        for span, limit in self.limits.items():
            name = NAMES[span][0]
            told[f"x-rate-limit-{name}"] = str(limit)
            told[f"x-{name}-usage"] = str(self.used.get(span, 0))
            told[f"x-{name}-requests-left"] = str(limit - self.used.get(span, 0))
        return told


async def spend(limiter: Limiter, server: Server, count: int, concurrency: int) -> None:
    left = [count]

    async def work() -> None:
        while left[0]:
            left[0] -= 1
            slot = await limiter.slot(Call.CREATE)
            answer = await server.request()
            slot.answered(answer)
            if answer.status == 429:
                left[0] += 1

    await asyncio.gather(*(work() for _ in range(concurrency)))


@pytest.mark.parametrize(("latency", "concurrency"), [(0.02, 1), (0.1, 4), (0.3, 4), (0.3, 16)])
def test_250_requests_at_100_a_minute_take_two_minutes_plus_latency_without_a_429(
    latency: float, concurrency: int
) -> None:
    clock = FakeClock()
    server = Server(clock, {60: 100, 3600: 4000}, latency=lambda: latency)
    asyncio.run(spend(Limiter(clock, Limits(100, 400, 2000)), server, 250, concurrency))
    assert server.refused == 0
    assert 120 <= clock.now - NOON <= 120 + 60 * latency
    assert len(server.served) == 250


def test_without_headers_the_configured_rate_is_kept() -> None:
    clock = FakeClock()
    server = Server(clock, {60: 10}, headers=False)
    asyncio.run(spend(Limiter(clock, Limits(minute=10)), server, 35, 4))
    assert server.refused == 0
    assert 180 <= clock.now - NOON < 190


def test_the_servers_limit_is_believed_over_the_configured_one() -> None:
    clock = FakeClock()
    server = Server(clock, {60: 30})
    asyncio.run(spend(Limiter(clock, Limits(minute=200)), server, 90, 4))
    assert server.refused == 0
    assert clock.now - NOON < 130


def test_when_a_teammate_drains_the_window_only_requests_under_way_are_refused() -> None:
    clock = FakeClock()
    server = Server(clock, {60: 50})
    limiter = Limiter(clock, Limits(minute=50))

    async def both() -> None:
        async def teammate() -> None:
            await clock.sleep(0.55)
            server.drain(60, 50)

        await asyncio.gather(spend(limiter, server, 60, 4), teammate())

    asyncio.run(both())
    assert server.refused <= 4
    assert len(server.served) == 60


@pytest.mark.parametrize("retry_after", [True, False])
def test_a_limit_that_nobody_knew_of_costs_at_most_the_requests_under_way(retry_after: bool) -> None:
    clock = FakeClock()
    server = Server(clock, {60: 7}, headers=False, retry_after=retry_after)
    asyncio.run(spend(Limiter(clock, Limits()), server, 20, 3))
    assert len(server.served) == 20
    assert server.refused <= 3 * 3


def test_a_wait_beyond_max_wait_is_told_with_its_end() -> None:
    clock = FakeClock()
    server = Server(clock, {3600: 5})
    with pytest.raises(QuotaReached) as reached:
        asyncio.run(spend(Limiter(clock, Limits(hour=5), max_wait=600), server, 6, 1))
    assert reached.value.until == pytest.approx(NOON + 3600, abs=1)


def test_windows_survive_a_restart() -> None:
    clock = FakeClock()
    server = Server(clock, {60: 10})
    kept: dict[tuple[str, int], Window] = {}
    save = lambda windows: kept.update({(w.call, w.span): w for w in windows})  # noqa: E731
    first = Limiter(clock, Limits(minute=10), save=save)
    asyncio.run(spend(first, server, 8, 2))
    first.close()
    asyncio.run(spend(Limiter(clock, Limits(minute=10), saved=kept.values()), server, 8, 4))
    assert server.refused == 0
    assert 60 <= clock.now - NOON < 65


def test_a_reserve_is_left_for_the_team() -> None:
    clock = FakeClock()
    server = Server(clock, {86400: 20})
    limiter = Limiter(clock, Limits(day=20), Limits(day=5), max_wait=60)
    with pytest.raises(QuotaReached):
        asyncio.run(spend(limiter, server, 20, 4))
    assert len(server.served) == 15


def test_an_empty_limit_header_is_no_limit() -> None:
    clock = FakeClock()
    limiter = Limiter(clock, Limits(minute=2))

    async def free() -> None:
        for _ in range(5):
            slot = await limiter.slot(Call.CREATE)
            slot.answered(Answer(Call.CREATE, 200, {}, "", {"x-rate-limit-minute": ""}, clock.now, clock.now))

    asyncio.run(free())
    assert clock.now == NOON


@settings(max_examples=40, deadline=None)
@given(
    limit=st.integers(1, 40),
    count=st.integers(1, 120),
    concurrency=st.integers(1, 16),
    seed=st.integers(0, 10**6),
)
def test_a_fixed_window_is_never_overrun_at_any_latency(
    limit: int, count: int, concurrency: int, seed: int
) -> None:
    clock = FakeClock()
    chance = random.Random(seed)
    server = Server(clock, {60: limit}, latency=lambda: chance.uniform(0.02, 0.3))
    asyncio.run(spend(Limiter(clock, Limits(minute=limit), max_wait=86_400.0), server, count, concurrency))
    assert server.refused == 0
    assert len(server.served) == count


def test_a_wait_gives_way_only_when_nothing_else_is_under_way() -> None:
    clock = FakeClock()
    limiter = Limiter(clock, Limits(hour=1), max_wait=7200, give_way_after=60)

    async def both() -> None:
        busy = await limiter.slot(Call.UPDATE)
        first = await limiter.slot(Call.CREATE)
        first.answered(Answer(Call.CREATE, 200, {}, "", {}, clock.now, clock.now))
        waiting = asyncio.create_task(limiter.slot(Call.CREATE))
        await clock.sleep(30)
        assert not waiting.done()
        busy.unused()
        await clock.sleep(10)
        with pytest.raises(LongWait):
            await waiting

    asyncio.run(both())
    assert clock.now - NOON == 40


@dataclass
class SlidingServer(Server):
    """Counts the requests of the last minute at every moment, as Apollo does not say that it does."""

    def _count(self, now: float) -> tuple[int, dict[str, str]]:
        recent = [at for at in self.served if now - at < 60]
        if len(recent) >= self.limits[60]:
            self.refused += 1
            return 429, {"retry-after": str(int(recent[0] + 60 - now) + 1)}
        self.served.append(now)
        return 200, {}


@pytest.mark.parametrize("concurrency", [1, 4, 16])
def test_against_a_sliding_window_no_request_is_lost_and_few_are_refused(concurrency: int) -> None:
    clock = FakeClock()
    server = SlidingServer(clock, {60: 30}, latency=lambda: 0.1)
    asyncio.run(spend(Limiter(clock, Limits(minute=30)), server, 150, concurrency))
    assert len(server.served) == 150
    assert server.refused <= 5 * concurrency
    assert clock.now - NOON < 330
