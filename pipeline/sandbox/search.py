"""POST /contacts/search: a page of contacts, newest first unless told otherwise."""

from collections.abc import Sequence

from pipeline.sandbox.contact_object import FIRST_STAGE, whole
from pipeline.sandbox.exchange import Answer, Call, Json, answer, refusal, strings, whole_number
from pipeline.sandbox.lookups import STAGE_NAMES
from pipeline.sandbox.workspace import Contact, Workspace

DISPLAY_LIMIT = 50_000
MOST_PER_PAGE = 100
PER_PAGE = 25


def search(workspace: Workspace, call: Call, now: float) -> Answer:
    """Answer a search.

    Raises:
        Refusal: 403 on a free plan if so set; 422 past the display limit.
    """
    if workspace.settings.search_needs_paid_plan and workspace.settings.plan == "free":
        raise refusal({"message": "This endpoint is only available to Apollo users on paid plans."}, 403)
    page = whole_number(call.params.get("page"), 1)
    per_page = min(MOST_PER_PAGE, whole_number(call.params.get("per_page"), PER_PAGE))
    if page * per_page > DISPLAY_LIMIT:
        raise refusal({"error": "Page * per page number is over threshold."})
    found = _sorted(call, _filtered(call, workspace.searchable(now)))
    first = (page - 1) * per_page
    shown = _slice(found, first, per_page, ascending=_ascending(call))
    return answer(
        {
            "contacts": [{**whole(contact), "contact_job_change_event": None} for contact in shown],
            "breadcrumbs": _breadcrumbs(call),
            "partial_results_only": False,
            "has_join": False,
            "disable_eu_prospecting": False,
            "partial_results_limit": 10000,
            "pagination": {
                "page": page,
                "per_page": per_page,
                "total_entries": len(found),
                "total_pages": -(-len(found) // per_page),
            },
            "num_fetch_result": None,
        }
    )


def _ascending(call: Call) -> bool:
    return bool(call.params.get("sort_by_field")) and call.params.get("sort_ascending") in {True, "true"}


def _slice(found: Sequence[Contact], first: int, amount: int, *, ascending: bool) -> Sequence[Contact]:
    """Return a page of contacts that are sorted upwards."""
    if ascending:
        return found[first : first + amount]
    end = len(found) - first
    return found[max(0, end - amount) : end][::-1] if end > 0 else ()


def _filtered(call: Call, contacts: list[Contact]) -> list[Contact]:
    found = contacts
    wanted = {name: set(strings(call.params.get(name))) for name in ("contact_ids", "contact_stage_ids")}
    if wanted["contact_ids"]:
        found = [contact for contact in found if contact.id in wanted["contact_ids"]]
    if wanted["contact_stage_ids"]:
        stages = wanted["contact_stage_ids"]
        found = [contact for contact in found if (contact.get("contact_stage_id") or FIRST_STAGE) in stages]
    labels = set(strings(call.params.get("contact_label_ids")))
    if labels:
        found = [contact for contact in found if labels & set(contact.get("label_ids") or [])]
    for word in str(call.params.get("q_keywords") or "").lower().split():
        found = [contact for contact in found if word in contact.haystack]
    return found


def _sorted(call: Call, found: list[Contact]) -> list[Contact]:
    """Return the contacts upwards; they come in the order in which they were made."""
    if call.params.get("sort_by_field") == "contact_updated_at":
        return sorted(found, key=lambda contact: str(contact.get("updated_at")))
    return found


def _breadcrumbs(call: Call) -> list[Json]:
    crumbs: list[Json] = []
    words = call.params.get("q_keywords")
    if words:
        crumbs.append(_crumb("Contains Keywords", "q_keywords", str(words), str(words)))
    return crumbs + [
        _crumb("Contact Stage", "contact_stage_ids", stage, STAGE_NAMES.get(stage, "[Deleted Stage]"))
        for stage in strings(call.params.get("contact_stage_ids"))
    ]


def _crumb(label: str, signal: str, value: str, shown: str) -> Json:
    return {"label": label, "signal_field_name": signal, "value": value, "display_name": shown}
