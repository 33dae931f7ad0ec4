"""What can go wrong on purpose: a table of faults, and the seam that draws them for each request.

A request passes three moments: it is turned away before its quota is counted, it fails before anything is
committed, or it is committed and its answer is lost. A twist changes what a handler does; a teammate acts just
before the request does. A new fault is a line in FAULTS and, where it needs one, an effect in this module, in
the handler that it twists, or in `teammate`.
"""

import random
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import NamedTuple

from pipeline.sandbox.exchange import Answer, Call, ConnectionCut, answer
from pipeline.sandbox.windows import refused_by_limit


class Moment(StrEnum):
    """Where in a request's life a fault strikes."""

    UNCOUNTED = "before the quota is counted"
    BEFORE = "before anything is committed"
    TEAMMATE = "somebody else of the team acts first"
    TWIST = "while it is carried out"
    AFTER = "after it is committed"


class Fault(NamedTuple):
    """A kind of fault.

    Attributes:
        moment: Where it strikes.
        text: What happens, for the help page.
        endpoints: Which requests can have it; empty means all.
        strength: Seconds, or an amount, for those that need one.
    """

    moment: Moment
    text: str
    endpoints: frozenset[str] = frozenset()
    strength: float = 1.0


_SINGLE = frozenset({"contacts/create"})
_BULK = frozenset({"contacts/bulk_create"})
_MAKING = _SINGLE | _BULK
_WRITING = _MAKING | {"contacts/update"}
_SEARCH = frozenset({"contacts/search"})

FAULTS: Mapping[str, Fault] = {
    "bare_429": Fault(Moment.UNCOUNTED, "429 without retry-after and without rate headers"),
    "slow": Fault(Moment.BEFORE, "takes its strength in seconds longer"),
    "late_commit": Fault(
        Moment.BEFORE, "connection cut, carried out its strength in seconds later", _WRITING
    ),
    "reset_before": Fault(Moment.BEFORE, "connection reset, nothing done"),
    "error_before": Fault(Moment.BEFORE, "500, nothing done"),
    "html_before": Fault(Moment.BEFORE, "502 with a page of HTML, nothing done"),
    "forbidden": Fault(Moment.BEFORE, "403 for this one contact", _WRITING),
    "search_refused": Fault(Moment.BEFORE, "403 for a search", _SEARCH),
    "teammate_makes": Fault(Moment.TEAMMATE, "somebody makes the same person first", _MAKING),
    "teammate_changes": Fault(Moment.TEAMMATE, "somebody changes the same or the newest person first"),
    "teammate_deletes": Fault(Moment.TEAMMATE, "somebody deletes the same or the newest person first"),
    "teammate_drains": Fault(
        Moment.TEAMMATE, "somebody uses up its strength of this endpoint's quota", strength=10
    ),
    "email_dropped": Fault(Moment.TWIST, "the address is ignored", _WRITING),
    "email_normalised": Fault(
        Moment.TWIST, "the address is folded to lower case without plus-suffix", _WRITING
    ),
    "company_rewritten": Fault(Moment.TWIST, "the company gets another name", _WRITING),
    "lists_replaced": Fault(Moment.TWIST, "lists of a matched contact are replaced, not added to", _SINGLE),
    "lagging_dedupe": Fault(Moment.TWIST, "matching sees what is its strength in seconds old", _MAKING),
    "blind_dedupe": Fault(Moment.TWIST, "matching sees what was there when the request arrived", _MAKING),
    "item_dropped": Fault(Moment.TWIST, "one item of a batch is made but not answered for", _BULK),
    "partial_422": Fault(Moment.TWIST, "422 after half of a batch was made", _BULK),
    "partial_500": Fault(Moment.TWIST, "500 after half of a batch was made", _BULK),
    "reset_after": Fault(Moment.AFTER, "done, connection reset"),
    "error_after": Fault(Moment.AFTER, "done, 500"),
    "html_after": Fault(Moment.AFTER, "done, 502 with a page of HTML"),
    "truncated": Fault(Moment.AFTER, "done, connection closed in the middle of the answer"),
    "unreadable": Fault(Moment.AFTER, "done, 200 with a body that is not JSON"),
}

Drawn = Mapping[str, float]
_NOTHING: Drawn = {}

