"""The rows of a whole team whose answers were lost, whatever run they belong to."""

from sqlalchemy import Select, bindparam, func, select, tuple_, update

from pipeline.ledger.database import Ledger
from pipeline.ledger.entries import OpenRow, open_row
from pipeline.ledger.schema import OPEN_COLUMNS, State, open_in, rows, runs
from pipeline.ledger.statements import ask, carry_out
from pipeline.records import Reason


def _runs_of_team() -> Select[int]:
    """A dry run has nothing in doubt: what it inherited is settled when it is resumed."""
    return select(runs.c.run).where(runs.c.team == bindparam("team"), runs.c.dry_run == 0)


_CUT_OFF = (
    update(rows)
    .where(open_in(State.SENDING), rows.c.run.in_(_runs_of_team()))
    .values(
        state=State.DOUBT,
        doubts=func.json_insert(func.coalesce(rows.c.doubts, "[]"), "$[#]", rows.c.t0),
        message="no answer was waited for",
    )
)
_DOUBTFUL = (
    select(rows.c.run, *OPEN_COLUMNS)
    .where(open_in(State.DOUBT), rows.c.run.in_(_runs_of_team()))
    .order_by(rows.c.run, rows.c.row)
)


def doubt_what_was_cut_off(ledger: Ledger, team: int) -> None:
    """sending → doubt, for every row whose request was given up before its answer came.

    Only for the process that holds the team's lock: nobody else is sending then.
    """
    with ledger.begin() as connection:
        carry_out(connection, _CUT_OFF, [{"team": team}], "rows_open")


def take_over(ledger: Ledger, run: int) -> None:
    """Ends the doubts of earlier runs that rows of this run have inherited: one row settles each, not two."""
    heirs = select(rows.c.old_run, rows.c.old_row).where(rows.c.run == run, open_in(State.DOUBT))
    inherited = tuple_(rows.c.run, rows.c.row).in_(heirs) & rows.c.state.in_((State.SENDING, State.DOUBT))
    values = {
        "state": State.DONE,
        "reason": Reason.OUTCOME_UNKNOWN,
        "message": "the answer was lost; a later run found out what became of it",
    }
    with ledger.begin() as connection:
        connection.execute(update(rows).where(inherited).values(values))


def doubtful(ledger: Ledger, team: int) -> list[tuple[int, OpenRow]]:
    """(run, row) of every doubt of the team."""
    with ledger.read() as connection:
        found = ask(connection, _DOUBTFUL, index="rows_open", team=team)
    return [(run, open_row(*columns)) for run, *columns in found]
