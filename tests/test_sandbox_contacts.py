import re

import pytest

from pipeline.sandbox import Settings, build
from pipeline.sandbox.ids import derived
from tests.sandbox_calls import Caller, Clock

ACCOUNT = "63f53afe4ceeca00016bdd2f"


@pytest.fixture
def call() -> Caller:
    return Caller(build(clock=Clock()))


def test_the_example_of_the_api_page_is_answered_as_documented(call: Caller) -> None:
    made = call.create(
        first_name="Mark",
        last_name="Twain",
        organization_name="Great American Writers Co.",
        email="mark@writers.example",
        website_url="https://www.writers.example",
        direct_phone="555-123-4567",
        mobile_phone="555-765-4321",
    )
    blank = {"status": "no_status", "dnc_status": None, "dnc_other_info": None, "dialer_flags": None}
    assert made["phone_numbers"] == [
        {
            "raw_number": "555-123-4567",
            "sanitized_number": "+15551234567",
            "type": "work_direct",
            "position": 0,
        }
        | blank,
        {"raw_number": "555-765-4321", "sanitized_number": "+15557654321", "type": "mobile", "position": 1}
        | blank,
    ]
    assert made["sanitized_phone"] == "+15551234567"
    assert (made["name"], made["organization_name"], made["organization_id"]) == (
        "Mark Twain",
        "Great American Writers Co.",
        None,
    )
    assert (made["email"], made["email_status"], made["email_true_status"]) == (
        "mark@writers.example",
        "verified",
        "User Managed",
    )
    assert "website_url" not in made
    assert re.fullmatch(r"[0-9a-f]{24}", made["id"])
    assert made["created_at"] == "2026-09-21T14:13:20.250Z"
    assert made["contact_stage_id"] == derived("contact_stage", "Cold")


def test_a_company_is_taken_from_the_address_unless_its_domain_is_free(call: Caller) -> None:
    assert call.create(email="test.contact.2026@example.com")["organization_name"] == "Selbstständig"
    assert call.create(email="a@acme.example")["organization_name"] == "Acme"
    assert call.create(email="a@gmail.com")["organization_name"] is None
    assert call.create(website_url="https://www.acme.example/team")["organization_name"] == "Acme"


@pytest.mark.parametrize(
    "address", ["nobody", "a@b", "a b@firm.example", "a@@firm.example", "a..b@firm.example"]
)
def test_an_invalid_address_is_ignored_with_200(call: Caller, address: str) -> None:
    made = call.create(first_name="Ann", email=address)
    assert (made["email"], made["email_status"], made["contact_emails"]) == (None, None, [])


@pytest.mark.parametrize("key", ["account_id", "contact_stage_id"])
@pytest.mark.parametrize("value", ["2342432", f"{ACCOUNT}sfsdf", 7, ["x"]])
def test_a_malformed_id_is_a_422_in_apollos_words(call: Caller, key: str, value: object) -> None:
    refused = call("POST", "/contacts", {"first_name": "Ann", key: value})
    assert refused.status_code == 422
    assert refused.json() == {"error": f"Parameters misconfigured. {value} is not a valid ID"}
    assert call.sandbox.contacts == []


def test_unknown_fields_are_ignored(call: Caller) -> None:
    made = call.create(first_name="Ann", shoe_size=42)
    assert "shoe_size" not in made
    before = call.stored(made["id"])
    call("PATCH", f"/contacts/{made['id']}", {"existence_level": "none"})
    assert call.stored(made["id"]) == before


def test_parameters_may_come_in_the_query(call: Caller) -> None:
    answer = call("POST", "/contacts", params={"first_name": "Ann", "label_names[]": ["a", "b"]})
    assert answer.json()["contact"]["first_name"] == "Ann"
    assert {label["name"] for label in answer.json()["labels"]} == {"a", "b"}


def test_lists_come_back_in_another_order(call: Caller) -> None:
    names = [f"list {number}" for number in range(8)]
    labels = call("POST", "/contacts", {"label_names": names}).json()["labels"]
    assert sorted(label["name"] for label in labels) == names
    assert [label["name"] for label in labels] != names
    assert {label["cached_count"] for label in labels} == {0}


@pytest.mark.parametrize(
    ("raw", "sanitized"),
    [
        ("(212) 555-0100", "+12125550100"), ("1 212 555 0100", "+12125550100"), ("+44 20 7946 0018", "+442079460018"),
        ("0044 20 7946 0018", "+442079460018"), ("212-555-0100 ext. 7", "+12125550100"), ("call me", None),
        ("555-0100", None),
    ],
)  # fmt: skip
def test_a_phone_is_kept_as_sent_and_sanitized_as_american(
    call: Caller, raw: str, sanitized: str | None
) -> None:
    phone = call.create(mobile_phone=raw)["phone_numbers"][0]
    assert (phone["raw_number"], phone["sanitized_number"], phone["type"]) == (raw, sanitized, "mobile")


