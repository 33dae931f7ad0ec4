"""Contacts as a search shows them, and which of them Apollo may take a row for. Pure.

Apollo's order of matching: the address against primary and additional ones; then first and last name with the company
by email domain, organization_id or name. Source: `run_dedupe`, docs.apollo.io/reference/create-a-contact. How it
compares what is alike and not equal is not documented, so there a row may go either way.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from pipeline.identity import company_key, email_key, folded_email, full_name_key
from pipeline.records import Values

_SHOWN = (
    *(
        "id",
        "first_name",
        "last_name",
        "organization_name",
        "title",
        "account_id",
        "email",
        "contact_stage_id",
    ),
    *("present_raw_address", "linkedin_url", "website_url", "phone_numbers", "contact_emails", "free_domain"),
    *("typed_custom_fields", "created_at"),
)


class Match(NamedTuple):
    """A contact that Apollo may take the row for, by what; `sure` where it is told to."""

    item: Mapping[str, Any]
    by: str
    sure: bool
    by_address: bool = False


class Shown:
    """Contacts as a search shows them, found again by address and by name. Keeps of each what tells something."""

    def __init__(self) -> None:
        self._ids: set[str] = set()
        self._by: dict[str, list[Mapping[str, Any]]] = {}

    def add(self, items: Iterable[Any]) -> None:
        """Takes in the contacts of a page."""
        for item in items:
            if isinstance(item, dict) and item.get("id") and str(item["id"]) not in self._ids:
                self._ids.add(str(item["id"]))
                slim = {name: item[name] for name in _SHOWN if item.get(name) is not None}
                for key in {*map(folded_email, _addresses(slim)), _name_of(slim)} - {""}:
                    self._by.setdefault(key, []).append(slim)

    def matches(self, values: Values) -> list[Match]:
        """The contacts that Apollo may take these values for: those of the address, else those of name and company."""
        alike = [_by_address(values, item) for item in self._by.get(folded_email(values.get("email")), ())]
        if any(match.sure for match in alike):
            return [match for match in alike if match.sure]
        ids = {match.item["id"] for match in alike}
        name = full_name_key(values.get("first_name"), values.get("last_name"))
        namesakes = [item for item in self._by.get(name, ()) if item["id"] not in ids]
        return alike + [Match(item, *told) for item in namesakes if (told := _by_name(values, item))]


def _by_address(values: Values, item: Mapping[str, Any]) -> Match:
    if email_key(values.get("email")) in map(email_key, _addresses(item)):
        return Match(item, "same email address", sure=True, by_address=True)
    return Match(item, "its email address differs only behind a +", sure=False, by_address=True)


def _by_name(values: Values, item: Mapping[str, Any]) -> tuple[str, bool] | None:
    """By what a namesake is the same person for Apollo; None where nothing says so."""
    own, other = values.get("organization_name", ""), str(item.get("organization_name") or "")
    if own and _plain(own) == _plain(other):
        return "same name and company", True
    domain = folded_email(values.get("email")).rpartition("@")[2]
    if domain and domain in (folded_email(address).rpartition("@")[2] for address in _addresses(item)):
        return ("same name and email domain", False) if item.get("free_domain") is None else _domain(item)
    if own and company_key(own) == company_key(other):
        return "same name, and the company written in another way", False
    return None


def _domain(item: Mapping[str, Any]) -> tuple[str, bool] | None:
    return None if item["free_domain"] else ("same name and email domain", True)


def _addresses(item: Mapping[str, Any]) -> list[str]:
    more = item.get("contact_emails") or ()
    found = [item.get("email"), *(one.get("email") for one in more if isinstance(one, dict))]
    return [str(address) for address in found if address]


def _name_of(item: Mapping[str, Any]) -> str:
    return full_name_key(item.get("first_name"), item.get("last_name"))


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
