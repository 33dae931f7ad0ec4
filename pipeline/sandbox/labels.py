"""Lists: GET and POST /labels, and adding contacts to them or removing them by list name."""

from typing import Any

from pipeline.sandbox import writing
from pipeline.sandbox.exchange import Answer, Call, Json, answer, flag, refusal, strings
from pipeline.sandbox.workspace import USER_ID, Contact, Workspace

MODALITIES = ("contacts", "accounts", "emailer_campaigns")
_NOTHING = {"message": "No Models or Lists provided"}


def index(workspace: Workspace, call: Call, now: float) -> Answer:  # noqa: ARG001 - every handler has these three
    """GET /labels: a bare array, no pages."""
    return answer(workspace.shuffled(_listed(workspace, label) for label in workspace.labels.values()))


def create(workspace: Workspace, call: Call, now: float) -> Answer:
    """POST /labels.

    Raises:
        Refusal: 422, no name or modality, or the name is taken.
    """
    name, modality = (str(call.params.get(key) or "").strip() for key in ("name", "modality"))
    if not name:
        raise refusal({"error": "Please enter a non-empty name!"})
    if not modality:
        raise refusal({"error": "Please enter a non-empty modality!"})
    if modality not in MODALITIES:
        raise refusal({"error": "Please enter a valid modality!"})
    if workspace.has_label(name, modality):
        raise refusal({"error": f"{name} already exists", "skip_alert_dialog": True})
    return answer({"label": _changed(workspace, workspace.label(name, modality, now))})


def add(workspace: Workspace, call: Call, now: float) -> Answer:
    """POST /labels/add_entity_ids_to_label_names: adds, and makes lists that are missing.

    Raises:
        Refusal: 422, an unknown modality.
    """
    contacts, names, modality = _asked(workspace, call)
    if not contacts or not names:
        return answer(_NOTHING)
    if flag(call.params.get("async")):
        return _apply_later(workspace, call, contacts, names, now)
    labels = [workspace.label(name, modality, now) for name in names]
    _set(workspace, call, contacts, add=[label["id"] for label in labels], now=now)
    return answer({"labels": [_changed(workspace, label) for label in workspace.shuffled(labels)]})


def remove(workspace: Workspace, call: Call, now: float) -> Answer:
    """POST /labels/remove_entity_ids_from_label_names; a list that does not exist is passed over.

    Raises:
        Refusal: 422, an unknown modality.
    """
    contacts, names, modality = _asked(workspace, call)
    labels = [workspace.label(name, modality, now) for name in names if workspace.has_label(name, modality)]
    if not contacts or not labels:
        return answer(_NOTHING)
    _set(workspace, call, contacts, drop={label["id"] for label in labels}, now=now)
    return answer({"labels": [_changed(workspace, label) for label in workspace.shuffled(labels)]})


def _asked(workspace: Workspace, call: Call) -> tuple[list[Contact], list[str], str]:
    modality = str(call.params.get("modality") or "contacts")
    if modality not in MODALITIES:
        raise refusal({"error": f"Invalid modality: {modality}."})
    found = [workspace.contacts.get(contact_id) for contact_id in strings(call.params.get("entity_ids"))]
    contacts = [contact for contact in found if contact is not None and not contact.deleted]
    return contacts, strings(call.params.get("label_names")), modality


def _set(
    workspace: Workspace,
    call: Call,
    contacts: list[Contact],
    *,
    now: float,
    add: list[str] | None = None,
    drop: set[str] | None = None,
) -> None:
    for contact in contacts:
        held = [label_id for label_id in contact.get("label_ids") or [] if label_id not in (drop or set())]
        writing.write(
            workspace, contact, call.id, {"label_ids": list(dict.fromkeys([*held, *(add or [])]))}, now
        )


def _apply_later(
    workspace: Workspace, call: Call, contacts: list[Contact], names: list[str], now: float
) -> Answer:
    """Answer an asynchronous request; the sandbox is done with it at once."""
    labels = [workspace.label(name, "contacts", now)["id"] for name in names]
    _set(workspace, call, contacts, add=labels, now=now)
    job: Json = {
        "id": workspace.mint(now)[0],
        "user_id": USER_ID,
        "job_type": "add_entities_to_labels",
        "entity_ids": [contact.id for contact in contacts],
        "params": {"modality": "contacts", "label_names": names},
        "progress": -1,
        "batch_size": None,
    }
    return answer({"entity_progress_job": job})


def _changed(workspace: Workspace, label: Json) -> Json:
    return {**label, "cached_count": workspace.members[label["id"]], "book_of_business": None}


def _listed(workspace: Workspace, label: Json) -> dict[str, Any]:
    return {
        "_id": label["id"],
        "cached_count": workspace.members[label["id"]],
        "concurrency_locks": {},
        "created_at": label["created_at"],
        "modality": label["modality"],
        "name": label["name"],
        "need_cached_count_update": False,
        "needs_count_update_at": label["created_at"].replace("Z", "+00:00"),
        "rule_config_template_id": None,
        "team_id": workspace.team_id,
        "updated_at": label["updated_at"],
        "user_id": label["user_id"],
        "id": label["id"],
        "key": label["id"],
    }
