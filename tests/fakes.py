"""The world as tests own it: a clock that only moves when everybody waits, and a line to the sandbox in process."""

import asyncio
import heapq
import itertools
from collections.abc import Callable

import httpx

from pipeline.sandbox import ConnectionCut, Sandbox

NOON = 1_780_000_000.0


class FakeClock:
    """Time passes when nothing else can happen: then the next sleeper is woken, and it is that late."""

    def __init__(self, now: float = NOON) -> None:
        self.now = now
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = itertools.count()
        self._ticking = False

    def time(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        woken: asyncio.Future[None] = loop.create_future()
        heapq.heappush(self._sleepers, (self.now + seconds, next(self._order), woken))
        if not self._ticking:
            self._ticking = True
            loop.call_soon(self._tick, loop)
        await woken

    def _tick(self, loop: asyncio.AbstractEventLoop) -> None:
        if loop._ready:  # type: ignore[attr-defined] # there is no public way to ask whether all are waiting
            loop.call_soon(self._tick, loop)
            return
        while self._sleepers:
            at, _, woken = heapq.heappop(self._sleepers)
            if not woken.done():
                self.now = max(self.now, at)
                woken.set_result(None)
                loop.call_soon(self._tick, loop)
                return
        self._ticking = False


class Line(httpx.AsyncBaseTransport):
    """The sandbox in process; where it cuts the connection, httpx sees what it would see on a socket.

    `latency` seconds pass on the fake clock for each request, half of them before it arrives.
    """

    def __init__(self, sandbox: Sandbox, clock: FakeClock, latency: float = 0.0) -> None:
        self._inner = httpx.ASGITransport(sandbox.app)
        self._clock = clock
        self._latency = latency
        self.before: Callable[[httpx.Request], None] = lambda _request: None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.before(request)
        if self._latency:
            await self._clock.sleep(self._latency / 2)
        try:
            return await self._inner.handle_async_request(request)
        except ConnectionCut as cut:
            raise httpx.ReadError("connection cut", request=request) from cut
        finally:
            if self._latency:
                await self._clock.sleep(self._latency / 2)


class SilentBoard:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.waits: list[tuple[str, float | None]] = []
        self.reasons: list[str] = []

    def ended(self, reason: str, count: int = 1) -> None:
        self.reasons += [reason] * count

    def waiting(self, for_what: str, until: float | None) -> None:
        self.waits.append((for_what, until))

    def note(self, sentence: str) -> None:
        self.notes.append(sentence)
