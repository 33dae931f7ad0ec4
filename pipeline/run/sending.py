"""The second half of a run: its pending rows are sent."""

import asyncio
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import FrameType

from pipeline import lookup
from pipeline.apollo import Log
from pipeline.config import Config, SendRules
from pipeline.errors import ImportFailure, RunInterrupted
from pipeline.ledger import Ledger, RequestCounts, Rows, RunRecord, Runs, State, TeamLock, Teams, take_over
from pipeline.records import Names
from pipeline.run.connecting import client_for, limiter_for
from pipeline.run.job import Access, World
from pipeline.run.kept import Kept
from pipeline.sender import Bodies, Marker, Sender, Stop, TeamDesk, needs_of, try_scopes

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


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
    limiter = limiter_for(config, ledger, run.team, world.clock, world.board.waiting)
    with (
        _signals(stop),
        TeamLock(" ".join(Teams(ledger).name(run.team)), run.run_id, world.clock, world.locks) as lock,
    ):
        try:
            await lock.take(config.send.max_wait, lambda holder: world.board.waiting(holder, None))
        except ImportFailure as failure:
            return failure
        take_over(ledger, run.key)
        async with client_for(config, access, world.clock, limiter, log) as client:
            sender = Sender(
                config.send,
                bodies_for(run, config, names),
                rows,
                TeamDesk(ledger, run.team, run.key, lambda key: rules_of(key, names, ledger)),
                client,
                world.clock,
                world.board,
                stop,
            )
            try:
                if rows.open_counts().get(State.PENDING):
                    await try_scopes(client, needs_of(config))
                await sender.run()
            except ImportFailure as failure:
                return failure
            finally:
                limiter.close()
                Runs(ledger).count(run.key, RequestCounts(client.sent, client.retried, client.rate_limited))
    return stop.failure


def bodies_for(run: RunRecord, config: Config, names: Names) -> Bodies:
    """The composer of a run's bodies: its constants filled in as on the day it began."""
    began = datetime.fromtimestamp(run.started_at, UTC).astimezone().date()
    constants = config.constants.filled(began, run.run_id, run.source_file)
    marker = Marker(config.send.marker, run.run_id) if config.send.marker else None
    return Bodies(lookup.typed(constants, names), names, config.send.phones, marker)


def rules_of(key: int, names: Names, ledger: Ledger) -> tuple[SendRules, Bodies]:
    """What any run of the team is sent by, from what is kept of it."""
    run = Runs(ledger).of_key(key)
    config = Kept.of(ledger, run).config
    return config.send, bodies_for(run, config, names)


@contextmanager
def _signals(stop: Stop) -> Iterator[None]:
    """The first signal ends the run gracefully, the second at once; the ledger is right either way."""
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()

    def on_signal(number: int, _frame: FrameType | None) -> None:
        if stop.asked and task:
            loop.call_soon_threadsafe(task.cancel)
        name = signal.Signals(number).name
        loop.call_soon_threadsafe(stop.ask, RunInterrupted(f"Interrupted ({name})."))

    before = {number: signal.signal(number, on_signal) for number in _signals_here()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _signals_here() -> tuple[signal.Signals, ...]:
    """Only the main thread may set handlers; elsewhere (a test, a notebook) signals are the caller's."""
    return _SIGNALS if threading.current_thread() is threading.main_thread() else ()
