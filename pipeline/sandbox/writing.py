"""From the parameters of a request to the values of a contact: what is taken, what an empty value clears."""

from collections.abc import Mapping
from typing import Any

from pipeline.sandbox import custom_fields, emails, ids, phones
from pipeline.sandbox.contact_object import BLANK, FIRST_STAGE
from pipeline.sandbox.exchange import Call, Json, absent, strings, timestamp
from pipeline.sandbox.matching import sent_addresses
from pipeline.sandbox.workspace import Contact, Overwrite, Workspace

_TEXTS = (
    "first_name", "last_name", "title", "organization_name", "present_raw_address", "linkedin_url", "hubspot_vid",
)  # fmt: skip
_BULK_TEXTS = (
    "facebook_url", "twitter_url", "photo_url", "salesforce_id", "salesforce_account_id",
)  # fmt: skip
_SET_ONCE = ("person_id", "salesforce_lead_id", "salesforce_contact_id")
# Companies that the sandbox knows; the first is what the live answer made of @example.com.
_COMPANIES = {
    "example.com": ("Selbstständig", "54a21f5774686930c2f8740e"),
    "apollo.io": ("Apollo.io", "5e66b6381e05b4008c8331b8"),
}
_KNOWN_COMPANIES = {name.casefold(): company_id for name, company_id in _COMPANIES.values()}
# A new record's updated_at was 22 to 124 ms after its created_at.
_SETTLING = 0.034


def check_ids(params: Mapping[str, Any]) -> None:
    """Raise Refusal, 422, for an id that is not one."""
    for key in ("account_id", "contact_stage_id", "owner_id"):
        if not absent(params.get(key)):
            ids.checked(params[key])


def create(
    workspace: Workspace, call: Call, sent: Mapping[str, Any], now: float, *, bulk: bool = False
) -> Contact:
    """Make a contact of the parameters; `bulk` takes the fields of a bulk item."""
    contact_id, number = workspace.mint(now)
    values = _values(workspace, sent, {}, bulk=bulk)
    values |= _company(values, sent)
    if call.twisted("company_rewritten"):
        values["organization_name"] = f"{values.get('organization_name') or 'New'} Holdings"
    if not bulk and "label_names" in sent:
        values["label_ids"] = _labels(workspace, sent["label_names"], now)
    values = {key: value for key, value in values.items() if value != BLANK[key]}
    values |= {"id": contact_id, "created_at": timestamp(now), "updated_at": timestamp(now + _SETTLING)}
    contact = Contact(contact_id, number, now, call.id, values)
    workspace.add(contact)
    workspace.unsaved_contacts[contact_id] = contact
    return contact


def overwrite(
    workspace: Workspace,
    contact: Contact,
    call: Call,
    sent: Mapping[str, Any],
    now: float,
    *,
    add_labels: bool = False,
) -> None:
    """Write the parameters over a contact; what is not sent stays, what is sent empty is cleared."""
    values = _values(workspace, sent, {**BLANK, **contact.values}, bulk=False)
    if call.twisted("company_rewritten") and values.get("organization_name"):
        values["organization_name"] = f"{values['organization_name']} Holdings"
    if "label_names" in sent:
        held = contact.get("label_ids") or [] if add_labels else []
        values["label_ids"] = list(dict.fromkeys([*held, *_labels(workspace, sent["label_names"], now)]))
    write(workspace, contact, call.id, values, now)


def write(workspace: Workspace, contact: Contact, request: str, values: Json, now: float) -> None:
    """Change the values of a contact that differ, and note who did it; nothing moves if none does."""
    changed = {key: value for key, value in values.items() if value != contact.values.get(key, BLANK[key])}
    if not changed:
        return
    contact.overwritten_by.append(Overwrite(request, tuple(sorted(changed))))
    moved: Json = {"updated_at": timestamp(now), "queued_for_crm_push": None}
    workspace.change(contact, changed | moved)


