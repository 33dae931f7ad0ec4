"""E-mail addresses: which are taken, how they are compared, and the entry that a contact holds for each."""

import hashlib
import re
from typing import Any

_SHAPE = re.compile(r"[^\s@,;<>()\[\]\"]+@(?:[^\s@.,;<>()\[\]\"]+\.)+[^\s@.,;<>()\[\]\"]{2,}")

FREE_DOMAINS = frozenset(
    {
        "aol.com", "gmail.com", "gmx.de", "gmx.net", "googlemail.com", "hotmail.com", "icloud.com", "live.com",
        "mail.com", "mail.ru", "me.com", "msn.com", "outlook.com", "proton.me", "protonmail.com", "qq.com",
        "web.de", "yahoo.com", "yandex.ru",
    }
)  # fmt: skip


def accepted(value: object) -> str | None:
    """Return the address as it is kept, None for one that Apollo ignores."""
    text = value.strip() if isinstance(value, str) else ""
    local = text.partition("@")[0]
    good = (
        _SHAPE.fullmatch(text) and ".." not in text and not local.startswith(".") and not local.endswith(".")
    )
    return text if good else None


def domain(address: str) -> str:
    """Return the domain in lower case."""
    return address.rpartition("@")[2].lower()


def folded(address: str, *, plus: bool) -> str:
    """Return the form in which addresses are compared; `plus` drops the suffix after a plus sign."""
    local, _, host = address.strip().lower().rpartition("@")
    return f"{local.partition('+')[0] if plus else local}@{host}"


def entry(address: str, position: int) -> dict[str, Any]:
    """Return the item of `contact_emails` for an address (as recorded live)."""
    raw = address.lower().encode()
    return {
        "email_md5": hashlib.md5(raw, usedforsecurity=False).hexdigest(),
        "email_sha256": hashlib.sha256(raw).hexdigest(),
        "email_status": "verified",
        "extrapolated_email_confidence": None,
        "position": position,
        "email": address,
        "free_domain": domain(address) in FREE_DOMAINS,
        "source": "User Managed",
        "third_party_vendor_name": None,
        "vendor_validation_statuses": [],
        "email_needs_tickling": False,
        "email_true_status": "User Managed",
        "email_status_unavailable_reason": None,
    }
