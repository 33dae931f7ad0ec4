"""What the sources of earlier runs looked like: their columns, how full they were, and how many rows they had."""

import json
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from pipeline.ledger.database import Ledger
from pipeline.ledger.schema import profiles, runs


class Profile(NamedTuple):
    """One source, as one run read it: `filled` says of each column in how many of the rows it holds something."""

    rows: int
    columns: tuple[str, ...]
    filled: tuple[int, ...]
    run_id: str = ""


class Profiles:
    """The sources that were read under one mapping of columns to fields."""

    def __init__(self, ledger: Ledger, mapping: str) -> None:
        self._ledger = ledger
        self._mapping = mapping

    def keep(self, run: int, profile: Profile) -> None:
        """Remembers what a run read; what it was once remembered by is replaced."""
        values = {
            "mapping": self._mapping,
            "rows": profile.rows,
            "columns": json.dumps(profile.columns, ensure_ascii=False),
            "filled": json.dumps(profile.filled),
        }
        statement = insert(profiles).values(run=run, **values)
        with self._ledger.begin() as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=("run",), set_=values))

    def latest(self, most: int, but: str = "") -> tuple[Profile, ...]:
        """The newest profiles, newest first; those of the source with the checksum `but` are left out."""
        query = (
            select(profiles.c.rows, profiles.c.columns, profiles.c.filled, runs.c.run_id)
            .join(runs, runs.c.run == profiles.c.run)
            .where(profiles.c.mapping == self._mapping, runs.c.source_sha256 != but)
            .order_by(profiles.c.run.desc())
            .limit(most)
        )
        with self._ledger.read() as connection:
            found = connection.execute(query).all()
        return tuple(
            Profile(rows, tuple(json.loads(columns)), tuple(json.loads(filled)), run_id)
            for rows, columns, filled, run_id in found
        )
