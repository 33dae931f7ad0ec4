"""Typed custom fields: the preset ones, and which values each takes."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from pipeline.sandbox import ids
from pipeline.sandbox.exchange import Json

TYPES = ("string", "textarea", "number", "date", "datetime", "boolean")


def blank(
    field_id: str, name: str, kind: str, *, modality: str = "contact", longest: int | None = None
) -> Json:
    """Return a field as GET /typed_custom_fields shows it."""
    return {
        "id": field_id,
        "modality": modality,
        "name": name,
        "type": kind,
        "picklist_options": [],
        "mapped_crm_field": None,
        "additional_mapped_crm_field": None,
        "is_readonly_mapped_crm_field": None,
        "picklist_options_last_synced_at": None,
        "picklist_value_set_id": None,
        "mirrored": False,
        "system_name": None,
        "text_field_max_length": longest,
        "finder_view_ids": [],
        "is_local": False,
    }


def _picklist(name: str, *choices: str) -> Json:
    field_id = ids.derived("custom_field", name)
    values = []
    for choice in choices:
        value_id = ids.derived("picklist_value", f"{name}/{choice}")
        values.append(
            {"_id": value_id, "mapped_crm_values": {}, "name": choice, "id": value_id, "key": value_id}
        )
    shown = blank(field_id, name, "picklist")
    return shown | {"picklist_value_set_id": ids.derived("value_set", name), "picklist_values": values}


def _preset(name: str, kind: str, longest: int | None = None, modality: str = "contact") -> Json:
    field_id = ids.derived("custom_field", name)
    return blank(field_id, name, kind, modality=modality, longest=longest)


PRESET = (
    _preset("Import Reference", "string", 120),
    _preset("Segment", "string", 40),
    _preset("Notes", "textarea", 2000),
    _preset("Lead Score", "number"),
    _preset("Birthday", "date"),
    _preset("Last Met At", "datetime"),
    _preset("Newsletter", "boolean"),
    _picklist("Tier", "Gold", "Silver", "Bronze"),
    _preset("Fleet Size", "number", modality="account"),
)


def checked(
    sent: Mapping[str, Any], fields: Mapping[str, Json], current: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the values of a contact after those sent, and what is wrong by field id.

    A wrong value is left out with 200: no documented error exists for one.
    """
    values, errors = dict(current), {}
    for field_id, value in sent.items():
        field = fields.get(field_id)
        fault = "Custom field does not exist" if field is None else _fault(field, value)
        if field is None or fault:
            errors[field_id] = fault or ""
        elif _empty(value):
            values.pop(field_id, None)
        else:
            values[field_id] = value
    return values, errors


def _empty(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _fault(field: Json, value: object) -> str | None:
    if field["modality"] != "contact":
        return "Custom field does not belong to contacts"
    if field["is_readonly_mapped_crm_field"]:
        return "Custom field cannot be written"
    if _empty(value):
        return None
    takes = _TAKES.get(field["type"])
    if takes is not None and not takes(str(value)):
        return f"Value is not a valid {field['type']}"
    if field["type"] == "picklist" and value not in {choice["id"] for choice in field["picklist_values"]}:
        return "Value is not a valid picklist value id"
    longest = field["text_field_max_length"]
    return f"Value is longer than {longest} characters" if longest and len(str(value)) > longest else None


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


_TAKES: Mapping[str, Callable[[str], object]] = {
    "number": re.compile(r"[+-]?\d+(\.\d+)?").fullmatch,
    "date": _is_moment,
    "datetime": _is_moment,
    "boolean": re.compile(r"true|false", re.IGNORECASE).fullmatch,
}
