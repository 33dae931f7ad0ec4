"""The team's own names (stages, custom fields, lists), remembered for a day."""

import json
import math
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from pipeline.ledger.database import Ledger
from pipeline.ledger.schema import lookups

DAY = 86_400.0


class Lookups:
    """What one team's names were when they were last asked for."""

    def __init__(self, ledger: Ledger, team: int) -> None:
        self._ledger = ledger
        self._team = team

    def get(self, kind: str, now: float) -> Mapping[str, str] | None:
        """Name → id, if it was fetched within the last day."""
        query = select(lookups.c.names).where(
            lookups.c.team == self._team, lookups.c.kind == kind, lookups.c.fetched_at > now - DAY
        )
        with self._ledger.read() as connection:
            found = connection.execute(query).scalar_one_or_none()
        return None if found is None else dict(json.loads(found))

    def latest(self, kind: str) -> Mapping[str, str] | None:
        """Name → id as they were last asked for, however long ago."""
        return self.get(kind, -math.inf)

    def put(self, kind: str, names: Mapping[str, str], now: float) -> None:
        """Remembers names as fetched at `now` (seconds since the epoch)."""
        values = {"fetched_at": now, "names": json.dumps(dict(names), ensure_ascii=False)}
        statement = insert(lookups).values(team=self._team, kind=kind, **values)
        with self._ledger.begin() as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=("team", "kind"), set_=values))
