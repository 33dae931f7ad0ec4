"""Whose contacts a run is about: Apollo's host and the team's id, remembered under the key's fingerprint."""

import hashlib

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from pipeline.ledger.database import Ledger
from pipeline.ledger.schema import keys, teams


def fingerprint(key: str) -> str:
    """Tells one key from another; the key cannot be had back from it."""
    return hashlib.blake2b(key.encode(), digest_size=16, person=b"contact-import").hexdigest()


class Teams:
    """The teams of a ledger, by number."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def remembered(self, host: str, key: str) -> int | None:
        """The team that this key was last seen to belong to."""
        query = select(keys.c.team).where(keys.c.fingerprint == fingerprint(key), keys.c.host == host)
        with self._ledger.read() as connection:
            return connection.execute(query).scalar_one_or_none()

    def seen(self, host: str, team_id: str, key: str) -> int:
        """Notes that the key belongs to that team; returns the team's number."""
        with self._ledger.begin() as connection:
            connection.execute(insert(teams).values(host=host, team_id=team_id).on_conflict_do_nothing())
            query = select(teams.c.team).where(teams.c.host == host, teams.c.team_id == team_id)
            team: int = connection.execute(query).scalar_one()
            known = insert(keys).values(fingerprint=fingerprint(key), host=host, team=team)
            connection.execute(
                known.on_conflict_do_update(index_elements=("fingerprint", "host"), set_={"team": team})
            )
        return team

    def name(self, team: int) -> tuple[str, str]:
        """The host and the id of a team."""
        with self._ledger.read() as connection:
            host, team_id = connection.execute(
                select(teams.c.host, teams.c.team_id).where(teams.c.team == team)
            ).one()
        return host, team_id
