"""The ways on which requests travel: httpx's own, or over aiohttp where the extra `fast` is installed.

httpx-aiohttp tells a connection that broke after the request had left as one that was never made
(`ClientConnectionError: httpx.ConnectTimeout` in its table, 0.2.0). Whoever believes that sends a contact twice, so
here only what aiohttp itself calls a failed connection counts as unsent.
"""

import ssl
from functools import lru_cache
from importlib.util import find_spec
from urllib.request import getproxies

import httpx


def transport_to(base_url: str) -> httpx.AsyncBaseTransport:
    """The quickest transport that is there for a URL."""
    if getproxies():
        return _ThroughProxies()
    return faster_transport(base_url) or plain_transport(base_url)


def plain_transport(base_url: str) -> httpx.AsyncBaseTransport:
    """httpx's own."""
    return httpx.AsyncHTTPTransport(verify=_certificates(httpx.URL(base_url).scheme))


def faster_transport(base_url: str) -> httpx.AsyncBaseTransport | None:
    """httpx over aiohttp: the same requests for a third of the processor's time; None without the extra."""
    if find_spec("httpx_aiohttp") is None:
        return None
    import aiohttp  # noqa: PLC0415 - an extra
    from httpx_aiohttp import AiohttpTransport  # noqa: PLC0415

    inner = AiohttpTransport(verify=_certificates(httpx.URL(base_url).scheme))
    return _Careful(inner, (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError))


@lru_cache(maxsize=2)
def _certificates(scheme: str) -> ssl.SSLContext:
    """Whom to trust. To read all certificates takes 50 ms; over http none is looked at."""
    return httpx.create_ssl_context() if scheme == "https" else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class _ThroughProxies(httpx.AsyncBaseTransport):
    """Through the proxies that the system names: only httpx's own client finds them."""

    def __init__(self) -> None:
        self._client = httpx.AsyncClient()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._client.send(request, stream=True)

    async def aclose(self) -> None:
        await self._client.aclose()


class _Careful(httpx.AsyncBaseTransport):
    """Says of a request that it was not sent only when the cause is one of `unsent`."""

    def __init__(self, inner: httpx.AsyncBaseTransport, unsent: tuple[type[Exception], ...]) -> None:
        self._inner = inner
        self._unsent = unsent

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return await self._inner.handle_async_request(request)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            if isinstance(error.__cause__, self._unsent):
                raise
            raise httpx.ReadError(str(error)) from error.__cause__

    async def aclose(self) -> None:
        await self._inner.aclose()
