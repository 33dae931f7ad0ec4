"""Ties the contacts of an answer to the rows they were made of. Bulk answers are unordered and may be incomplete."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from pipeline.identity import company_key, email_key, folded_email, full_name_key
from pipeline.ledger import OpenRow

T = TypeVar("T")


class Found(NamedTuple):
    """A contact of an answer, as far as it can be relied on.

    `email` is its address without plus-suffix; `listed_new`: Apollo says that it made it. What is needed for few rows
    only is made of what it `said` when it is asked for.
    """

    contact_id: str
    email: str
    said: Mapping[str, Any]
    listed_new: bool = False

    @property
    def address(self) -> str:
        """Its address, with plus-suffix."""
        return email_key(self.said.get("email"))

    @property
    def name(self) -> str:
        """Its `full_name_key`."""
        return full_name_key(self.said.get("first_name"), self.said.get("last_name"))

    @property
    def company(self) -> str:
        """Its `company_key`."""
        return company_key(self.said.get("organization_name"))

    @property
    def made_at(self) -> float | None:
        """Seconds since the epoch; None where Apollo does not tell."""
        return moment(self.said.get("created_at"))

    @property
    def custom_fields(self) -> Mapping[str, Any]:
        """Its values by the fields' ids."""
        return self.said.get("typed_custom_fields") or {}


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
    return Found(str(item["id"]), folded_email(item.get("email")), item, listed_new)


def match_back(rows: Sequence[OpenRow], found: Iterable[Found]) -> MatchedBack:
    """Pairs each row with its contact: by address, then by names (with the company where several share a name).

    Rows of one batch never share an address or names with company, so an address decides; a contact whose address
    was dropped or rewritten by Apollo is told by its names. A contact that could be two rows' is nobody's.
    """
    pairs: list[tuple[OpenRow, Found]] = []
    left, unmatched = list(rows), list(found)
    for key_of_row, key_of_contact in _KEYS:
        owners, contacts = _sole_owners(left, key_of_row), _sole_owners(unmatched, key_of_contact)
        both = {key: (row, contacts[key]) for key, row in owners.items() if key in contacts}
        pairs += both.values()
        if len(pairs) == len(rows):
            return MatchedBack(tuple(pairs), ())
        left = [row for row in left if key_of_row(row) not in both]
        unmatched = [contact for contact in unmatched if key_of_contact(contact) not in both]
    return MatchedBack(tuple(pairs), tuple(left))


def _sole_owners(things: Iterable[T], key_of: Callable[[T], Hashable]) -> dict[Hashable, T]:
    """The things by their keys, but for those that have none or share one."""
    owners: dict[Hashable, T] = {}
    shared: set[Hashable] = set()
    for thing in things:
        key = key_of(thing)
        if key and owners.setdefault(key, thing) is not thing:
            shared.add(key)
    return {key: thing for key, thing in owners.items() if key not in shared} if shared else owners


def _email(row: OpenRow) -> str:
    return folded_email(row.values.get("email"))


def _name(row: OpenRow) -> str:
    return full_name_key(row.values.get("first_name"), row.values.get("last_name"))


def _name_and_company(row: OpenRow) -> Hashable:
    name, company = _name(row), company_key(row.values.get("organization_name"))
    return name and company and (name, company)


_KEYS: tuple[tuple[Callable[[OpenRow], Hashable], Callable[[Found], Hashable]], ...] = (
    (_email, lambda contact: contact.email),
    (_name_and_company, lambda contact: contact.name and contact.company and (contact.name, contact.company)),
    (_name, lambda contact: contact.name),
)
