"""Whether the contacts that a run created are there, as Apollo itself sees them.

Sources: "Confirm Contact Status", docs.apollo.io/docs/convert-enriched-people-to-contacts; POST /people/match.
Enrichment of a person who is a contact already costs nothing; of one who is not, it may cost a credit.
"""

import asyncio
import csv
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.apollo import Answer, ApolloClient, Call, Verdict, decide, quota_of
from pipeline.errors import RunStopped, UsageMistake
from pipeline.guard import protect
from pipeline.identity import folded_email
from pipeline.ledger import Ledger, RunRecord, Runs, results
from pipeline.records import Status
from pipeline.reporter import Upshots
from pipeline.reporter.files import BOM, Staged
from pipeline.run import Access, World
from pipeline.run.connecting import client_for, greet, limiter_for
from pipeline.run.kept import Kept

FILE = "confirmed.csv"
COLUMNS = ("row", "contact_id", "email", "confirmed", "person_id", "message")
_TRIES = 5
_BETWEEN = 2.0


class Via(StrEnum):
    """How contacts are looked for: by People Enrichment, or by a search of the contacts, which costs no credit."""

    MATCH = "match"
    SEARCH = "search"


class Created(NamedTuple):
    """A contact that a run created, with the address it was sent with."""

    row: int
    contact_id: str
    email: str


class Confirmed(NamedTuple):
    """What Apollo says of one created contact."""

    created: Created
    confirmed: bool
    person_id: str = ""
    message: str = ""


class Confirmation(NamedTuple):
    """Where it was written, and how many of how many contacts are there."""

    path: Path
    confirmed: int
    asked: int


def created_by(ledger: Ledger, run: RunRecord) -> list[Created]:
    """The contacts with an address that a run created."""
    upshots = Upshots(run)
    return [
        Created(row.row, row.contact_id, row.who.email)
        for part in results(ledger, run.key, {})
        for row in part.each()
        if row.who.email and upshots.of(row).status is Status.CREATED
    ]


def confirm(run_id: str, output: Path, via: Via, access: Access, world: World) -> Confirmation:
    """Asks Apollo for each created contact and writes `confirmed.csv` into the run's folder.

    Raises:
        UsageMistake: there is no such run, or no key.
        RunStopped: Apollo refused the key or the call, or does not answer; what was learned is written.
        QuotaReached: the quota is used up for longer than max_wait; what was learned is written.
    """
    with Ledger.open(output) as ledger:
        run = Runs(ledger).get(run_id)
        kept = Kept.of(ledger, run)
        if not access.key:
            raise UsageMistake("There is no key. Set APOLLO_API_KEY.")
        greeting = greet(kept.config, access, ledger, world.clock, world.board.waiting)
        if greeting.failure or greeting.team is None:
            raise greeting.failure or RunStopped("Apollo did not say whose key this is.")
        if greeting.team != run.team:
            raise UsageMistake(f"{run_id} belongs to another team than this key. Use that team's key.")
        asked = created_by(ledger, run)
        learned: list[Confirmed] = []
        try:
            asyncio.run(_ask_all(asked, via, kept, greeting.team, ledger, access, world, learned))
        finally:
            path = _write(kept.folder, learned)
    return Confirmation(path, sum(one.confirmed for one in learned), len(asked))


async def _ask_all(
    asked: Sequence[Created],
    via: Via,
    kept: Kept,
    team: int,
    ledger: Ledger,
    access: Access,
    world: World,
    learned: list[Confirmed],
) -> None:
    limiter = limiter_for(
        kept.config,
        ledger,
        team,
        world.clock,
        lambda wait: world.board.waiting(quota_of(wait.call), wait.until),
    )
    async with client_for(kept.config, access, world.clock, limiter) as client:
        try:
            for created in asked:
                learned.append(await _ask(created, via, client, world))  # noqa: PERF401 - what was learned stays
        finally:
            limiter.close()


async def _ask(created: Created, via: Via, client: ApolloClient, world: World) -> Confirmed:
    for _ in range(_TRIES):
        answer = await _request(created, via, client)
        decision = decide(answer)
        if decision.verdict is Verdict.DONE:
            return _JUDGES[via](created, answer.body)
        if decision.verdict is Verdict.REFUSED:
            return Confirmed(created, confirmed=False, message=decision.words)
        if decision.verdict in (Verdict.STOP, Verdict.FORBIDDEN):
            raise RunStopped(f"Apollo refused to confirm contacts: {decision.words}", "unauthorized")
        await world.clock.sleep(_BETWEEN)
    raise RunStopped(f"Apollo does not answer: {decision.words}")


async def _request(created: Created, via: Via, client: ApolloClient) -> Answer:
    if via is Via.MATCH:
        return await client.match(await client.slot(Call.MATCH), created.email)
    body = {"q_keywords": created.email, "per_page": 100}
    return await client.search(await client.slot(Call.SEARCH), body)


def _by_match(created: Created, body: Mapping[str, Any]) -> Confirmed:
    person = body["person"] if isinstance(body["person"], dict) else {}
    contact = person.get("contact") if isinstance(person.get("contact"), dict) else {}
    contact_id = str(person.get("contact_id") or (contact or {}).get("id") or "")
    person_id = str(person.get("id") or "")
    if contact_id == created.contact_id:
        return Confirmed(created, confirmed=True, person_id=person_id)
    message = (
        f"this address is contact {contact_id}" if contact_id else "Apollo knows no contact of this address"
    )
    return Confirmed(created, confirmed=False, person_id=person_id, message=message)


def _by_search(created: Created, body: Mapping[str, Any]) -> Confirmed:
    own = [contact for contact in body["contacts"] if contact.get("id") == created.contact_id]
    if not own:
        return Confirmed(
            created, confirmed=False, message="a search for the address does not show the contact"
        )
    person_id = str(own[0].get("person_id") or "")
    if folded_email(created.email) not in _addresses(own[0]):
        return Confirmed(
            created, confirmed=False, person_id=person_id, message="the contact has another address"
        )
    return Confirmed(created, confirmed=True, person_id=person_id)


def _addresses(contact: Mapping[str, Any]) -> frozenset[str]:
    more: Iterable[Mapping[str, Any]] = contact.get("contact_emails") or ()
    return frozenset(
        folded_email(email) for email in (contact.get("email"), *(one.get("email") for one in more))
    )


_JUDGES = {Via.MATCH: _by_match, Via.SEARCH: _by_search}


def _write(folder: Path, learned: Sequence[Confirmed]) -> Path:
    with Staged(folder) as staged:
        table = csv.writer(staged.open(FILE, mark=BOM))
        table.writerow(COLUMNS)
        for one in learned:
            said = "yes" if one.confirmed else "no"
            created = one.created._replace(email=protect(one.created.email))
            table.writerow((*created, said, protect(one.person_id), protect(one.message)))
    return folder / FILE
