"""Enrichment: people/match and people/bulk_match, and the credits that they cost.

Somebody who is a contact already costs nothing; somebody from `Settings.people` costs a credit the first time,
and eight more when a phone number is asked for.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from pipeline.sandbox import emails, ids
from pipeline.sandbox.contact_object import whole
from pipeline.sandbox.exchange import Answer, Call, Json, answer, flag, refusal
from pipeline.sandbox.lookups import cycle
from pipeline.sandbox.matching import full_name
from pipeline.sandbox.workspace import Contact, Workspace

MOST_DETAILS = 10
_FOR_PERSON, _FOR_PHONE = 1, 8
_KEYS = (
    "first_name", "last_name", "name", "linkedin_url", "title", "email_status", "photo_url", "twitter_url",
    "github_url", "facebook_url", "extrapolated_email_confidence", "headline", "email", "organization_id", "state",
    "city", "country", "organization_name",
)  # fmt: skip


def match(workspace: Workspace, call: Call, now: float) -> Answer:
    """POST /people/match: `person` is null for somebody unknown.

    Raises:
        Refusal: 422, the credits are used up.
    """
    person, _ = _found(workspace, call.params, now, phone=flag(call.params.get("reveal_phone_number")))
    return answer({"person": person, "request_id": workspace.random.randrange(-(2**63), 2**63)})


def bulk_match(workspace: Workspace, call: Call, now: float) -> Answer:
    """POST /people/bulk_match: `matches` keeps the positions of `details`.

    Raises:
        Refusal: 400, no details or more than ten; 422, one is not an object, or the credits are used up.
    """
    details = _details(call)
    phone = flag(call.params.get("reveal_phone_number"))
    found = [_found(workspace, detail, now, phone=phone) for detail in details]
    people = [person for person, _ in found]
    return answer(
        {
            "status": "success",
            "error_code": None,
            "error_message": None,
            "total_requested_enrichments": len(details),
            "matches": people,
            "unique_enriched_records": len({person["id"] for person in people if person}),
            "missing_records": people.count(None),
            "credits_consumed": sum(cost for _, cost in found),
        }
    )


def _details(call: Call) -> list[Mapping[str, Any]]:
    details = call.params.get("details")
    if not isinstance(details, list) or not details:
        raise _failed("INVALID_REQUEST", "invalid request, missing details", 400)
    if len(details) > MOST_DETAILS:
        raise _failed("RECORD_LIMIT_EXCEEDED", "cannot enrich more than 10 in a single request", 400)
    if not all(isinstance(detail, dict) for detail in details):
        raise _failed("UNKNOWN_ERROR", "no implicit conversion of Symbol into Integer", 422)
    return details


def _failed(code: str, text: str, status: int) -> Exception:
    return refusal({"status": "failed", "error_code": code, "error_message": text}, status)


def _found(
    workspace: Workspace, asked: Mapping[str, Any], now: float, *, phone: bool
) -> tuple[Json | None, int]:
    contact = _contact(workspace, asked)
    if contact is not None:
        shown = whole(contact)
        person_id = shown["person_id"] or ids.derived("person", contact.id)
        return _person(person_id, shown) | {"contact_id": contact.id, "contact": shown}, 0
    known = next((person for person in workspace.settings.people if _is(person, asked)), None)
    if known is None:
        return None, 0
    person_id = ids.derived("person", str(known.get("email") or known.get("name")))
    cost = _charge(workspace, person_id, now, phone=phone and bool(known.get("phone")))
    return _person(person_id, known), cost


def _person(person_id: str, known: Mapping[str, Any]) -> Json:
    shown = {key: known.get(key) for key in _KEYS}
    return {"id": person_id, **shown, "employment_history": [], "revealed_for_current_team": True}


def _contact(workspace: Workspace, asked: Mapping[str, Any]) -> Contact | None:
    candidates = workspace.index.with_id(str(asked.get("id") or ""))
    address = emails.accepted(asked.get("email"))
    if address:
        candidates = candidates or workspace.index.with_email(address)
    wanted = dict(asked)
    if asked.get("domain") and not address:
        wanted["email"] = f"someone@{asked['domain']}"
    return next(iter(candidates or workspace.index.namesakes(wanted)), None)


def _is(person: Mapping[str, Any], asked: Mapping[str, Any]) -> bool:
    address = str(person.get("email") or "").lower()
    if asked.get("email"):
        return str(asked["email"]).lower() == address
    if asked.get("hashed_email"):
        hashes = (hashlib.md5(address.encode(), usedforsecurity=False), hashlib.sha256(address.encode()))
        return asked["hashed_email"] in {digest.hexdigest() for digest in hashes}
    name = full_name(asked)
    return name is not None and name == full_name(person)


def _charge(workspace: Workspace, person_id: str, now: float, *, phone: bool) -> int:
    parts = [(person_id, _FOR_PERSON), *([(f"{person_id}/phone", _FOR_PHONE)] if phone else [])]
    due = [(part, cost) for part, cost in parts if part not in workspace.revealed]
    total = sum(cost for _, cost in due)
    left = workspace.settings.credits - workspace.credits_used
    if total > left:
        raise refusal(_exhausted(left, cycle(now)[1]))
    workspace.credits_used += total
    workspace.revealed.update(part for part, _ in due)
    return total


def _exhausted(left: int, next_billing: str) -> Json:
    plans = "https://app.apollo.io/#/settings/plans/upgrade"
    return {
        "error": (
            f"You have insufficient credits! <a href='{plans}?source=api_credit_limit'>Upgrade your plan</a> "
            "to increase your number of lead credits."
        ),
        "error_details": {
            "code": "BILLING.LIMIT.CREDITS_EXHAUSTED",
            "message": "Your team has used all of its credits for this billing cycle.",
            "suggestions": [{"label": "Upgrade your plan to get more API credits", "url": plans}],
            "context": {
                "credit_type": {
                    "value": "lead credits",
                    "description": "The type of credit that was checked",
                },
                "credit_balance": {"value": left, "description": "Credits currently available"},
                "next_billing_date": {"value": next_billing, "description": "When the next cycle begins"},
            },
        },
    }
