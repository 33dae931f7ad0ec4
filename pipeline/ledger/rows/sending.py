"""Rows on the way: claimed, sent, given back, lost, found again, ended."""

import json
from collections.abc import Sequence

from sqlalchemy import bindparam, select

from pipeline.ledger.entries import ALL_FIELDS, Claim, Ending, Leftover, OpenRow, Owed, open_row
from pipeline.ledger.history import Known, Taken, remember, verdict
from pipeline.ledger.rows.base import TAKEN, RunRows, inherited, leave, move, without_address
from pipeline.ledger.schema import OPEN_COLUMNS, State, rows
from pipeline.ledger.statements import ask
from pipeline.records import Outcome, Reason

_PENDING = (
    select(*OPEN_COLUMNS)
    .where(rows.c.run == bindparam("run"), rows.c.state == State.PENDING, rows.c.row > bindparam("after"))
    .order_by(rows.c.row)
    .limit(bindparam("most"))
)


class Sending(RunRows):
    """The moves of rows that are sent."""

    def pending(self, after: int, limit: int) -> list[OpenRow]:
        """The next rows to be sent, in order, behind row number `after`."""
        with self._ledger.read() as connection:
            found = ask(connection, _PENDING, run=self._run, after=after, most=limit)
        return [open_row(*columns) for columns in found]

    def pending_again(self) -> list[OpenRow]:
        """The pending rows whose answers were lost before, in order."""
        query = select(*OPEN_COLUMNS).where(
            rows.c.run == self._run, rows.c.state == State.PENDING, rows.c.doubts.is_not(None)
        )
        with self._ledger.read() as connection:
            return [open_row(*found) for found in connection.execute(query.order_by(rows.c.row))]

    def claim(self, wanted: Sequence[OpenRow], t0: float, at: float) -> Claim:
        """pending → sending, durable before a byte leaves; rows that history knows by now end instead.

        What runs have left open since the row was entered it inherits, as it would if it were entered now.
        """
        persons = [row.person for row in wanted]
        sending, ended, heirs = [], [], []
        with self._ledger.begin() as connection:
            found = self._history(connection, persons)
            left = self._left_open(connection, persons, found)
            for row in wanted:
                leftover = _news(row, left.get(row.person))
                if ending := self._known_end(row, found.get(row.person), leftover):
                    ended.append(ending)
                elif leftover:
                    heirs.append((row, leftover))
                else:
                    sending.append(row._replace(attempts=row.attempts + 1, t0=t0))
            move(connection, leave(self._run), [{"b_row": row.row, "b_t0": t0} for row in sending])
            self._end(connection, State.PENDING, ended, at)
            for row, leftover in heirs:
                values = inherited(leftover._replace(doubts=(*row.doubts, *leftover.doubts)))
                takes_over = self._from(State.PENDING).values(**values, state=State.DOUBT)
                move(connection, takes_over, [{"b_row": row.row}])
        return Claim(tuple(sending), tuple(ended), tuple((row, row.inheriting(one)) for row, one in heirs))

    def _known_end(self, row: OpenRow, entry: Known | None, leftover: Leftover | None) -> Ending | None:
        """How a row ends whose contact is known; None when it is to be sent, or settled."""
        if outcome := verdict(entry, row.content, self._run, self._rules):
            return Ending(row, outcome)
        if entry and not row.values.get("email") and entry.run != self._run:
            # Apollo may not know the person by a company that is written in another way.
            return _changed_by_id(row, entry)
        if leftover and leftover.contact_id:
            return (
                _changed_by_id(row, leftover)
                if self._rules.updates
                else Ending(row, without_address(leftover))
            )
        return None

    def give_back(self, sent: Sequence[OpenRow]) -> tuple[OpenRow, ...]:
        """sending → pending: the request left nothing, so it does not count as an attempt."""
        returns = self._from(State.SENDING).values(state=State.PENDING, attempts=rows.c.attempts - 1, t0=None)
        with self._ledger.begin() as connection:
            move(connection, returns, [{"b_row": row.row} for row in sent])
        return tuple(row._replace(attempts=row.attempts - 1, t0=None) for row in sent)

    def lose(self, sent: Sequence[OpenRow], message: str, http_status: int | None) -> list[OpenRow]:
        """sending → doubt: the answer was lost, and nobody knows whether the contact was made."""
        loses = self._from(State.SENDING).values(
            state=State.DOUBT, message=message, http_status=http_status, doubts=bindparam("b_doubts")
        )
        doubtful = [row._replace(doubts=(*row.doubts, row.t0 or 0.0)) for row in sent]
        with self._ledger.begin() as connection:
            move(
                connection,
                loses,
                [{"b_row": row.row, "b_doubts": json.dumps(row.doubts)} for row in doubtful],
            )
        return doubtful

    def absent(self, row: OpenRow) -> None:
        """doubt → pending: the row surely left no contact."""
        with self._ledger.begin() as connection:
            move(
                connection, self._from(State.DOUBT).values(state=State.PENDING, t0=None), [{"b_row": row.row}]
            )

    def end(self, endings: Sequence[Ending], at: float, *, of: State = State.SENDING) -> None:
        """sending (or another state) → done, or owing what the contact lacks; history learns what Apollo took."""
        if not endings:
            return
        with self._ledger.begin() as connection:
            self._end(connection, of, endings, at)
            if self._team is not None:
                remember(connection, self._team, [self._taken_by(one) for one in endings if _took(one)])

    def _taken_by(self, ending: Ending) -> Taken:
        return self._taken(ending.row, ending.outcome.contact_id, whole=not ending.owed)


def _changed_by_id(row: OpenRow, made: Known | Leftover) -> Ending:
    """The contact that an earlier row made gets the row's values, all of them."""
    outcome = Outcome(
        Reason.UPDATED,
        message="an earlier run made this contact; it got the row's values",
        contact_id=made.contact_id,
        matched_run=str(made.run),
        matched_row=made.row,
    )
    return Ending(row, outcome, Owed(ALL_FIELDS, row.lists))


def _news(row: OpenRow, leftover: Leftover | None) -> Leftover | None:
    """What was left open, unless the row has inherited just that and it is settled."""
    settled = leftover and not leftover.contact_id and set(leftover.doubts) <= set(row.doubts)
    return None if settled else leftover


def _took(ending: Ending) -> bool:
    return ending.outcome.reason in TAKEN