def test_without_run_dedupe_the_same_address_makes_two_contacts(call: Caller) -> None:
    assert call.create(email="a@firm.example")["id"] != call.create(email="a@firm.example")["id"]


ORIGINAL = {
    "first_name": "Ann", "last_name": "Lee", "email": "ann@firm.example", "organization_name": "Firm Ltd",
    "person_id": "p1", "salesforce_lead_id": "s1", "title": "Clerk",
}  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        ({"id": "ORIGINAL"}, "id_match"),
        ({"salesforce_lead_id": "s1"}, "crm_id_match"),
        ({"person_id": "p1"}, "person_id_match"),
        ({"email": " ANN@Firm.example"}, "email_match"),
        (
            {"first_name": "ann", "last_name": "LEE", "organization_name": "firm ltd"},
            "name_and_company_match",
        ),
        ({"first_name": "Ann", "last_name": "Lee", "email": "a.lee@firm.example"}, "name_and_company_match"),
    ],
)
def test_each_step_of_matching_finds_the_contact(sent: dict[str, str], reason: str) -> None:
    call = Caller(build(Settings(emit_dedupe_result=True)))
    made = call.create(**ORIGINAL)
    wanted = {key: made["id"] if value == "ORIGINAL" else value for key, value in sent.items()}
    answer = call("POST", "/contacts", wanted | {"run_dedupe": True}).json()
    assert answer["contact"]["id"] == made["id"]
    assert answer["dedupe_result"] == {
        "found_existing": True, "match_reason": reason, "existing_contact_id": made["id"],
    }  # fmt: skip


@pytest.mark.parametrize(
    "sent",
    [
        {"email": "other@firm.example"},
        {"first_name": "Ann", "last_name": "Lee"},
        {"first_name": "Ann", "last_name": "Lee", "organization_name": "Elsewhere", "email": "ann@gmail.com"},
        {"last_name": "Lee", "organization_name": "Firm Ltd"},
        {},
    ],
)
def test_somebody_else_is_not_matched(call: Caller, sent: dict[str, str]) -> None:
    made = call.create(**ORIGINAL)
    assert call.create(**sent, run_dedupe=True)["id"] != made["id"]


def test_a_free_domain_is_no_company(call: Caller) -> None:
    first = call.create(first_name="Ann", last_name="Lee", email="ann@gmail.com")
    second = call.create(first_name="Ann", last_name="Lee", email="lee@gmail.com", run_dedupe=True)
    assert first["id"] != second["id"]


def test_an_earlier_step_wins_over_a_later_one(call: Caller) -> None:
    by_name = call.create(first_name="Ann", last_name="Lee", organization_name="Firm")
    by_email = call.create(email="other@elsewhere.example")
    sent = {
        "first_name": "Ann",
        "last_name": "Lee",
        "organization_name": "Firm",
        "email": "other@elsewhere.example",
    }
    assert call.create(**sent, run_dedupe=True)["id"] == by_email["id"] != by_name["id"]


def test_additional_addresses_are_matched_too(call: Caller) -> None:
    item = {"email": "a@firm.example", "contact_emails": [{"email": "second@firm.example", "position": 1}]}
    made = call.bulk(item)["created_contacts"][0]
    assert call.create(email="second@firm.example", run_dedupe=True)["id"] == made["id"]


def test_a_namesake_is_overwritten_address_and_all(call: Caller) -> None:
    made = call.create(**ORIGINAL)
    second = {
        "first_name": "Ann",
        "last_name": "Lee",
        "organization_name": "Firm Ltd",
        "email": "other.ann@firm.example",
    }
    changed = call.create(**second, run_dedupe=True)
    assert (changed["id"], changed["email"], changed["title"]) == (
        made["id"],
        "other.ann@firm.example",
        "Clerk",
    )
    assert changed["created_at"] == made["created_at"]
    history = call.stored(made["id"])["overwritten_by"]
    assert [entry["request"] for entry in history] == [call.sandbox.requests[-1].id]
    assert {"email", "contact_emails"} <= set(history[0]["keys"])
    assert call.create(email="ann@firm.example", run_dedupe=True)["id"] != made["id"]


@pytest.mark.parametrize("empty", ["", None])
def test_an_empty_value_clears_on_a_match_and_an_omitted_one_does_not(
    call: Caller, empty: str | None
) -> None:
    call.create(**ORIGINAL)
    changed = call.create(email="ann@firm.example", title=empty, run_dedupe=True)
    assert (changed["title"], changed["first_name"]) == (None, "Ann")


