"""Digests of a contact: who it is, what it says, and what Apollo might take it for.

They are kept in the ledger, so a change here makes history forget.
"""

from hashlib import blake2b

from pipeline.identity.normal import company_key, email_key, folded_email, full_name_key, name_company_key
from pipeline.records import Contact, Values, values_json

_EMPTY = blake2b(digest_size=16)  # a copy of it is a third cheaper than a new one


def digest(text: str) -> bytes:
    """The text in 16 bytes: no two texts that anyone will ever see share one."""
    hashed = _EMPTY.copy()
    hashed.update(text.encode("utf-8", "surrogatepass"))
    return hashed.digest()


def person_key(values: Values) -> bytes:
    """16 bytes that say who a row is: the address; else names and company; else everything it says.

    Keys of different kinds never meet.
    """
    return address_key(values) or named_key(values) or digest(f"content {_content(values)}")


def address_key(values: Values) -> bytes:
    """16 bytes for the email address; none where there is none."""
    email = email_key(values.get("email"))
    return digest(f"email {email}") if email else b""


def named_key(values: Values) -> bytes:
    """16 bytes for name and company; none where one of them is missing."""
    get = values.get
    person = name_company_key(get("first_name"), get("last_name"), get("organization_name"))
    return digest(f"name {person}") if person else b""


def content_key(values: Values, written: str = "") -> bytes:
    """16 bytes over all values, the same for any order of fields, Lists and custom fields.

    `written` are the values as `values_json` writes them, if that is known already.
    """
    return digest(written if written and _is_in_order(values) else _content(values))


def claim_keys(contact: Contact) -> tuple[bytes, ...]:
    """Up to four keys of 16 bytes: two rows that share one might be matched by Apollo.

    Apollo matches by address, and by first and last name with company name, account or email domain.
    Source: `run_dedupe`, docs.apollo.io/reference/create-a-contact.
    """
    return tuple([digest(claim) for claim in _claims(contact)])


def _claims(contact: Contact) -> list[str]:
    email = folded_email(contact.email)
    name = full_name_key(contact.first_name, contact.last_name)
    claims = [f"email {email}"] if email else []
    if not name:
        return claims
    company = company_key(contact.organization_name)
    if company:
        claims.append(f"company {name}\n{company}")
    if contact.account_id:
        claims.append(f"account {name}\n{contact.account_id}")
    if email:
        claims.append(f"domain {name}\n{email.rpartition('@')[2]}")
    return claims or [f"name {name}"]


def _content(values: Values) -> str:
    """All values that are there, in one order."""
    lists, custom = values.get("label_names"), values.get("custom_fields")
    if lists:
        values = {**values, "label_names": sorted(set(lists))}
    if custom:
        values = {**values, "custom_fields": dict(sorted(custom.items()))}
    return values_json(values)


def _is_in_order(values: Values) -> bool:
    """Whether `_content` would write the values as `values_json` does."""
    lists, custom = values.get("label_names"), values.get("custom_fields")
    if lists and len(lists) > 1 and list(lists) != sorted(set(lists)):
        return False
    return not custom or len(custom) == 1 or list(custom) == sorted(custom)
