"""What a client reads before it sends: custom fields, stages, users, the key's team, usage."""

from datetime import UTC, datetime, timedelta

from pipeline.sandbox import custom_fields, ids
from pipeline.sandbox.exchange import Answer, Call, Json, absent, answer, refusal, timestamp, whole_number
from pipeline.sandbox.workspace import USER_ID, Workspace

_STAGES = (
    ("Cold", None, None),
    ("New", "in_progress", None),
    ("Approaching", "in_progress", None),
    ("Replied", "in_progress", None),
    ("Interested", "succeeded", True),
    ("Not Interested", "failed", True),
    ("Unresponsive", "failed", True),
    ("Do Not Contact", "failed", True),
    ("Bad Data", "failed", True),
    ("Changed Job", "failed", True),
)
STAGE_NAMES = {ids.derived("contact_stage", name): name for name, _, _ in _STAGES}

_SYSTEM_FIELDS = (
    ("first_name", "First Name"),
    ("last_name", "Last Name"),
    ("title", "Title"),
    ("email", "Email"),
    ("organization_name", "Company Name"),
)

_ADMIN = {
    "first_name": "Ada",
    "last_name": "Admin",
    "title": "Owner",
    "email": "ada.admin@example.org",
}

# The stored example of usage_stats leaves out bulk_create.
_COUNTED = (
    "contacts/search", "contacts/create", "contacts/update", "contacts/show", "labels/index", "labels/create",
    "labels/add_entity_ids_to_label_names", "labels/remove_entity_ids_from_label_names", "people/match",
    "people/bulk_match", "fields/index", "fields/create", "typed_custom_fields/index", "contact_stages/index",
    "users/search", "usage_stats/api_usage_stats", "usage_stats/credit_usage_stats",
)  # fmt: skip

_NEW_FIELD_IN = ("contact", "account", "opportunity")


def typed_custom_fields(workspace: Workspace, call: Call, now: float) -> Answer:  # noqa: ARG001
    """GET /typed_custom_fields."""
    return answer({"typed_custom_fields": list(workspace.custom_fields.values())})


def fields(workspace: Workspace, call: Call, now: float) -> Answer:
    """GET /fields, of one source or all; ids carry the modality in front."""
    made = timestamp(now)
    system = [_field(f"contact.{key}", label, "contact", "string", "system") for key, label in _SYSTEM_FIELDS]
    custom = [
        _field(
            f"{field['modality']}.{field['id']}", field["name"], field["modality"], field["type"], "custom"
        )
        | {"created_at": made}
        for field in workspace.custom_fields.values()
    ]
    source = call.params.get("source")
    return answer(
        {"fields": [field for field in system + custom if absent(source) or source == field["source"]]}
    )


def create_field(workspace: Workspace, call: Call, now: float) -> Answer:
    """POST /fields.

    Raises:
        Refusal: 422, no label, an unknown modality or an unknown type.
    """
    label, modality, kind = (str(call.params.get(key) or "") for key in ("label", "modality", "type"))
    if not label or modality not in _NEW_FIELD_IN or kind not in custom_fields.TYPES:
        raise refusal({"error": "Parameters misconfigured. label, modality and type are required."})
    meta = call.params.get("meta")
    longest = whole_number(meta.get("max_length"), 0) if isinstance(meta, dict) else 0
    field_id, _ = workspace.mint(now)
    field = custom_fields.blank(field_id, label, kind, modality=modality, longest=longest or None)
    workspace.add_custom_field(field, stored=False)
    shown = {key: field[key] for key in ("id", "name", "modality", "text_field_max_length")}
    return answer({"typed_custom_fields": [shown]})


def contact_stages(workspace: Workspace, call: Call, now: float) -> Answer:  # noqa: ARG001
    """GET /contact_stages; the first is the one that new contacts get."""
    stages = [
        {
            "id": ids.derived("contact_stage", name),
            "team_id": workspace.team_id,
            "display_name": name,
            "name": name,
            "display_order": order,
            "ignore_trigger_override": ignore,
            "category": category,
            "is_meeting_set": None,
        }
        for order, (name, category, ignore) in enumerate(_STAGES)
    ]
    return answer({"contact_stages": stages})


def api_profile(workspace: Workspace, call: Call, now: float) -> Answer:  # noqa: ARG001
    """GET /users/api_profile."""
    profile: Json = {"id": USER_ID, "team_id": workspace.team_id, **_ADMIN}
    if call.params.get("include_credit_usage") == "true":
        profile["num_credits_remaining"] = max(0, workspace.settings.credits - workspace.credits_used)
    return answer(profile)


def users_search(workspace: Workspace, call: Call, now: float) -> Answer:  # noqa: ARG001
    """GET /users/search; pagination.page is text, as recorded."""
    page = whole_number(call.params.get("page"), 1)
    user = {"id": USER_ID, "team_id": workspace.team_id, **_ADMIN, "name": "Ada Admin", "deleted": False}
    per_page = whole_number(call.params.get("per_page"), 25)
    pagination = {"page": str(page), "per_page": per_page, "total_entries": 1, "total_pages": 1}
    return answer({"pagination": pagination, "users": [user] if page == 1 else [], "num_fetch_result": None})


def health(workspace: Workspace, call: Call, now: float) -> Answer:  # noqa: ARG001
    """GET /auth/health with a key that is known."""
    return answer({"healthy": True, "is_logged_in": True})


def api_usage(workspace: Workspace, call: Call, now: float) -> Answer:  # noqa: ARG001
    """POST /usage_stats/api_usage_stats."""
    return answer(
        {
            '["api/v1/{}", "{}"]'.format(*endpoint.split("/")): workspace.windows.usage(endpoint, now)
            for endpoint in _COUNTED
        }
    )


def credit_usage(workspace: Workspace, call: Call, now: float) -> Answer:  # noqa: ARG001
    """POST /usage_stats/credit_usage_stats."""
    limit, used = workspace.settings.credits, workspace.credits_used
    start, end = cycle(now)
    return answer(
        {
            "credit_usage_stats": {
                "lead_credit": {"limit": limit, "consumed": used, "left_over": limit - used}
            },
            "current_credit_cycle": {"start_date": start, "end_date": end},
        }
    )


def cycle(now: float) -> tuple[str, str]:
    """Return the first day of the credit cycle and the first of the next: a calendar month."""
    first = datetime.fromtimestamp(now, UTC).replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    return f"{first:%Y-%m-%d}", f"{following:%Y-%m-%d}"


def _field(field_id: str, label: str, modality: str, kind: str, source: str) -> Json:
    return {
        "id": field_id,
        "category": "person" if modality == "contact" else "company",
        "context": ["finder", "csv_export"],
        "description": None,
        "editable": source == "custom",
        "example": None,
        "field_name": field_id if source == "system" else label,
        "group": "basic_info" if source == "system" else None,
        "icon_class": None,
        "label": label,
        "modality": modality,
        "parent": None if source == "system" else f"{modality}.other_custom_field",
        "source": source,
        "type": kind,
        "finder_view_ids": [],
        "project_workspace_id": None,
        "finder_views": [],
        "is_local": False,
    }
