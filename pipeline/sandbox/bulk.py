"""POST /contacts/bulk_create: many new contacts, existing ones untouched, two lists in no promised order."""

from collections.abc import Mapping
from typing import Any

from pipeline.sandbox import writing
from pipeline.sandbox.contact_object import found_in_bulk, made_in_bulk
from pipeline.sandbox.contacts import sees
from pipeline.sandbox.exchange import Answer, Call, Json, absent, answer, flag, refusal, strings
from pipeline.sandbox.faults import server_error
from pipeline.sandbox.workspace import USER_ID, Workspace

MOST_ITEMS = 100
_NO_ITEMS = {"error": 'Please provide an array of contact attributes in the "contact_attributes" parameter.'}


def bulk_create(workspace: Workspace, call: Call, now: float) -> Answer:
    """Make the contacts of a batch. Each item also sees those made before it in the same batch.

    Raises:
        Refusal: 422, no array, too long, or a malformed id in any item; nothing was made.
    """
    items = _items(call)
    half = len(items) // 2 if call.twisted("partial_422") or call.twisted("partial_500") else None
    created, existing = _make(workspace, call, items[:half], now)
    if half is not None:
        return _half_made(call)
    if call.twisted("item_dropped"):
        dropped = created or existing
        dropped.pop(workspace.random.randrange(len(dropped)))
    return answer(
        {"created_contacts": workspace.shuffled(created), "existing_contacts": workspace.shuffled(existing)}
    )


def _items(call: Call) -> list[Mapping[str, Any]]:
    items = call.params.get("contacts", call.params.get("contact_attributes"))
    if not isinstance(items, list) or not items or not all(isinstance(item, dict) for item in items):
        raise refusal(_NO_ITEMS)
    if len(items) > MOST_ITEMS:
        raise refusal({"error": f"Please limit your array to {MOST_ITEMS} contacts or fewer."})
    writing.check_ids({"owner_id": call.params.get("owner_id")})
    if not absent(call.params.get("owner_id")) and call.params["owner_id"] != USER_ID:
        raise refusal({"error": "Owner does not belong to the current team."})
    for item in items:
        writing.check_ids(item)
    return items


def _make(
    workspace: Workspace, call: Call, items: list[Mapping[str, Any]], now: float
) -> tuple[list[Json], list[Json]]:
    names = strings(call.params.get("append_label_names"))
    created: list[Json] = []
    existing: list[Json] = []
    for item in items:
        sent = writing.as_heard(call, item)
        found = None
        if flag(call.params.get("run_dedupe")):
            found = workspace.index.match(sent, lambda contact: sees(workspace, call, contact, now))
        if found is not None:
            existing.append(found_in_bulk(found.contact, workspace.team_id))
            continue
        contact = writing.create(workspace, call, sent, now, bulk=True)
        if names:
            labels = [workspace.label(name, "contacts", now)["id"] for name in names]
            workspace.change(contact, {"label_ids": list(dict.fromkeys(labels))})
        created.append(made_in_bulk(contact, workspace.team_id))
    return created, existing


def _half_made(call: Call) -> Answer:
    if call.twisted("partial_500"):
        return server_error(call.endpoint)
    return answer({"error": "Validation failed"}, 422)
