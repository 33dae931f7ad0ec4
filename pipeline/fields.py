"""The contact fields in one table: what each holds and which calls carry it.

Source: POST /contacts, POST /contacts/bulk_create and PATCH /contacts/{id} in Apollo's reference;
`linkedin_url` on single create as Apollo's own n8n node offers it.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal, NamedTuple


class Kind(StrEnum):
    """What sort of value a field holds; decides how it is checked."""

    NAME = "name"  # a person's; a company's is TEXT
    TEXT = "text"
    EMAIL = "email"
    URL = "url"
    PHONE = "phone"
    LISTS = "lists"
    ID = "id"
    STAGE = "stage"


class FieldSpec(NamedTuple):
    """One contact field. `in_bulk`: an item of bulk_create carries it; every field travels in a single create."""

    name: str
    kind: Kind
    in_bulk: bool = True
    invalid: Literal["drop", "error"] = "drop"


_TABLE = (
    FieldSpec("first_name", Kind.NAME),
    FieldSpec("last_name", Kind.NAME),
    FieldSpec("organization_name", Kind.TEXT),
    FieldSpec("title", Kind.TEXT),
    FieldSpec("account_id", Kind.ID, invalid="error"),
    FieldSpec("email", Kind.EMAIL, invalid="error"),
    FieldSpec("website_url", Kind.URL, in_bulk=False),
    FieldSpec("label_names", Kind.LISTS, in_bulk=False),
    FieldSpec("contact_stage_id", Kind.ID, invalid="error"),
    FieldSpec("contact_stage", Kind.STAGE),
    FieldSpec("present_raw_address", Kind.TEXT),
    FieldSpec("direct_phone", Kind.PHONE, in_bulk=False),
    FieldSpec("corporate_phone", Kind.PHONE, in_bulk=False),
    FieldSpec("mobile_phone", Kind.PHONE, in_bulk=False),
    FieldSpec("home_phone", Kind.PHONE, in_bulk=False),
    FieldSpec("other_phone", Kind.PHONE, in_bulk=False),
    FieldSpec("linkedin_url", Kind.URL),
)

FIELDS: Mapping[str, FieldSpec] = {spec.name: spec for spec in _TABLE}
"""Every contact field by its name, in the order in which bodies carry them."""

PHONES: tuple[str, ...] = tuple(spec.name for spec in _TABLE if spec.kind is Kind.PHONE)
"""The typed phones, in the order of Apollo's own answer (direct first, mobile after corporate)."""

FULL_NAME = "name"
"""A mapping target that is no field: split into first_name and last_name where those are empty."""
