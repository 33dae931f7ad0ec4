"""`--look`: Apollo is asked which contacts it has, and each row of a dry run is told what would become of it.

Only searches are sent: they change nothing and cost no credit. They keep to the quota of searches and wait for a
minute's window only, so a look is bounded by the hour's.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline import lookup
from pipeline.apollo import PAGE_SIZE, ApolloClient, Log, quota_of
from pipeline.config import OnMatch
from pipeline.errors import ImportFailure
from pipeline.identity import full_name_key
from pipeline.ledger import History, Ledger, OpenRow, RequestCounts, Rows, RunRecord, Runs
from pipeline.reporter import Fated
from pipeline.run.connecting import Greeting, client_for, limiter_for
from pipeline.run.job import Access, World
from pipeline.run.kept import Kept
from pipeline.run.sending import bodies_for
from pipeline.sender import MOST_PAGES, Fate, Foreseen, Foresight, Match, Searches, Shown, Terms

_LONGEST_WAIT = 61.0
_AT_ONCE = 100
_NAMED = 5
_ASKED_NOBODY = Foreseen(Fate.CREATE, "would be created: Apollo is not asked whether it has this contact")


def look(
    run: RunRecord,
    kept: Kept,
    greeting: Greeting,
    access: Access,
    ledger: Ledger,
    rows: Rows,
    world: World,
    log: Log,
) -> dict[str, Any]:
    """Writes a suggestion beside each pending row; returns what was seen, as `reporter.Looked` reads it."""
    looking = _Looking(rows, world)
    if greeting.failure or run.team is None:
        return looking.told(str(greeting.failure or ""))
    if missing := lookup.missing(kept.config, greeting.names):
        return looking.told(f"Apollo did not tell the team's {missing}")
    if kept.config.send.on_match is OnMatch.CREATE:
        looking.tell_all(_ASKED_NOBODY)
        return looking.told()
    send = kept.config.send.model_copy(update={"max_wait": min(_LONGEST_WAIT, kept.config.send.max_wait)})
    config = kept.config.model_copy(update={"send": send})
    limiter = limiter_for(
        config,
        ledger,
        run.team,
        world.clock,
        lambda wait: world.board.waiting(quota_of(wait.call), wait.until),
    )
    client = client_for(config, access, world.clock, limiter, log)
    terms = Terms(send, bodies_for(run, config, greeting.names))
    foresight = Foresight(terms, History(ledger, run.team), greeting.names)
    try:
        return looking.told(asyncio.run(_look(looking, client, foresight)))
    finally:
        limiter.close()
        Runs(ledger).count(run.key, RequestCounts(client.sent, client.retried, client.rate_limited))


async def _look(looking: "_Looking", client: ApolloClient, foresight: Foresight) -> str:
    """Looks until all is told; returns why not, "" when it is."""
    async with client:
        try:
            await looking.tell(Searches(client, looking.world.clock), foresight)
        except ImportFailure as failure:
            return str(failure)
    return ""


@dataclass(slots=True)
class _Looking:
    """Tells the rows, and counts what was told."""

    rows: Rows
    world: World
    counts: dict[Fate, Fated] = field(default_factory=dict)
    done: int = 0
    open: int = field(init=False)

    def __post_init__(self) -> None:
        self.open = sum(self.rows.open_counts().values())

    async def tell(self, searches: Searches, foresight: Foresight) -> None:
        """Looks at all contacts where those are fewer pages than there are rows, else for each row."""
        if not self.open:
            return
        first = await searches.newest(1)
        pages = _pages(first)
        if pages is not None and pages <= min(self.open, MOST_PAGES):
            await self._tell_from_all(first, pages, searches, foresight)
        else:
            await self._tell_one_by_one(searches, foresight)

    def tell_all(self, foreseen: Foreseen) -> None:
        """Tells every row the same."""
        for part in self._parts():
            self._keep([(row, foreseen) for row in part])

    def told(self, why: str = "") -> dict[str, Any]:
        """What was told, and of how many rows nothing could be told, and why."""
        fates = {fate.value: counted.model_dump() for fate, counted in self.counts.items()}
        return {"fates": fates, "left_out": self.open - self.done, "why": why}

    async def _tell_from_all(
        self, first: dict[str, Any], pages: int, searches: Searches, foresight: Foresight
    ) -> None:
        shown = Shown()
        shown.add(first["contacts"])
        try:
            for page in range(2, pages + 1):
                shown.add((await searches.newest(page))["contacts"])
                self.world.board.looking(page, pages)
        except ImportFailure:
            self._tell_from(shown, foresight, whole=False)
            raise
        self._tell_from(shown, foresight, whole=True)

    def _tell_from(self, shown: Shown, foresight: Foresight, *, whole: bool) -> None:
        """Without the whole of the contacts only a row whose address is there can be told."""
        for part in self._parts():
            met = [(row, shown.matches(row.values)) for row in part]
            self._keep(
                [(row, foresight.of(row, matches)) for row, matches in met if whole or _certain(matches)]
            )

    async def _tell_one_by_one(self, searches: Searches, foresight: Foresight) -> None:
        for part in self._parts():
            for row in part:
                self._keep([(row, foresight.of(row, await _matches(row, searches)))])
                self.world.board.looking(self.done, self.open)

    def _parts(self) -> Iterator[list[OpenRow]]:
        after = 0
        while part := self.rows.pending(after, _AT_ONCE):
            yield part
            after = part[-1].row

    def _keep(self, told: Sequence[tuple[OpenRow, Foreseen]]) -> None:
        self.rows.foresee([(row.row, foreseen.words) for row, foreseen in told])
        for row, (fate, _) in told:
            counted = self.counts.get(fate, Fated())
            self.counts[fate] = Fated(count=counted.count + 1, rows=(*counted.rows, row.row)[:_NAMED])
        self.done += len(told)


async def _matches(row: OpenRow, searches: Searches) -> Sequence[Match]:
    """Of one row: by its address, and where that is not there by its name."""
    shown, told = Shown(), row.values.get
    if email := told("email"):
        shown.add((await searches.found_by(email))["contacts"])
    matches = shown.matches(row.values)
    first, last = told("first_name"), told("last_name")
    if not _certain(matches) and full_name_key(first, last):
        shown.add((await searches.found_by(f"{first} {last}"))["contacts"])
    return shown.matches(row.values)


def _certain(matches: Sequence[Match]) -> bool:
    return any(match.sure and match.by_address for match in matches)


def _pages(body: dict[str, Any]) -> int | None:
    """How many pages all contacts take; None where Apollo does not say, or shows a part of them only."""
    told = body.get("pagination")
    total = told.get("total_entries") if isinstance(told, dict) else None
    if not isinstance(total, int) or body.get("partial_results_only"):
        return None
    return max(1, -(-total // PAGE_SIZE))
