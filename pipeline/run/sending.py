"""The second half of a run: its pending rows are sent.

One process of a team sends at a time. A run that has nothing to do until a quota window ends gives way, and begins
its next turn as a resumed run does: from what the ledger says by then.
"""

import asyncio
import signal
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import FrameType

from pipeline import lookup
from pipeline.apollo import Log, Wait, quota_of
from pipeline.config import Config, Constants, Phones, SendRules
from pipeline.errors import ImportFailure, LongWait, RunInterrupted, UsageMistake
from pipeline.ledger import (
    Ledger,
    Lookups,
    RequestCounts,
    Rows,
    RunRecord,
    Runs,
    State,
    TeamLock,
    Teams,
    take_over,
)
from pipeline.records import Names
from pipeline.run.connecting import client_for, limiter_for
from pipeline.run.job import Access, World
from pipeline.run.kept import Kept
from pipeline.sender import Bodies, ErrorLimit, Marker, Sender, Stop, TeamDesk, Terms, needs_of, try_scopes

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_GIVE_WAY_AFTER = 60.0
_LOOK_EVERY = 5.0


async def send(
    run: RunRecord,
    config: Config,
    names: Names,
    access: Access,
    ledger: Ledger,
    rows: Rows,
    world: World,
    log: Log,
) -> ImportFailure | None:
    """Sends what is pending; returns why it stopped, None when every row has ended."""
    if run.team is None:
        raise ValueError("a run without a team cannot be sent")
    stop = Stop()
    team = " ".join(Teams(ledger).name(run.team))
    sending = _Sending(run, run.team, config, names, access, ledger, rows, world, log, stop)
    with (
        _signals(stop),
        TeamLock(team, run.run_id, world.clock, config.send.max_wait, world.locks) as lock,
    ):
        try:
            return await sending.take_turns(lock)
        except asyncio.CancelledError:
            if stop.failure is None:
                raise
            return stop.failure


@dataclass(slots=True)
class _Sending:
    """The turns in which one run is sent."""

    run: RunRecord
    team: int
    config: Config
    names: Names
    access: Access
    ledger: Ledger
    rows: Rows
    world: World
    log: Log
    stop: Stop
    _told: set[Wait] = field(default_factory=set)

    async def take_turns(self, lock: TeamLock) -> ImportFailure | None:
        errors = ErrorLimit(self.config.send.max_errors, self.world.board.note)
        while True:
            try:
                await self._unless_stopped(lock.take(lambda holder: self.world.board.waiting(holder, None)))
                if not self.stop.asked:
                    await self._turn(errors)
            except ImportFailure as failure:
                self.stop.ask(failure)
            if not isinstance(self.stop.failure, LongWait):
                return self.stop.failure
            lock.free()
            await self._wait_out(self.stop.failure)

    async def _turn(self, errors: ErrorLimit) -> None:
        config, world = self.config, self.world
        limiter = limiter_for(config, self.ledger, self.team, world.clock, self._tell_wait, _GIVE_WAY_AFTER)
        take_over(self.ledger, self.run.key)
        async with client_for(config, self.access, world.clock, limiter, self.log) as client:
            sender = Sender(
                self._terms_of(self.run.key),
                self.rows,
                TeamDesk(self.ledger, self.team, self.run.key, self._terms_of, world.clock),
                client,
                world.clock,
                world.board,
                self.stop,
                errors,
            )
            try:
                open_rows = self.rows.open_counts()
                if open_rows.get(State.PENDING) and any(needs := needs_of(config)):
                    await try_scopes(client, needs)
                elif open_rows:
                    await client.profile()  # some answer tells what time it is for Apollo before a row leaves
                await sender.run()
            finally:
                limiter.close()
                counts = RequestCounts(client.sent, client.retried, client.rate_limited)
                Runs(self.ledger).count(self.run.key, counts)

    def _terms_of(self, key: int) -> Terms:
        if key == self.run.key:
            return Terms(self.config.send, bodies_for(self.run, self.config, self.names))
        return terms_of(key, self.team, self.ledger)

    def _tell_wait(self, wait: Wait) -> None:
        self.world.board.waiting(quota_of(wait.call), wait.until)
        if wait not in self._told:
            self._told.add(wait)
            seconds = round(wait.until - self.world.clock.time(), 3)
            self.log("waiting", endpoint=str(wait.call), window=wait.span, seconds=seconds, until=wait.until)

    async def _wait_out(self, wait: LongWait) -> None:
        """Waits, so that others may send meanwhile, until the window ends or the run is to stop."""
        self.stop.wait_is_over()
        while not self.stop.asked and (left := wait.until - self.world.clock.time()) > 0:
            self.world.board.waiting(wait.quota, wait.until)
            await self._unless_stopped(self.world.clock.sleep(min(left, _LOOK_EVERY)))

    async def _unless_stopped(self, wanted: Coroutine[None, None, None]) -> None:
        """Waits for what is wanted, or until the run is to stop."""
        tasks = asyncio.create_task(wanted), asyncio.create_task(self.stop.wait())
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
        for task in done:
            task.result()


def bodies_for(run: RunRecord, config: Config, names: Names) -> Bodies:
    """The composer of a run's bodies: its constants filled in as on the day it began."""
    began = datetime.fromtimestamp(run.started_at, UTC).astimezone().date()
    constants = config.constants.filled(began, run.run_id, run.source_file)
    marker = Marker(config.send.marker, run.run_id) if config.send.marker else None
    return Bodies(lookup.typed(constants, names), names, config.send.phones, marker)


def terms_of(key: int, team: int, ledger: Ledger) -> Terms:
    """What another run of the team was sent by, from what is kept of it.

    A run whose folder is gone can never go on, so nothing has to be composed for it.
    """
    run = Runs(ledger).of_key(key)
    names = lookup.last_told(Lookups(ledger, team))
    try:
        config = Kept.of(ledger, run).config
    except UsageMistake:
        return Terms(SendRules(), Bodies(Constants(), names, Phones.UNTYPED))
    return Terms(config.send, bodies_for(run, config, names))


@contextmanager
def _signals(stop: Stop) -> Iterator[None]:
    """The first signal ends the run gracefully, the second at once; the ledger is right either way."""
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()

    def interrupt(name: str) -> None:
        if task and stop.asked and not isinstance(stop.failure, LongWait):
            task.cancel()
        stop.ask(RunInterrupted(f"Interrupted ({name})."))

    def on_signal(number: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(interrupt, signal.Signals(number).name)

    before = {number: signal.signal(number, on_signal) for number in _signals_here()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _signals_here() -> tuple[signal.Signals, ...]:
    """Only the main thread may set handlers; elsewhere (a test, a notebook) signals are the caller's."""
    return _SIGNALS if threading.current_thread() is threading.main_thread() else ()
