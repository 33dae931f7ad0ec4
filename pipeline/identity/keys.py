"""Digests of a contact: who it is, what it says, and what Apollo might take it for.

They are kept in the ledger, so a change here makes history forget.
"""

from hashlib import blake2b
from operator import itemgetter

from pipeline.identity.normal import company_key, email_key, folded_email, full_name_key, name_company_key
from pipeline.records import Contact

_EMPTY = blake2b(digest_size=16)  # a copy of it is a third cheaper than a new one
_PLAIN = tuple(sorted(set(Contact.model_fields) - {"label_names", "custom_fields"}))
_values_of = itemgetter(*_PLAIN)


def digest(text: str) -> bytes:
    """The text in 16 bytes: no two texts that anyone will ever see share one."""
    hashed = _EMPTY.copy()
    hashed.update(text.encode("utf-8", "surrogatepass"))
    return hashed.digest()


def person_key(contact: Contact) -> bytes:
    """16 bytes that say who a row is: the address; else names and company; else everything it says.

    Keys of different kinds never meet.
    """
    email = email_key(contact.email)
    if email:
        return digest(f"email {email}")
    person = name_company_key(contact.first_name, contact.last_name, contact.organization_name)
    return digest(f"name {person}") if person else digest(f"content {_content(contact)}")


def content_key(contact: Contact) -> bytes:
    """16 bytes over all values, the same for any order of fields, Lists and custom fields."""
    return digest(_content(contact))


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


def _content(contact: Contact) -> str:
    """All values that are there, in one order, each after its length: no two contents are written the same."""
    values = _values_of(vars(contact))
    said = [f"{name} {len(value)} {value}" for name, value in zip(_PLAIN, values, strict=True) if value]
    if contact.label_names:
        said += [f"list {len(label)} {label}" for label in sorted(set(contact.label_names))]
    if contact.custom_fields:
        custom = sorted(contact.custom_fields.items())
        said += [f"custom {len(name)} {name} {len(value)} {value}" for name, value in custom]
    return "\n".join(said)
