"""What a team owns: its contacts, lists, custom fields, windows and credits, held in memory."""

import random
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pipeline.sandbox import ids
from pipeline.sandbox.exchange import Json, timestamp
from pipeline.sandbox.matching import Index
from pipeline.sandbox.settings import Settings
from pipeline.sandbox.windows import Windows

USER_ID = ids.derived("user", "ada")


class Overwrite(NamedTuple):
    """A request that changed a contact, and the names of what it changed."""

    request: str
    keys: tuple[str, ...]


@dataclass(slots=True)
class Contact:
    """A contact; `values` holds only what differs from a blank one."""

    id: str
    number: int
    made_at: float
    made_by: str
    values: Json
    overwritten_by: list[Overwrite] = field(default_factory=list)
    deleted: bool = False
    haystack: str = ""

    def get(self, key: str) -> Any:  # noqa: ANN401 - any JSON value
        """Return a value, None where the contact is blank."""
        return self.values.get(key)


class Logged(NamedTuple):
    """A request in the log; status 0 means that no whole answer was given."""

    id: str
    at: float
    method: str
    path: str
    endpoint: str
    status: int


class Workspace:
    """One team. Everything that a handler changes is noted, so that it can be stored in one step."""

    def __init__(self, team_id: str, settings: Settings, seed: int = 0) -> None:
        self.team_id = team_id
        self.settings = settings
        self.random = random.Random(seed)  # noqa: S311 - a shuffle that can be repeated
        self.windows = Windows(settings)
        self.index = Index(fold_plus=settings.fold_plus_alias)
        self.contacts: dict[str, Contact] = {}
        self.oldest_first: list[Contact] = []
        self.labels: dict[str, Json] = {}
        self.members: Counter[str] = Counter()
        self.custom_fields: dict[str, Json] = {}
        self.made = 0
        self.credits_used = 0
        self.revealed: set[str] = set()
        self.unsaved_contacts: dict[str, Contact] = {}
        self.unsaved_objects: dict[str, tuple[str, Json]] = {}
        self._label_ids: dict[tuple[str, str], str] = {}

    def mint(self, now: float) -> tuple[str, int]:
        """Return a new id and its number."""
        self.made += 1
        return ids.minted(now, self.team_id, self.made), self.made

    def add(self, contact: Contact) -> None:
        """Take in a contact, new or stored."""
        self.contacts[contact.id] = contact
        self.made = max(self.made, contact.number)
        if not contact.deleted:
            self.oldest_first.append(contact)
            self._enter(contact)

    def change(self, contact: Contact, values: Json) -> None:
        """Write values over a contact."""
        self.index.remove(contact)
        self.members.subtract(contact.get("label_ids") or [])
        contact.values |= values
        self._enter(contact)
        self.unsaved_contacts[contact.id] = contact

    def delete(self, contact: Contact) -> None:
        """Remove a contact; its id stays known as deleted."""
        self.index.remove(contact)
        self.members.subtract(contact.get("label_ids") or [])
        self.oldest_first.remove(contact)
        contact.deleted = True
        self.unsaved_contacts[contact.id] = contact

    def searchable(self, now: float) -> list[Contact]:
        """Return the contacts that search can find by now, oldest first."""
        newest = bisect_right(
            self.oldest_first, now - self.settings.search_lag, key=lambda found: found.made_at
        )
        return self.oldest_first if newest == len(self.oldest_first) else self.oldest_first[:newest]

    def label(self, name: str, modality: str, now: float) -> Json:
        """Return the list of this name, made if there is none."""
        known = self._label_ids.get((name, modality))
        if known is not None:
            return self.labels[known]
        label_id, number = self.mint(now)
        made = timestamp(now)
        label = {
            "id": label_id,
            "modality": modality,
            "name": name,
            "created_at": made,
            "updated_at": made,
            "user_id": USER_ID,
        }
        self.add_label(label)
        self.unsaved_objects[label_id] = ("label", {**label, "number": number})
        return label

    def has_label(self, name: str, modality: str) -> bool:
        """Tell whether a list of this name exists."""
        return (name, modality) in self._label_ids

    def add_label(self, label: Json) -> None:
        """Take in a list, new or stored."""
        self.labels[label["id"]] = label
        self._label_ids[label["name"], label["modality"]] = label["id"]

    def add_custom_field(self, custom_field: Json, *, stored: bool = True) -> None:
        """Take in a custom field, preset, new or stored."""
        self.custom_fields[custom_field["id"]] = custom_field
        if not stored:
            self.unsaved_objects[custom_field["id"]] = ("custom_field", {**custom_field, "number": self.made})

    def shuffled(self, things: Iterable[Any]) -> list[Any]:
        """Return the things in an order that nobody promised."""
        mixed = list(things)
        if self.settings.shuffle:
            self.random.shuffle(mixed)
        return mixed

    def _enter(self, contact: Contact) -> None:
        self.index.add(contact)
        self.members.update(contact.get("label_ids") or [])
        parts = (
            contact.get("name"),
            contact.get("title"),
            contact.get("organization_name"),
            contact.get("email"),
        )
        contact.haystack = "\n".join(part for part in parts if part).lower()
