"""The states of a row and the only moves between them.

pending ⇄ sending → owing → done
            ↓  ↑        ↗
            doubt ──────        doubt → pending, when a row surely left no contact

Every move names the state it comes from and fails loudly when the row is not in it, so that no row is ever
in two places, moved twice, or forgotten.
"""

from sqlalchemy import func, select

from pipeline.ledger.rows.entering import Entering
from pipeline.ledger.rows.owing import Owing
from pipeline.ledger.rows.sending import Sending
from pipeline.ledger.schema import State, rows

__all__ = ["Rows"]


class Rows(Entering, Sending, Owing):
    """The rows of one run, and everything that may happen to them."""

    def open_counts(self) -> dict[State, int]:
        """How many rows are in each state but done."""
        query = (
            select(rows.c.state, func.count())
            .where(rows.c.run == self._run, rows.c.state < State.DONE)
            .group_by(rows.c.state)
        )
        with self._ledger.read() as connection:
            return {State(state): count for state, count in connection.execute(query)}
