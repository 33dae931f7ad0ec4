"""Single contacts: create, update, view."""

from pipeline.sandbox import writing
from pipeline.sandbox.contact_object import whole, with_labels
from pipeline.sandbox.exchange import Answer, Call, answer, flag, refusal
from pipeline.sandbox.workspace import Contact, Workspace


def sees(workspace: Workspace, call: Call, contact: Contact, now: float) -> bool:
    """Tell whether matching takes notice of a contact; a fault can make it blind for new ones."""
    if call.twisted("blind_dedupe") and contact.number > call.horizon:
        return False
    if call.twisted("lagging_dedupe") and call.twists is not None:
        lag = max(call.twists["lagging_dedupe"], workspace.settings.search_lag)
        return contact.made_at <= now - lag
    return True


def create(workspace: Workspace, call: Call, now: float) -> Answer:
    """POST /contacts. With run_dedupe a match is overwritten, whoever it is.

    Raises:
        Refusal: 422, an id is malformed.
    """
    writing.check_ids(call.params)
    sent = writing.as_heard(call, call.params)
    found = None
    if flag(sent.get("run_dedupe")):
        found = workspace.index.match(sent, lambda contact: sees(workspace, call, contact, now))
    if found is None:
        contact = writing.create(workspace, call, sent, now)
    else:
        contact = found.contact
        writing.overwrite(workspace, contact, call, sent, now, add_labels=not call.twisted("lists_replaced"))
    body = with_labels(contact, workspace)
    if workspace.settings.emit_dedupe_result and flag(sent.get("run_dedupe")):
        body["dedupe_result"] = {"found_existing": found is not None}
        if found is not None:
            body["dedupe_result"] |= {"match_reason": found.reason, "existing_contact_id": contact.id}
    return answer(body)


def update(workspace: Workspace, call: Call, now: float) -> Answer:
    """PATCH or PUT /contacts/{id}.

    Raises:
        Refusal: 422, an id is malformed, or there is no such contact.
    """
    writing.check_ids(call.params)
    contact = workspace.contacts.get(call.target)
    if contact is None:
        raise refusal({"error": "Oops! This contact does not exist in Apollo."})
    if contact.deleted:
        raise refusal(
            {"error": "Cannot update contact as it is deleted.", "deleted_contact_ids": [contact.id]}
        )
    writing.overwrite(workspace, contact, call, writing.as_heard(call, call.params), now)
    return answer(with_labels(contact, workspace))


def show(workspace: Workspace, call: Call, now: float) -> Answer:  # noqa: ARG001 - every handler has these three
    """GET /contacts/{id}.

    Raises:
        Refusal: 422, there is no such contact.
    """
    contact = workspace.contacts.get(call.target)
    if contact is None:
        raise refusal({"error": "Oops! This contact does not exist in Apollo."})
    if contact.deleted:
        raise refusal({"error": "This contact has been deleted."})
    return answer({"contact": {**whole(contact), "disable_flag": None, "engagement_graph": None}})
