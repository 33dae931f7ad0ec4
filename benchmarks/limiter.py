"""How much of an allowance each limiter uses, and how many 429s it provokes, in simulated time.

    python benchmarks/limiter.py

A server counts 200 requests a minute in fixed windows that open on the first request, as Apollo does, or in a sliding
window; its answers take 20 to 300 ms. Shown are the requests that were served in ten minutes, in percent of what was
allowed, and the requests that were refused.
"""

import asyncio
import random
import selectors
import sys
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from _measure import machine, peers

from pipeline.apollo import Answer, Call, Limiter, Limits

ALLOWED, SPAN, MINUTES = 200, 60.0, 10
CONCURRENCY = (1, 4, 16)
EPOCH = 1_800_000_000.0


class _Selector(selectors.SelectSelector):
    """Where others wait, this lets the time pass; a microsecond at least, or who waits for less waits forever."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.now += max(timeout or 0.0, 1e-6)
        return super().select(0)


class Simulated(asyncio.SelectorEventLoop):
    """A loop whose time is as long as it is waited for."""

    def __init__(self) -> None:
        self._passing = _Selector()
        super().__init__(self._passing)

    def time(self) -> float:
        """Seconds since the loop was made."""
        return self._passing.now


def now() -> float:
    return asyncio.get_running_loop().time()


class Server:
    """Counts requests when they arrive, half of their time after they have left."""

    def __init__(self, *, sliding: bool) -> None:
        self._sliding = sliding
        self._chance = random.Random(7)  # noqa: S311 - jitter
        self._times: deque[float] = deque()
        self._opened = 0.0
        self.served = 0
        self.refused = 0

    async def request(self) -> Answer:
        """One request and its answer."""
        sent_at, delay = now(), self._chance.uniform(0.02, 0.3)
        await asyncio.sleep(delay / 2)
        taken = self._takes(now())
        headers = {"x-rate-limit-minute": str(ALLOWED), "x-minute-usage": str(len(self._times))}
        await asyncio.sleep(delay / 2)
        self.served += taken
        self.refused += not taken
        status = 200 if taken else 429
        return Answer(Call.CREATE, status, {}, "{}", headers, EPOCH + sent_at, EPOCH + now())

    def _takes(self, at: float) -> bool:
        if self._sliding:
            while self._times and self._times[0] <= at - SPAN:
                self._times.popleft()
        elif at >= self._opened + SPAN:
            self._opened = at
            self._times.clear()
        if len(self._times) >= ALLOWED:
            return False
        if not self._times:
            self._opened = at
        self._times.append(at)
        return True


Send: TypeAlias = Callable[[Server], Awaitable[Answer]]


class _Clock:
    def time(self) -> float:
        return EPOCH + now()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def ours() -> Send:
    limiter = Limiter(_Clock(), Limits(minute=ALLOWED))

    async def send(server: Server) -> Answer:
        slot = await limiter.slot(Call.CREATE)
        answer = await server.request()
        slot.answered(answer)
        return answer

    return send


def aiolimiter() -> Send:
    from aiolimiter import AsyncLimiter  # type: ignore[import-not-found]  # noqa: PLC0415 - a peer

    limiter = AsyncLimiter(ALLOWED, SPAN)

    async def send(server: Server) -> Answer:
        async with limiter:
            pass
        return await server.request()

    return send


def pyrate_limiter() -> Send:
    from pyrate_limiter import InMemoryBucket, Rate, RateItem  # type: ignore[import-not-found]  # noqa: PLC0415

    bucket: Any = InMemoryBucket([Rate(ALLOWED, int(SPAN * 1000))])

    async def send(server: Server) -> Answer:
        while not bucket.put(RateItem("", int(now() * 1000))):  # noqa: ASYNC110 - it has no event to wait for
            await asyncio.sleep(0.1)
        bucket.leak(int(now() * 1000))
        return await server.request()

    return send


def even_pacing() -> Send:
    free_at = 0.0

    async def send(server: Server) -> Answer:
        nonlocal free_at
        free_at = max(free_at + SPAN / ALLOWED, now())
        await asyncio.sleep(free_at - now())
        return await server.request()

    return send


LIMITERS: tuple[Callable[[], Send], ...] = (ours, aiolimiter, pyrate_limiter, even_pacing)


async def spend(limiter: Callable[[], Send], concurrency: int, *, sliding: bool) -> Server:
    """Ten minutes of sending as fast as the limiter lets; what is refused is sent again."""
    server, send = Server(sliding=sliding), limiter()

    async def work() -> None:
        while True:
            answer = await send(server)
            if answer.status == 429 and limiter is not ours:
                await asyncio.sleep(1)

    workers = asyncio.gather(*(work() for _ in range(concurrency)))
    await asyncio.sleep(MINUTES * SPAN)
    workers.cancel()
    await asyncio.gather(workers, return_exceptions=True)
    return server


def measured(limiter: Callable[[], Send], concurrency: int, *, sliding: bool) -> Server:
    with asyncio.Runner(loop_factory=Simulated) as runner:
        return runner.run(spend(limiter, concurrency, sliding=sliding))


def main() -> None:
    sys.path.append(str(peers("aiolimiter", "pyrate-limiter")))
    print(f"Limiters, {ALLOWED} a minute for {MINUTES} minutes, answers after 20 to 300 ms ({machine()})")
    for sliding in (False, True):
        print(
            f"{'sliding window' if sliding else 'fixed windows':16}{'concurrency':>12}{'used':>8}{'429s':>7}"
        )
        for limiter in LIMITERS:
            for concurrency in CONCURRENCY:
                server = measured(limiter, concurrency, sliding=sliding)
                used = server.served / (ALLOWED * MINUTES)
                print(f"  {limiter.__name__:14}{concurrency:>12}{used:>8.1%}{server.refused:>7}")


if __name__ == "__main__":
    main()
