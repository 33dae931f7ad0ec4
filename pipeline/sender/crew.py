"""Workers that run side by side, and end together when the run is to stop."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager

from pipeline.errors import ImportFailure, LongWait

_GRACE = 30.0


class Stop:
    """Whether, and why, the run is to end. The first reason counts, and any counts more than a wait."""

    def __init__(self) -> None:
        self.failure: ImportFailure | None = None
        self._event = asyncio.Event()

    def ask(self, failure: ImportFailure) -> None:
        """Ends the run: nothing new begins, what is under way gets its time."""
        if self.failure is None or isinstance(self.failure, LongWait):
            self.failure = failure
        self._event.set()

    def wait_is_over(self) -> None:
        """The run goes on, unless there is another reason to end it than a wait."""
        if isinstance(self.failure, LongWait):
            self.failure = None
            self._event.clear()

    @property
    def asked(self) -> bool:
        """Whether the run is to end."""
        return self.failure is not None

    async def wait(self) -> None:
        """Returns when the run is to end."""
        await self._event.wait()


class Crew:
    """Runs jobs until all are done or the run is to stop; then those that wait end at once, others in 30 s."""

    def __init__(self, stop: Stop, grace: float = _GRACE) -> None:
        self._stop = stop
        self._grace = grace
        self._busy: set[asyncio.Task[object]] = set()

    @contextmanager
    def busy(self) -> Iterator[None]:
        """The current task has a request under way, or its outcome to write down.

        Raises:
            asyncio.CancelledError: the run is to stop, so nothing new is begun.
        """
        task = asyncio.current_task()
        if task is None or self._stopping():
            raise asyncio.CancelledError
        self._busy.add(task)
        try:
            yield
        finally:
            self._busy.discard(task)
            if self._stopping():
                task.cancel()

    def _stopping(self) -> bool:
        return self._stop.asked

    async def run(self, jobs: Sequence[Callable[[], Awaitable[None]]]) -> None:
        """Runs the jobs side by side; returns when all of them have ended.

        Raises:
            Exception: what a job raised that was no reason to stop.
        """
        tasks = {asyncio.create_task(self._guarded(job)) for job in jobs}
        watch = asyncio.create_task(self._stop.wait())
        try:
            await self._until_stopped(tasks, watch)
            await self._wind_up(tasks)
        finally:
            watch.cancel()
            for task in tasks:
                task.cancel()
            await asyncio.gather(watch, *tasks, return_exceptions=True)
        for task in tasks:
            if not task.cancelled() and (error := task.exception()):
                raise error

    async def _guarded(self, job: Callable[[], Awaitable[None]]) -> None:
        try:
            await job()
        except ImportFailure as failure:
            self._stop.ask(failure)

    async def _until_stopped(self, tasks: set[asyncio.Task[None]], watch: asyncio.Task[None]) -> None:
        left = set(tasks)
        while left and not watch.done():
            done, _ = await asyncio.wait({*left, watch}, return_when=asyncio.FIRST_COMPLETED)
            left -= done
            if any(not task.cancelled() and task.exception() for task in done & tasks):
                return

    async def _wind_up(self, tasks: set[asyncio.Task[None]]) -> None:
        for task in tasks - self._busy:
            task.cancel()
        if busy := {task for task in tasks if not task.done()}:
            await asyncio.wait(busy, timeout=self._grace)
