"""Runs come to their end, whatever the last rows meet."""

import signal
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import pytest

from pipeline.ledger import RunState
from pipeline.records import Reason
from pipeline.reporter import Summary
from pipeline.sandbox import Limits, Settings
from tests.import_desk import ImportDesk, human
from tests.sending_desk import Desk, person

pytestmark = pytest.mark.usefixtures("impatience")


class Hangs(BaseException):
    """The run goes on and on."""


@pytest.fixture
def impatience() -> Iterator[None]:
    """A run that hangs fails its test instead of hanging all."""

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise Hangs

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[ImportDesk]:
    made = ImportDesk(tmp_path)
    yield made
    made.sandbox.close()


def codes(desk: ImportDesk, summary: Summary) -> list[str]:
    return [row["reason"] for row in desk.results(summary.run_id)]


def test_several_namesakes_of_one_batch_get_a_contact_each(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    twins = [
        person(number, email=f"{name}@works{number}.example") for number in (1, 2, 3) for name in ("a", "b")
    ]
    rows = desk.send(twins, mode="bulk")
    assert [row.reason for row in rows] == [Reason.NEW] * 6
    assert len(desk.sandbox.contacts) == 6
    assert all(row.attempts == 1 for row in rows)
    desk.close()


def test_the_last_row_may_be_the_forbidden_one(desk: ImportDesk) -> None:
    desk.faults.next(endpoint="contacts/create", times=3)
    desk.faults.next("forbidden", endpoint="contacts/create")
    source = desk.write("people.csv", [human(n) for n in range(1, 5)])
    summary = desk.run(source, on_match="create", mode="single", concurrency=1)
    assert (summary.state, codes(desk, summary)) == (RunState.FINISHED, ["new"] * 3 + ["refused"])


def test_an_answer_that_is_lost_after_the_search_was_refused_ends_unknown_too(tmp_path: Path) -> None:
    scopes = frozenset({"api/v1/contacts/create", "api/v1/users/api_profile"})
    settings = Settings(keys={"narrow": scopes}, limits=Limits(1, None, None))
    desk = ImportDesk(tmp_path, settings=settings, key="narrow")
    desk.faults.next("reset_after", endpoint="contacts/create")
    desk.faults.next(endpoint="contacts/create", times=8)
    desk.faults.next("reset_after", endpoint="contacts/create")
    source = desk.write("people.csv", [human(n) for n in range(1, 13)])
    summary = desk.run(source, on_match="create", mode="single", concurrency=1)
    assert summary.state == RunState.FINISHED
    assert sorted(codes(desk, summary)) == ["new"] * 10 + ["outcome_unknown"] * 2
    desk.sandbox.close()
