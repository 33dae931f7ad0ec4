"""Turns an HTTP answer into a decision. Pure; the table of what each answer may have left behind.

Sources: Apollo's status codes page and the documented bodies of each call; RFC 9110 for what a status says about
whether the request was carried out.
"""

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

_WORDS_LENGTH = 300
_WINDOW = re.compile(r"(\d+) times per (minute|hour|day)")
_SPANS = {"minute": 60, "hour": 3600, "day": 86_400}


class Call(StrEnum):
    """The calls we make, by Apollo's own controller/action names; each has quota windows of its own."""

    CREATE = "contacts/create"
    BULK_CREATE = "contacts/bulk_create"
    UPDATE = "contacts/update"
    SEARCH = "contacts/search"
    ADD_TO_LISTS = "labels/add_entity_ids_to_label_names"
    MATCH = "people/match"
    PROFILE = "users/api_profile"
    STAGES = "contact_stages/index"
    CUSTOM_FIELDS = "typed_custom_fields/index"
    LISTS = "labels/index"


_QUOTAS: Mapping[Call, str] = {
    Call.CREATE: "single new contacts",
    Call.BULK_CREATE: "new contacts",
    Call.UPDATE: "changes to contacts",
    Call.SEARCH: "searches",
    Call.ADD_TO_LISTS: "Lists",
    Call.MATCH: "People Enrichment",
}


def quota_of(call: Call) -> str:
    """A call's quota in users' words: `Apollo's quota for new contacts`."""
    return f"Apollo's quota for {_QUOTAS.get(call, 'questions about the team')}"


class Fault(StrEnum):
    """Why there is no answer."""

    UNSENT = "unsent"
    LOST = "lost"


class Answer(NamedTuple):
    """What came back for one request. `status` is None when nothing did, and `fault` says how that was.

    `body` is the parsed JSON, None when it was none; `text` is empty beside a JSON object. Names of headers are in
    lower case, times seconds since the epoch.
    """

    call: Call
    status: int | None
    body: Any
    text: str
    headers: Mapping[str, str]
    sent_at: float
    arrived_at: float
    fault: Fault | None = None


class Verdict(StrEnum):
    """What to do about an answer."""

    DONE = "done"
    REFUSED = "refused"
    FORBIDDEN = "forbidden"
    AGAIN = "again"
    SETTLE = "settle"
    STOP = "stop"


class Decision(NamedTuple):
    """A verdict in a form that can be acted on.

    `words` are Apollo's own, or ours where it said nothing. `stops` means that no other request will fare better:
    the base URL is wrong or the key was refused. With SETTLE it is not known whether the request was carried out;
    with every other verdict but DONE it surely was not.
    """

    verdict: Verdict
    words: str = ""
    stops: bool = False


def decide(answer: Answer) -> Decision:
    """What an answer means for the rows it was about."""
    if answer.status is None:
        lost = answer.fault is Fault.LOST
        return Decision(Verdict.SETTLE, "no answer") if lost else Decision(Verdict.AGAIN, answer.text)
    if 200 <= answer.status < 300:  # noqa: PLR2004 - RFC 9110: successful
        return _successful(answer)
    return _refusal(answer, words_of(answer))


def _successful(answer: Answer) -> Decision:
    if _EXPECTED[answer.call](answer.body):
        return Decision(Verdict.DONE)
    if _is_html(answer):
        return Decision(
            Verdict.SETTLE, "the answer is a web page, not Apollo's API; is the base URL right?", stops=True
        )
    words = words_of(answer)
    return Decision(Verdict.SETTLE, f"unreadable answer: {words}" if words else "unreadable answer")


def _refusal(answer: Answer, words: str) -> Decision:
    status = answer.status
    if status == 429:  # noqa: PLR2004
        return Decision(Verdict.AGAIN, words)
    if status == 401:  # noqa: PLR2004
        return Decision(Verdict.STOP, words or "the key was refused", stops=True)
    if status == 403:  # noqa: PLR2004
        return Decision(Verdict.FORBIDDEN, words)
    gone = status == 404 and answer.call is Call.UPDATE and isinstance(answer.body, dict)  # noqa: PLR2004
    if status in (404, 405, 407) and not gone:
        return Decision(Verdict.STOP, f"{status} {words}".strip(), stops=True)
    if gone or status in _REFUSALS[answer.call]:
        return Decision(Verdict.REFUSED, words or f"status {status}")
    redirected = 300 <= (status or 0) < 400  # noqa: PLR2004 - RFC 9110: redirection
    return Decision(Verdict.SETTLE, f"{status} {words}".strip(), stops=redirected)


_SINGLE = frozenset((400, 413, 415, 422))
_REFUSALS: Mapping[Call, frozenset[int]] = {
    **dict.fromkeys(Call, _SINGLE),
    Call.BULK_CREATE: frozenset((422,)),
}
"""A bulk call may have made a part of its contacts before it found fault with it; only its 422 is looked at closer."""


def _is_contact(body: Any) -> bool:  # noqa: ANN401 - parsed JSON
    return (
        isinstance(body, dict) and isinstance(body.get("contact"), dict) and bool(body["contact"].get("id"))
    )


def _is_bulk(body: Any) -> bool:  # noqa: ANN401
    return isinstance(body, dict) and all(
        isinstance(body.get(name), list) for name in ("created_contacts", "existing_contacts")
    )


def _has_list(name: str) -> Callable[[Any], bool]:
    return lambda body: isinstance(body, dict) and isinstance(body.get(name), list)


_EXPECTED: Mapping[Call, Callable[[Any], bool]] = {
    Call.CREATE: _is_contact,
    Call.UPDATE: _is_contact,
    Call.BULK_CREATE: _is_bulk,
    Call.SEARCH: _has_list("contacts"),
    Call.ADD_TO_LISTS: lambda body: isinstance(body, dict),
    Call.MATCH: lambda body: isinstance(body, dict) and "person" in body,
    Call.PROFILE: lambda body: isinstance(body, dict) and bool(body.get("team_id")),
    Call.STAGES: _has_list("contact_stages"),
    Call.CUSTOM_FIELDS: _has_list("typed_custom_fields"),
    Call.LISTS: lambda body: isinstance(body, list),
}


def _is_html(answer: Answer) -> bool:
    return "html" in answer.headers.get("content-type", "") or answer.text.lstrip()[:1] == "<"


def words_of(answer: Answer) -> str:
    """Apollo's own words about a request, wherever they stand in the body; shortened."""
    body = answer.body
    if isinstance(body, dict):
        details = body.get("error_details")
        places = (body.get("error"), body.get("message"), body.get("error_message"))
        inner = details.get("message") if isinstance(details, dict) else None
        found = next((place for place in (*places, inner) if isinstance(place, str) and place), "")
    else:
        found = "" if _is_html(answer) else answer.text
    return " ".join(found.split())[:_WORDS_LENGTH]


def exhausted_window(answer: Answer) -> tuple[int | None, int | None]:
    """Which window a 429 is about: (its limit, its span in seconds), None where the answer does not say."""
    if found := _WINDOW.search(words_of(answer)):
        return int(found[1]), _SPANS[found[2]]
    return None, None
