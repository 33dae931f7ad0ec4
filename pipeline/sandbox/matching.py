"""Which contact a create with run_dedupe takes for the same: the five steps of Apollo's documentation, in order."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from pipeline.sandbox import emails

if TYPE_CHECKING:
    from pipeline.sandbox.workspace import Contact

CRM_KEYS = ("salesforce_lead_id", "salesforce_contact_id", "hubspot_vid")


class Match(NamedTuple):
    """The contact found, and by what (the word of `dedupe_result.match_reason`)."""

    contact: "Contact"
    reason: str


class Index:
    """Finds contacts by what identifies them, oldest first."""

    def __init__(self, *, fold_plus: bool) -> None:
        self._fold_plus = fold_plus
        self._by: dict[tuple[str, str], dict[str, Contact]] = {}

    def add(self, contact: "Contact") -> None:
        """Enter a contact under all that identifies it now."""
        for key in self._keys(contact):
            self._by.setdefault(key, {})[contact.id] = contact

    def remove(self, contact: "Contact") -> None:
        """Take a contact out, before it is changed."""
        for key in self._keys(contact):
            held = self._by.get(key, {})
            held.pop(contact.id, None)
            if not held:
                self._by.pop(key, None)

    def match(self, sent: Mapping[str, Any], sees: Callable[["Contact"], bool]) -> Match | None:
        """Return the first match among the contacts that `sees` lets through."""
        for reason, candidates in self._steps(sent):
            for contact in candidates:
                if sees(contact):
                    return Match(contact, reason)
        return None

    def with_email(self, address: str) -> list["Contact"]:
        """Return the contacts that hold an address, primary or additional."""
        return self._at("email", emails.folded(address, plus=self._fold_plus))

    def with_id(self, contact_id: str) -> list["Contact"]:
        """Return the contact of this id, if it is not deleted."""
        return self._at("id", contact_id)

    def namesakes(self, sent: Mapping[str, Any]) -> Iterator["Contact"]:
        """Yield the contacts of the same name at the same company."""
        name = full_name(sent)
        if name is None:
            return
        for contact in sorted(self._at("name", name), key=lambda found: found.number):
            if _same_company(sent, contact):
                yield contact

    def _steps(self, sent: Mapping[str, Any]) -> Iterator[tuple[str, Iterable["Contact"]]]:
        if sent.get("id"):
            yield "id_match", self.with_id(str(sent["id"]))
        for key in CRM_KEYS:
            if sent.get(key):
                yield "crm_id_match", self._at(key, str(sent[key]))
        if sent.get("person_id"):
            yield "person_id_match", self._at("person_id", str(sent["person_id"]))
        for address in sent_addresses(sent):
            yield "email_match", self.with_email(address)
        yield "name_and_company_match", self.namesakes(sent)

    def _at(self, kind: str, value: str) -> list["Contact"]:
        return sorted(self._by.get((kind, value), {}).values(), key=lambda found: found.number)

    def _keys(self, contact: "Contact") -> Iterator[tuple[str, str]]:
        yield "id", contact.id
        for key in (*CRM_KEYS, "person_id"):
            if contact.get(key):
                yield key, str(contact.get(key))
        for entry in contact.get("contact_emails") or []:
            yield "email", emails.folded(entry["email"], plus=self._fold_plus)
        name = full_name(contact.values)
        if name is not None:
            yield "name", name


def full_name(person: Mapping[str, Any]) -> str | None:
    """Return first and last name in the form in which names are compared, None unless both are there."""
    first, last = (_plain(person.get(key)) for key in ("first_name", "last_name"))
    return f"{first} {last}" if first and last else None


def sent_addresses(sent: Mapping[str, Any]) -> Iterator[str]:
    """Yield the usable addresses of a request, the primary one first."""
    primary = emails.accepted(sent.get("email"))
    if primary:
        yield primary
    listed = sent.get("contact_emails")
    for entry in listed if isinstance(listed, list) else []:
        address = emails.accepted(entry.get("email")) if isinstance(entry, dict) else None
        if address and address != primary:
            yield address


def _same_company(sent: Mapping[str, Any], contact: "Contact") -> bool:
    organization = sent.get("organization_id")
    if organization and organization == contact.get("organization_id"):
        return True
    company = _plain(sent.get("organization_name"))
    if company and company == _plain(contact.get("organization_name")):
        return True
    held = {emails.domain(entry["email"]) for entry in contact.get("contact_emails") or []}
    domains = {emails.domain(address) for address in sent_addresses(sent)}
    return bool(domains & held - emails.FREE_DOMAINS)


def _plain(value: object) -> str:
    return " ".join(value.split()).casefold() if isinstance(value, str) else ""
