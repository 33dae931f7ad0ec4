"""The states of a row and the only moves between them.

pending ⇄ sending → owing → done
            ↓  ↑        ↗
            doubt ──────        doubt → pending, when a row surely left no contact

Every move names the state it comes from and fails loudly when the row is not in it, so that no row is ever
in two places, moved twice, or forgotten.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Text,
    Update,
    bindparam,
    case,
    func,
    insert,
    select,
    true,
    update,
)

from pipeline.errors import BrokenPromise
from pipeline.identity import content_key, person_key
from pipeline.ledger.database import Ledger
from pipeline.ledger.entries import (
    SEPARATOR,
    Claim,
    Ending,
    NewRow,
    OpenRow,
    OwingRow,
    Repeated,
    ended_values,
    joined,
    keys_of,
    names_key,
    open_row,
    outcome_values,
    owing_row,
)
from pipeline.ledger.history import HistoryRules, Known, Taken, known, remember, verdict
from pipeline.ledger.schema import State, rows
from pipeline.records import Contact, Outcome, Reason

_TAKEN = frozenset((Reason.NEW, Reason.SETTLED, Reason.UPDATED))


class Rows:
    """The rows of one run."""

    def __init__(self, ledger: Ledger, run: int, team: int | None, rules: HistoryRules) -> None:
        self._ledger = ledger
        self._run = run
        self._team = team
        self._rules = rules

    # -- before sending

    def add(self, new: Sequence[NewRow]) -> None:
        """Enters rows: ended ones, those that history knows, and the rest as pending."""
        keys = [keys_of(row.contact) for row in new]
        with self._ledger.begin() as connection:
            found = self._history(connection, [person for person, _ in keys if person])
            values = [self._new(row, *key, found) for row, key in zip(new, keys, strict=True)]
            if values:
                connection.execute(insert(rows), values)

    def _history(self, connection: Connection, persons: Sequence[bytes]) -> Mapping[bytes, Known]:
        if self._team is None or not self._rules.asked:
            return {}
        return known(connection, self._team, persons)

    def _new(
        self, new: NewRow, person: bytes | None, content: bytes | None, found: Mapping[bytes, Known]
    ) -> dict[str, Any]:
        outcome = new.outcome
        if outcome is None and person and content:
            outcome = verdict(found.get(person), content, self._run, self._rules)
        pending = outcome is None
        return {
            **outcome_values(outcome),
            "run": self._run,
            "row": new.row,
            "state": State.PENDING if pending else State.DONE,
            "person": person,
            "content": content,
            "payload": new.contact.to_json() if new.contact and pending else None,
            "warnings": joined(new.warnings),
            "finished_at": None if pending else new.at,
        }

    def repeat(self, repeated: Sequence[Repeated], at: float) -> None:
        """pending, or known to history → done: the row repeats another one of its file."""
        if not repeated:
            return
        move = (
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
                warnings=_more_warnings(),
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
            _move(connection, move, values)

    # -- on the way

    def pending(self, after: int, limit: int) -> list[OpenRow]:
        """The next rows to be sent, in order, behind row number `after`."""
        query = (
            select(*_OPEN)
            .where(rows.c.run == self._run, rows.c.state == State.PENDING, rows.c.row > after)
            .order_by(rows.c.row)
            .limit(limit)
        )
        with self._ledger.read() as connection:
            return [open_row(*found) for found in connection.execute(query)]

    def pending_contacts(self) -> Iterator[Contact]:
        """The contacts that are to be sent, in order."""
        query = select(rows.c.payload).where(rows.c.run == self._run, rows.c.state == State.PENDING)
        with self._ledger.read() as connection:
            for payload in connection.execution_options(yield_per=2000).execute(query).scalars():
                yield Contact.from_json(payload)

    def claim(self, wanted: Sequence[OpenRow], t0: float, at: float) -> Claim:
        """pending → sending, durable before a byte leaves; rows that history knows by now end instead."""
        keys = [keys_of(row.contact) for row in wanted]
        sending, ended = [], []
        with self._ledger.begin() as connection:
            found = self._history(connection, [person for person, _ in keys if person])
            for row, (person, content) in zip(wanted, keys, strict=True):
                outcome = verdict(found.get(person or b""), content or b"", self._run, self._rules)
                if outcome is None:
                    sending.append(row._replace(attempts=row.attempts + 1, t0=t0))
                else:
                    ended.append((row, outcome))
            leave = self._from(State.PENDING).values(state=State.SENDING, t0=t0, attempts=rows.c.attempts + 1)
            _move(connection, leave, [{"b_row": row.row} for row in sending])
            _move(
                connection,
                self._end(State.PENDING),
                [ended_values(row, outcome, at) for row, outcome in ended],
            )
        return Claim(tuple(sending), tuple(ended))

    def give_back(self, sent: Sequence[OpenRow]) -> tuple[OpenRow, ...]:
        """sending → pending: the request left nothing, so it does not count as an attempt."""
        move = self._from(State.SENDING).values(state=State.PENDING, attempts=rows.c.attempts - 1, t0=None)
        with self._ledger.begin() as connection:
            _move(connection, move, [{"b_row": row.row} for row in sent])
        return tuple(row._replace(attempts=row.attempts - 1, t0=None) for row in sent)

    def lose(self, sent: Sequence[OpenRow], message: str, http_status: int | None) -> list[OpenRow]:
        """sending → doubt: the answer was lost, and nobody knows whether the contact was made."""
        move = self._from(State.SENDING).values(
            state=State.DOUBT, message=message, http_status=http_status, doubts=bindparam("b_doubts")
        )
        doubtful = [row._replace(doubts=(*row.doubts, row.t0 or 0.0)) for row in sent]
        with self._ledger.begin() as connection:
            _move(
                connection, move, [{"b_row": row.row, "b_doubts": json.dumps(row.doubts)} for row in doubtful]
            )
        return doubtful

    def doubt_what_was_cut_off(self) -> None:
        """sending → doubt, for every row whose request was given up before its answer came."""
        doubts = func.json_insert(func.coalesce(rows.c.doubts, "[]"), "$[#]", rows.c.t0)
        cut_off = (rows.c.run == self._run) & (rows.c.state == State.SENDING)
        with self._ledger.begin() as connection:
            connection.execute(
                update(rows)
                .where(cut_off)
                .values(state=State.DOUBT, doubts=doubts, message="no answer was waited for")
            )

    def in_doubt(self) -> list[OpenRow]:
        """Every row of the run whose answer was lost."""
        query = (
            select(*_OPEN).where(rows.c.run == self._run, rows.c.state == State.DOUBT).order_by(rows.c.row)
        )
        with self._ledger.read() as connection:
            return [open_row(*found) for found in connection.execute(query)]

    def absent(self, row: OpenRow) -> None:
        """doubt → pending: the row surely left no contact."""
        with self._ledger.begin() as connection:
            _move(
                connection, self._from(State.DOUBT).values(state=State.PENDING, t0=None), [{"b_row": row.row}]
            )

    def end(self, endings: Sequence[Ending], at: float, *, of: State = State.SENDING) -> None:
        """sending (or another state) → done, or owing what the contact lacks; history learns what Apollo took."""
        if not endings:
            return
        with self._ledger.begin() as connection:
            _move(
                connection,
                self._end(of),
                [ended_values(one.row, one.outcome, at, one.owed, one.warnings) for one in endings],
            )
            taken = [self._taken(one) for one in endings if one.outcome.reason in _TAKEN and one.row.contact]
            if self._team is not None:
                remember(connection, self._team, taken)

    def _taken(self, ending: Ending) -> Taken:
        return self._taken_of(
            ending.row.row, ending.row.contact, ending.outcome.contact_id, whole=not ending.owed
        )

    def _taken_of(self, row: int, contact: Contact, contact_id: str, *, whole: bool) -> Taken:
        return Taken(
            person=person_key(contact),
            names=names_key(contact),
            contact_id=contact_id,
            content=content_key(contact) if whole else None,
            run=self._run,
            row=row,
        )

    # -- what is owed

    def owing_fields(self, limit: int) -> list[OwingRow]:
        """The first rows whose contact lacks fields."""
        return self._owing(rows.c.owed_fields, limit)

    def owing_lists(self, limit: int) -> list[OwingRow]:
        """The first rows whose contact is not in all its lists yet."""
        return self._owing(rows.c.owed_lists, limit)

    def _owing(self, part: ColumnElement[str | None], limit: int) -> list[OwingRow]:
        columns = (
            rows.c.row,
            rows.c.payload,
            rows.c.contact_id,
            rows.c.reason,
            rows.c.owed_fields,
            rows.c.owed_lists,
        )
        query = (
            select(*columns)
            .where(rows.c.run == self._run, part.is_not(None))
            .order_by(rows.c.row)
            .limit(limit)
        )
        with self._ledger.read() as connection:
            return [owing_row(*found) for found in connection.execute(query)]

    def paid_fields(self, row: OwingRow, at: float, warning: str = "") -> None:
        """owing → done, unless lists are still owed; a `warning` tells what Apollo did not take."""
        done = rows.c.owed_lists.is_(None)
        self._pay([row], {"owed_fields": None}, done, at, warning)

    def paid_lists(self, paid: Sequence[OwingRow], at: float, warning: str = "") -> None:
        """owing → done, unless fields are still owed."""
        done = rows.c.owed_fields.is_(None)
        self._pay(paid, {"owed_lists": None}, done, at, warning)

    def refused_update(self, row: OwingRow, outcome: Outcome, at: float) -> None:
        """owing → done: the existing contact could not be given the row's values."""
        values = {
            "owed_fields": None,
            "owed_lists": None,
            "reason": outcome.reason,
            "message": outcome.message,
        }
        self._pay([row], {**values, "http_status": outcome.http_status}, true(), at, "")

    def _pay(
        self,
        paid: Sequence[OwingRow],
        values: Mapping[str, Any],
        done: ColumnElement[bool],
        at: float,
        warning: str,
    ) -> None:
        state = case((done, State.DONE), else_=State.OWING)
        move = self._from(State.OWING).values(
            **values, state=state, finished_at=at, warnings=_more_warnings()
        )
        with self._ledger.begin() as connection:
            _move(connection, move, [{"b_row": row.row, "b_warnings": warning or None} for row in paid])
            if self._team is not None:
                remember(connection, self._team, self._wholly_taken(connection, paid))

    def _wholly_taken(self, connection: Connection, paid: Sequence[OwingRow]) -> list[Taken]:
        query = select(rows.c.row).where(
            rows.c.run == self._run,
            rows.c.row.in_([row.row for row in paid]),
            rows.c.state == State.DONE,
            rows.c.reason.in_(_TAKEN),
        )
        whole = set(connection.execute(query).scalars())
        return [
            self._taken_of(row.row, row.contact, row.contact_id, whole=True)
            for row in paid
            if row.row in whole
        ]

    # -- counting

    def open_counts(self) -> dict[State, int]:
        """How many rows are in each state but done."""
        query = (
            select(rows.c.state, func.count())
            .where(rows.c.run == self._run, rows.c.state < State.DONE)
            .group_by(rows.c.state)
        )
        with self._ledger.read() as connection:
            return {State(state): count for state, count in connection.execute(query)}

    def forget(self) -> None:
        """Takes out all rows of a run that was not prepared to its end, so that it can be prepared again."""
        with self._ledger.begin() as connection:
            connection.execute(rows.delete().where(rows.c.run == self._run))

    def _from(self, state: State) -> Update:
        return update(rows).where(
            rows.c.run == self._run, rows.c.row == bindparam("b_row"), rows.c.state == state
        )

    def _end(self, state: State) -> Update:
        names = ("state", "reason", "message", "contact_id", "matched_run", "matched_row", "matched_on")
        more = ("http_status", "owed_fields", "owed_lists", "suggestion", "finished_at")
        values: dict[str, Any] = {name: bindparam(f"b_{name}") for name in (*names, *more)}
        values["column"] = bindparam("b_column")
        values["value"] = bindparam("b_value")
        return self._from(state).values(**values, warnings=_more_warnings())


_OPEN = (rows.c.row, rows.c.payload, rows.c.attempts, rows.c.doubts, rows.c.warnings, rows.c.t0)
_MATCHED_ON = {"email": "same email", "name_company": "same name and company"}


def _move(connection: Connection, statement: Update, values: Sequence[Mapping[str, Any]]) -> None:
    if not values:
        return
    moved = connection.execute(statement, list(values)).rowcount
    if moved != len(values):
        raise BrokenPromise(
            f"{len(values)} rows were to move, {moved} could: the ledger and the program disagree."
        )


def _more_warnings() -> ColumnElement[str | None]:
    """The row's warnings and those of this move, joined as results.csv joins them."""
    more = bindparam("b_warnings", type_=Text())
    both = rows.c.warnings + SEPARATOR + more
    return case((more.is_(None), rows.c.warnings), (rows.c.warnings.is_(None), more), else_=both)
