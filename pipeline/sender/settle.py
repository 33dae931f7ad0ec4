"""Finds out what became of rows whose answers were lost.

Not before Apollo must have ended the request and shows its contact to a search. One walk through the newest
contacts settles many rows.
"""

import asyncio
from collections.abc import Callable, Sequence

from pipeline.apollo import PAGE_SIZE, ApolloClient, Call, Verdict, decide
from pipeline.clock import Clock
from pipeline.config import SendRules
from pipeline.errors import QuotaReached
from pipeline.identity import folded_email, full_name_key
from pipeline.ledger import Ending, History, OpenRow, Rows, State
from pipeline.records import Outcome, Reason
from pipeline.sender.matching import Found, contact_found
from pipeline.sender.queue import Queue
from pipeline.sender.verdicts import CLOCK_SLACK, Verdicts

_PAGES = 500
_ATTEMPTS = 3
_LOOK_EVERY = 5.0
_ROUNDING = 1.0
"""A `Date` header has whole seconds, so Apollo's clock is known that well."""

_BETWEEN_LOOKS = 5.0
_UNKNOWN = "the answer was lost, and contacts like this one were made at that time: look in Apollo whether it is there"
_NOT_MADE = "Apollo failed three times; the contact was surely not made"


class Settler:
    """Settles the doubtful rows of one run, while its other rows go on."""

    def __init__(
        self,
        rules: SendRules,
        rows: Rows,
        history: History,
        verdicts: Verdicts,
        queue: Queue,
        client: ApolloClient,
        clock: Clock,
        told: Callable[[Sequence[Ending]], None],
    ) -> None:
        """`told` learns of every row that ends here."""
        self._wait = rules.server_deadline + rules.settle_after + _ROUNDING
        self._rows = rows
        self._history = history
        self._verdicts = verdicts
        self._queue = queue
        self._client = client
        self._clock = clock
        self._told = told
        self._more = True
        self._changed = asyncio.Event()

    def take_over(self) -> None:
        """Holds the rows that an earlier start left in doubt."""
        for row in self._rows.in_doubt():
            self._queue.hold(row)

    def wake(self, *, more: bool = True) -> None:
        """Rows have come into doubt; without `more`, no further row will."""
        self._more = more
        self._changed.set()
        self._changed = asyncio.Event()

    async def run(self) -> None:
        """Works until no row is in doubt and none will be, or the doubts cannot be settled now."""
        while True:
            doubtful = self._rows.in_doubt()
            if not doubtful and not self._more:
                return
            if not doubtful:
                await self._changed.wait()
                continue
            await self._sleep_until(min(map(self._due, doubtful)))
            if not await self._settle(
                [row for row in doubtful if self._due(row) <= self._client.server_time()]
            ):
                self._queue.give_up_doubts()
                return

    def _due(self, row: OpenRow) -> float:
        return max(row.doubts) + self._wait

    async def _sleep_until(self, due: float) -> None:
        while (left := due - self._client.server_time()) > 0:
            await self._clock.sleep(min(left, _LOOK_EVERY))

    async def _settle(self, due: Sequence[OpenRow]) -> bool:
        if not due:
            return True
        since = min(min(row.doubts) for row in due) - CLOCK_SLACK
        contacts = await self._made_since(since)
        if contacts is None:
            return False
        held = self._history.ours([contact.contact_id for contact in contacts])
        free = [contact for contact in contacts if contact.contact_id not in held]
        for row, finding in self._findings(due, free):
            self._conclude(row, finding)
        return True

    async def _made_since(self, since: float) -> list[Found] | None:
        """Contacts made at `since` or later, newest first; None when Apollo does not let us look."""
        found: list[Found] = []
        for page in range(1, _PAGES + 1):
            contacts = await self._page(page)
            if contacts is None:
                return None
            found += contacts
            oldest = min((contact.made_at or 0.0 for contact in contacts), default=0.0)
            if len(contacts) < PAGE_SIZE or oldest < since:
                return [contact for contact in found if (contact.made_at or 0.0) >= since]
        return None

    async def _page(self, page: int) -> list[Found] | None:
        body = {
            "sort_by_field": "contact_created_at",
            "sort_ascending": False,
            "per_page": PAGE_SIZE,
            "page": page,
        }
        for _ in range(_ATTEMPTS):
            try:
                answer = await self._client.search(await self._client.slot(Call.SEARCH), body)
            except QuotaReached:
                return None
            decision = decide(answer)
            if decision.verdict is Verdict.DONE:
                return [contact_found(item) for item in answer.body["contacts"]]
            if decision.verdict not in (Verdict.AGAIN, Verdict.SETTLE):
                return None
            await self._clock.sleep(_BETWEEN_LOOKS)
        return None

    def _findings(
        self, due: Sequence[OpenRow], contacts: Sequence[Found]
    ) -> list[tuple[OpenRow, Sequence[Found]]]:
        """For each row the contacts that may be its own; one that has a row's address is no other row's."""
        by_address = {row.row: [c for c in contacts if self._surely_own(row, c)] for row in due}
        spoken_for = {contact.contact_id for own in by_address.values() for contact in own}
        left = [contact for contact in contacts if contact.contact_id not in spoken_for]
        return [(row, by_address[row.row] or [c for c in left if self._same_names(row, c)]) for row in due]

    def _surely_own(self, row: OpenRow, contact: Found) -> bool:
        marked = self._verdicts.marked(row, contact)
        if marked is not None:
            return marked
        address = folded_email(row.contact.email)
        return bool(address) and address == contact.email and self._in_time(row, contact)

    def _same_names(self, row: OpenRow, contact: Found) -> bool:
        if self._verdicts.marked(row, contact) is not None:
            return False
        name = full_name_key(row.contact.first_name, row.contact.last_name)
        return bool(name) and name == contact.name and self._in_time(row, contact)

    def _in_time(self, row: OpenRow, contact: Found) -> bool:
        return self._verdicts.made_in_doubt(row, contact.made_at)

    def _conclude(self, row: OpenRow, finding: Sequence[Found]) -> None:
        if len(finding) == 1 and (self._verdicts.marked(row, finding[0]) or _surely(row, finding[0])):
            self._end(row, self._verdicts.settled(row, finding[0]))
        elif finding:
            self._end(row, Ending(row, Outcome(Reason.OUTCOME_UNKNOWN, _UNKNOWN)))
        elif row.attempts >= _ATTEMPTS:
            self._end(row, Ending(row, Outcome(Reason.SERVER_ERROR, _NOT_MADE)))
        else:
            self._rows.absent(row)
            self._queue.absent(row)

    def _end(self, row: OpenRow, ending: Ending) -> None:
        self._rows.end([ending], self._clock.time(), of=State.DOUBT)
        self._queue.settled(row)
        self._told([ending])


def _surely(row: OpenRow, contact: Found) -> bool:
    """A contact with another address may be somebody else of that name, made at the same time."""
    own = folded_email(row.contact.email)
    return not own or not contact.email or own == contact.email
