import pytest

from pipeline.sandbox import Settings, build
from pipeline.sandbox.ids import derived
from tests.sandbox_calls import Caller, Clock

NO_ARRAY = {"error": 'Please provide an array of contact attributes in the "contact_attributes" parameter.'}


@pytest.fixture
def call() -> Caller:
    return Caller(build(clock=Clock()))


def person(number: int) -> dict[str, str]:
    return {"first_name": "Ann", "last_name": f"Lee{number}", "email": f"ann{number}@firm.example"}


def test_bulk_makes_contacts_and_answers_with_slim_objects(call: Caller) -> None:
    answer = call.bulk(person(1) | {"organization_name": "Firm"})
    assert list(answer["created_contacts"][0]) == [
        "id", "first_name", "last_name", "email", "title", "organization_name", "team_id", "owner_id",
        "contact_stage_id", "created_at", "updated_at",
    ]  # fmt: skip
    assert answer["created_contacts"][0]["team_id"] == call.sandbox.team_id


def test_bulk_leaves_existing_contacts_untouched_and_shows_no_company(call: Caller) -> None:
    made = call.create(**person(1), organization_name="Firm", title="Clerk")
    before = call.stored(made["id"])
    answer = call.bulk(person(1) | {"title": "Chief", "organization_name": "Other"})
    assert answer["created_contacts"] == []
    found = answer["existing_contacts"][0]
    assert (found["id"], found["title"]) == (made["id"], "Clerk")
    assert "organization_name" not in found
    assert call.stored(made["id"]) == before


def test_an_item_sees_those_made_before_it_in_the_same_batch(call: Caller) -> None:
    answer = call.bulk(person(1), person(1))
    assert len(call.sandbox.contacts) == 1
    assert [item["id"] for item in answer["existing_contacts"]] == [answer["created_contacts"][0]["id"]]


def test_bulk_without_run_dedupe_makes_the_same_person_again(call: Caller) -> None:
    call.bulk(person(1), person(1), run_dedupe=False)
    assert len(call.sandbox.contacts) == 2


def test_the_lists_of_bulk_are_in_no_order_unless_told() -> None:
    people = [person(number) for number in range(20)]
    sent = [item["email"] for item in people]
    for shuffle in (True, False):
        answer = Caller(build(Settings(shuffle=shuffle))).bulk(*people)
        got = [item["email"] for item in answer["created_contacts"]]
        assert sorted(got) == sorted(sent)
        assert (got != sent) is shuffle


@pytest.mark.parametrize(
    "body", [{}, {"contacts": "x"}, {"contacts": []}, {"contacts": [1]}, {"contact_attributes": {}}]
)
def test_bulk_without_an_array_of_contacts_is_a_422(call: Caller, body: dict[str, object]) -> None:
    refused = call("POST", "/contacts/bulk_create", body)
    assert (refused.status_code, refused.json()) == (422, NO_ARRAY)


def test_bulk_takes_a_hundred_and_no_more(call: Caller) -> None:
    assert len(call.bulk(*map(person, range(100)))["created_contacts"]) == 100
    refused = call("POST", "/contacts/bulk_create", {"contact_attributes": [person(n) for n in range(101)]})
    assert (refused.status_code, refused.json()) == (
        422,
        {"error": "Please limit your array to 100 contacts or fewer."},
    )


def test_the_other_name_of_the_array_is_taken_too(call: Caller) -> None:
    answer = call("POST", "/contacts/bulk_create", {"contact_attributes": [person(1)]})
    assert len(answer.json()["created_contacts"]) == 1


def test_one_malformed_id_refuses_the_whole_batch(call: Caller) -> None:
    refused = call(
        "POST", "/contacts/bulk_create", {"contacts": [person(1), person(2) | {"account_id": "x"}]}
    )
    assert refused.status_code == 422
    assert call.sandbox.contacts == []


def test_a_foreign_owner_is_refused(call: Caller) -> None:
    body = {"contacts": [person(1)], "owner_id": derived("user", "stranger")}
    assert call("POST", "/contacts/bulk_create", body).status_code == 422


def test_bulk_items_have_untyped_phones_only_and_no_lists_of_their_own(call: Caller) -> None:
    item = {"phone": "212-555-0100", "phone_numbers": [{"raw_number": "212-555-0101", "position": 0}]}
    call.bulk(
        person(1) | item | {"mobile_phone": "212-555-0102", "label_names": ["x"], "primary_title": "Chief"}
    )
    stored = call.sandbox.contacts[0]
    assert [(phone["raw_number"], phone["type"]) for phone in stored["phone_numbers"]] == [
        ("212-555-0100", None),
        ("212-555-0101", None),
    ]
    assert (stored["label_names"], stored["title"]) == ([], "Chief")


