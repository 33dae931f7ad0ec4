"""Rows enter a run: pending, ended, or with what an earlier run left open about them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, insert, update

from pipeline.ledger.entries import Leftover, NewRow, Repeated, as_json, joined, keys_of, outcome_values
from pipeline.ledger.history import Known, verdict
from pipeline.ledger.leftovers import leftovers
from pipeline.ledger.rows.base import RunRows, more_warnings, move
from pipeline.ledger.schema import State, rows
from pipeline.records import Outcome, Reason

_MATCHED_ON = {"email": "same email", "name_company": "same name and company"}
_ALL = ("*",)


class Entering(RunRows):
    """The moves before anything is sent."""

    def add(self, new: Sequence[NewRow]) -> None:
        """Enters rows: ended ones, those that history knows or an earlier run left open, the rest as pending."""
        keys = [keys_of(row.contact) for row in new]
        with self._ledger.begin() as connection:
            found = self._history(connection, [person for person, _ in keys])
            strangers = [person for person, _ in keys if person and person not in found]
            asked = self._rules.asked and self._team is not None
            left = leftovers(connection, self._team or 0, self._run, strangers) if asked else {}
            values = [self._entry(row, *key, found, left) for row, key in zip(new, keys, strict=True)]
            if values:
                connection.execute(insert(rows), values)

    def _entry(
        self,
        new: NewRow,
        person: bytes | None,
        content: bytes | None,
        found: Mapping[bytes, Known],
        left: Mapping[bytes, Leftover],
    ) -> dict[str, Any]:
        outcome, leftover = new.outcome, new.leftover
        if outcome is None and leftover is None and person and content:
            outcome = verdict(found.get(person), content, self._run, self._rules)
            leftover = left.get(person) if outcome is None else None
        if leftover and leftover.contact_id and not new.leftover and not self._rules.updates:
            outcome = _without_address(leftover)
        state = State.DONE if outcome else _state_of(leftover)
        return {
            **outcome_values(outcome),
            **_inherited(leftover if outcome is None else None),
            "run": self._run,
            "row": new.row,
            "state": state,
            "person": person,
            "content": content,
            "payload": new.contact.to_json() if new.contact and outcome is None else None,
            "warnings": joined(new.warnings),
            "finished_at": new.at if outcome else None,
        }

    def repeat(self, repeated: Sequence[Repeated], at: float) -> None:
        """pending, or known to history → done: the row repeats another one of its file."""
        if not repeated:
            return
        repeats = (
            update(rows)
            .where(rows.c.run == self._run, rows.c.row == bindparam("b_row"))
            .where((rows.c.state == State.PENDING) | (rows.c.reason == Reason.IN_HISTORY))
            .values(
                state=State.DONE,
                reason=Reason.IN_FILE,
                message=bindparam("b_message"),
                contact_id=None,
                matched_run=None,
                matched_row=bindparam("b_matched_row"),
                matched_on=bindparam("b_matched_on"),
                payload=None,
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

    def forget(self) -> None:
        """Takes out all rows of a run that was not prepared to its end, so that it can be prepared again."""
        with self._ledger.begin() as connection:
            connection.execute(rows.delete().where(rows.c.run == self._run))


def _state_of(leftover: Leftover | None) -> State:
    if leftover is None:
        return State.PENDING
    return State.OWING if leftover.contact_id else State.DOUBT


def _inherited(leftover: Leftover | None) -> dict[str, Any]:
    """A made contact is owed all that the row says; a doubt is settled under the name it arose under."""
    made = bool(leftover and leftover.contact_id)
    values = {
        "doubts": as_json(leftover.doubts) if leftover else None,
        "old_payload": leftover.payload if leftover else None,
        "old_run": leftover.run if leftover else None,
        "old_row": leftover.row if leftover else None,
        "owed_fields": as_json(_ALL) if made else None,
    }
    if leftover and made:
        values |= {"contact_id": leftover.contact_id, "reason": Reason.UPDATED}
    return values


def _without_address(leftover: Leftover) -> Outcome:
    return Outcome(
        Reason.IN_HISTORY,
        message="an earlier run made this contact, and Apollo did not take its email address",
        contact_id=leftover.contact_id,
        matched_run=str(leftover.run),
        matched_row=leftover.row,
    )
