"""Apollo's API, one method an endpoint. Sends each request once; what to do about its answer is not decided here.

Source: docs.apollo.io/reference. A request is never repeated by the transport: httpx's default is no retries, and a
redirect is not followed.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any, Self

import httpx
from pydantic_core import to_json

from pipeline import __version__
from pipeline.apollo.answers import Answer, Call, Fault, Verdict, decide
from pipeline.apollo.limiter import Limiter, Slot
from pipeline.clock import Clock

BULK_SIZE = 100
"""Contacts in one bulk_create (docs: "Please limit your array to 100 contacts or fewer.")."""

PAGE_SIZE = 100
"""Contacts on one page of a search, at most."""

_CONNECT_SECONDS = 10.0
_READ_SECONDS = 60.0
_BEYOND_DEADLINE = 15.0

_UNSENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
    httpx.ProxyError,
)
"""Errors that come before the first byte of a request has left."""

_NO_NAME = re.compile(
    r"name or service not known|name resolution|nodename nor servname|no address associated|getaddrinfo failed",
    re.IGNORECASE,
)
"""What glibc, macOS and Windows say of a name that DNS does not know."""

RETRIED = (Verdict.AGAIN, Verdict.SETTLE)
"""Verdicts after which a row has to be sent or looked up again."""

Log = Callable[..., None]
"""Takes the name of an event and its fields."""


class ApolloClient:
    """One connection pool to Apollo, for one key.

    `sent` counts requests that left, `retried` those whose rows have to be sent or looked up again, `rate_limited`
    those that met the quota.
    """

    def __init__(
        self,
        base_url: str,
        key: str,
        limiter: Limiter,
        clock: Clock,
        *,
        server_deadline: float,
        transport: httpx.AsyncBaseTransport,
        log: Log = lambda _event, **_fields: None,
    ) -> None:
        """`server_deadline`: seconds that Apollo may work on a request; creates are waited for longer than that."""
        self._limiter = limiter
        self._clock = clock
        self._log = log
        self._creating = _patience(server_deadline + _BEYOND_DEADLINE)
        self._usually = _patience(_READ_SECONDS)
        self._offset = 0.0
        self.sent = 0
        self.retried = 0
        self.rate_limited = 0
        self._transport = transport
        self._base_url = httpx.URL(base_url.rstrip("/") + "/")
        self._headers = httpx.Headers(
            {
                "Host": self._base_url.netloc.decode("ascii"),
                "Content-Type": "application/json",
                "Cache-Control": "no-cache",
                "Accept": "application/json",
                "Accept-Encoding": "gzip, deflate",
                "X-Api-Key": key,
                "User-Agent": f"contact-import/{__version__}",
            }
        )
        self._url = lru_cache(maxsize=16)(self._base_url.join)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._transport.aclose()

    def server_time(self) -> float:
        """Apollo's clock as far as its `Date` headers told it, in seconds since the epoch."""
        return self._clock.time() + self._offset

    async def slot(self, call: Call) -> Slot:
        """Waits until the quota allows one more request of that kind.

        Raises:
            QuotaReached: that would take too long.
        """
        return await self._limiter.slot(call)

    async def create(self, slot: Slot, body: Mapping[str, Any]) -> Answer:
        """POST /contacts."""
        return await self._send(slot, "POST", "contacts", body, self._creating)

    async def bulk_create(
        self, slot: Slot, contacts: Sequence[Mapping[str, Any]], *, run_dedupe: bool
    ) -> Answer:
        """POST /contacts/bulk_create; at most `BULK_SIZE` contacts."""
        body: dict[str, Any] = {"contacts": contacts}
        if run_dedupe:
            body["run_dedupe"] = True
        return await self._send(slot, "POST", "contacts/bulk_create", body, self._creating)

    async def update(self, slot: Slot, contact_id: str, body: Mapping[str, Any]) -> Answer:
        """PATCH /contacts/{id}."""
        return await self._send(slot, "PATCH", f"contacts/{contact_id}", body)

    async def add_to_lists(self, slot: Slot, contact_ids: Sequence[str], lists: Iterable[str]) -> Answer:
        """POST /labels/add_entity_ids_to_label_names: adds, never replaces; makes lists that are not there."""
        body = {
            "entity_ids": list(contact_ids),
            "label_names": list(lists),
            "modality": "contacts",
            "async": False,
        }
        return await self._send(slot, "POST", "labels/add_entity_ids_to_label_names", body)

    async def search(self, slot: Slot, body: Mapping[str, Any]) -> Answer:
        """POST /contacts/search."""
        return await self._send(slot, "POST", "contacts/search", body)

    async def match(self, slot: Slot, email: str) -> Answer:
        """POST /people/match: People Enrichment by address. A person who is no contact may cost a credit."""
        return await self._send(slot, "POST", "people/match", {"email": email})

    async def profile(self) -> Answer:
        """GET /users/api_profile: whose key this is, with its team_id; free and harmless."""
        return await self._get(Call.PROFILE, "users/api_profile")

    async def contact_stages(self) -> Answer:
        """GET /contact_stages."""
        return await self._get(Call.STAGES, "contact_stages")

    async def custom_fields(self) -> Answer:
        """GET /typed_custom_fields."""
        return await self._get(Call.CUSTOM_FIELDS, "typed_custom_fields")

    async def lists(self) -> Answer:
        """GET /labels: a bare array, Lists of contacts among those of other things."""
        return await self._get(Call.LISTS, "labels")

    async def _get(self, call: Call, path: str) -> Answer:
        return await self._send(await self.slot(call), "GET", path, None)

    async def _send(
        self,
        slot: Slot,
        method: str,
        path: str,
        body: Mapping[str, Any] | None,
        patience: Mapping[str, float | None] | None = None,
    ) -> Answer:
        extensions = {"timeout": patience or self._usually}
        content = None if body is None else to_json(body)
        request = httpx.Request(
            method, self._url(path), headers=self._headers, content=content, extensions=extensions
        )
        sent_at = self._clock.time()
        try:
            response = await self._exchange(request)
        except _UNSENT as error:
            answer = self._unanswered(slot.call, sent_at, error, Fault.UNSENT)
        except (httpx.TransportError, httpx.DecodingError) as error:
            answer = self._unanswered(slot.call, sent_at, error, Fault.LOST)
        else:
            answer = self._answered(slot.call, sent_at, response)
        slot.answered(answer)
        self._note(method, answer)
        return answer

    async def _exchange(self, request: httpx.Request) -> httpx.Response:
        """By the transport itself: what httpx's client adds (authentication, cookies, redirects) we do not want.

        It would take as long as a fifth of the whole exchange.
        """
        response = await self._transport.handle_async_request(request)
        try:
            await response.aread()
        except BaseException:
            await response.aclose()
            raise
        return response

    def _answered(self, call: Call, sent_at: float, response: httpx.Response) -> Answer:
        arrived_at = self._clock.time()
        headers = {
            name.decode("ascii").lower(): value.decode("latin-1") for name, value in response.headers.raw
        }
        self._learn_offset(headers.get("date", ""), sent_at, arrived_at)
        try:
            body = response.json()
        except ValueError:
            body = None
        text = "" if isinstance(body, dict) else response.text
        return Answer(call, response.status_code, body, text, headers, sent_at, arrived_at)

    def _unanswered(self, call: Call, sent_at: float, error: httpx.HTTPError, fault: Fault) -> Answer:
        return Answer(
            call,
            None,
            None,
            _trouble(error, self._base_url.host),
            {},
            sent_at,
            self._clock.time(),
            fault,
        )

    def _learn_offset(self, date: str, sent_at: float, arrived_at: float) -> None:
        said = _moment(date)
        if said is None:
            return
        # Apollo said so, to the second, at some moment between the two: the quicker the answer, the more it tells.
        self._offset = max(said - arrived_at, min(self._offset, said + 1 - sent_at))

    def _note(self, method: str, answer: Answer) -> None:
        verdict = decide(answer).verdict
        self.sent += answer.fault is not Fault.UNSENT
        self.retried += verdict in RETRIED
        self.rate_limited += answer.status == 429  # noqa: PLR2004
        self._log(
            "request",
            call=str(answer.call),
            method=method,
            status=answer.status,
            fault=answer.fault,
            verdict=verdict,
            ms=round((answer.arrived_at - answer.sent_at) * 1000),
            request_id=answer.headers.get("x-request-id"),
        )


