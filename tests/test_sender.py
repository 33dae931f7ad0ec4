"""How rows reach Apollo, for each on_match and mode."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.config import Constants
from pipeline.records import Contact, Names, Reason
from pipeline.sandbox import Settings
from tests.sending_desk import Desk, Told, person

WAYS = [(on_match, mode) for on_match in ("skip", "update", "create") for mode in ("bulk", "single")]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.close()


def reasons(rows: list[Told]) -> list[Reason | None]:
    return [row.reason for row in rows]


@pytest.mark.parametrize(("on_match", "mode"), WAYS)
def test_new_people_become_contacts_whatever_the_way(desk: Desk, on_match: str, mode: str) -> None:
    rows = desk.send([person(n) for n in range(7)], on_match=on_match, mode=mode)
    assert reasons(rows) == [Reason.NEW] * 7
    made = {contact["id"]: contact["email"] for contact in desk.sandbox.contacts}
    assert {
        row.outcome.contact_id: f"ada{row.row - 2}@works{row.row - 2}.example" for row in rows if row.outcome
    } == made


@pytest.mark.parametrize(("on_match", "mode"), WAYS)
def test_typed_phones_website_lists_and_constants_arrive_whatever_the_way(
    desk: Desk, on_match: str, mode: str
) -> None:
    rich = person(
        1,
        email=None,
        website_url="https://works1.example",
        direct_phone="+1 555 0100",
        mobile_phone="+1 555 0101",
        label_names=("Fair",),
        custom_fields={"a" * 24: "kept"},
    )
    constants = Constants(fields={"title": "Founder", "contact_stage_id": "b" * 24}, label_names=("Webinar",))
    rows = desk.send([rich], constants=constants, on_match=on_match, mode=mode)
    [contact] = desk.sandbox.contacts
    assert reasons(rows) == [Reason.NEW]
    assert {phone["type"]: phone["raw_number"] for phone in contact["phone_numbers"]} == {
        "work_direct": "+1 555 0100",
        "mobile": "+1 555 0101",
    }
    assert sorted(contact["label_names"]) == ["Fair", "Webinar"]
    assert (contact["title"], contact["contact_stage_id"]) == ("Founder", "b" * 24)
    sent = [traffic.body for traffic in desk.sandbox.traffic if traffic.body]
    assert any("https://works1.example" in str(body) for body in sent)


def test_a_hundred_rows_travel_in_one_call(desk: Desk) -> None:
    desk.send([person(n) for n in range(250)], mode="bulk")
    assert desk.calls().count("contacts/bulk_create") == 3


def test_lists_are_added_for_a_hundred_contacts_at_once_though_their_phones_are_still_on_the_way(
    tmp_path: Path,
) -> None:
    desk = Desk(tmp_path, latency=0.2)
    humans = [
        person(n, mobile_phone=f"+1 555 01{n:02}", label_names=("Fair" if n % 2 else "Trip",))
        for n in range(60)
    ]
    desk.send(humans, mode="bulk")
    assert all(contact["label_names"] for contact in desk.sandbox.contacts)
    assert desk.calls().count("labels/add_entity_ids_to_label_names") == 2
    desk.close()


def test_skip_leaves_an_existing_contact_as_it_is(desk: Desk) -> None:
    desk.send([person(1, title="Chief")], run_id="before")
    rows = desk.send(
        [person(1, title="Other", first_name="Adele")], run_id="after", mode="bulk", on_match="skip"
    )
    assert desk.sandbox.contacts[0]["title"] == "Chief"
    assert reasons(rows) == [Reason.IN_HISTORY]


@pytest.mark.parametrize("mode", ["bulk", "single"])
def test_update_gives_an_existing_contact_the_rows_values_and_adds_its_lists(
    tmp_path: Path, mode: str
) -> None:
    desk = Desk(tmp_path / "one")
    desk.send([person(1, title="Chief", mobile_phone="+1 555 0100", label_names=("Old",))])
    desk.clock.now += 60
    other = Desk(tmp_path / "two", clock=desk.clock)
    other.sandbox, other.line = desk.sandbox, desk.line
    changed = person(1, title="Founder", label_names=("New",))
    rows = other.send([changed], on_match="update", mode=mode, constants=Constants(label_names=("Webinar",)))
    [contact] = desk.sandbox.contacts
    assert reasons(rows) == [Reason.UPDATED]
    assert contact["title"] == "Founder"
    assert contact["phone_numbers"][0]["raw_number"] == "+1 555 0100"
    assert sorted(contact["label_names"]) == ["New", "Old"]
    other.ledger.close()
    desk.close()


@pytest.mark.parametrize("mode", ["bulk", "single"])
def test_a_foreign_contact_is_told_from_a_created_one(tmp_path: Path, mode: str) -> None:
    desk = Desk(tmp_path / "one")
    desk.send([person(1)])
    desk.clock.now += 60
    other = Desk(tmp_path / "two", clock=desk.clock)
    other.sandbox, other.line = desk.sandbox, desk.line
    rows = other.send([person(1), person(2)], mode=mode)
    assert reasons(rows) == [Reason.IN_APOLLO, Reason.NEW]
    assert rows[0].outcome is not None
    assert rows[0].outcome.contact_id == desk.sandbox.contacts[0]["id"]
    other.ledger.close()
    desk.close()


@pytest.mark.parametrize(("on_match", "mode"), WAYS)
def test_two_people_of_one_name_and_company_get_a_contact_each(desk: Desk, on_match: str, mode: str) -> None:
    twins = [person(1, email="a@works1.example"), person(1, email="b@works1.example")]
    rows = desk.send(twins, on_match=on_match, mode=mode)
    assert reasons(rows) == [Reason.NEW, Reason.NEW]
    assert sorted(contact["email"] for contact in desk.sandbox.contacts) == [
        "a@works1.example",
        "b@works1.example",
    ]
    assert not any(contact["overwritten_by"] for contact in desk.sandbox.contacts if contact["email"] is None)


def test_a_namesake_that_others_made_is_never_overwritten_in_bulk(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "one")
    desk.send([person(1, email="a@works1.example", title="Chief")])
    other = Desk(tmp_path / "two", clock=desk.clock)
    other.sandbox, other.line = desk.sandbox, desk.line
    rows = other.send([person(1, email="b@works1.example", title="Other")], on_match="update", mode="bulk")
    assert reasons(rows) == [Reason.IN_APOLLO]
    assert "namesake" in rows[0].warnings
    assert [contact["title"] for contact in desk.sandbox.contacts] == ["Chief"]
    other.ledger.close()
    desk.close()


def test_one_refused_row_does_not_take_its_batch_with_it(desk: Desk) -> None:
    people = [person(n) for n in range(10)]
    people[4] = person(4, account_id="not an id")
    rows = desk.send(people, mode="bulk")
    assert reasons(rows) == [Reason.NEW] * 4 + [Reason.REFUSED] + [Reason.NEW] * 5
    assert rows[4].outcome is not None
    assert "not an id is not a valid ID" in rows[4].outcome.message


def test_a_row_refused_when_sent_singly_ends_with_apollos_words(desk: Desk) -> None:
    rows = desk.send([person(1, account_id="x"), person(2)], on_match="create", mode="single")
    assert reasons(rows) == [Reason.REFUSED, Reason.NEW]
    assert rows[0].outcome is not None
    assert rows[0].outcome.http_status == 422


def test_an_address_that_apollo_drops_is_said(desk: Desk) -> None:
    rows = desk.send([person(1, email="nowhere")], on_match="create", mode="single")
    assert reasons(rows) == [Reason.EMAIL_DROPPED]
    assert rows[0].outcome is not None
    assert rows[0].outcome.contact_id == desk.sandbox.contacts[0]["id"]


def test_unchanged_rows_of_a_later_run_cost_no_call(desk: Desk) -> None:
    people = [person(n) for n in range(3)]
    desk.send(people, run_id="monday")
    before = len(desk.sandbox.requests)
    rows = desk.send(people, run_id="tuesday", on_match="update")
    assert reasons(rows) == [Reason.IN_HISTORY] * 3
    assert len(desk.sandbox.requests) == before


def test_a_changed_row_of_a_later_run_is_sent_when_contacts_are_updated(desk: Desk) -> None:
    desk.send([person(1)], run_id="monday")
    rows = desk.send([person(1, title="Founder")], run_id="tuesday", on_match="update")
    assert reasons(rows) == [Reason.UPDATED]
    assert desk.sandbox.contacts[0]["title"] == "Founder"


def test_a_stage_by_name_is_sent_by_its_id(desk: Desk) -> None:
    names = Names(stages={"Cold": "c" * 24})
    desk.send([person(1, contact_stage="Cold")], names=names)
    assert desk.sandbox.contacts[0]["contact_stage_id"] == "c" * 24


def test_a_row_is_durably_sending_before_its_request_leaves(desk: Desk) -> None:
    seen: list[list[str]] = []
    desk.line.before = lambda _: seen.append([row.state.name for row in desk.results()])
    desk.send([person(1), person(2)], mode="single", on_match="create", concurrency=1)
    assert seen == [["SENDING", "PENDING"], ["DONE", "SENDING"]]


def test_untyped_phones_travel_along_in_bulk(desk: Desk) -> None:
    desk.send([person(1, mobile_phone="+1 555 0100")], phones="untyped")
    [contact] = desk.sandbox.contacts
    assert [phone["raw_number"] for phone in contact["phone_numbers"]] == ["+1 555 0100"]
    assert "contacts/update" not in desk.calls()


def test_a_refused_key_stops_the_run_and_leaves_its_rows_pending(desk: Desk) -> None:
    desk.key = "wrong"
    rows = desk.send([person(1)])
    assert [row.state.name for row in rows] == ["PENDING"]
    assert desk.failure is not None
    assert desk.failure.exit_code == 3
    assert "key" in str(desk.failure)


@pytest.mark.parametrize(("on_match", "mode"), WAYS)
def test_people_are_sent_whatever_little_is_known_of_them(desk: Desk, on_match: str, mode: str) -> None:
    few = [
        Contact(email="only@works.example"),
        Contact(first_name="Only", last_name="Name", organization_name="Works"),
    ]
    assert reasons(desk.send(few, on_match=on_match, mode=mode)) == [Reason.NEW, Reason.NEW]


@pytest.mark.parametrize(
    ("on_match", "mode"), [(on, mode) for on in ("skip", "update") for mode in ("bulk", "single")]
)
@pytest.mark.parametrize("order", [1, -1])
def test_two_addresses_that_differ_in_a_plus_suffix_are_two_people_also_where_apollo_folds_them(
    tmp_path: Path, on_match: str, mode: str, order: int
) -> None:
    desk = Desk(tmp_path, settings=Settings(fold_plus_alias=True))
    ann, anna = (
        person(1, email="ann@looms.example"),
        person(2, email="ann+news@looms.example", organization_name="Mills"),
    )
    rows = desk.send([ann, anna][::order], on_match=on_match, mode=mode)
    assert [row.reason for row in rows] == [Reason.NEW, Reason.NEW]
    there = {(contact["email"], contact["last_name"]) for contact in desk.sandbox.contacts}
    assert there == {("ann@looms.example", "Example1"), ("ann+news@looms.example", "Example2")}
    desk.close()
