"""The sandbox over a socket: uvicorn in the foreground, and connections that a fault can cut."""

import asyncio
import signal
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from pipeline.sandbox.exchange import ConnectionCut

_Connections = dict[tuple[str, int], asyncio.Transport]


def serve(app: ASGIApp, host: str, port: int, on_ready: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM; port 0 takes any free one.

    Args:
        app: The ASGI application.
        host: Address to listen on.
        port: Port, 0 for any.
        on_ready: Told the base URL once it listens.

    Raises:
        OSError: The address cannot be listened on.
    """
    connections: _Connections = {}
    config = uvicorn.Config(
        _Cutting(app, connections),
        http=_protocol(connections),
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        date_header=False,
        server_header=False,
        timeout_graceful_shutdown=0,
    )
    listening = socket.create_server((host, port), backlog=256)
    address = listening.getsockname()
    _Server(config, lambda: on_ready(f"http://{host}:{address[1]}/api/v1")).run(sockets=[listening])


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Let SIGINT and SIGTERM end the serving, and nothing more: uvicorn's own way sends them on afterwards."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        former = {name: signal.signal(name, self.handle_exit) for name in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for name, handler in former.items():
                signal.signal(name, handler)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()


def _protocol(connections: _Connections) -> type[asyncio.Protocol]:
    class Reachable(H11Protocol):
        """Notes each connection's transport under the client's address, which the scope has too."""

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self.peer = cast("tuple[str, int]", tuple(transport.get_extra_info("peername")[:2]))
            connections[self.peer] = transport
            # asyncio leaves Nagle's algorithm on for a socket that we opened: 40 ms an answer.
            transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        def connection_lost(self, exc: Exception | None) -> None:
            connections.pop(self.peer, None)
            super().connection_lost(exc)

    return Reachable


class _Cutting:
    """Turns ConnectionCut into a connection that ends: reset, or closed once an answer has begun."""

    def __init__(self, app: ASGIApp, connections: _Connections) -> None:
        self._app = app
        self._connections = connections

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def noticing(message: Any) -> None:  # noqa: ANN401 - an ASGI message
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, noticing)
        except asyncio.CancelledError:
            # The sandbox is being stopped; without this uvicorn would answer 500.
            self._cut(scope, reset=not begun)
            raise
        except ConnectionCut:
            self._cut(scope, reset=not begun)
            while (await receive())["type"] != "http.disconnect":
                pass

    def _cut(self, scope: Scope, *, reset: bool) -> None:
        transport = self._connections.get(tuple(scope["client"]))
        if transport is None:
            return
        if reset:
            linger = struct.pack("ii", 1, 0)
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        transport.abort()
