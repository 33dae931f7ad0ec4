"""What was made in a window of time is found without reading all that was made since."""

import asyncio
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.apollo import ApolloClient, Call, Limiter, Limits
from pipeline.sandbox import SANDBOX_KEY, Sandbox, Settings, build
from pipeline.sender.matching import Found, moment
from pipeline.sender.newest import Closed, Newest
from tests.fakes import NOON, FakeClock, Line

BATCHES = 40
APART = 60.0
"""Seconds between two batches of a hundred contacts."""


class Library:
    """A sandbox with four thousand contacts, a hundred a minute, and a way to look for them."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.sandbox: Sandbox = build(Settings(), clock=self.clock.time, sleep=self.clock.sleep)
        asyncio.run(self._fill())

    def client(self) -> ApolloClient:
        return ApolloClient(
            "http://sandbox.example/api/v1",
            SANDBOX_KEY,
            Limiter(self.clock, Limits()),
            self.clock,
            server_deadline=300,
            transport=Line(self.sandbox, self.clock),
        )

    async def _fill(self) -> None:
        async with self.client() as client:
            for batch in range(BATCHES):
                items = [{"first_name": "Ada", "last_name": f"No {batch} {item}"} for item in range(100)]
                await client.bulk_create(await client.slot(Call.BULK_CREATE), items, run_dedupe=False)
                self.clock.now += APART

    def made_between(self, since: float, until: float) -> tuple[list[Found] | Closed, int]:
        """What is found, and with how many requests."""

        async def look() -> tuple[list[Found] | Closed, int]:
            async with self.client() as client:
                return await Newest(client, self.clock).made_between(since, until), client.sent

        return asyncio.run(look())


@pytest.fixture(scope="module")
def library() -> Iterator[Library]:
    made = Library()
    yield made
    made.sandbox.close()


@settings(max_examples=40, deadline=None)
@given(first=st.integers(-1, BATCHES + 1), length=st.integers(0, 5), off=st.floats(0, 59))
def test_all_that_was_made_in_the_window_is_found_once(
    library: Library, first: int, length: int, off: float
) -> None:
    since = NOON + first * APART + off
    until = since + length * APART
    found, requests = library.made_between(since, until)
    assert not isinstance(found, Closed)
    made = {contact["id"] for contact in library.sandbox.contacts if _in(contact["created_at"], since, until)}
    assert made <= {contact.contact_id for contact in found}
    assert len({contact.contact_id for contact in found}) == len(found)
    assert all((contact.made_at or 0.0) >= since for contact in found)
    assert requests <= length + 14


def _in(made: str, since: float, until: float) -> bool:
    return since <= (moment(made) or 0.0) <= until


def test_the_newest_are_found_with_one_request(library: Library) -> None:
    found, requests = library.made_between(library.clock.now - 50, library.clock.now)
    assert (found, requests) == ([], 1)
    found, requests = library.made_between(library.clock.now - 70, library.clock.now)
    assert not isinstance(found, Closed)
    assert (len(found), requests) == (100, 2)
