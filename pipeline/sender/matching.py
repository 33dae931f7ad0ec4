"""Ties the contacts of an answer to the rows they were made of. Bulk answers are unordered and may be incomplete."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from pipeline.identity import company_key, email_key, folded_email, full_name_key
from pipeline.ledger import OpenRow


class Found(NamedTuple):
    """A contact of an answer, as far as it can be relied on.

    `email` is its address without plus-suffix; `listed_new`: Apollo says that it made it.
    """

    contact_id: str
    address: str
    email: str
    name: str
    company: str
    made_at: float | None
    custom_fields: Mapping[str, Any]
    listed_new: bool


class MatchedBack(NamedTuple):
    """Rows with their contact, and rows that the answer does not acknowledge."""

    pairs: tuple[tuple[OpenRow, Found], ...]
    missing: tuple[OpenRow, ...]


def found_in(body: Mapping[str, Any]) -> list[Found]:
    """The contacts of a bulk answer: `created_contacts`, then `existing_contacts`."""
    return [
        contact_found(item, listed_new=new)
        for name, new in (("created_contacts", True), ("existing_contacts", False))
        for item in body[name]
        if isinstance(item, dict) and item.get("id")
    ]


def moment(text: object) -> float | None:
    """An API timestamp in seconds since the epoch; None when it is none."""
    try:
        return datetime.fromisoformat(str(text)).timestamp()
    except ValueError:
        return None


def contact_found(item: Mapping[str, Any], *, listed_new: bool = False) -> Found:
    """A contact as an answer shows it."""
    return Found(
        contact_id=str(item["id"]),
        address=email_key(item.get("email")),
        email=folded_email(item.get("email")),
        name=full_name_key(item.get("first_name"), item.get("last_name")),
        company=company_key(item.get("organization_name")),
        made_at=moment(item.get("created_at")),
        custom_fields=item.get("typed_custom_fields") or {},
        listed_new=listed_new,
    )


def match_back(rows: Sequence[OpenRow], found: Iterable[Found]) -> MatchedBack:
    """Pairs each row with its contact: by address, then by names (with the company where several share a name).

    Rows of one batch never share an address or names with company, so an address decides; a contact whose address
    was dropped or rewritten by Apollo is told by its names. A contact that could be two rows' is nobody's.
    """
    left = {row.row: row for row in rows}
    pairs: list[tuple[OpenRow, Found]] = []
    unmatched = list(found)
    for key_of_row, key_of_contact in _KEYS:
        owners = _sole_owners(left.values(), key_of_row)
        contacts = _sole_owners(unmatched, key_of_contact)
        for key, row in owners.items():
            if key in contacts:
                pairs.append((row, contacts[key]))
                unmatched.remove(contacts[key])
                del left[row.row]
    return MatchedBack(tuple(pairs), tuple(left.values()))


def _sole_owners(things: Iterable[Any], key_of: Any) -> dict[Any, Any]:  # noqa: ANN401 - rows or contacts
    owners: dict[Any, list[Any]] = {}
    for thing in things:
        if key := key_of(thing):
            owners.setdefault(key, []).append(thing)
    return {key: those[0] for key, those in owners.items() if len(those) == 1}


def _name(row: OpenRow) -> str:
    return full_name_key(row.contact.first_name, row.contact.last_name)


def _name_and_company(row: OpenRow) -> tuple[str, str] | None:
    name, company = _name(row), company_key(row.contact.organization_name)
    return (name, company) if name and company else None


_KEYS = (
    (lambda row: folded_email(row.contact.email), lambda contact: contact.email),
    (
        _name_and_company,
        lambda contact: (contact.name, contact.company) if contact.name and contact.company else None,
    ),
    (_name, lambda contact: contact.name),
)