def as_heard(call: Call, sent: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the parameters as a twisted request has them: the address left out or folded."""
    if "email" not in sent:
        return sent
    if call.twisted("email_dropped"):
        return {key: value for key, value in sent.items() if key != "email"}
    if call.twisted("email_normalised"):
        return {**sent, "email": emails.folded(str(sent["email"]), plus=True)}
    return sent


def _values(workspace: Workspace, sent: Mapping[str, Any], current: Json, *, bulk: bool) -> Json:
    values: Json = {}
    for key in (*_TEXTS, *_BULK_TEXTS) if bulk else _TEXTS:
        if key in sent and isinstance(sent[key], str | int | float | None):
            values[key] = _text(sent[key], BLANK[key])
    if bulk and sent.get("primary_title"):
        values["title"] = str(sent["primary_title"])
    for key in _SET_ONCE:
        if sent.get(key) and not current.get(key):
            values[key] = str(sent[key])
    values |= _references(sent)
    values |= _email(sent)
    values |= _phones(sent, current, bulk=bulk)
    values |= _custom(workspace, sent, current)
    if {"first_name", "last_name"} & values.keys():
        names = [values.get(key, current.get(key)) for key in ("first_name", "last_name")]
        values["name"] = " ".join(name for name in names if name)
    if values.get("organization_name"):
        values["organization_id"] = _KNOWN_COMPANIES.get(values["organization_name"].casefold())
    return values


def _text(value: object, blank: object) -> object:
    text = "" if value is None else str(value)
    return text if text.strip() else blank


def _references(sent: Mapping[str, Any]) -> Json:
    cleared = {"account_id": None, "contact_stage_id": FIRST_STAGE, "owner_id": BLANK["owner_id"]}
    return {
        key: blank if absent(sent[key]) else str(sent[key]).lower()
        for key, blank in cleared.items()
        if key in sent
    }


def _email(sent: Mapping[str, Any]) -> Json:
    if "email" in sent and absent(sent["email"]) and "contact_emails" not in sent:
        addresses: list[str] = []
    else:
        addresses = list(sent_addresses(sent))
        if not addresses:
            return {}
    primary = addresses[0] if addresses else None
    status = "verified" if primary else None
    return {
        "email": primary,
        "email_status": status,
        "email_true_status": "User Managed" if primary else None,
        "contact_emails": [emails.entry(address, position) for position, address in enumerate(addresses)],
        "free_domain": primary is not None and emails.domain(primary) in emails.FREE_DOMAINS,
    }


def _phones(sent: Mapping[str, Any], current: Json, *, bulk: bool) -> Json:
    if bulk:
        numbers = phones.untyped(sent)
    elif phones.TYPES.keys() & sent.keys():
        numbers = phones.typed(sent, current.get("phone_numbers") or [])
    else:
        return {}
    return {"phone_numbers": numbers, "sanitized_phone": numbers[0]["sanitized_number"] if numbers else None}


def _custom(workspace: Workspace, sent: Mapping[str, Any], current: Json) -> Json:
    typed = sent.get("typed_custom_fields")
    if not isinstance(typed, dict):
        return {}
    values, errors = custom_fields.checked(
        typed, workspace.custom_fields, current.get("typed_custom_fields") or {}
    )
    return {"typed_custom_fields": values, "custom_field_errors": errors}


def _company(values: Json, sent: Mapping[str, Any]) -> Json:
    if values.get("organization_name"):
        return {}
    if sent.get("organization_id"):
        return {"organization_id": str(sent["organization_id"])}
    site = str(sent.get("website_url") or "").lower().partition("://")[2] or str(
        sent.get("website_url") or ""
    )
    host = emails.domain(values["email"]) if values.get("email") else site.split("/")[0].removeprefix("www.")
    if not host or host in emails.FREE_DOMAINS:
        return {}
    name, company_id = _COMPANIES.get(
        host, (host.split(".")[0].capitalize(), ids.derived("organization", host))
    )
    return {"organization_name": name, "organization_id": company_id}


def _labels(workspace: Workspace, names: object, now: float) -> list[str]:
    return list(dict.fromkeys(workspace.label(name, "contacts", now)["id"] for name in strings(names)))