def test_appended_lists_go_to_the_contacts_that_were_made(call: Caller) -> None:
    old = call.create(**person(1))
    call.bulk(person(1), person(2), append_label_names=["Fair", "Fair"])
    by_id = {contact["id"]: contact["label_names"] for contact in call.sandbox.contacts}
    assert by_id.pop(old["id"]) == []
    assert list(by_id.values()) == [["Fair"]]


def found(call: Caller, **body: object) -> list[str]:
    answer = call("POST", "/contacts/search", body)
    assert answer.status_code == 200, answer.text
    return [contact["last_name"] for contact in answer.json()["contacts"]]


def test_search_shows_the_newest_first_in_pages(call: Caller) -> None:
    call.bulk(*map(person, range(30)))
    sort = {"sort_by_field": "contact_created_at", "sort_ascending": False}
    assert found(call, **sort, per_page=2) == ["Lee29", "Lee28"]
    assert found(call, **sort, per_page=25, page=2) == ["Lee4", "Lee3", "Lee2", "Lee1", "Lee0"]
    assert found(call, **sort, per_page=25, page=3) == []
    assert found(call, sort_by_field="contact_created_at", sort_ascending=True, per_page=2) == [
        "Lee0",
        "Lee1",
    ]
    assert len(found(call)) == 25


def test_search_answers_with_pagination_and_breadcrumbs(call: Caller) -> None:
    call.bulk(*map(person, range(3)))
    stage = derived("contact_stage", "Cold")
    body = {"q_keywords": "lee", "contact_stage_ids": [stage], "per_page": 2}
    answer = call("POST", "/contacts/search", body).json()
    assert answer["pagination"] == {"page": 1, "per_page": 2, "total_entries": 3, "total_pages": 2}
    assert answer["breadcrumbs"] == [
        {
            "label": "Contains Keywords",
            "signal_field_name": "q_keywords",
            "value": "lee",
            "display_name": "lee",
        },
        {
            "label": "Contact Stage",
            "signal_field_name": "contact_stage_ids",
            "value": stage,
            "display_name": "Cold",
        },
    ]
    assert "labels" not in answer


def test_search_by_words_looks_at_name_title_employer_and_address(call: Caller) -> None:
    call.create(
        first_name="Ann", last_name="Lee", title="Clerk", organization_name="Firm", email="al@x.example"
    )
    call.create(first_name="Bob", last_name="Ng")
    for words in ("ann LEE", "clerk", "FIRM", "al@x.example", "lee firm"):
        assert found(call, q_keywords=words) == ["Lee"]
    assert found(call, q_keywords="ann ng") == []


def test_search_filters_by_ids_stages_and_lists(call: Caller) -> None:
    stage = derived("contact_stage", "Replied")
    made = call.create(last_name="Lee", contact_stage_id=stage, label_names=["Fair"])
    call.create(last_name="Ng")
    label = call("GET", "/labels").json()[0]["id"]
    assert found(call, contact_ids=[made["id"]]) == ["Lee"]
    assert found(call, contact_stage_ids=[stage]) == ["Lee"]
    assert found(call, contact_label_ids=[label]) == ["Lee"]
    query = call("POST", "/contacts/search", params={"contact_label_ids[]": label, "per_page": 1})
    assert [contact["last_name"] for contact in query.json()["contacts"]] == ["Lee"]


def test_search_ends_at_fifty_thousand(call: Caller) -> None:
    assert found(call, page=500, per_page=100) == []
    refused = call("POST", "/contacts/search", {"page": 501, "per_page": 100})
    assert (refused.status_code, refused.json()) == (
        422,
        {"error": "Page * per page number is over threshold."},
    )


def test_a_page_has_a_hundred_at_most(call: Caller) -> None:
    call.bulk(*map(person, range(100)))
    call.bulk(person(100))
    assert len(found(call, per_page=500)) == 100


def test_a_new_contact_is_found_when_the_lag_is_over() -> None:
    clock = Clock()
    call = Caller(build(Settings(search_lag=30), clock=clock))
    call.create(last_name="Lee")
    clock.now += 29
    assert found(call) == []
    clock.now += 1
    assert found(call) == ["Lee"]


def test_search_can_be_kept_from_the_free_plan() -> None:
    call = Caller(build(Settings(plan="free", search_needs_paid_plan=True)))
    refused = call("POST", "/contacts/search", {})
    assert refused.status_code == 403
    assert refused.json() == {"message": "This endpoint is only available to Apollo users on paid plans."}


def test_search_by_last_change_puts_the_changed_one_first() -> None:
    clock = Clock()
    call = Caller(build(clock=clock))
    made = call.create(last_name="Lee")
    clock.now += 1
    call.create(last_name="Ng")
    clock.now += 1
    call("PATCH", f"/contacts/{made['id']}", {"title": "Chief"})
    assert found(call, sort_by_field="contact_updated_at") == ["Lee", "Ng"]
