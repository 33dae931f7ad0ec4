"""Moves that share a commit, and what a row that is sent costs in commits."""

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from pipeline.ledger import FILE, Ledger, State, Teams, Together
from tests.fakes import FakeClock
from tests.import_desk import CrashPoint
from tests.sending_desk import Desk, person


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path) as opened:
        yield opened


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.close()


def teams_on_disk(folder: Path) -> int:
    """As another process sees them."""
    with sqlite3.connect(folder / FILE) as other:
        (count,) = other.execute("SELECT count(*) FROM teams").fetchone()
    other.close()
    return int(count)


def test_moves_that_are_asked_for_together_share_one_commit_and_each_gets_its_own_answer(
    ledger: Ledger,
) -> None:
    async def scenario() -> list[int]:
        together = Together(ledger, FakeClock())
        moves = [lambda n=n: Teams(ledger).seen("host", f"team {n}", f"key {n}") for n in range(5)]
        return await asyncio.gather(*map(together.carry_out, moves))

    commits = CrashPoint(0, after=False)
    with commits.armed():
        numbers = asyncio.run(scenario())
    assert (commits.commits, len(set(numbers))) == (1, 5)
    assert [Teams(ledger).name(number) for number in numbers] == [("host", f"team {n}") for n in range(5)]


def test_nobody_is_told_of_a_move_before_it_is_on_the_disk(ledger: Ledger) -> None:
    async def scenario() -> int:
        await Together(ledger, FakeClock()).carry_out(lambda: Teams(ledger).seen("host", "team", "key"))
        return teams_on_disk(ledger.folder)

    assert asyncio.run(scenario()) == 1


def test_a_move_that_fails_leaves_nothing_of_those_that_share_its_commit_and_all_are_told(
    ledger: Ledger,
) -> None:
    def fails() -> int:
        raise ValueError("not like this")

    async def scenario() -> list[int | BaseException]:
        together = Together(ledger, FakeClock())
        moves = [lambda: Teams(ledger).seen("host", "team", "key"), fails]
        return await asyncio.gather(*map(together.carry_out, moves), return_exceptions=True)

    told = asyncio.run(scenario())
    assert [str(error) for error in told] == ["not like this"] * 2
    assert teams_on_disk(ledger.folder) == 0


def test_a_move_whose_asker_has_gone_is_not_carried_out(ledger: Ledger) -> None:
    async def scenario() -> None:
        together = Together(ledger, FakeClock())
        moves = [lambda n=n: Teams(ledger).seen("host", f"team {n}", f"key {n}") for n in range(2)]
        gone, stays = [asyncio.create_task(together.carry_out(move)) for move in moves]
        await asyncio.sleep(0)
        gone.cancel()
        await stays

    asyncio.run(scenario())
    assert teams_on_disk(ledger.folder) == 1


@pytest.mark.parametrize("concurrency", [1, 8])
def test_no_request_leaves_before_the_disk_has_its_row_as_sending(desk: Desk, concurrency: int) -> None:
    seen: list[int] = []

    def look(request: httpx.Request) -> None:
        email = json.loads(request.content)["email"]
        with sqlite3.connect(desk.folder / FILE) as other:
            query = "SELECT state FROM rows WHERE json_extract(payload, '$.email') = ?"
            seen.extend(state for (state,) in other.execute(query, (email,)))
        other.close()

    desk.line.before = look
    desk.send([person(n) for n in range(20)], on_match="create", mode="single", concurrency=concurrency)
    assert seen == [State.SENDING] * 20


@pytest.mark.parametrize(("concurrency", "most"), [(1, 1.0), (8, 0.25)])
def test_an_outcome_and_the_next_claim_stand_in_one_commit(desk: Desk, concurrency: int, most: float) -> None:
    spent = []
    for run, rows in ((1, 8), (2, 48)):
        commits = CrashPoint(0, after=False)
        people = [person(100 * run + n) for n in range(rows)]
        with commits.armed():
            desk.send(people, run_id=f"run-{run}", on_match="create", mode="single", concurrency=concurrency)
        spent.append(commits.commits)
    assert (spent[1] - spent[0]) / 40 <= most