def test_ids_that_are_set_once_stay(call: Caller) -> None:
    call.create(**ORIGINAL)
    changed = call.create(email="ann@firm.example", person_id="p2", salesforce_lead_id="s2", run_dedupe=True)
    assert (changed["person_id"], changed["salesforce_lead_id"]) == ("p1", "s1")


def test_plus_suffixes_are_folded_only_if_told() -> None:
    for fold in (False, True):
        call = Caller(build(Settings(fold_plus_alias=fold)))
        made = call.create(email="ann+fair@firm.example")
        again = call.create(email="ann@firm.example", run_dedupe=True)
        assert (again["id"] == made["id"]) is fold


def test_dedupe_result_is_not_said_by_default(call: Caller) -> None:
    assert "dedupe_result" not in call("POST", "/contacts", ORIGINAL | {"run_dedupe": True}).json()


def test_a_contact_is_tagged_with_the_request_that_made_it(call: Caller) -> None:
    answer = call("POST", "/contacts", {"first_name": "Ann"})
    stored = call.sandbox.contacts[0]
    assert stored["made_by"] == answer.headers["x-request-id"] == call.sandbox.requests[0].id
    assert "made_by" not in answer.json()["contact"]


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_an_update_changes_what_is_sent(method: str) -> None:
    clock = Clock()
    call = Caller(build(clock=clock))
    made = call.create(**ORIGINAL)
    clock.now += 60
    changed = call(method, f"/contacts/{made['id']}", {"last_name": "Ng", "title": ""}).json()["contact"]
    different = {key for key in made if made[key] != changed[key]}
    assert different == {"last_name", "name", "title", "updated_at", "queued_for_crm_push"}
    assert (changed["name"], changed["title"]) == ("Ann Ng", None)


def test_an_update_replaces_lists(call: Caller) -> None:
    made = call.create(label_names=["old"])
    labels = call("PATCH", f"/contacts/{made['id']}", {"label_names": ["new"]}).json()["labels"]
    assert [label["name"] for label in labels] == ["new"]


def test_a_typed_phone_replaces_the_one_of_its_type_or_is_added(call: Caller) -> None:
    made = call.create(direct_phone="212-555-0100")
    path = f"/contacts/{made['id']}"
    call("PATCH", path, {"mobile_phone": "212-555-0101"})
    changed = call("PATCH", path, {"direct_phone": "212-555-0102"}).json()["contact"]
    assert [(phone["type"], phone["raw_number"]) for phone in changed["phone_numbers"]] == [
        ("work_direct", "212-555-0102"),
        ("mobile", "212-555-0101"),
    ]
    left = call("PATCH", path, {"direct_phone": ""}).json()["contact"]["phone_numbers"]
    assert [(phone["type"], phone["position"]) for phone in left] == [("mobile", 0)]


def test_an_unknown_contact_is_a_422_for_view_and_update(call: Caller) -> None:
    for method in ("GET", "PATCH"):
        refused = call(method, f"/contacts/{ACCOUNT}", {} if method == "PATCH" else None)
        assert (refused.status_code, refused.json()) == (
            422,
            {"error": "Oops! This contact does not exist in Apollo."},
        )


def field_id(name: str) -> str:
    return derived("custom_field", name)


@pytest.mark.parametrize(
    ("name", "value", "taken"),
    [
        ("Segment", "north", True), ("Segment", "x" * 41, False), ("Lead Score", "12.5", True),
        ("Lead Score", 12, True),
        ("Lead Score", "many", False), ("Birthday", "2025-08-07", True), ("Birthday", "7 August", False),
        ("Newsletter", "true", True), ("Newsletter", "maybe", False), ("Last Met At", "2025-08-07T10:00:00Z", True),
        ("Tier", derived("picklist_value", "Tier/Gold"), True), ("Tier", "Gold", False), ("Fleet Size", "3", False),
        ("Never Heard Of", "x", False),
    ],
)  # fmt: skip
def test_a_custom_field_takes_values_of_its_type_and_reports_others(
    call: Caller, name: str, value: object, taken: bool
) -> None:
    made = call.create(first_name="Ann", typed_custom_fields={field_id(name): value})
    assert (made["typed_custom_fields"] == {field_id(name): value}) is taken
    assert (field_id(name) in made["custom_field_errors"]) is not taken


def test_custom_fields_are_merged_and_cleared_one_by_one(call: Caller) -> None:
    made = call.create(typed_custom_fields={field_id("Segment"): "a", field_id("Lead Score"): "1"})
    body = {"typed_custom_fields": {field_id("Segment"): "", field_id("Lead Score"): "2"}}
    changed = call("PATCH", f"/contacts/{made['id']}", body).json()["contact"]
    assert changed["typed_custom_fields"] == {field_id("Lead Score"): "2"}
