"""The team's quota windows as they stood when a request was last answered; they outlive the process."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from pipeline.ledger.database import Ledger
from pipeline.ledger.schema import windows
from pipeline.records import Window


class Windows:
    """The windows of one team."""

    def __init__(self, ledger: Ledger, team: int) -> None:
        self._ledger = ledger
        self._team = team

    def load(self) -> list[Window]:
        """Every window that was ever saved."""
        columns = (windows.c.call, windows.c.span, windows.c.allowed, windows.c.used, windows.c.ends_at)
        with self._ledger.read() as connection:
            query = select(*columns).where(windows.c.team == self._team)
            return [Window(*found) for found in connection.execute(query)]

    def save(self, kept: Sequence[Window]) -> None:
        """Keeps these windows, each in the place of its former self."""
        if not kept:
            return
        statement = insert(windows)
        replaced = {name: statement.excluded[name] for name in ("allowed", "used", "ends_at")}
        upsert = statement.on_conflict_do_update(index_elements=("team", "call", "span"), set_=replaced)
        with self._ledger.begin() as connection:
            connection.execute(upsert, [{"team": self._team, **record._asdict()} for record in kept])
