import hashlib

import pytest

from pipeline.sandbox import Settings, build
from pipeline.sandbox.ids import derived
from tests.sandbox_calls import Caller, Clock

ANN = {"first_name": "Ann", "last_name": "Lee", "email": "ann@firm.example", "phone": "+12125550100"}


@pytest.fixture
def call() -> Caller:
    return Caller(build(clock=Clock()))


def test_lists_are_a_bare_array_with_their_counts(call: Caller) -> None:
    call.create(label_names=["Fair", "Print"])
    call.create(label_names=["Fair"])
    labels = call("GET", "/labels").json()
    assert {label["name"]: label["cached_count"] for label in labels} == {"Fair": 2, "Print": 1}
    assert list(labels[0]) == [
        "_id", "cached_count", "concurrency_locks", "created_at", "modality", "name", "need_cached_count_update",
        "needs_count_update_at", "rule_config_template_id", "team_id", "updated_at", "user_id", "id", "key",
    ]  # fmt: skip


def test_a_list_is_made_once_per_kind(call: Caller) -> None:
    made = call("POST", "/labels", {"name": "Fair", "modality": "contacts"}).json()["label"]
    assert (made["name"], made["cached_count"], made["book_of_business"]) == ("Fair", 0, None)
    again = call("POST", "/labels", {"name": "Fair", "modality": "contacts"})
    assert (again.status_code, again.json()) == (
        422,
        {"error": "Fair already exists", "skip_alert_dialog": True},
    )
    assert call("POST", "/labels", {"name": "Fair", "modality": "accounts"}).status_code == 200


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"modality": "contacts"}, "Please enter a non-empty name!"),
        ({"name": "Fair"}, "Please enter a non-empty modality!"),
        ({"name": "Fair", "modality": "leads"}, "Please enter a valid modality!"),
    ],
)
def test_a_list_needs_a_name_and_a_kind(call: Caller, body: dict[str, str], text: str) -> None:
    refused = call("POST", "/labels", body)
    assert (refused.status_code, refused.json()) == (422, {"error": text})


def test_adding_by_name_adds_and_makes_lists_that_are_missing(call: Caller) -> None:
    made = [call.create(label_names=["Old"])["id"], call.create()["id"]]
    body = {"entity_ids": made, "label_names": ["Old", "New"], "modality": "contacts"}
    labels = call("POST", "/labels/add_entity_ids_to_label_names", body).json()["labels"]
    assert {label["name"]: label["cached_count"] for label in labels} == {"Old": 2, "New": 2}
    assert [sorted(contact["label_names"]) for contact in call.sandbox.contacts] == [["New", "Old"]] * 2


def test_removing_by_name_leaves_other_lists(call: Caller) -> None:
    made = call.create(label_names=["Old", "New"])["id"]
    body = {"entity_ids": [made], "label_names": ["Old", "Unheard"], "modality": "contacts"}
    call("POST", "/labels/remove_entity_ids_from_label_names", body)
    assert call.sandbox.contacts[0]["label_names"] == ["New"]


@pytest.mark.parametrize("body", [{}, {"label_names": ["x"]}, {"entity_ids": [derived("contact", "nobody")]}])
def test_adding_nothing_says_so(call: Caller, body: dict[str, object]) -> None:
    answer = call("POST", "/labels/add_entity_ids_to_label_names", body | {"modality": "contacts"})
    assert (answer.status_code, answer.json()) == (200, {"message": "No Models or Lists provided"})


def test_adding_to_an_unknown_kind_is_a_422(call: Caller) -> None:
    refused = call("POST", "/labels/add_entity_ids_to_label_names", {"modality": "leads"})
    assert (refused.status_code, refused.json()) == (422, {"error": "Invalid modality: leads."})


def test_adding_in_the_background_answers_with_a_job(call: Caller) -> None:
    made = call.create()["id"]
    body = {"entity_ids": [made], "label_names": ["Fair"], "modality": "contacts", "async": True}
    job = call("POST", "/labels/add_entity_ids_to_label_names", body).json()["entity_progress_job"]
    assert (job["job_type"], job["entity_ids"]) == ("add_entities_to_labels", [made])
    assert call.sandbox.contacts[0]["label_names"] == ["Fair"]


def test_stages_have_ids_that_are_the_same_everywhere(call: Caller) -> None:
    stages = call("GET", "/contact_stages").json()["contact_stages"]
    assert [stage["name"] for stage in stages] == [
        "Cold", "New", "Approaching", "Replied", "Interested", "Not Interested", "Unresponsive", "Do Not Contact",
        "Bad Data", "Changed Job",
    ]  # fmt: skip
    other = Caller(build())("GET", "/contact_stages").json()["contact_stages"]
    assert [stage["id"] for stage in stages] == [stage["id"] for stage in other]
    assert call.create()["contact_stage_id"] == stages[0]["id"]


