"""What this team was already sent: per person the contact's id and the last content that Apollo took."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects.sqlite import Insert, insert

from pipeline.ledger.database import Ledger
from pipeline.ledger.schema import history, rows
from pipeline.records import Outcome, Reason

AT_ONCE = 500
"""SQLite takes at least 999 parameters in a statement (sqlite.org/limits.html#max_variable_number)."""

_MADE = (Reason.NEW, Reason.SETTLED, Reason.EMAIL_DROPPED)


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
        query = select(history.c.person).where(
            history.c.team == self._team, history.c.names == names, history.c.person != person
        )
        with self._ledger.read() as connection:
            return connection.execute(query.limit(1)).first() is not None

    def ours(self, contact_ids: Iterable[str]) -> frozenset[str]:
        """Those of the ids that a row already holds."""
        query = select(rows.c.contact_id).where(rows.c.contact_id.in_(tuple(contact_ids)))
        with self._ledger.read() as connection:
            return frozenset(connection.execute(query).scalars())

    def made_for(self, contact_ids: Iterable[str]) -> dict[str, frozenset[bytes]]:
        """For whom rows made these contacts; ids that no row made are left out."""
        query = select(rows.c.contact_id, rows.c.person).where(
            rows.c.contact_id.in_(tuple(contact_ids)), rows.c.reason.in_(_MADE)
        )
        found: dict[str, frozenset[bytes]] = {}
        with self._ledger.read() as connection:
            for contact_id, person in connection.execute(query):
                found[contact_id] = found.get(contact_id, frozenset()) | {person}
        return found


_KNOWN = select(
    history.c.person, history.c.contact_id, history.c.content, history.c.run, history.c.row
).where(history.c.team == bindparam("team_"), history.c.person.in_(bindparam("persons", expanding=True)))


def _remembering() -> Insert:
    statement = insert(history)
    replaced: dict[str, Any] = {
        name: statement.excluded[name] for name in ("names", "contact_id", "content", "run", "row")
    }
    return statement.on_conflict_do_update(index_elements=("team", "person"), set_=replaced)


_REMEMBER = _remembering()


def known(connection: Connection, team: int, persons: Sequence[bytes]) -> dict[bytes, Known]:
    """What history has of these persons, within the caller's transaction."""
    found: dict[bytes, Known] = {}
    for start in range(0, len(persons), AT_ONCE):
        part = persons[start : start + AT_ONCE]
        for person, *values in connection.execute(_KNOWN, {"team_": team, "persons": part}):
            found[person] = Known(*values)
    return found


def remember(connection: Connection, team: int, taken: Sequence[Taken]) -> None:
    """Notes what Apollo took; a later content takes the place of an earlier one."""
    if not taken:
        return
    connection.execute(_REMEMBER, [{"team": team, **entry._asdict()} for entry in taken])


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
