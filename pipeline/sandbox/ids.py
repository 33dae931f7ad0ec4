"""Ids: 24 hex digits, as MongoDB makes them."""

import hashlib
import re

from pipeline.sandbox.exchange import refusal

_WELL_FORMED = re.compile(r"[0-9a-f]{24}", re.IGNORECASE)


def derived(kind: str, name: str) -> str:
    """Return an id that is the same in every sandbox, so that sample configs can name it."""
    return hashlib.sha256(f"{kind}:{name}".encode()).hexdigest()[:24]


def minted(seconds: float, team_id: str, number: int) -> str:
    """Return a new id: its time, its origin and a counter, like an ObjectId."""
    return f"{int(seconds) & 0xFFFFFFFF:08x}{team_id[:10]}{number & 0xFFFFFF:06x}"


def checked(value: object) -> str:
    """Return the id as text.

    Raises:
        Refusal: 422, it is not 24 hex digits.
    """
    text = str(value)
    if not _WELL_FORMED.fullmatch(text):
        raise refusal({"error": f"Parameters misconfigured. {text} is not a valid ID"})
    return text.lower()
