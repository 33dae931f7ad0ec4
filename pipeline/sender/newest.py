"""The newest contacts of a team, page by page, as a search shows them."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from pipeline.apollo import PAGE_SIZE, ApolloClient
from pipeline.clock import Clock
from pipeline.errors import ImportFailure, LongWait, QuotaReached, RunStopped
from pipeline.sender.matching import Found, contact_found
from pipeline.sender.searches import MOST_PAGES, Searches, SearchRefused

_KEPT = ("id", "first_name", "last_name", "organization_name", "email", "created_at", "typed_custom_fields")


class Closed(NamedTuple):
    """No search can be had: for good (`failure` None), or for now."""

    failure: ImportFailure | None = None


class Newest:
    """Reads what was made in a window of time, without reading all that was made since."""

    def __init__(self, client: ApolloClient, clock: Clock) -> None:
        self._searches = Searches(client, clock)

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
            if newer == MOST_PAGES:
                return Closed()
            number = (newer + end) // 2 if end else min(2 * number, MOST_PAGES)
        return max(newer, 1)

    async def _page(self, number: int, pages: dict[int, list[Found]]) -> list[Found] | Closed:
        if number > MOST_PAGES:
            return Closed()
        if number not in pages:
            page = await self._search(number)
            if isinstance(page, Closed):
                return page
            pages[number] = page
        return pages[number]

    async def _search(self, number: int) -> list[Found] | Closed:
        try:
            body = await self._searches.newest(number)
        except LongWait:
            raise
        except SearchRefused:
            return Closed()
        except (QuotaReached, RunStopped) as failure:
            return Closed(failure)
        return [contact_found(_slim(item)) for item in body["contacts"]]


def _slim(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """What tells whose contact it is: a walk keeps tens of thousands of them."""
    return {name: item[name] for name in _KEPT if name in item}


def _oldest(page: list[Found]) -> float:
    return min((contact.made_at or 0.0 for contact in page), default=0.0)
