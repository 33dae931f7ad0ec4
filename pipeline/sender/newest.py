"""The newest contacts of a team, page by page, as a search shows them.

Source: POST /contacts/search sorts by contact_created_at, 100 a page; it shows 50,000 contacts at most.
"""

from typing import NamedTuple

from pipeline.apollo import PAGE_SIZE, ApolloClient, Call, Verdict, decide
from pipeline.clock import Clock
from pipeline.errors import ImportFailure, LongWait, QuotaReached, RunStopped
from pipeline.sender.matching import Found, contact_found

_PAGES = 500
_ATTEMPTS = 3
_BETWEEN = 5.0


class Closed(NamedTuple):
    """No search can be had: for good (`failure` None), or for now."""

    failure: ImportFailure | None = None


class Newest:
    """Reads what was made in a window of time, without reading all that was made since."""

    def __init__(self, client: ApolloClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock

    async def made_between(self, since: float, until: float) -> list[Found] | Closed:
        """All contacts made from `since` to `until` (seconds, Apollo's clock), and some made later; each once."""
        pages: dict[int, list[Found]] = {}
        number = await self._begin(until, pages)
        while not isinstance(number, Closed):
            page = await self._page(number, pages)
            if isinstance(page, Closed):
                return page
            if len(page) < PAGE_SIZE or _oldest(page) < since:
                found = {contact.contact_id: contact for page in pages.values() for contact in page}
                return [contact for contact in found.values() if (contact.made_at or 0.0) >= since]
            number += 1
        return number

    async def _begin(self, until: float, pages: dict[int, list[Found]]) -> int | Closed:
        """The last page that is wholly newer than `until`, else the first.

        Contacts that are made meanwhile push others to later pages, never to earlier ones.
        """
        newer, end, number = 0, 0, 1
        while not end or end - newer > 1:
            page = await self._page(number, pages)
            if isinstance(page, Closed):
                return page
            if page and _oldest(page) > until:
                newer = number
            else:
                end = number
            if newer == _PAGES:
                return Closed()
            number = (newer + end) // 2 if end else min(2 * number, _PAGES)
        return max(newer, 1)

    async def _page(self, number: int, pages: dict[int, list[Found]]) -> list[Found] | Closed:
        if number > _PAGES:
            return Closed()
        if number not in pages:
            page = await self._search(number)
            if isinstance(page, Closed):
                return page
            pages[number] = page
        return pages[number]

    async def _search(self, number: int) -> list[Found] | Closed:
        body = {
            "sort_by_field": "contact_created_at",
            "sort_ascending": False,
            "per_page": PAGE_SIZE,
            "page": number,
        }
        for _ in range(_ATTEMPTS):
            try:
                answer = await self._client.search(await self._client.slot(Call.SEARCH), body)
            except LongWait:
                raise
            except QuotaReached as failure:
                return Closed(failure)
            decision = decide(answer)
            if decision.verdict is Verdict.DONE:
                return [contact_found(item) for item in answer.body["contacts"]]
            if decision.verdict not in (Verdict.AGAIN, Verdict.SETTLE):
                return Closed()
            await self._clock.sleep(_BETWEEN)
        return Closed(RunStopped(f"Apollo does not answer a search: {decision.words}"))


def _oldest(page: list[Found]) -> float:
    return min((contact.made_at or 0.0 for contact in page), default=0.0)
