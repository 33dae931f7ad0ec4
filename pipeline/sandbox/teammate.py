"""Somebody else of the team, who makes, changes and deletes the same people and uses up the windows."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pipeline.sandbox import writing
from pipeline.sandbox.exchange import Call
from pipeline.sandbox.faults import Drawn
from pipeline.sandbox.workspace import Contact, Workspace

TEAMMATE = "teammate"


def act(workspace: Workspace, call: Call, drawn: Drawn, now: float) -> None:
    """Do what was drawn, just before the request is carried out. Contacts are tagged with TEAMMATE."""
    if "teammate_makes" in drawn and _people(call):
        others = replace(call, id=TEAMMATE, twists=None)
        person = {name: value for name, value in _people(call)[0].items() if name != "typed_custom_fields"}
        writing.create(workspace, others, person, now)
    if "teammate_drains" in drawn:
        workspace.windows.drain(call.endpoint, int(drawn["teammate_drains"]), now)
    contact = _subject(workspace, call)
    if contact is not None and "teammate_changes" in drawn:
        writing.write(workspace, contact, TEAMMATE, {"present_raw_address": f"Changed at {now:.3f}"}, now)
    if contact is not None and "teammate_deletes" in drawn:
        workspace.delete(contact)


def _people(call: Call) -> list[Mapping[str, Any]]:
    if call.endpoint == "contacts/create":
        return [call.params]
    items = call.params.get("contacts", call.params.get("contact_attributes"))
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _subject(workspace: Workspace, call: Call) -> Contact | None:
    """Return the contact that the request is about, else the newest."""
    for contact in workspace.index.with_id(call.target):
        return contact
    for sent in _people(call):
        found = workspace.index.match(sent, lambda _: True)
        if found is not None:
            return found.contact
    return workspace.oldest_first[-1] if workspace.oldest_first else None
