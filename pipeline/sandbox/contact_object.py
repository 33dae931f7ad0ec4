"""How a contact looks in answers: the object recorded live on 2026-05-18, and the slimmer ones of bulk_create."""

from collections.abc import Mapping
from typing import Any

from pipeline.sandbox import ids
from pipeline.sandbox.exchange import Json
from pipeline.sandbox.workspace import USER_ID, Contact, Workspace

_KEYS = (
    "contact_roles id first_name last_name name linkedin_url title contact_stage_id owner_id creator_id person_id "
    "email_needs_tickling organization_name source original_source organization_id headline photo_url "
    "present_raw_address linkedin_uid extrapolated_email_confidence salesforce_id salesforce_lead_id "
    "salesforce_contact_id salesforce_account_id crm_owner_id created_at emailer_campaign_ids direct_dial_status "
    "direct_dial_enrichment_failed_at email_status email_source account_id last_activity_date hubspot_vid "
    "hubspot_company_id crm_id merged_crm_ids updated_at queued_for_crm_push suggested_from_rule_engine_config_id "
    "email_unsubscribed person_deleted call_opted_out godmode_apollo_creator sanitized_phone street_address city "
    "state country postal_code formatted_address time_zone label_ids has_pending_email_arcgate_request "
    "has_email_arcgate_request existence_level email email_from_customer typed_custom_fields custom_field_errors "
    "crm_record_url email_status_unavailable_reason email_true_status updated_email_true_status "
    "source_display_name twitter_url facebook_url contact_campaign_statuses contact_emails next_contact_id "
    "intent_strength show_intent phone_numbers account_phone_note free_domain email_domain_catchall"
)

FIRST_STAGE = ids.derived("contact_stage", "Cold")

BLANK: Mapping[str, Any] = dict.fromkeys(_KEYS.split()) | {
    "contact_roles": [],
    "first_name": "",
    "last_name": "",
    "name": "",
    "contact_stage_id": FIRST_STAGE,
    "owner_id": USER_ID,
    "creator_id": USER_ID,
    "email_needs_tickling": False,
    "source": "api",
    "original_source": "api",
    "emailer_campaign_ids": [],
    "queued_for_crm_push": True,
    "label_ids": [],
    "has_pending_email_arcgate_request": False,
    "has_email_arcgate_request": False,
    "existence_level": "full",
    "email_from_customer": True,
    "typed_custom_fields": {},
    "custom_field_errors": {},
    "updated_email_true_status": True,
    "source_display_name": "Created from API",
    "contact_campaign_statuses": [],
    "contact_emails": [],
    "show_intent": False,
    "phone_numbers": [],
    "free_domain": False,
    "email_domain_catchall": False,
}


def whole(contact: Contact) -> Json:
    """Return the object of single create, update, view and search."""
    return {**BLANK, **contact.values}


def with_labels(contact: Contact, workspace: Workspace) -> Json:
    """Return the answer of single create and update: the contact and its lists, in no promised order."""
    held = [workspace.labels[label_id] for label_id in reversed(contact.get("label_ids") or [])]
    return {
        "contact": whole(contact),
        "labels": [{**label, "cached_count": 0} for label in workspace.shuffled(held)],
    }


def made_in_bulk(contact: Contact, team_id: str) -> Json:
    """Return an item of `created_contacts`."""
    keys = ("id", "first_name", "last_name", "email", "title", "organization_name")
    return _slim(contact, team_id, keys, ("linkedin_url",), ("contact_stage_id",))


def found_in_bulk(contact: Contact, team_id: str) -> Json:
    """Return an item of `existing_contacts`, which carries no company."""
    return _slim(contact, team_id, ("id", "first_name", "last_name", "email", "title"), (), ())


def _slim(
    contact: Contact, team_id: str, keys: tuple[str, ...], if_set: tuple[str, ...], after: tuple[str, ...]
) -> Json:
    shown = whole(contact)
    return (
        {key: shown[key] for key in keys}
        | {key: shown[key] for key in if_set if shown[key]}
        | {"team_id": team_id, "owner_id": shown["owner_id"]}
        | {key: shown[key] for key in (*after, "created_at", "updated_at")}
    )
