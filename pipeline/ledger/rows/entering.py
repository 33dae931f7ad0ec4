"""Rows enter a run: pending, ended, or with what an earlier run left open about them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from itertools import repeat
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, insert, update
from sqlalchemy.dialects import sqlite

from pipeline.ledger.database import driver_of
from pipeline.ledger.entries import (
    Leftover,
    NewRow,
    NewRows,
    Repeated,
    Written,
    joined,
    outcome_values,
    who_alone,
)
from pipeline.ledger.history import Known, verdict
from pipeline.ledger.rows.base import RunRows, inherited, more_warnings, move, without_address
from pipeline.ledger.schema import State, rows
from pipeline.records import Outcome, Reason, values_of

_MATCHED_ON = {"email": "same email", "name_company": "same name and company"}


def _entering(*columns: str) -> str:
    """For rows that nobody knows yet, by the driver: SQLAlchemy takes five times as long to bind their values.

    Columns without a value are left out: the driver looks for a way to adapt each None, and each key too.
    """
    return str(insert(rows).compile(dialect=sqlite.dialect(), column_keys=["run", "row", "state", *columns]))


_ENTER = _entering("person", "content", "payload", "warnings")
_ENTER_PLAIN = _entering("person", "content", "payload")
_ENTER_WHO = _entering("payload")

_NO_ROWS = NewRows()


class Entered(NamedTuple):
    """The numbers of rows that did not enter as pending, and of those that settle what an earlier run left open."""

    not_pending: frozenset[int]
    heirs: frozenset[int]


class Entering(RunRows):
    """The moves before anything is sent."""

    def at_once(self) -> AbstractContextManager[object]:
        """What is added within is there when it ends, or nothing of it."""
        return self._ledger.begin()

    def add(self, new: Sequence[NewRow], at: float | None = None, plain: NewRows = _NO_ROWS) -> Entered:
        """Enters rows: ended ones, those that history knows or an earlier run left open, the rest as pending.

        `at` is when.
        """
        persons = [*plain.persons, *(row.contact.person for row in new)]
        with self._ledger.begin() as connection:
            found = self._history(connection, persons)
            left = self._left_open(connection, persons, found)
            known = {*found, *left}
            if not known.isdisjoint(plain.persons):
                plain, more = _parted(plain, known)
                new = sorted((*new, *more), key=lambda one: one.row)
            pending = [one for one in new if _is_unknown(one, known)]
            others = [self._entry(one, at, found, left) for one in new if not _is_unknown(one, known)]
            self._enter(connection, plain, pending)
            if others:
                connection.execute(insert(rows), others)
        return Entered(
            frozenset(one["row"] for one in others if one["state"] is not State.PENDING),
            frozenset(one["row"] for one in others if one["state"] in (State.DOUBT, State.OWING)),
        )

    def _enter(self, connection: Connection, plain: NewRows, pending: Iterable[NewRow]) -> None:
        run, state, driver = self._run, State.PENDING.value, driver_of(connection)
        numbers, persons, contents, payloads = plain
        statement = _ENTER_PLAIN if persons else _ENTER_WHO
        said = (persons, contents, payloads) if persons else (payloads,)
        driver.executemany(statement, zip(repeat(run), numbers, repeat(state), *said, strict=False))
        each = ((one.row, one.contact, joined(one.warnings)) for one in pending)
        told = ((run, row, state, *_kept(said), said.payload, warnings) for row, said, warnings in each)
        driver.executemany(_ENTER, told)

    def _entry(
        self, new: NewRow, at: float | None, found: Mapping[bytes, Known], left: Mapping[bytes, Leftover]
    ) -> dict[str, Any]:
        outcome, leftover, said = new.outcome, new.leftover, new.contact
        if outcome is None:
            outcome = self._known(new, said, found.get(said.person))
            leftover = leftover or left.get(said.person)
        if outcome is None and leftover and leftover.contact_id and not (new.leftover or self._rules.updates):
            outcome = without_address(leftover)
        if outcome or not self._inherits(leftover):
            leftover = None
        state = State.DONE if outcome else _state_of(leftover)
        person, content = _kept(said)
        return {
            **outcome_values(outcome),
            **inherited(leftover, values_of(said.payload).get("label_names", ()) if leftover else ()),
            "run": self._run,
            "row": new.row,
            "state": state,
            "person": person,
            "content": content,
            "payload": who_alone(said.payload) if outcome else said.payload,
            "warnings": joined(new.warnings),
            "suggestion": new.suggestion or (outcome.suggestion if outcome else "") or None,
            "finished_at": at if outcome else None,
        }

    def _known(self, new: NewRow, said: Written, entry: Known | None) -> Outcome | None:
        """What history says; of a row with something left open, only that newer values have been sent since."""
        if new.leftover and (new.since is None or entry is None or entry.run <= new.since):
            return None
        return verdict(entry, said.content, self._run, self._rules, new.since)

    def _inherits(self, leftover: Leftover | None) -> bool:
        """Whether this row is the one that settles what was left open; rows like it are compared with it."""
        if leftover is None or (place := (leftover.run, leftover.row)) in self._heirs:
            return False
        self._heirs.add(place)
        return True

    def repeat(self, repeated: Sequence[Repeated], at: float) -> None:
        """pending, or known to history → done: the rows repeat others of their file."""
        repeats = (
            update(rows)
            .where(rows.c.run == self._run, rows.c.row == bindparam("b_row"))
            .where(
                (rows.c.state == State.PENDING)
                | (rows.c.reason == Reason.IN_HISTORY)
                | (rows.c.reason == Reason.SUPERSEDED)
            )
            .values(
                state=State.DONE,
                reason=Reason.IN_FILE,
                message=bindparam("b_message"),
                contact_id=None,
                matched_run=None,
                matched_row=bindparam("b_matched_row"),
                matched_on=bindparam("b_matched_on"),
                warnings=more_warnings(),
                finished_at=at,
            )
        )
        values = [
            {
                "b_row": one.row,
                "b_matched_row": one.matched_row,
                "b_matched_on": one.matched_on,
                "b_message": f"repeats row {one.matched_row} ({_MATCHED_ON[one.matched_on]})",
                "b_warnings": one.warning or None,
            }
            for one in repeated
        ]
        with self._ledger.begin() as connection:
            move(connection, repeats, values)

    def foresee(self, foreseen: Sequence[tuple[int, str]]) -> None:
        """pending stays pending, with what a look at Apollo foretells (row number and words) as its message."""
        tells = self._from(State.PENDING).values(message=bindparam("b_words"))
        with self._ledger.begin() as connection:
            move(connection, tells, [{"b_row": row, "b_words": words} for row, words in foreseen])

    def forget(self) -> None:
        """Takes out all rows of a run that was not prepared to its end, so that it can be prepared again."""
        self._heirs.clear()
        with self._ledger.begin() as connection:
            connection.execute(rows.delete().where(rows.c.run == self._run))


def _kept(said: Written) -> tuple[bytes | None, bytes | None]:
    """Who a row is and what it says, as they are kept: nothing where nobody looks them up."""
    return said.person or None, said.content or None


def _is_unknown(new: NewRow, known: Collection[bytes]) -> bool:
    """Whether the row is pending, and there is nothing else to write of it than its values and its warnings."""
    return new.contact.person not in known and not (new.outcome or new.leftover or new.suggestion)


def _parted(plain: NewRows, known: Collection[bytes]) -> tuple[NewRows, list[NewRow]]:
    """Those that are not `known`, and those that are."""
    each = list(zip(plain.rows, map(Written, *plain[1:]), strict=True))
    others = [NewRow(row, said) for row, said in each if said.person in known]
    rest = [(row, *said) for row, said in each if said.person not in known]
    return NewRows(*zip(*rest, strict=True)), others


def _state_of(leftover: Leftover | None) -> State:
    if leftover is None:
        return State.PENDING
    return State.OWING if leftover.contact_id else State.DOUBT
