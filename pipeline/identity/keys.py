"""Digests of a contact: who it is, what it says, and what Apollo might take it for.

They are kept in the ledger, so a change here makes history forget.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b

from pipeline.identity.normal import company_key, email_key, folded_email, full_name_key, name_company_key
from pipeline.records import Values, values_json

_EMPTY = blake2b(digest_size=16)  # a copy of it is a third cheaper than a new one


def digest(text: str) -> bytes:
    """The text in 16 bytes: no two texts that anyone will ever see share one."""
    return digests((text,))[0]


def digests(texts: Iterable[str]) -> list[bytes]:
    """`digest` of each; none of an empty text."""
    found = []
    for text in texts:
        hashed = _EMPTY.copy()
        hashed.update(text.encode("utf-8", "surrogatepass"))
        found.append(hashed.digest() if text else b"")
    return found


def person_key(values: Values) -> bytes:
    """16 bytes that say who a row is: the address; else names and company; else everything it says.

    Keys of different kinds never meet.
    """
    known = address_key(values) or named_key(values)
    return known or digest(f"content {_content(values, values_json(values))}")


def address_key(values: Values) -> bytes:
    """16 bytes for the email address; none where there is none."""
    return digest(address_text(values.get("email")))


def named_key(values: Values) -> bytes:
    """16 bytes for name and company; none where one of them is missing."""
    get = values.get
    return digest(named_text(get("first_name"), get("last_name"), get("organization_name")))


def address_text(email: str | None) -> str:
    """What `address_key` digests."""
    key = email_key(email)
    return f"email {key}" if key else ""


def named_text(first: str | None, last: str | None, company: str | None) -> str:
    """What `named_key` digests."""
    person = name_company_key(first, last, company)
    return f"name {person}" if person else ""


def content_key(values: Values, written: str = "") -> bytes:
    """16 bytes over all values, the same for any order of Lists and custom fields.

    `written` are the values as `values_json` writes them, if that is known already.
    """
    return digest(_content(values, written or values_json(values)))


def claim_keys(values: Values) -> list[str]:
    """Up to four keys: two rows that share one might be matched by Apollo.

    Apollo matches by address, and by first and last name with company name, account or email domain.
    Source: `run_dedupe`, docs.apollo.io/reference/create-a-contact.
    """
    get = values.get
    email = folded_email(get("email"))
    name = full_name_key(get("first_name"), get("last_name"))
    claims = [f"email {email}"] if email else []
    if not name:
        return claims
    company = company_key(get("organization_name"))
    if company:
        claims.append(f"company {name}\n{company}")
    if account := get("account_id"):
        claims.append(f"account {name}\n{account}")
    if email:
        claims.append(f"domain {name}\n{email.rpartition('@')[2]}")
    return claims or [f"name {name}"]


def _content(values: Values, written: str) -> str:
    """All values that are there, as JSON with Lists and custom fields in alphabetical order."""
    lists, custom = values.get("label_names"), values.get("custom_fields")
    if custom and len(custom) > 1 and list(custom) != sorted(custom):
        written = values_json({**values, "custom_fields": dict(sorted(custom.items()))})
    return lists_in_order(written, lists) if lists else written


def lists_in_order(written: str, lists: Sequence[str]) -> str:
    """The JSON of a contact that has these Lists, with them in alphabetical order."""
    return written.replace(*_in_order(tuple(lists)), 1) if len(lists) > 1 else written


@lru_cache(maxsize=1 << 10)
def _in_order(lists: tuple[str, ...]) -> tuple[str, str]:
    """Lists as they stand in the JSON of a contact, and in order. No other text of it can read like this.

    To write them in order with all else takes ten times as long, and few sets of Lists are ever seen.
    """
    return _lists_json(lists), _lists_json(sorted(set(lists)))


def _lists_json(lists: Sequence[str]) -> str:
    return values_json({"label_names": lists})[1:-1]
