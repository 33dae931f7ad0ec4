"""What this team was already sent: per person the contact's id and the last content that Apollo took."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, bindparam, case, literal_column, select
from sqlalchemy.dialects.sqlite import Insert, insert

from pipeline.ledger.database import Ledger
from pipeline.ledger.schema import history, rows
from pipeline.ledger.statements import ask, carry_out, hexadecimal, one_of
from pipeline.records import Outcome, Reason

_MADE: list[ColumnElement[str]] = [
    literal_column(f"'{reason}'") for reason in (Reason.NEW, Reason.SETTLED, Reason.EMAIL_DROPPED)
]


class Known(NamedTuple):
    """What history has of one person. `content` is None when not all of it was taken."""

    contact_id: str
    content: bytes | None
    run: int
    row: int


class Taken(NamedTuple):
    """What Apollo took from a row: it made this contact, or wrote it over. `content` None: not all yet."""

    person: bytes
    names: bytes | None
    contact_id: str
    content: bytes | None
    run: int
    row: int


class HistoryRules(NamedTuple):
    """How a run treats what history has."""

    asked: bool
    updates: bool


class History:
    """The history of one team."""

    def __init__(self, ledger: Ledger, team: int) -> None:
        self._ledger = ledger
        self._team = team

    def known(self, persons: Sequence[bytes]) -> dict[bytes, Known]:
        """What history has of these persons."""
        with self._ledger.read() as connection:
            return known(connection, self._team, persons)

    def namesake(self, names: bytes, person: bytes) -> bool:
        """Whether a contact of the same full name is known that is somebody else."""
        with self._ledger.read() as connection:
            return bool(ask(connection, _NAMESAKE, team=self._team, names=names, person=person))

    def holders(self, contact_ids: Sequence[str]) -> dict[str, frozenset[bytes]]:
        """Those of the ids that rows hold already, and for whom rows made these contacts; empty where none did."""
        with self._ledger.read() as connection:
            found = ask(connection, _HOLDERS, contact_ids=json.dumps(contact_ids))
        held: dict[str, frozenset[bytes]] = dict.fromkeys(
            (contact_id for contact_id, _ in found), frozenset()
        )
        for contact_id, person in found:
            if person:
                held[contact_id] |= {person}
        return held


_KNOWN = select(
    history.c.person, history.c.contact_id, history.c.content, history.c.run, history.c.row
).where(history.c.team == bindparam("team"), history.c.person.in_(one_of("persons", keys=True)))
_NAMESAKE = (
    select(history.c.person)
    .where(history.c.team == bindparam("team"), history.c.names == bindparam("names"))
    .where(history.c.person != bindparam("person"))
    .limit(1)
)
_HOLDERS = (
    select(rows.c.contact_id, case((rows.c.reason.in_(_MADE), rows.c.person)))
    .where(rows.c.contact_id.in_(one_of("contact_ids")))
    .distinct()
)


def _remembering() -> Insert:
    statement = insert(history)
    replaced: dict[str, Any] = {
        name: statement.excluded[name] for name in ("names", "contact_id", "content", "run", "row")
    }
    return statement.on_conflict_do_update(index_elements=("team", "person"), set_=replaced)


_REMEMBER = _remembering()


def known(connection: Connection, team: int, persons: Sequence[bytes]) -> dict[bytes, Known]:
    """What history has of these persons, within the caller's transaction."""
    found = ask(connection, _KNOWN, team=team, persons=hexadecimal(persons))
    return {person: Known(*entry) for person, *entry in found}


def remember(connection: Connection, team: int, taken: Sequence[Taken]) -> None:
    """Notes what Apollo took; a later content takes the place of an earlier one."""
    carry_out(connection, _REMEMBER, [{"team": team, **entry._asdict()} for entry in taken])


def verdict(
    entry: Known | None, content: bytes, run: int, rules: HistoryRules, since: int | None = None
) -> Outcome | None:
    """How a row ends because of history; None when it is to be sent.

    Rows of one run are not compared here: that is dedupe's business. A row of an older run never writes its
    values over those of a newer one; `since` is the run that its values are of, where that is not its own.
    """
    if entry is None or not rules.asked or entry.run == run:
        return None
    if entry.content == content or not rules.updates:
        return _already(entry, Reason.IN_HISTORY, "was already brought into Apollo by an earlier run")
    if entry.run > (run if since is None else since):
        return _already(entry, Reason.SUPERSEDED, "a later run has sent newer values for this person")
    return None


def _already(entry: Known, reason: Reason, message: str) -> Outcome:
    return Outcome(
        reason=reason,
        message=message,
        contact_id=entry.contact_id,
        matched_row=entry.row,
        matched_run=str(entry.run),
    )
