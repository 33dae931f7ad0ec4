"""What earlier runs left open about a person: a contact that may have been made, or one without its address."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, bindparam, literal_column, select

from pipeline.ledger.entries import Leftover, from_json
from pipeline.ledger.schema import rows, runs
from pipeline.ledger.statements import ask, hexadecimal, one_of
from pipeline.records import Reason

_OPEN_ENDS: list[ColumnElement[str]] = [
    literal_column(f"'{reason}'") for reason in (Reason.OUTCOME_UNKNOWN, Reason.EMAIL_DROPPED)
]
_COLUMNS = (rows.c.run, rows.c.row, rows.c.payload, rows.c.doubts, rows.c.reason, rows.c.contact_id)
_LEFT_OPEN = (
    select(rows.c.person, *_COLUMNS)
    .join(runs, runs.c.run == rows.c.run)
    .where(rows.c.person.in_(one_of("persons", keys=True)), rows.c.reason.in_(_OPEN_ENDS))
    .where(runs.c.team == bindparam("team"), rows.c.run != bindparam("run"))
    .where((rows.c.reason == Reason.EMAIL_DROPPED) | rows.c.doubts.is_not(None))
    .order_by(rows.c.run, rows.c.row)
)


def leftovers(connection: Connection, team: int, run: int, persons: Sequence[bytes]) -> dict[bytes, Leftover]:
    """What other runs of the team left open about these persons; of several, the newest.

    A lost answer without its time was inherited by a row of another run, which says what became of it.
    """
    found = ask(connection, _LEFT_OPEN, persons=hexadecimal(persons), team=team, run=run)
    return {person: leftover_of(*entry) for person, *entry in found}


def leftover_of(
    run: int, row: int, payload: str, doubts: str | None, reason: str, contact_id: str | None
) -> Leftover:
    """The leftover that a row of the ledger is."""
    dropped = reason == Reason.EMAIL_DROPPED
    lost = () if dropped else tuple(float(t0) for t0 in from_json(doubts))
    return Leftover(run, row, payload, lost, (contact_id or "") if dropped else "")
