"""What the client makes of real sockets that close: no request is sent twice, or called unsent when it had left."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
import pytest

from pipeline.apollo import Answer, ApolloClient, Call, Fault, Limiter, Limits
from pipeline.apollo.transports import faster_transport, plain_transport, transport_to
from tests.fakes import FakeClock

HERE = "http://127.0.0.1"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


@dataclass
class Server:
    """Counts the requests that reach it. The n-th is answered, or what `broken` says happens to its connection."""

    broken: frozenset[int] = frozenset()
    closes_idle: bool = False
    requests: int = 0
    closed: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                size = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0] or 0)
                await reader.readexactly(size)
                self.requests += 1
                if self.requests in self.broken:
                    break
                writer.write(ANSWER)
                await writer.drain()
                if self.closes_idle:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        writer.close()
        self.closed.set()


@asynccontextmanager
async def connected(
    server: Server, transport: httpx.AsyncBaseTransport, *, listens: bool = True
) -> AsyncIterator[ApolloClient]:
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    if not listens:
        listening.close()
        await listening.wait_closed()
    limiter = Limiter(FakeClock(), Limits())
    client = ApolloClient(
        f"http://127.0.0.1:{port}/api/v1", "key", limiter, FakeClock(), server_deadline=5, transport=transport
    )
    async with client:
        yield client
    listening.close()


async def create(client: ApolloClient) -> Answer:
    slot = await client.slot(Call.CREATE)
    return await client.create(slot, {"first_name": "Ada"})


def plain() -> httpx.AsyncBaseTransport:
    return plain_transport(HERE)


def fast() -> httpx.AsyncBaseTransport:
    pytest.importorskip("httpx_aiohttp")
    transport = faster_transport(HERE)
    assert transport
    return transport


TRANSPORTS = pytest.mark.parametrize("transport", [plain, fast])
Transport = Callable[[], httpx.AsyncBaseTransport]


@TRANSPORTS
def test_a_request_on_a_connection_that_the_server_closed_while_idle_is_sent_once(
    transport: Transport,
) -> None:
    async def scenario() -> tuple[int, Answer]:
        server = Server(closes_idle=True)
        async with connected(server, transport()) as client:
            await create(client)
            await server.closed.wait()
            await asyncio.sleep(0.05)
            answer = await create(client)
            return server.requests, answer

    requests, answer = asyncio.run(scenario())
    assert (requests, answer.status) == (2, 200)


@TRANSPORTS
@pytest.mark.parametrize("broken", [1, 2])
def test_a_request_whose_connection_breaks_is_lost_and_never_repeated(
    transport: Transport, broken: int
) -> None:
    """The second one uses a connection that was good before: there clients are tempted to try again."""

    async def scenario() -> tuple[int, Answer]:
        server = Server(broken=frozenset((broken,)))
        async with connected(server, transport()) as client:
            for _ in range(broken):
                answer = await create(client)
            await asyncio.sleep(0.1)
            return server.requests, answer

    requests, answer = asyncio.run(scenario())
    assert (requests, answer.status, answer.fault) == (broken, None, Fault.LOST)


@TRANSPORTS
def test_a_connection_that_is_refused_left_nothing(transport: Transport) -> None:
    async def scenario() -> Answer:
        async with connected(Server(), transport(), listens=False) as client:
            return await create(client)

    answer = asyncio.run(scenario())
    assert (answer.status, answer.fault) == (None, Fault.UNSENT)


def test_requests_go_through_the_proxy_that_the_system_names(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_PROXY", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)

    async def scenario() -> tuple[int, Answer]:
        server = Server()
        listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
        monkeypatch.setenv("http_proxy", f"{HERE}:{listening.sockets[0].getsockname()[1]}")
        nowhere = "http://apollo.example/api/v1"
        limiter = Limiter(FakeClock(), Limits())
        transport = transport_to(nowhere)
        async with ApolloClient(
            nowhere, "key", limiter, FakeClock(), server_deadline=5, transport=transport
        ) as client:
            answer = await create(client)
        await server.closed.wait()
        listening.close()
        return server.requests, answer

    requests, answer = asyncio.run(scenario())
    assert (requests, answer.status) == (1, 200)
