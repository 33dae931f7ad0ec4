"""Made contacts are completed: what they lack is paid, piece by piece."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, case, select, true

from pipeline.ledger.entries import OwingRow, owing_row
from pipeline.ledger.history import Taken, known, remember
from pipeline.ledger.rows.base import TAKEN, RunRows, more_warnings, move
from pipeline.ledger.schema import State, rows
from pipeline.ledger.statements import ask
from pipeline.records import Outcome


def _owing(part: ColumnElement[str | None]) -> Select[Any]:
    columns = ("row", "person", "content", "payload", "contact_id", "reason", "owed_fields", "owed_lists")
    query = select(*(rows.c[name] for name in columns))
    lacking = query.where(rows.c.run == bindparam("run"), part.is_not(None))
    return lacking.order_by(rows.c.row).limit(bindparam("most"))


_OWING_FIELDS, _OWING_LISTS = _owing(rows.c.owed_fields), _owing(rows.c.owed_lists)


class Owing(RunRows):
    """The moves of rows whose contact is known and lacks something."""

    def owing_fields(self, limit: int) -> list[OwingRow]:
        """The first rows whose contact lacks fields."""
        return self._owing(_OWING_FIELDS, "rows_owed_fields", limit)

    def owing_lists(self, limit: int) -> list[OwingRow]:
        """The first rows whose contact is not in all its lists yet."""
        return self._owing(_OWING_LISTS, "rows_owed_lists", limit)

    def _owing(self, query: Select[Any], index: str, limit: int) -> list[OwingRow]:
        with self._ledger.read() as connection:
            found = ask(connection, query, index=index, run=self._run, most=limit)
        return [owing_row(*columns) for columns in found]

    def paid_fields(self, row: OwingRow, at: float, warning: str = "") -> None:
        """owing → done, unless lists are still owed; a `warning` tells what Apollo did not take."""
        done = rows.c.owed_lists.is_(None)
        self._pay([row], {"owed_fields": None}, done, at, warning)

    def paid_lists(self, paid: Sequence[OwingRow], at: float, warning: str = "") -> None:
        """owing → done, unless fields are still owed."""
        done = rows.c.owed_fields.is_(None)
        self._pay(paid, {"owed_lists": None}, done, at, warning)

    def overtaken(self, row: OwingRow) -> bool:
        """Whether a later run has sent newer values for this person, so that these would overwrite them."""
        with self._ledger.read() as connection:
            entry = known(connection, self._team or 0, [row.person]).get(row.person)
        return entry is not None and entry.run > self._run

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
        pays = self._from(State.OWING).values(**values, state=state, finished_at=at, warnings=more_warnings())
        with self._ledger.begin() as connection:
            move(connection, pays, [{"b_row": row.row, "b_warnings": warning or None} for row in paid])
            if self._team is not None:
                remember(connection, self._team, self._wholly_taken(connection, paid))

    def _wholly_taken(self, connection: Connection, paid: Sequence[OwingRow]) -> list[Taken]:
        query = select(rows.c.row).where(
            rows.c.run == self._run,
            rows.c.row.in_([row.row for row in paid]),
            rows.c.state == State.DONE,
            rows.c.reason.in_(TAKEN),
        )
        whole = set(connection.execute(query).scalars())
        taken = [self._taken(row, row.contact_id, whole=True) for row in paid if row.row in whole]
        newest = known(connection, self._team or 0, [entry.person for entry in taken])
        return [
            entry for entry in taken if entry.person not in newest or newest[entry.person].run <= self._run
        ]
