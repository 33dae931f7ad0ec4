"""What becomes of rows whose answers were lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.ledger import State
from pipeline.records import Reason
from pipeline.sandbox import Settings, ids
from tests.sending_desk import Desk, Told, person

WAYS = [(on_match, mode) for on_match in ("skip", "update", "create") for mode in ("bulk", "single")]
AFTER_COMMIT = ["reset_after", "error_after", "html_after", "truncated", "unreadable"]
BEFORE_COMMIT = ["reset_before", "error_before", "html_before"]

MARKER = ids.derived("custom_field", "Import Reference")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.close()


def reasons(rows: list[Told]) -> list[Reason | None]:
    return [row.reason for row in rows]


def creating(mode: str, on_match: str) -> str:
    return "contacts/create" if mode == "single" and on_match != "skip" else "contacts/bulk_create"


@pytest.mark.parametrize("fault", AFTER_COMMIT)
@pytest.mark.parametrize(("on_match", "mode"), WAYS)
def test_a_contact_whose_answer_was_lost_is_found_and_not_made_again(
    desk: Desk, on_match: str, mode: str, fault: str
) -> None:
    desk.faults.next(fault, endpoint=creating(mode, on_match))
    began = desk.clock.now
    rows = desk.send(
        [person(n, mobile_phone=f"+1 555 010{n}") for n in range(3)], on_match=on_match, mode=mode
    )
    assert Reason.SETTLED in reasons(rows)
    assert set(reasons(rows)) <= {Reason.SETTLED, Reason.NEW}
    assert len(desk.sandbox.contacts) == 3
    assert all(contact["phone_numbers"] for contact in desk.sandbox.contacts)
    assert desk.clock.now - began >= 330


@pytest.mark.parametrize("fault", BEFORE_COMMIT)
@pytest.mark.parametrize(("on_match", "mode"), WAYS)
def test_a_row_that_surely_left_no_contact_is_sent_again(
    desk: Desk, on_match: str, mode: str, fault: str
) -> None:
    desk.faults.next(fault, endpoint=creating(mode, on_match))
    rows = desk.send([person(n) for n in range(3)], on_match=on_match, mode=mode)
    assert reasons(rows) == [Reason.NEW] * 3
    assert len(desk.sandbox.contacts) == 3


@pytest.mark.parametrize(("on_match", "mode"), WAYS)
def test_a_request_that_apollo_goes_on_with_for_minutes_makes_no_second_contact(
    desk: Desk, on_match: str, mode: str
) -> None:
    desk.faults.next("late_commit", endpoint=creating(mode, on_match), strength=290)
    rows = desk.send([person(1)], on_match=on_match, mode=mode)
    assert reasons(rows) == [Reason.SETTLED]
    assert len(desk.sandbox.contacts) == 1


def test_a_row_lost_three_times_without_a_contact_is_a_server_error(desk: Desk) -> None:
    desk.faults.next("error_before", endpoint="contacts/bulk_create", times=3)
    rows = desk.send([person(1)])
    assert reasons(rows) == [Reason.SERVER_ERROR]
    assert rows[0].attempts == 3
    assert desk.sandbox.contacts == []


def test_an_item_that_the_answer_does_not_mention_is_looked_for(desk: Desk) -> None:
    desk.faults.next("item_dropped", endpoint="contacts/bulk_create")
    rows = desk.send([person(n) for n in range(5)])
    assert sorted(map(str, reasons(rows))) == ["new"] * 4 + ["settled"]
    assert len(desk.sandbox.contacts) == 5


@pytest.mark.parametrize("fault", ["partial_422", "partial_500"])
@pytest.mark.parametrize("on_match", ["skip", "create"])
def test_a_batch_of_which_a_part_was_made_is_completed_without_doubles(
    desk: Desk, on_match: str, fault: str
) -> None:
    desk.faults.next(fault, endpoint="contacts/bulk_create")
    rows = desk.send([person(n) for n in range(6)], on_match=on_match)
    assert {contact["email"] for contact in desk.sandbox.contacts} == {person(n).email for n in range(6)}
    assert len(desk.sandbox.contacts) == 6
    assert {row.outcome.contact_id for row in rows if row.outcome} == {c["id"] for c in desk.sandbox.contacts}


def test_other_rows_go_on_while_one_is_in_doubt(desk: Desk) -> None:
    desk.faults.next("reset_after", endpoint="contacts/create")
    desk.send([person(n) for n in range(20)], on_match="create", mode="single")
    creates = [request.at for request in desk.sandbox.requests if request.endpoint == "contacts/create"]
    assert max(creates) - min(creates) < 60


def test_where_search_is_refused_a_lost_answer_stays_unknown_and_the_row_is_not_sent_again(
    tmp_path: Path,
) -> None:
    scopes = frozenset({"api/v1/contacts/create", "api/v1/users/api_profile"})
    desk = Desk(tmp_path, settings=Settings(keys={"narrow": scopes}), key="narrow")
    desk.faults.next("reset_after", endpoint="contacts/create")
    rows = desk.send([person(1), person(2)], on_match="create", mode="single")
    assert reasons(rows) == [Reason.OUTCOME_UNKNOWN, Reason.NEW]
    assert len(desk.sandbox.contacts) == 2
    desk.close()


@pytest.mark.parametrize(("marker", "expected"), [(None, Reason.OUTCOME_UNKNOWN), (MARKER, Reason.SETTLED)])
def test_of_two_namesakes_made_at_that_time_only_the_marker_tells_ours(
    desk: Desk, marker: str | None, expected: Reason
) -> None:
    desk.faults.next("teammate_makes", "reset_after", endpoint="contacts/create")
    nameless = person(1, email=None)
    rows = desk.send([nameless], on_match="create", mode="single", marker=marker)
    assert reasons(rows) == [expected]
    assert len(desk.sandbox.contacts) == 2
    told = {row.outcome.contact_id for row in rows if row.outcome} - {""}
    assert "teammate" not in {c["made_by"] for c in desk.sandbox.contacts if c["id"] in told}


def test_with_a_marker_a_contact_that_a_teammate_made_at_that_time_is_not_taken_for_ours(desk: Desk) -> None:
    desk.faults.next("teammate_makes", "reset_after", endpoint="contacts/bulk_create")
    rows = desk.send([person(1)], on_match="skip", marker=MARKER)
    assert reasons(rows) == [Reason.IN_APOLLO]
    assert [contact["made_by"] for contact in desk.sandbox.contacts] == ["teammate"]


def test_apollo_that_goes_on_losing_answers_stops_the_run_after_three_probes(desk: Desk) -> None:
    desk.faults.next("error_before", endpoint="contacts/create", times=100)
    rows = desk.send([person(n) for n in range(30)], on_match="create", mode="single", concurrency=1)
    assert desk.failure is not None
    assert desk.failure.exit_code == 3
    assert "does not answer" in str(desk.failure)
    states = [row.state for row in rows]
    assert states.count(State.DOUBT) == 6
    assert states.count(State.PENDING) == 24
