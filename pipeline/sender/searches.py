"""Searches for contacts, each asked again where no answer came. They change nothing and cost no credit.

Source: POST /contacts/search, docs.apollo.io/reference/search-for-contacts.
"""

from typing import Any

from pipeline.apollo import PAGE_SIZE, ApolloClient, Call, Verdict, decide
from pipeline.clock import Clock
from pipeline.errors import RunStopped

MOST_PAGES = 500
"""A search shows 50,000 contacts at most, 100 a page."""

_ATTEMPTS = 3
_BETWEEN = 5.0


class SearchRefused(RunStopped):
    """Searching is not to be had, however often it is asked for."""


class Searches:
    """Asks Apollo for contacts, a page at a time.

    Each method raises SearchRefused where searching is not to be had, RunStopped where no answer came three times,
    and QuotaReached where the quota is used up for longer than the client's limiter waits.
    """

    def __init__(self, client: ApolloClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock

    async def newest(self, page: int) -> dict[str, Any]:
        """A page of all contacts, the newest first; pages are counted from 1."""
        return await self._ask({"sort_by_field": "contact_created_at", "sort_ascending": False, "page": page})

    async def found_by(self, words: str) -> dict[str, Any]:
        """The contacts in which all these words stand, a page of them."""
        return await self._ask({"q_keywords": words, "page": 1})

    async def _ask(self, body: dict[str, Any]) -> dict[str, Any]:
        for attempt in range(_ATTEMPTS):
            if attempt:
                await self._clock.sleep(_BETWEEN)
            slot = await self._client.slot(Call.SEARCH)
            decision = decide(answer := await self._client.search(slot, {**body, "per_page": PAGE_SIZE}))
            if decision.verdict is Verdict.DONE:
                return dict(answer.body)
            if decision.verdict is Verdict.FORBIDDEN:
                raise SearchRefused(
                    f"the key may not search contacts (scope api/v1/contacts/search): {decision.words}"
                )
            if decision.verdict not in (Verdict.AGAIN, Verdict.SETTLE):
                raise SearchRefused(f"Apollo refuses a search: {decision.words}")
        raise RunStopped(f"Apollo does not answer a search: {decision.words}")
