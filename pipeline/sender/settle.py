"""Finds out what became of rows whose answers were lost.

Not before Apollo must have ended the request and shows its contact to a search. One walk through the newest
contacts settles many rows, those of other runs of the team included.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence

from pipeline.apollo import ApolloClient
from pipeline.clock import Clock
from pipeline.config import SendRules
from pipeline.errors import ImportFailure, RunStopped
from pipeline.ledger import Ending, OpenRow, State
from pipeline.records import Outcome, Reason
from pipeline.sender.likeness import Likeness
from pipeline.sender.matching import Found
from pipeline.sender.newest import Closed, Newest
from pipeline.sender.queue import Queue
from pipeline.sender.team import Doubt, TeamDesk
from pipeline.sender.verdicts import CLOCK_SLACK

_ATTEMPTS = 3
_LOOK_EVERY = 5.0
_ROUNDING = 1.0
"""A `Date` header has whole seconds, so Apollo's clock is known that well."""

_WHAT_FOR = "the time when lost answers can be looked up"
_WITNESSES = 20
_LAGS = 5
_UNKNOWN = "the answer was lost, and contacts like this one were made at that time: look in Apollo whether it is there"
_UNSEEN = "the answer was lost, and Apollo does not let us look for the contact"
_MAYBE_CHANGED = (
    "Apollo failed three times; no contact was made, but one that was there may have got the row's values"
)
_NOT_MADE = "Apollo failed three times; the contact was surely not made"


