"""Runs come to their end, whatever the last rows meet."""

import signal
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from types import FrameType

import httpx
import pytest

from pipeline.ledger import RunState
from pipeline.records import Reason
from pipeline.sandbox import Limits, Settings
from tests.import_desk import CONFIG, ImportDesk, codes, human
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


def test_a_reserve_of_more_than_apollo_allows_is_told_and_not_waited_for(tmp_path: Path) -> None:
    desk = ImportDesk(tmp_path, settings=Settings(limits=Limits(None, None, 5)))
    desk.config = CONFIG + "  reserve: {day: 10}\n"
    source = desk.write("people.csv", [human(1), human(2)])
    first = desk.run(source, on_match="create", mode="single")
    desk.clock.now += 90_000
    second = desk.resume(first.run_id)
    assert (first.state, first.exit_code, codes(desk, first)) == ("stopped", 3, ["new", "stopped"])
    assert codes(desk, second) == codes(desk, first)
    desk.sandbox.close()


def test_refusals_without_end_use_up_max_wait(desk: ImportDesk) -> None:
    desk.faults.next("bare_429", endpoint="contacts/bulk_create", times=100)
    began = desk.clock.now
    summary = desk.run(desk.write("people.csv", [human(1)]), max_wait="10m")
    assert (summary.state, codes(desk, summary)) == ("quota", ["quota"])
    assert 500 < desk.clock.now - began <= 600


def test_an_invitation_to_come_back_at_once_is_taken_once_a_second(desk: ImportDesk) -> None:
    sent_at = []
    sandbox = desk.line

    class AtOnce(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if not request.url.path.endswith("bulk_create"):
                return await sandbox.handle_async_request(request)
            sent_at.append(desk.clock.now)
            return httpx.Response(429, headers={"retry-after": "0"}, json={"message": "slow down"})

    desk.line = AtOnce()  # type: ignore[assignment]
    assert desk.run(desk.write("people.csv", [human(1)]), max_wait="20s").state == RunState.QUOTA
    assert all(later - earlier >= 1 for earlier, later in pairwise(sent_at))


def test_what_a_contact_lacks_is_asked_for_again_after_a_while(desk: ImportDesk) -> None:
    desk.faults.next(endpoint="contacts/update")  # the scope is tried first
    desk.faults.next("error_before", endpoint="contacts/update", times=2)
    began = desk.clock.now
    summary = desk.run(desk.write("people.csv", [human(1, Mobile="+1 212 555 0100")]))
    assert (summary.state, round(desk.clock.now - began)) == (RunState.FINISHED, 35)
    assert desk.sandbox.contacts[0]["phone_numbers"]


def test_a_contact_whose_address_was_dropped_gets_its_lists_and_numbers_all_the_same(
    desk: ImportDesk,
) -> None:
    desk.config = CONFIG + "constants: {label_names: [All]}\n"
    desk.faults.next("email_dropped", endpoint="contacts/bulk_create")
    first = desk.run(desk.write("people.csv", [human(1, Mobile="+1 212 555 0100", Lists="Fair")]))
    [contact] = desk.sandbox.contacts
    assert codes(desk, first) == ["email_dropped"]
    assert (len(contact["label_ids"]), len(contact["phone_numbers"])) == (2, 1)
    text = (desk.output / first.run_id / "failed.csv").read_text(encoding="utf-8-sig")
    (desk.folder / "edited.csv").write_text(text.replace("Fair", "Webinar"), encoding="utf-8")
    assert codes(desk, desk.run(desk.folder / "edited.csv")) == ["updated"]
    assert len(desk.sandbox.contacts[0]["label_ids"]) == 3
