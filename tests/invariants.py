"""What must hold after everything that can go wrong has: the promise, as a check."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from pipeline.records import Contact, Mapped

TEAMMATE = "teammate"
STATUSES = {"created", "duplicate", "error", "not_sent"}


def broken(
    results: Sequence[Mapping[str, str]],
    rows: Iterable[str],
    contacts: Sequence[Mapping[str, Any]],
    before: Mapping[str, Mapping[str, Any]],
    on_match: str,
    deleted: Collection[str] = (),
) -> list[str]:
    """The promises that do not hold, each as a sentence.

    Every row's title says which row it is ("Row 7"), and so does the contact that is made of it. `before` are the
    contacts that were there first, by id, as they were; `contacts` those that are there now. Contacts that a teammate
    made are not ours; those with an id in `deleted` were there, and a teammate deleted them.
    """
    before = {contact_id: contact for contact_id, contact in before.items() if contact_id not in deleted}
    made = [contact for contact in contacts if contact["made_by"] != TEAMMATE]
    return [
        *_lost(results, rows),
        *_twice(made, before),
        *_ids([row for row in results if row["contact_id"] not in deleted], made, before),
        *_untouched(results, contacts, before, on_match),
    ]


def _lost(results: Sequence[Mapping[str, str]], rows: Iterable[str]) -> Iterable[str]:
    told = [row["row"] for row in results]
    if sorted(told) != sorted(rows):
        yield f"rows {sorted(set(rows) ^ set(told))} are lost or made up, or told twice"
    yield from (
        f"row {row['row']} has status {row['status']!r}" for row in results if row["status"] not in STATUSES
    )


def _twice(contacts: Sequence[Mapping[str, Any]], before: Mapping[str, Any]) -> Iterable[str]:
    made: defaultdict[str, list[str]] = defaultdict(list)
    for contact in contacts:
        if contact["id"] not in before:
            made[contact["title"]].append(contact["id"])
    yield from (f"{title} was made {len(ids)} times" for title, ids in made.items() if len(ids) > 1)


def _ids(
    results: Sequence[Mapping[str, str]], contacts: Sequence[Mapping[str, Any]], before: Mapping[str, Any]
) -> Iterable[str]:
    there = {contact["id"]: contact for contact in contacts}
    for row in results:
        if row["status"] != "created":
            continue
        contact = there.get(row["contact_id"])
        if contact is None:
            yield f"row {row['row']} is created, and its contact is not there"
        elif contact["id"] in before:
            yield f"row {row['row']} is created, but its contact was there before"
        elif contact["title"] != f"Row {row['row']}":
            yield f"row {row['row']} has the contact of {contact['title']}"
    told = {row["contact_id"] for row in results if row["contact_id"]}
    unsure = {f"Row {row['row']}" for row in results if row["reason"] == "outcome_unknown"}
    for contact in contacts:
        if contact["id"] not in before and contact["id"] not in told and contact["title"] not in unsure:
            yield f"the contact of {contact['title']} is in no result"


def _untouched(
    results: Sequence[Mapping[str, str]],
    contacts: Sequence[Mapping[str, Any]],
    before: Mapping[str, Mapping[str, Any]],
    on_match: str,
) -> Iterable[str]:
    there = {contact["id"]: contact for contact in contacts}
    told = defaultdict(set)
    for row in results:
        told[row["contact_id"]].add(row["reason"])
    unsure = {row["email"].casefold() for row in results if row["reason"] == "outcome_unknown"} - {""}
    for contact_id, former in before.items():
        now = there[contact_id]
        changed = {
            key for key in ("title", "email", "first_name", "organization_name") if now[key] != former[key]
        }
        if (former["email"] or "").casefold() in unsure:
            continue
        if changed and not (on_match == "update" and "updated" in told[contact_id]):
            yield f"contact {contact_id} was there before and has another {changed} now ({sorted(told[contact_id])})"


def contact_of(mapped: Mapped) -> Contact:
    """The contact that a row's values make; they always make one, and say no more than it does."""
    contact = Contact.model_validate(mapped.values)
    assert contact.values == mapped.values
    return contact