class Settler:
    """Settles the doubtful rows of a team, while the rows of one run go on."""

    def __init__(
        self,
        rules: SendRules,
        team: TeamDesk,
        queue: Queue,
        client: ApolloClient,
        clock: Clock,
        told: Callable[[Sequence[Ending]], None],
        waiting: Callable[[str, float | None], None],
    ) -> None:
        """`told` learns of every row of the team's present run that ends here, `waiting` of what is waited for."""
        self._deadline = rules.server_deadline
        self._lag = rules.settle_after
        self._team = team
        self._run = team.run
        self._queue = queue
        self._client = client
        self._clock = clock
        self._told = told
        self._waiting = waiting
        self._announced = 0.0
        self._newest = Newest(client, clock)
        self._more = True
        self._changed = asyncio.Event()
        self._witnesses: deque[tuple[float, str]] = deque(maxlen=_WITNESSES)
        self._lags = 0
        self.failure: ImportFailure | None = None

    def take_over(self) -> None:
        """Holds the rows that earlier starts left in doubt."""
        for doubt in self._team.doubts():
            self._queue.hold(doubt.row, foreign=doubt.run != self._run)

    def witness(self, contact_ids: Sequence[str]) -> None:
        """These contacts were surely made just now; a search that shows none of them is not up to date."""
        now = self._client.server_time()
        self._witnesses.extend((now, contact_id) for contact_id in contact_ids[-_WITNESSES:])

    def wake(self, *, more: bool = True) -> None:
        """Rows have come into doubt; without `more`, no further row will."""
        self._more = more
        self._changed.set()
        self._changed = asyncio.Event()

    async def run(self) -> None:
        """Works until nobody waits for a doubt any more, also where doubts cannot be settled now."""
        closed = await self._work()
        while closed:
            self._give_up(closed)
            if not self._more:
                return
            await self._changed.wait()

    async def _work(self) -> Closed | None:
        """Settles what can be; returns why no more can be, None when nothing is left to settle."""
        while True:
            doubts = self._team.doubts()
            if not self._more and all(doubt.run != self._run for doubt in doubts):
                return None
            if not doubts:
                await self._changed.wait()
                continue
            due = [doubt for doubt in doubts if self._all_due([doubt])]
            if not due:
                await self._pause(min(self._due(doubt.row) for doubt in doubts))
            elif closed := await self._settle(due):
                return closed

    def _due(self, row: OpenRow) -> float:
        return max(row.doubts) + self._deadline + self._lag + _ROUNDING

    def _all_due(self, doubts: Sequence[Doubt]) -> bool:
        return all(self._due(doubt.row) <= self._client.server_time() for doubt in doubts)

    async def _pause(self, until: float) -> None:
        """Waits for a time, a while at the most, or until something has changed."""
        left = until - self._client.server_time()
        if until != self._announced:
            self._announced = until
            self._waiting(_WHAT_FOR, self._clock.time() + left)
        left = min(left, _LOOK_EVERY)
        tasks = [asyncio.create_task(self._clock.sleep(left)), asyncio.create_task(self._changed.wait())]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()

    async def _settle(self, due: Sequence[Doubt]) -> Closed | None:
        attempts = [t0 for doubt in due for t0 in doubt.row.doubts]
        since = min(attempts) - CLOCK_SLACK
        contacts = await self._newest.made_between(since, max(attempts) + self._deadline + CLOCK_SLACK)
        if isinstance(contacts, Closed):
            return contacts
        if not self._all_due(due):
            return None  # the clock was set since Apollo last told its time
        if self._lags_behind(contacts, since):
            self._lags += 1
            await self._clock.sleep(self._lag)
            return Closed(RunStopped(_LAGGING)) if self._lags > _LAGS else None
        self._lags = 0
        held = self._team.history.holders([contact.contact_id for contact in contacts])
        free = [contact for contact in contacts if contact.contact_id not in held]
        verdicts = {doubt.run: self._team.desk_of(doubt.run).verdicts for doubt in due}
        given: set[str] = set()
        for doubt, own in Likeness(verdicts).of(due, free):
            if own and own[0].contact_id in given:
                continue  # a row that inherited the same lost answer has it now; the next look tells this one's fate
            given.update(contact.contact_id for contact in own or ())
            self._conclude(doubt, own)
        return None

    def _lags_behind(self, contacts: Sequence[Found], since: float) -> bool:
        """Whether contacts that we know are there are not shown.

        One that is shown is proof enough: others may have been deleted since.
        """
        old_enough = self._client.server_time() - self._lag
        known = {contact_id for at, contact_id in self._witnesses if since <= at <= old_enough}
        return bool(known) and known.isdisjoint(contact.contact_id for contact in contacts)

    def _conclude(self, doubt: Doubt, own: Sequence[Found] | None) -> None:
        desk, row = self._team.desk_of(doubt.run), doubt.row
        if own is None:
            self._end(doubt, Ending(row, Outcome(Reason.OUTCOME_UNKNOWN, _UNKNOWN)))
        elif own:
            self._end(doubt, desk.verdicts.settled(row, own[0]))
        elif row.attempts >= _ATTEMPTS and desk.verdicts.may_overwrite:
            self._end(doubt, Ending(row, Outcome(Reason.OUTCOME_UNKNOWN, _MAYBE_CHANGED)))
        elif row.attempts >= _ATTEMPTS:
            self._end(doubt, Ending(row, Outcome(Reason.SERVER_ERROR, _NOT_MADE)))
        else:
            desk.rows.absent(row)
            if doubt.run == self._run:
                self._queue.absent(row)
            else:
                self._queue.settled(row, foreign=True)

    def _end(self, doubt: Doubt, ending: Ending) -> None:
        self._team.desk_of(doubt.run).rows.end([ending], self._clock.time(), of=State.DOUBT)
        own = doubt.run == self._run
        self._queue.settled(doubt.row, foreign=not own)
        if own:
            self._told([ending])

    def _give_up(self, closed: Closed) -> None:
        """Without search for good, the run's doubts end unknown; without it for now, they wait for another start."""
        if closed.failure is None:
            for doubt in self._team.doubts():
                if doubt.run == self._run:
                    self._end(doubt, Ending(doubt.row, Outcome(Reason.OUTCOME_UNKNOWN, _UNSEEN)))
        self.failure = closed.failure
        self._queue.give_up_doubts()


_LAGGING = "Apollo's search does not show contacts that are there, so lost answers could not be looked up."