def test_custom_fields_have_types_lengths_and_choices(call: Caller) -> None:
    shown = call("GET", "/typed_custom_fields").json()["typed_custom_fields"]
    fields = {field["name"]: field for field in shown}
    assert {field["type"] for field in shown} == {
        "string", "textarea", "number", "date", "datetime", "boolean", "picklist",
    }  # fmt: skip
    assert fields["Segment"]["text_field_max_length"] == 40
    assert [choice["name"] for choice in fields["Tier"]["picklist_values"]] == ["Gold", "Silver", "Bronze"]
    assert "picklist_values" not in fields["Segment"]


def test_fields_carry_the_kind_in_front_of_their_id(call: Caller) -> None:
    custom = call("GET", "/fields", params={"source": "custom"}).json()["fields"]
    assert f"contact.{derived('custom_field', 'Segment')}" in {field["id"] for field in custom}
    assert {field["source"] for field in custom} == {"custom"}
    every = call("GET", "/fields").json()["fields"]
    assert {field["source"] for field in every} == {"custom", "system"}


def test_a_new_field_takes_values_at_once(call: Caller) -> None:
    body = {"label": "Colour", "modality": "contact", "type": "string", "meta": {"max_length": 5}}
    made = call("POST", "/fields", body).json()["typed_custom_fields"][0]
    assert (made["name"], made["text_field_max_length"]) == ("Colour", 5)
    assert call.create(typed_custom_fields={made["id"]: "green"})["typed_custom_fields"] == {
        made["id"]: "green"
    }


def test_a_field_of_an_unknown_type_is_refused(call: Caller) -> None:
    body = {"label": "Colour", "modality": "contact", "type": "rainbow"}
    assert call("POST", "/fields", body).status_code == 422


def test_the_page_of_users_is_text(call: Caller) -> None:
    answer = call("GET", "/users/search", params={"page": 1}).json()
    assert answer["pagination"]["page"] == "1"
    assert answer["users"][0]["team_id"] == call.sandbox.team_id


def test_health_can_refuse_a_bad_key_or_say_so() -> None:
    assert Caller(build(), "bad")("GET", "/auth/health").status_code == 401
    polite = Caller(build(Settings(health_refuses=False)), "bad")("GET", "/auth/health")
    assert (polite.status_code, polite.json()["is_logged_in"]) == (200, False)


def test_enriching_a_contact_is_free() -> None:
    call = Caller(build(Settings(credits=0)))
    made = call.create(first_name="Ann", last_name="Lee", email="ann@firm.example")
    for asked in (
        {"email": "ANN@firm.example"},
        {"first_name": "Ann", "last_name": "Lee", "domain": "firm.example"},
        {"id": made["id"]},
    ):
        person = call("POST", "/people/match", asked).json()["person"]
        assert (person["contact_id"], person["contact"]["id"]) == (made["id"], made["id"])


def test_enriching_somebody_new_costs_credits_once() -> None:
    call = Caller(build(Settings(people=(ANN,), credits=20)))

    def left() -> int:
        profile = call("GET", "/users/api_profile", params={"include_credit_usage": "true"}).json()
        remaining: int = profile["num_credits_remaining"]
        return remaining

    hashed = hashlib.sha256(b"ann@firm.example").hexdigest()
    assert (
        call("POST", "/people/match", params={"hashed_email": hashed}).json()["person"]["first_name"] == "Ann"
    )
    assert left() == 19
    call("POST", "/people/match", {"first_name": "ann", "last_name": "lee", "reveal_phone_number": True})
    assert left() == 11
    call("POST", "/people/match", {"email": "ann@firm.example"})
    assert left() == 11


def test_an_unknown_person_is_null_and_free() -> None:
    call = Caller(build(Settings(credits=0)))
    answer = call("POST", "/people/match", {"email": "nobody@firm.example"}).json()
    assert answer["person"] is None
    assert isinstance(answer["request_id"], int)


def test_without_credits_enrichment_is_a_422() -> None:
    refused = Caller(build(Settings(people=(ANN,), credits=0)))(
        "POST", "/people/match", {"email": ANN["email"]}
    )
    assert refused.status_code == 422
    assert refused.json()["error_details"]["code"] == "BILLING.LIMIT.CREDITS_EXHAUSTED"


def test_many_matches_keep_their_positions() -> None:
    call = Caller(build(Settings(people=(ANN,))))
    details = [{"email": "nobody@firm.example"}, {"email": ANN["email"]}]
    answer = call("POST", "/people/bulk_match", {"details": details}).json()
    assert [person and person["first_name"] for person in answer["matches"]] == [None, "Ann"]
    assert (answer["missing_records"], answer["unique_enriched_records"], answer["credits_consumed"]) == (
        1,
        1,
        1,
    )


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "INVALID_REQUEST"),
        ({"details": [{}] * 11}, 400, "RECORD_LIMIT_EXCEEDED"),
        ({"details": ["x"]}, 422, "UNKNOWN_ERROR"),
    ],
)
def test_many_matches_need_one_to_ten_objects(
    call: Caller, body: dict[str, object], status: int, code: str
) -> None:
    refused = call("POST", "/people/bulk_match", body)
    assert (refused.status_code, refused.json()["error_code"]) == (status, code)
