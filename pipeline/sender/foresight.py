"""What would become of a row, from the contacts that Apollo shows: created, updated, left, or not to be told. Pure."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from pipeline.fields import PHONES
from pipeline.identity import email_key
from pipeline.ledger import Ending, History, OpenRow, names_key
from pipeline.records import Names, Reason, Values
from pipeline.sender.bodies import CUSTOM_FIELDS
from pipeline.sender.matching import contact_found
from pipeline.sender.shown import Match
from pipeline.sender.team import Terms
from pipeline.sender.verdicts import Verdicts
from pipeline.sender.ways import CREATE_OR_OVERWRITE, Ways

_SENT = 200
_KINDS = {
    "direct_phone": "work_direct",
    "corporate_phone": "work_hq",
    "mobile_phone": "mobile",
    "home_phone": "home",
    "other_phone": "other",
}
"""How phone_numbers of a contact call the fields of a request."""


class Fate(StrEnum):
    """What would become of a row."""

    CREATE = "create"
    UPDATE = "update"
    LEAVE = "leave"
    UNCLEAR = "unclear"


class Foreseen(NamedTuple):
    """The fate of a row, with a sentence about it."""

    fate: Fate
    words: str


class Foresight:
    """Foretells rows of one run, as they would be judged if Apollo answered now."""

    def __init__(self, terms: Terms, history: History, names: Names) -> None:
        self._bodies = terms.bodies
        self._verdicts = Verdicts(terms.bodies, terms.rules)
        self._ways = Ways(terms.rules, history)
        self._history = history
        self._names = names
        self._told: dict[bytes, bytes] = {}

    def of(self, row: OpenRow, matches: Sequence[Match]) -> Foreseen:
        """The row's fate among these matches: one where all lead to the same. To be asked in the order of the rows."""
        self._overwrites(row)
        possible = [self._meets(row, match) for match in matches]
        if not any(match.sure for match in matches):
            possible.append(Foreseen(Fate.CREATE, "would be created"))
        first, *others = possible
        same = all(other.fate is first.fate for other in others)
        if same and (not others or first.fate is not Fate.UPDATE):
            return first
        told = "; or ".join(
            f"{one.words} ({match.by})" for one, match in zip(possible, matches, strict=False)
        )
        other = "" if len(possible) == len(matches) else f"; or {possible[-1].words}"
        return Foreseen(Fate.UNCLEAR, f"ambiguous: {told}{other}")

    def _meets(self, row: OpenRow, match: Match) -> Foreseen:
        """What would happen if Apollo took the row for this contact."""
        named = f"contact {match.item['id']}"
        if self._overwrites(row):
            return self._writes(named, row, match, self._bodies.merging(row.values))
        found = contact_found(match.item)
        made_for = self._history.holders([found.contact_id]).get(found.contact_id)
        judged = self._verdicts.of_item(row, found, made_for=made_for, http_status=_SENT)
        if not isinstance(judged, Ending):
            return Foreseen(Fate.CREATE, f"would be created, since {named} is another row's of this name")
        if judged.outcome.reason is Reason.UPDATED:
            body = self._bodies.patch(row.values, judged.owed.fields, made=False)
            return self._writes(named, row, match, body)
        if judged.warnings:
            return Foreseen(Fate.LEAVE, f"would be left: {named} has this name and another email address")
        return Foreseen(Fate.LEAVE, f"would be left: {named} is there already ({match.by})")

    def _overwrites(self, row: OpenRow) -> bool:
        """Whether Apollo would write over its match; it is not let to for a row whose namesake went before."""
        if self._ways.of(row) != CREATE_OR_OVERWRITE:
            return False
        names = names_key(row.values)
        return names is None or self._told.setdefault(names, row.person) == row.person

    def _writes(self, named: str, row: OpenRow, match: Match, body: Mapping[str, Any]) -> Foreseen:
        changed = list(self._changed(row.values, body, match.item))
        unseen = ["website_url"] if "website_url" in body and "website_url" not in match.item else []
        unseen += ["label_names"] if row.lists else []
        words = (
            f"would update {named}: {', '.join(changed)}" if changed else f"would change nothing in {named}"
        )
        return Foreseen(Fate.UPDATE, words + (f"; written unseen: {', '.join(unseen)}" if unseen else ""))

    def _changed(self, own: Values, body: Mapping[str, Any], item: Mapping[str, Any]) -> Iterator[str]:
        """The names of the fields that the contact has otherwise, as a config calls them."""
        for name, value in body.items():
            if name == CUSTOM_FIELDS:
                yield from self._changed_custom(own, value, item.get(CUSTOM_FIELDS) or {})
            elif name in PHONES:
                if not _has_number(item, _KINDS[name], value):
                    yield name
            elif name != "website_url" and not _SAME.get(name, _equal)(str(value), str(item.get(name) or "")):
                yield "contact_stage" if name == "contact_stage_id" and "contact_stage" in own else name

    def _changed_custom(
        self, own: Values, values: Mapping[str, str], there: Mapping[str, Any]
    ) -> Iterator[str]:
        ids = self._names.custom_fields or {}
        labels = {ids.get(name.casefold(), name): name for name in own.get("custom_fields", ())}
        for field, value in values.items():
            if str(there.get(field) or "") != value:
                yield labels.get(field, field)


def _has_number(item: Mapping[str, Any], kind: str, number: str) -> bool:
    numbers = [
        one for one in item.get("phone_numbers") or () if isinstance(one, dict) and one.get("type") == kind
    ]
    said = {
        _digits(str(one.get(name) or "")) for one in numbers for name in ("raw_number", "sanitized_number")
    }
    return _digits(number) in said


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)


def _equal(one: str, other: str) -> bool:
    return one.strip() == other.strip()


def _same_address(one: str, other: str) -> bool:
    return email_key(one) == email_key(other)


def _same_page(one: str, other: str) -> bool:
    return _page(one) == _page(other)


def _page(address: str) -> str:
    return re.sub(r"^(https?://)?(www\.)?", "", address.strip().lower()).rstrip("/")


_SAME: Mapping[str, Callable[[str, str], bool]] = {"email": _same_address, "linkedin_url": _same_page}
