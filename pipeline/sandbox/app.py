"""The ASGI side: from a path to an endpoint, from a request to a call, from an answer to the wire."""

import json
from collections.abc import Awaitable, Callable
from email.utils import formatdate
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from pipeline.sandbox.engine import Engine
from pipeline.sandbox.exchange import Answer, Call, ConnectionCut

Sleep = Callable[[float], Awaitable[None]]

_PREFIXES = ("/api/v1/", "/v1/")

_ENDPOINTS = {
    ("POST", "contacts"): "contacts/create",
    ("POST", "contacts/bulk_create"): "contacts/bulk_create",
    ("POST", "contacts/search"): "contacts/search",
    ("GET", "labels"): "labels/index",
    ("POST", "labels"): "labels/create",
    ("POST", "labels/add_entity_ids_to_label_names"): "labels/add_entity_ids_to_label_names",
    ("POST", "labels/remove_entity_ids_from_label_names"): "labels/remove_entity_ids_from_label_names",
    ("POST", "people/match"): "people/match",
    ("POST", "people/bulk_match"): "people/bulk_match",
    ("GET", "fields"): "fields/index",
    ("POST", "fields"): "fields/create",
    ("GET", "typed_custom_fields"): "typed_custom_fields/index",
    ("GET", "contact_stages"): "contact_stages/index",
    ("GET", "users/api_profile"): "users/api_profile",
    ("GET", "users/search"): "users/search",
    ("GET", "auth/health"): "auth/health",
    ("POST", "usage_stats/api_usage_stats"): "usage_stats/api_usage_stats",
    ("POST", "usage_stats/credit_usage_stats"): "usage_stats/credit_usage_stats",
}
_OF_ONE_CONTACT = {
    "GET": "contacts/show",
    "PATCH": "contacts/update",
    "PUT": "contacts/update",
    "DELETE": "contacts/destroy",
}


class Route(NamedTuple):
    """Where a path leads; endpoint "" is nowhere."""

    endpoint: str
    target: str = ""


class Traffic(NamedTuple):
    """A request with its headers and bodies, kept for tests only; `answer` is None if the connection was cut."""

    id: str
    endpoint: str
    headers: dict[str, str]
    body: bytes
    answer: Answer | None


class App:
    """The sandbox as an ASGI application.

    Args:
        engine: What carries requests out.
        clock: Epoch seconds, for the Date header.
        sleep: Waits, for latency and slowness.
        traffic: Where requests and answers are kept whole; None keeps none.
    """

    def __init__(
        self, engine: Engine, clock: Callable[[], float], sleep: Sleep, traffic: list[Traffic] | None
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._sleep = sleep
        self._traffic = traffic

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request.

        Raises:
            ConnectionCut: A fault cut the connection; over a socket `serving` turns it into a reset.
        """
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        body = await request.body()
        call = _call(request, body, self._engine.next_id())
        try:
            shown, cut_short = await self._answered(call)
        except ConnectionCut:
            self._keep(call, request, body, None)
            raise
        self._keep(call, request, body, shown)
        response = Response(shown.body, shown.status, self._headers(call, shown))
        if cut_short:
            await _send_half(response, send)
        await response(scope, receive, send)

    async def _answered(self, call: Call) -> tuple[Answer, bool]:
        admitted = self._engine.admit(call)
        if isinstance(admitted, Answer):
            return admitted, False
        if admitted.delay:
            await self._sleep(admitted.delay)
        return self._engine.carry_out(admitted), "truncated" in admitted.drawn

    def _headers(self, call: Call, shown: Answer) -> dict[str, str]:
        return {
            "date": _date(int(self._clock())),
            "content-type": shown.content_type,
            "server": "cloudflare",
            "x-request-id": call.id,
            **dict(shown.headers),
        }

    def _keep(self, call: Call, request: Request, body: bytes, shown: Answer | None) -> None:
        if self._traffic is not None:
            self._traffic.append(Traffic(call.id, call.endpoint, dict(request.headers), body, shown))


@lru_cache(maxsize=1)
def _date(seconds: int) -> str:
    return formatdate(seconds, usegmt=True)


def route(method: str, path: str) -> Route:
    """Return where a method and path lead."""
    prefix = next((prefix for prefix in _PREFIXES if path.startswith(prefix)), None)
    if prefix is None:
        return Route("")
    inner = path.removeprefix(prefix).rstrip("/")
    endpoint = _ENDPOINTS.get((method, inner))
    if endpoint is not None:
        return Route(endpoint)
    controller, _, target = inner.partition("/")
    if controller != "contacts" or not target or "/" in target:
        return Route("")
    return Route(_OF_ONE_CONTACT.get(method, ""), target)


def _call(request: Request, body: bytes, call_id: str) -> Call:
    found = route(request.method, request.scope["path"])
    params, readable = _params(request.scope["query_string"], body)
    return Call(
        id=call_id,
        method=request.method,
        path=request.scope["path"],
        endpoint=found.endpoint,
        key=request.headers.get("x-api-key", ""),
        target=found.target,
        params=params,
        readable=readable,
    )


def _params(query: bytes, body: bytes) -> tuple[dict[str, Any], bool]:
    """Return query and body as one mapping, and whether the body could be read."""
    params: dict[str, Any] = {}
    for name, value in parse_qsl(query.decode("latin-1"), keep_blank_values=True) if query else ():
        if name.endswith("[]"):
            params.setdefault(name[:-2], []).append(value)
        else:
            params[name] = value
    if not body.strip():
        return params, True
    try:
        sent = json.loads(body)
    except ValueError:
        return params, False
    if isinstance(sent, dict):
        params |= {name.removesuffix("[]"): value for name, value in sent.items()}
    return params, True


async def _send_half(response: Response, send: Send) -> None:
    """Send the head and half of the body, then cut the connection."""
    half = bytes(response.body[: len(response.body) // 2])
    await send(
        {"type": "http.response.start", "status": response.status_code, "headers": response.raw_headers}
    )
    await send({"type": "http.response.body", "body": half, "more_body": True})
    raise ConnectionCut
