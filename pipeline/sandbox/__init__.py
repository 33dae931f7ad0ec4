"""A stand-in for Apollo's API, a program of its own: it shares nothing with the importer.

`build` makes one, `.app` is its ASGI application, `serve` puts it on a socket. Importing this package does not
import the web server; building and serving do.
"""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.sandbox.exchange import ConnectionCut, Json
from pipeline.sandbox.faults import FAULTS, Faults
from pipeline.sandbox.settings import PLANS, SANDBOX_KEY, Limits, Settings
from pipeline.sandbox.store import StateUnusable, Store
from pipeline.sandbox.workspace import Logged

if TYPE_CHECKING:
    from pipeline.sandbox.app import App, Traffic
    from pipeline.sandbox.engine import Engine

__all__ = [
    "FAULTS",
    "PLANS",
    "SANDBOX_KEY",
    "ConnectionCut",
    "Faults",
    "Limits",
    "Logged",
    "Sandbox",
    "Settings",
    "StateUnusable",
    "build",
    "serve",
]


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A stand-in that is ready to answer.

    Attributes:
        app: The ASGI application; in process it raises ConnectionCut where a connection would end.
        traffic: Requests with headers and bodies, empty unless built with `keep_traffic`.
    """

    app: "App"
    traffic: "list[Traffic]"
    _engine: "Engine"
    _store: Store

    @property
    def team_id(self) -> str:
        """The team's id, 24 hex digits, kept in the state file."""
        return self._engine.workspace.team_id

    @property
    def contacts(self) -> list[Json]:
        """The contacts that are not deleted, oldest first.

        Each is the whole object with three keys that no answer has: `made_by` (id of a request), `overwritten_by`
        (a list of {"request", "keys"}) and `label_names`.
        """
        from pipeline.sandbox.contact_object import whole  # noqa: PLC0415 - only needed here

        self._engine.settle()
        workspace = self._engine.workspace
        return [
            {
                **whole(contact),
                "made_by": contact.made_by,
                "overwritten_by": [overwrite._asdict() for overwrite in contact.overwritten_by],
                "label_names": [workspace.labels[label]["name"] for label in contact.get("label_ids") or []],
            }
            for contact in workspace.oldest_first
        ]

    @property
    def deleted(self) -> frozenset[str]:
        """The ids of the contacts that were deleted."""
        self._engine.settle()
        return frozenset(
            contact.id for contact in self._engine.workspace.contacts.values() if contact.deleted
        )

    @property
    def requests(self) -> list[Logged]:
        """Every request in the order in which it ended; status 0 had no whole answer."""
        return list(self._engine.log)

    def close(self) -> None:
        """Carry out what is still due from cut connections, and close the state file."""
        self._engine.settle(all_of_them=True)
        self._store.close()


def build(
    settings: Settings | None = None,
    state: Path | None = None,
    clock: Callable[[], float] = time.time,
    seed: int = 0,
    faults: Faults | None = None,
    *,
    sleep: Callable[[float], Awaitable[None]] | None = None,
    keep_traffic: bool = False,
) -> Sandbox:
    """Return a stand-in.

    Args:
        settings: How it behaves; by default without limits, with the key SANDBOX_KEY.
        state: A file that keeps its contacts, lists, windows, credits, log and team over restarts.
        clock: Epoch seconds.
        seed: Of everything left to chance, the team id aside.
        faults: What goes wrong on purpose.
        sleep: Waits, for latency and slowness; asyncio.sleep by default.
        keep_traffic: Keep headers and bodies in memory, for tests.

    Raises:
        StateUnusable: The state file is in use, or is something else.
    """
    import asyncio  # noqa: PLC0415 - slow to import, as are starlette and what hangs on it

    from pipeline.sandbox.app import App  # noqa: PLC0415
    from pipeline.sandbox.engine import Engine  # noqa: PLC0415

    store = Store(state)
    engine = Engine(settings or Settings(), store, clock, seed, faults or Faults())
    traffic: list[Traffic] = []
    return Sandbox(
        App(engine, clock, sleep or asyncio.sleep, traffic if keep_traffic else None), traffic, engine, store
    )


def serve(sandbox: Sandbox, host: str, port: int, on_ready: Callable[[str], None]) -> None:
    """Serve a stand-in in the foreground until SIGINT or SIGTERM; port 0 takes any free one.

    Args:
        sandbox: Stays open afterwards; close it.
        host: Address to listen on.
        port: Port, 0 for any.
        on_ready: Told the base URL, ending in /api/v1, once it listens.

    Raises:
        OSError: The address cannot be listened on.
    """
    from pipeline.sandbox import serving  # noqa: PLC0415 - uvicorn is slow to import

    serving.serve(sandbox.app, host, port, on_ready)
