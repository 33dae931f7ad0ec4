"""What goes in and comes out: a request as the handlers see it, and an answer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

JSON_TYPE = "application/json; charset=utf-8"
Json = dict[str, Any]


class ConnectionCut(Exception):  # noqa: N818 - what happened, as the one who called sees it
    """The connection ended without a whole answer; in process this reaches the caller in place of one."""


class Answer(NamedTuple):
    """Status, body and headers of an answer."""

    status: int
    body: bytes
    content_type: str = JSON_TYPE
    headers: tuple[tuple[str, str], ...] = ()


class Refusal(Exception):  # noqa: N818 - an answer other than 200, raised where it is found
    """A handler will not do it; holds the answer to give instead. Nothing was changed."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Call:
    """One request.

    Attributes:
        id: Sent back as x-request-id; contacts are tagged with it.
        endpoint: Controller and action, as in "contacts/create".
        key: The API key, "" without one.
        target: The contact id in the path, "" without one.
        params: Query and body together, names without the brackets of arrays.
        readable: Whether the body was JSON.
        horizon: How many things had been made when the request arrived.
        twists: Faults that the handlers themselves carry out, by name.
    """

    id: str
    method: str
    path: str
    endpoint: str
    key: str
    target: str
    params: Mapping[str, Any]
    readable: bool = True
    horizon: int = 0
    twists: Mapping[str, float] | None = None

    def twisted(self, name: str) -> bool:
        """Tell whether this fault was drawn for the request."""
        return self.twists is not None and name in self.twists


def answer(body: Any, status: int = 200) -> Answer:  # noqa: ANN401 - any JSON value
    """Return a JSON answer."""
    return Answer(status, _ENCODE(body).encode())


def refusal(body: Any, status: int = 422) -> Refusal:  # noqa: ANN401 - any JSON value
    """Return a refusal with a JSON body, ready to be raised."""
    return Refusal(answer(body, status))


def timestamp(seconds: float) -> str:
    """Return epoch seconds the way Apollo writes them, with milliseconds and Z."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def absent(value: object) -> bool:
    """Tell whether a parameter is empty, which clears what it names."""
    return value is None or value == ""


def flag(value: object) -> bool:
    """Read a boolean that may have come in a query string."""
    return value is True or (isinstance(value, str) and value.lower() in {"true", "1"})


def strings(value: object) -> list[str]:
    """Read a list of strings; one string is a list of one."""
    if isinstance(value, str):
        return [value]
    if not isinstance(value, list):
        return []
    return [str(item) for item in value if isinstance(item, str | int) and str(item).strip()]


def whole_number(value: object, otherwise: int) -> int:
    """Read a positive integer that may have come in a query string."""
    try:
        number = int(value)  # type: ignore[call-overload]
    except (TypeError, ValueError):
        return otherwise
    return number if number > 0 else otherwise