def _patience(read: float) -> Mapping[str, float | None]:
    """How many seconds each step of a request may take."""
    return httpx.Timeout(_READ_SECONDS, connect=_CONNECT_SECONDS, read=read, pool=None).as_dict()


@lru_cache(maxsize=1)
def _moment(date: str) -> float | None:
    """A `Date` header in seconds since the epoch; None when it is none. The same one comes for a second."""
    try:
        return parsedate_to_datetime(date).timestamp()
    except ValueError:
        return None


def _trouble(error: httpx.HTTPError, host: str) -> str:
    """Why there is no answer, in plain words where the cause is a common one."""
    said = str(error)
    if _NO_NAME.search(said):
        return f"the name {host} cannot be found"
    if isinstance(error, httpx.ConnectError) and ("refused" in said.lower() or _refused(error)):
        return f"{host} refuses the connection"
    if isinstance(error, httpx.ConnectError) and said == "All connection attempts failed":
        return f"no connection to {host} can be made"
    if isinstance(error, httpx.ConnectTimeout):
        return f"{host} takes no connection within {_CONNECT_SECONDS:.0f} s"
    return f"{type(error).__name__}: {said}".rstrip(": ")


def _refused(error: BaseException) -> bool:
    """Whether a connection was refused beneath an error that does not say so; hosts have several addresses."""
    if isinstance(error, BaseExceptionGroup):
        return any(map(_refused, error.exceptions))
    cause = error.__cause__ or error.__context__
    return isinstance(error, ConnectionRefusedError) or (cause is not None and _refused(cause))