_HTML = Answer(
    502,
    b"<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head>"
    b"<body><center><h1>502 Bad Gateway</h1></center><hr><center>cloudflare</center></body></html>",
    "text/html; charset=UTF-8",
)


class _Due(NamedTuple):
    endpoint: str | None
    faults: Drawn


class Faults:
    """Decides what goes wrong with which request.

    Args:
        probabilities: How often each fault strikes, by name; drawn with `seed`, so a run can be repeated.
        strengths: Seconds or amounts in place of those in FAULTS.
        seed: Of the draws.
        rule: Asked for every request first; what it returns is the whole truth, None leaves it to the rest.

    Raises:
        ValueError: A name that is not in FAULTS.
    """

    def __init__(
        self,
        probabilities: Mapping[str, float] | None = None,
        *,
        strengths: Mapping[str, float] | None = None,
        seed: int = 0,
        rule: Callable[[Call], Drawn | None] | None = None,
    ) -> None:
        self._probabilities = _known(probabilities or {})
        self._strengths = _known(strengths or {})
        self._random = random.Random(seed)  # noqa: S311 - a draw that can be repeated
        self._rule = rule
        self._due: list[_Due] = []

    def next(
        self, *names: str, endpoint: str | None = None, strength: float | None = None, times: int = 1
    ) -> None:
        """Let these faults strike the next request (of `endpoint`), each call of `next` one request later."""
        _known(dict.fromkeys(names, 1.0))
        faults = {name: self._strength(name) if strength is None else strength for name in names}
        self._due += [_Due(endpoint, faults)] * times

    def draw(self, call: Call) -> Drawn:
        """Return the faults of a request with their strengths. Asked once for each admitted key."""
        ruled = None if self._rule is None else self._rule(call)
        if ruled is not None:
            return _known(ruled)
        for place, due in enumerate(self._due):
            if due.endpoint in {None, call.endpoint}:
                del self._due[place]
                return due.faults
        if not self._probabilities:
            return _NOTHING
        return {
            name: self._strength(name)
            for name, probability in self._probabilities.items()
            if self._random.random() < probability and _applies(name, call)
        }

    def _strength(self, name: str) -> float:
        return self._strengths.get(name, FAULTS[name].strength)


def _known(faults: Mapping[str, float]) -> Mapping[str, float]:
    unknown = sorted(set(faults) - set(FAULTS))
    if unknown:
        raise ValueError(f"no fault is called {unknown[0]!r}; there are {', '.join(FAULTS)}")
    return faults


def _applies(name: str, call: Call) -> bool:
    endpoints = FAULTS[name].endpoints
    return not endpoints or call.endpoint in endpoints


def turned_away(call: Call, drawn: Drawn) -> Answer | None:
    """Return the answer of a request that is not even counted, None if it goes on."""
    return refused_by_limit(call.endpoint, 200, "minute") if "bare_429" in drawn else None


def failed_before(call: Call, drawn: Drawn) -> Answer | None:
    """Return the answer of a request that leaves nothing, None if it goes on.

    Raises:
        ConnectionCut: No answer.
    """
    if "reset_before" in drawn:
        raise ConnectionCut
    if "error_before" in drawn:
        return server_error(call.endpoint)
    if "html_before" in drawn:
        return _HTML
    if "forbidden" in drawn:
        return answer({"error": f"You are not allowed to do this: api/v1/{call.endpoint}"}, 403)
    if "search_refused" in drawn:
        return answer({"message": "This endpoint is only available to Apollo users on paid plans."}, 403)
    return None


def spoilt_after(call: Call, drawn: Drawn, good: Answer) -> Answer | None:
    """Return what becomes of the answer to a request that is committed; None if the connection is cut."""
    if "reset_after" in drawn:
        return None
    if "error_after" in drawn:
        return server_error(call.endpoint)
    if "html_after" in drawn:
        return _HTML
    if "unreadable" in drawn:
        return good._replace(body=b'{"contact": \x00\xff' + good.body[12:40])
    return good


def server_error(endpoint: str) -> Answer:
    """Return a 500; only that of bulk_create is documented."""
    if endpoint == "contacts/bulk_create":
        return answer({"error": "An error occurred while creating contacts. Please try again."}, 500)
    return answer({"status": 500, "error": "Internal Server Error"}, 500)
