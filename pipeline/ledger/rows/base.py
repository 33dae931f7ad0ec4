"""What the moves of a row have in common."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, Update, bindparam, case, update

from pipeline.errors import BrokenPromise
from pipeline.ledger.database import Ledger
from pipeline.ledger.entries import (
    ALL_FIELDS,
    SEPARATOR,
    Ending,
    Leftover,
    OpenRow,
    OwingRow,
    as_json,
    ended_values,
    names_key,
)
from pipeline.ledger.history import HistoryRules, Known, Taken, known
from pipeline.ledger.leftovers import leftovers
from pipeline.ledger.schema import State, rows
from pipeline.ledger.statements import carry_out
from pipeline.records import Outcome, Reason

TAKEN = frozenset((Reason.NEW, Reason.SETTLED, Reason.UPDATED))
"""Reasons that say that Apollo took what the row says."""


class RunRows:
    """The rows of one run, and the pieces that every move of theirs is made of."""

    def __init__(self, ledger: Ledger, run: int, team: int | None, rules: HistoryRules) -> None:
        self._ledger = ledger
        self._run = run
        self._team = team
        self._rules = rules
        self._heirs: set[tuple[int, int]] = set()

    def _history(self, connection: Connection, persons: Sequence[bytes]) -> Mapping[bytes, Known]:
        if self._team is None or not self._rules.asked:
            return {}
        return known(connection, self._team, persons)

    def _left_open(
        self, connection: Connection, persons: Sequence[bytes], found: Mapping[bytes, Known]
    ) -> Mapping[bytes, Leftover]:
        """What other runs left open about those persons that history does not know."""
        if self._team is None or not self._rules.asked:
            return {}
        strangers = [person for person in persons if person not in found]
        return leftovers(connection, self._team, self._run, strangers)

    def _from(self, state: State) -> Update:
        return _from(self._run, state)

    def _end(self, connection: Connection, state: State, endings: Sequence[Ending], at: float) -> None:
        """Rows of a state end, those together that fill the same columns: to write the others takes twice as long."""
        alike: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
        for ending in endings:
            values = ended_values(ending, at)
            alike.setdefault(tuple(values), []).append(values)
        for names, values_of_all in alike.items():
            move(connection, _end(self._run, state, names), values_of_all)

    def _taken(self, row: OpenRow | OwingRow, contact_id: str, *, whole: bool) -> Taken:
        content = row.content if whole else None
        return Taken(row.person, names_key(row.values), contact_id, content, self._run, row.row)


@lru_cache(
    maxsize=64
)  # to put a statement together takes longer than to carry it out; so it is done once a run
def _from(run: int, state: State) -> Update:
    return update(rows).where(rows.c.run == run, rows.c.row == bindparam("b_row"), rows.c.state == state)


@lru_cache(maxsize=64)
def _end(run: int, state: State, names: tuple[str, ...]) -> Update:
    values: dict[str, Any] = {name.removeprefix("b_"): bindparam(name) for name in names if name != "b_row"}
    if "warnings" in values:
        values["warnings"] = more_warnings()
    return _from(run, state).values(**values)


@lru_cache(maxsize=64)
def leave(run: int) -> Update:
    """pending → sending, at `b_t0`."""
    attempts = rows.c.attempts + 1
    return _from(run, State.PENDING).values(state=State.SENDING, t0=bindparam("b_t0"), attempts=attempts)


def move(connection: Connection, statement: Update, values: Sequence[Mapping[str, Any]]) -> None:
    """Moves one row for each set of values.

    Raises:
        BrokenPromise: a row was not in the state that it was to be moved from.
    """
    if not values:
        return
    moved = carry_out(connection, statement, values)
    if moved != len(values):
        raise BrokenPromise(
            f"{len(values)} rows were to move, {moved} could: the ledger and the program disagree."
        )


def more_warnings() -> ColumnElement[str | None]:
    """The row's warnings and those of this move (`b_warnings`), joined as results.csv joins them."""
    more = bindparam("b_warnings", type_=Text())
    both = rows.c.warnings + SEPARATOR + more
    return case((more.is_(None), rows.c.warnings), (rows.c.warnings.is_(None), more), else_=both)


def inherited(leftover: Leftover | None, lists: Sequence[str] = ()) -> dict[str, Any]:
    """A made contact is owed all that the row says, its Lists too; a doubt is settled under the name it arose under."""
    made = bool(leftover and leftover.contact_id)
    values = {
        "doubts": as_json(leftover.doubts) if leftover else None,
        "old_payload": leftover.payload if leftover else None,
        "old_run": leftover.run if leftover else None,
        "old_row": leftover.row if leftover else None,
        "owed_fields": as_json(ALL_FIELDS) if made else None,
        "owed_lists": as_json(lists) if made else None,
    }
    if leftover and made:
        values |= {"contact_id": leftover.contact_id, "reason": Reason.UPDATED}
    return values


def without_address(leftover: Leftover) -> Outcome:
    """How a row ends whose contact is there without its address, and is not to be changed."""
    return Outcome(
        Reason.IN_HISTORY,
        message="an earlier run made this contact, and Apollo did not take its email address",
        contact_id=leftover.contact_id,
        matched_run=str(leftover.run),
        matched_row=leftover.row,
    )
