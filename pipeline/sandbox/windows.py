"""Quota windows: per endpoint a minute, an hour and a day, fixed, opening at their first request.

Source: docs.apollo.io/reference/rate-limits; header names as recorded on the wire.
"""

import json
import math
from typing import NamedTuple

from pipeline.sandbox.exchange import Answer, answer
from pipeline.sandbox.settings import Settings


class Span(NamedTuple):
    """One of the three windows: its length in seconds and its names in headers and messages."""

    seconds: float
    word: str
    limit_header: str
    header: str


SPANS = (
    Span(60, "minute", "x-rate-limit-minute", "x-minute"),
    Span(3600, "hour", "x-rate-limit-hourly", "x-hourly"),
    Span(86400, "day", "x-rate-limit-24-hour", "x-24-hour"),
)

_UPGRADE = "https://app.apollo.io/#/settings/plans/upgrade"
# How the 429 of an endpoint calls it, where that is not the endpoint's own name.
_CALLED = {
    "contacts/create": "contacts",
    "contacts/update": "contacts/{contact_id}",
    "contacts/show": "contacts/{contact_id}",
    "labels/index": "labels",
    "contact_stages/index": "contact_stages",
    "typed_custom_fields/index": "typed_custom_fields",
    "fields/index": "fields",
    "fields/create": "fields",
}


class _Window:
    """When it opened (epoch seconds, None if closed) and how many requests it has counted."""

    __slots__ = ("count", "opened")

    def __init__(self, opened: float | None = None, count: int = 0) -> None:
        self.opened = opened
        self.count = count


class Windows:
    """Counts the requests of one team."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lengths = tuple(span.seconds * settings.window_scale for span in SPANS)
        self._windows: dict[str, tuple[_Window, ...]] = {}

    def take(self, endpoint: str, now: float) -> Answer | None:
        """Count a request, or return the 429 that refuses it. A refused request is not counted."""
        windows = self._current(endpoint, now)
        limits = self._settings.limits_of(endpoint)
        full = [
            place
            for place, window in enumerate(windows)
            if (limit := limits[place]) is not None and window.count >= limit
        ]
        if full:
            return self._refused(endpoint, full[-1], now)
        for window in windows:
            window.opened = now if window.opened is None else window.opened
            window.count += 1
        return None

    def drain(self, endpoint: str, amount: int, now: float) -> None:
        """Count requests that somebody else of the team made, as far as there is room."""
        for _ in range(amount):
            if self.take(endpoint, now) is not None:
                return

    def headers(self, endpoint: str) -> tuple[tuple[str, str], ...]:
        """Return the rate headers, the request that they answer already counted."""
        limits = self._settings.limits_of(endpoint)
        found: list[tuple[str, str]] = []
        for span, limit, window in zip(SPANS, limits, self._of(endpoint), strict=True):
            if limit is None:
                found.append((span.limit_header, ""))
                continue
            found += [
                (span.limit_header, str(limit)),
                (f"{span.header}-usage", str(window.count)),
                (f"{span.header}-requests-left", str(max(0, limit - window.count))),
            ]
        return tuple(found)

    def usage(self, endpoint: str, now: float) -> dict[str, dict[str, int | None]]:
        """Return what usage_stats says of an endpoint, the day first."""
        windows = self._current(endpoint, now)
        limits = self._settings.limits_of(endpoint)
        return {
            span.word: {
                "limit": limit,
                "consumed": window.count,
                "left_over": None if limit is None else max(0, limit - window.count),
            }
            for span, limit, window in reversed(list(zip(SPANS, limits, windows, strict=True)))
        }

    def dump(self, endpoint: str) -> str:
        """Return the state of an endpoint's windows as text for `load`."""
        return json.dumps([[window.opened, window.count] for window in self._of(endpoint)])

    def load(self, endpoint: str, dumped: str) -> None:
        """Take up the windows of an endpoint as they were dumped."""
        self._windows[endpoint] = tuple(_Window(opened, count) for opened, count in json.loads(dumped))

    def _of(self, endpoint: str) -> tuple[_Window, ...]:
        if endpoint not in self._windows:
            self._windows[endpoint] = tuple(_Window() for _ in SPANS)
        return self._windows[endpoint]

    def _current(self, endpoint: str, now: float) -> tuple[_Window, ...]:
        windows = self._of(endpoint)
        for window, length in zip(windows, self._lengths, strict=True):
            if window.opened is not None and now >= window.opened + length:
                window.opened, window.count = None, 0
        return windows

    def _refused(self, endpoint: str, place: int, now: float) -> Answer:
        window = self._of(endpoint)[place]
        opened = now if window.opened is None else window.opened
        wait = max(1, math.ceil(opened + self._lengths[place] - now))
        refused = refused_by_limit(
            endpoint,
            self._settings.limits_of(endpoint)[place] or 0,
            SPANS[place].word,
            error_details=self._settings.error_details,
        )
        return refused._replace(headers=(("retry-after", str(wait)), *self.headers(endpoint)))


def refused_by_limit(endpoint: str, limit: int, word: str, *, error_details: bool = False) -> Answer:
    """Return a 429 in Apollo's words, without headers."""
    name = f"api/v1/{_CALLED.get(endpoint, endpoint)}"
    if name == "api/v1/fields":
        text = (
            f"The maximum number of API calls allowed for {name} is {limit} times per {word}. "
            f"To change your rate limit, upgrade your Apollo plan at {_UPGRADE}."
        )
    else:
        source = "?source=api_rate_limit" if error_details else ""
        text = (
            f"The maximum number of api calls allowed for {name} is {limit} times per {word}. "
            f"Please upgrade your plan from {_UPGRADE}{source}."
        )
    body: dict[str, object] = {"message": text}
    if error_details:
        body["error_details"] = {"code": "USAGE.RATE_LIMIT.API_RATE_LIMIT_EXCEEDED"}
    return answer(body, 429)
