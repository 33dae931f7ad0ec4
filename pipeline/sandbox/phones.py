"""Phone numbers: the typed parameters of single create and update, the untyped ones of bulk."""

import re
from collections.abc import Mapping
from typing import Any

# In the order in which a contact lists them.
TYPES = {
    "direct_phone": "work_direct",
    "corporate_phone": "work_hq",
    "mobile_phone": "mobile",
    "home_phone": "home",
    "other_phone": "other",
}

_EXTENSION = re.compile(r"\s*(?:ext\.?|extension|x|#)\s*\d+\s*$", re.IGNORECASE)
_PLAIN = re.compile(r"[+\d\s().\-/]+")
_SHORTEST, _LONGEST, _NATIONAL = 8, 15, 10


def sanitized(raw: str) -> str | None:
    """Return the number in international form, without a country code read as one of +1; None if unreadable."""
    number = _EXTENSION.sub("", raw)
    if not _PLAIN.fullmatch(number):
        return None
    digits = re.sub(r"\D", "", number)
    if number.strip().startswith("+") or digits.startswith("00"):
        digits = digits.removeprefix("00")
        return f"+{digits}" if _SHORTEST <= len(digits) <= _LONGEST else None
    if len(digits) == _NATIONAL:
        return f"+1{digits}"
    return f"+{digits}" if len(digits) == _NATIONAL + 1 and digits.startswith("1") else None


def _entry(raw: str, kind: str | None) -> dict[str, Any]:
    return {
        "raw_number": raw,
        "sanitized_number": sanitized(raw),
        "type": kind,
        "position": 0,
        "status": "no_status",
        "dnc_status": None,
        "dnc_other_info": None,
        "dialer_flags": None,
    }


def typed(params: Mapping[str, Any], current: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the numbers of a contact after these parameters: one of a type that it has is replaced."""
    found = list(current)
    for name, kind in TYPES.items():
        if name not in params:
            continue
        at = next((place for place, phone in enumerate(found) if phone["type"] == kind), len(found))
        raw = str(params[name] or "")
        found[at : at + 1] = [_entry(raw, kind)] if raw.strip() else []
    return _numbered(found)


def untyped(item: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the numbers of a bulk item, from `phone` and `phone_numbers`."""
    raws = [item.get("phone")]
    listed = item.get("phone_numbers")
    if isinstance(listed, list):
        raws += [entry.get("raw_number") for entry in listed if isinstance(entry, dict)]
    return _numbered([_entry(str(raw), None) for raw in raws if str(raw or "").strip()])


def _numbered(phones: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**phone, "position": position} for position, phone in enumerate(phones)]
