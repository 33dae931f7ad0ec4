"""What stands in a request for a contact, and what the contact still lacks afterwards. Pure.

Empty values are never sent: in Apollo they clear a field. Source: the parameters of POST /contacts,
POST /contacts/bulk_create and PATCH /contacts/{id}.
"""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from pipeline.config import Constants, Phones
from pipeline.errors import BrokenPromise
from pipeline.fields import FIELDS, PHONES
from pipeline.ledger import Owed
from pipeline.records import Names, Values

CUSTOM_FIELDS = "typed_custom_fields"
ALL = "*"
"""Among owed fields: everything that the row says."""

_LISTS = "label_names"
_CUSTOM = "custom_fields"
_IN_BULK = (*(name for name, spec in FIELDS.items() if spec.in_bulk), CUSTOM_FIELDS)


class Marker(NamedTuple):
    """A text custom field that says which row of which run a contact was made of."""

    field: str
    run_id: str


class Bodies:
    """Composes bodies for one run. Constants are for contacts that we make, under the row's own values."""

    def __init__(
        self, constants: Constants, names: Names, phones: Phones, marker: Marker | None = None
    ) -> None:
        """`constants` with their placeholders filled; `names` the team's own stages and custom fields."""
        self._names = names
        self._stages = {name.casefold(): stage_id for name, stage_id in (names.stages or {}).items()}
        self._typed = phones is Phones.TYPED
        self._lists = constants.label_names
        custom = {self._custom_id(name): value for name, value in constants.custom_fields.items()}
        self._constants = self._resolved(constants.fields, custom)
        self._marker = (self._custom_id(marker.field), marker.run_id) if marker else None

    def mark(self, row: int) -> str:
        """What stands in the marker field of a contact made of this row; "" without a marker."""
        return f"{self._marker[1]}:{row}" if self._marker else ""

    def mark_in(self, custom_fields: Mapping[str, Any]) -> str:
        """The mark in a contact's custom fields; "" when there is none."""
        return str(custom_fields.get(self._marker[0]) or "") if self._marker else ""

    def new(self, row: int, values: Values) -> dict[str, Any]:
        """For POST /contacts without dedupe: everything, lists and constants included."""
        body = self._marked(row, self._all(values))
        lists = self._lists_of(values)
        return {**body, _LISTS: list(lists)} if lists else body

    def merging(self, values: Values) -> dict[str, Any]:
        """For POST /contacts with dedupe: the row's own values only, since they may be written over a contact."""
        return self._own(values)

    def item(self, row: int, values: Values) -> dict[str, Any]:
        """For one item of bulk_create."""
        body = self._marked(row, self._all(values))
        item = {name: body[name] for name in _IN_BULK if name in body}
        numbers = () if self._typed else [body[name] for name in PHONES if name in body]
        if numbers:
            item["phone_numbers"] = [
                {"raw_number": number, "position": position} for position, number in enumerate(numbers)
            ]
        return item

    def owed_after_item(self, values: Values) -> Owed:
        """What a contact lacks that was made by bulk_create."""
        said = {*self._constants, *values}
        fields = [name for name in PHONES if name in said] if self._typed else []
        if "website_url" in said and "email" not in said:
            fields.append("website_url")
        return Owed(tuple(fields), self._lists_of(values))

    def owed_after_merging(self, values: Values) -> Owed:
        """What a contact lacks that turned out to be made by POST /contacts with dedupe: the constants."""
        own = self._own(values)
        missing = [name for name in self._constants if name != CUSTOM_FIELDS and name not in own]
        if self._all(values).get(CUSTOM_FIELDS) != own.get(CUSTOM_FIELDS):
            missing.append(CUSTOM_FIELDS)
        return Owed(tuple(missing), self._lists_of(values))

    def owed_by_match(self, values: Values, *, has_email: bool) -> Owed:
        """What an existing contact lacks that is to get the row's values; its own address stays as it is."""
        fields = [name for name in self._own(values) if not (has_email and name == "email")]
        return Owed(tuple(fields), tuple(values.get(_LISTS, ())))

    def patch(self, values: Values, fields: Collection[str], *, made: bool) -> dict[str, Any]:
        """For PATCH /contacts/{id}: these fields, with constants only where we made the contact."""
        body = self._all(values) if made else self._own(values)
        if ALL in fields:
            return body
        return {name: body[name] for name in fields if name in body}

    def _marked(self, row: int, body: dict[str, Any]) -> dict[str, Any]:
        if self._marker is None:
            return body
        return {**body, CUSTOM_FIELDS: {**body.get(CUSTOM_FIELDS, {}), self._marker[0]: self.mark(row)}}

    def owed_after_doubt(self, values: Values) -> Owed:
        """What a contact may lack when it is not known which call made it."""
        item, merged = self.owed_after_item(values), self.owed_after_merging(values)
        return Owed(tuple(dict.fromkeys((*item.fields, *merged.fields))), item.lists)

    def _lists_of(self, values: Values) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*values.get(_LISTS, ()), *self._lists)))

    def _all(self, values: Values) -> dict[str, Any]:
        own = self._own(values)
        merged = {**self._constants, **own}
        if CUSTOM_FIELDS in self._constants:
            merged[CUSTOM_FIELDS] = {**self._constants[CUSTOM_FIELDS], **own.get(CUSTOM_FIELDS, {})}
        return merged

    def _own(self, values: Values) -> dict[str, Any]:
        custom = values.get(_CUSTOM, {})
        return self._resolved(values, {self._custom_id(name): value for name, value in custom.items()})

    def _resolved(self, values: Values, custom: Mapping[str, str]) -> dict[str, Any]:
        body = {name: value for name, value in values.items() if name not in (_LISTS, _CUSTOM)}
        if stage := body.pop("contact_stage", None):
            body.setdefault("contact_stage_id", self._stage_id(stage))
        if custom:
            body[CUSTOM_FIELDS] = dict(custom)
        return body

    def _stage_id(self, name: str) -> str:
        return _looked_up("stage", name, self._stages)

    def _custom_id(self, name: str) -> str:
        if self._names.custom_fields is None:
            return name
        return _looked_up("custom field", name, self._names.custom_fields)


def _looked_up(what: str, name: str, names: Mapping[str, str] | None) -> str:
    found = (names or {}).get(name.casefold())
    if found is None:
        raise BrokenPromise(f"the {what} {name!r} was to be looked up before the first contact was sent")
    return found
