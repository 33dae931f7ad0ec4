"""The first words with Apollo: whose key this is, and the team's own names. Nothing is changed there."""

import asyncio
import math
from collections.abc import Callable
from typing import NamedTuple

from pipeline import lookup
from pipeline.apollo import (
    Answer,
    ApolloClient,
    Limiter,
    Limits,
    Log,
    Verdict,
    Wait,
    decide,
    transport_to,
)
from pipeline.clock import Clock
from pipeline.config import Config, needs_names
from pipeline.errors import ImportFailure, RunStopped
from pipeline.ledger import Ledger, Lookups, Teams, Windows
from pipeline.ledger.teams import fingerprint
from pipeline.records import Names
from pipeline.run.job import Access
from pipeline.sender import Health, stopped

_TIMEOUT_TRIES = 3

Waiting = Callable[[str, float | None], None]
"""Is told for what, and until when (seconds since the epoch, None unknown), the program waits."""


def _no_log(_event: str, **_fields: object) -> None:
    """The first words are not part of a run's log: the run does not exist yet."""


class Greeting(NamedTuple):
    """What Apollo said of the key. `failure` is why the run cannot send, if it cannot."""

    team: int | None
    names: Names
    notes: tuple[str, ...] = ()
    failure: ImportFailure | None = None

    def tells_enough(self, config: Config) -> bool:
        """Whether rows can be held to the team's names and history."""
        return self.team is not None and self.failure is None and not lookup.missing(config, self.names)


def greet(config: Config, access: Access, ledger: Ledger, clock: Clock, waiting: Waiting | None) -> Greeting:
    """Asks whose key this is and for the names that the config needs.

    Without a key, what is remembered has to do. With `waiting`, which is told so, a connection is tried for two
    minutes; without, it is tried once.

    Raises:
        ConfigMistake: the config names something that the team does not have.
    """
    if not access.key:
        return Greeting(None, Names(), _unchecked(config, "there is no key"))
    greeting = asyncio.run(_greet(config, access, ledger, clock, waiting))
    lookup.check(config, greeting.names)
    return greeting


async def _greet(
    config: Config, access: Access, ledger: Ledger, clock: Clock, waiting: Waiting | None
) -> Greeting:
    async with client_for(config, access, clock, Limiter(clock, Limits())) as client:
        try:
            team, notes = await _team(client, access, ledger, clock, waiting)
        except RunStopped as failure:
            remembered = Teams(ledger).remembered(access.host, access.key)
            return Greeting(remembered, Names(), _unchecked(config, "Apollo could not be asked"), failure)
        names, more = await lookup.fetch(config, client, Lookups(ledger, team), clock.time())
        return Greeting(team, names, (*notes, *more))


async def _team(
    client: ApolloClient, access: Access, ledger: Ledger, clock: Clock, waiting: Waiting | None
) -> tuple[int, tuple[str, ...]]:
    answer = await _profile(client, clock, waiting)
    decision = decide(answer)
    if decision.verdict is Verdict.DONE:
        return Teams(ledger).seen(access.host, str(answer.body["team_id"]), access.key), ()
    if decision.verdict is Verdict.FORBIDDEN:
        name = access.team_hint or f"key {fingerprint(access.key)}"
        note = (
            "the key may not read whose it is (scope api/v1/users/api_profile), so it stands for a team of its own; "
            "APOLLO_TEAM in the environment joins keys of one team"
        )
        return Teams(ledger).seen(access.host, name, access.key), () if access.team_hint else (note,)
    raise stopped(answer, decision)


async def _profile(client: ApolloClient, clock: Clock, waiting: Waiting | None) -> Answer:
    """Asks until there is an answer; for two minutes where a run depends on it."""
    health = Health(clock)
    for _ in range(_TIMEOUT_TRIES):
        while (answer := await client.profile()).status is None and waiting:
            waiting("Apollo, which cannot be reached", None)
            await health.unreachable(answer.text)
        if decide(answer).verdict not in (Verdict.AGAIN, Verdict.SETTLE) or not waiting:
            break
        await clock.sleep(1.0)
    return answer


def client_for(
    config: Config, access: Access, clock: Clock, limiter: Limiter, log: Log = _no_log
) -> ApolloClient:
    """A client for one key under the config's rules."""
    return ApolloClient(
        access.base_url,
        access.key,
        limiter,
        clock,
        server_deadline=config.send.server_deadline,
        transport=access.transport or transport_to(access.base_url),
        log=log,
    )


def limiter_for(
    config: Config,
    ledger: Ledger,
    team: int,
    clock: Clock,
    waiting: Callable[[Wait], None],
    give_way_after: float = math.inf,
) -> Limiter:
    """The limiter of a team: its windows as the ledger has them, kept there from now on."""
    windows = Windows(ledger, team)
    return Limiter(
        clock,
        Limits(**config.send.rate.model_dump()),
        Limits(**config.send.reserve.model_dump()),
        saved=windows.load(),
        save=windows.save,
        max_wait=config.send.max_wait,
        give_way_after=give_way_after,
        waiting=waiting,
    )


def _unchecked(config: Config, why: str) -> tuple[str, ...]:
    if not needs_names(config):
        return ()
    return (f"names of stages and custom fields were not checked: {why}",)
