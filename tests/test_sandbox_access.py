import json
from pathlib import Path

import httpx
import pytest

from pipeline.sandbox import Limits, Settings, build
from tests.sandbox_calls import Caller, Clock

SMALL = Settings(limits=Limits(2, 3, 10))
NEW_401 = "Invalid API key. See https://docs.apollo.io/reference/authentication for how to authenticate."


def rates(answer: httpx.Response) -> dict[str, str]:
    return {
        name: value
        for name, value in answer.headers.items()
        if "rate-limit" in name or "usage" in name or "left" in name
    }


@pytest.mark.parametrize("key", ["", "somebody-elses"])
def test_an_unknown_key_gets_a_401_in_plain_text_without_rate_headers(key: str) -> None:
    answer = Caller(build(), key)("POST", "/contacts", {})
    assert (answer.status_code, answer.text) == (401, NEW_401)
    assert answer.headers["content-type"].startswith("text/plain")
    assert rates(answer) == {}


def test_the_old_wording_of_a_401_can_be_had() -> None:
    assert (
        Caller(build(Settings(auth_text="old")), "no")("GET", "/labels").text == "Invalid access credentials."
    )


def test_a_key_may_call_what_its_scopes_name_and_gets_a_403_for_the_rest() -> None:
    settings = Settings(keys={"narrow": frozenset({"api/v1/contacts/create"})})
    call = Caller(build(settings), "narrow")
    assert call("POST", "/contacts", {"first_name": "Ann"}).status_code == 200
    refused = call("GET", "/labels")
    assert refused.status_code == 403
    assert refused.json() == {
        "error": "This API key is not authorized to access api/v1/labels/index. Request an API key from your "
        "administrator that includes this endpoint in its configured scope.",
        "error_code": "API_INACCESSIBLE",
    }
    assert rates(refused) == {}


def test_every_known_key_may_ask_for_its_team() -> None:
    sandbox = build(Settings(keys={"narrow": frozenset({"api/v1/contacts/create"})}))
    profile = Caller(sandbox, "narrow")("GET", "/users/api_profile").json()
    assert profile["team_id"] == sandbox.team_id
    assert len(sandbox.team_id) == 24


def test_two_sandboxes_are_two_teams() -> None:
    assert build().team_id != build().team_id


def test_a_contact_cannot_be_deleted_with_any_key() -> None:
    call = Caller(build())
    made = call.create(first_name="Ann")
    answer = call("DELETE", f"/contacts/{made['id']}")
    assert answer.status_code == 403
    assert answer.json()["error_code"] == "API_INACCESSIBLE"
    assert len(call.sandbox.contacts) == 1


def test_both_prefixes_lead_to_the_same_team() -> None:
    sandbox = build()
    made = Caller(sandbox, prefix="/v1").create(first_name="Ann")
    assert Caller(sandbox)("GET", f"/contacts/{made['id']}").json()["contact"]["first_name"] == "Ann"


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/nowhere"), ("PUT", "/labels"), ("GET", "/contacts/a/b")]
)
def test_an_unknown_endpoint_is_a_404(method: str, path: str) -> None:
    assert Caller(build())(method, path).status_code == 404


def test_a_path_outside_the_api_is_a_404() -> None:
    assert Caller(build(), prefix="")("GET", "/contacts").status_code == 404


def test_a_body_that_is_not_json_is_a_400() -> None:
    answer = Caller(build())("POST", "/contacts", content=b'{"first_name": ')
    assert answer.status_code == 400
    assert "JSON" in answer.json()["error"]


def test_the_rate_headers_count_the_request_that_they_answer() -> None:
    answer = Caller(build(Settings(plan="free")))("POST", "/contacts", {})
    assert rates(answer) == {
        "x-rate-limit-minute": "50", "x-minute-usage": "1", "x-minute-requests-left": "49",
        "x-rate-limit-hourly": "200", "x-hourly-usage": "1", "x-hourly-requests-left": "199",
        "x-rate-limit-24-hour": "600", "x-24-hour-usage": "1", "x-24-hour-requests-left": "599",
    }  # fmt: skip


def test_an_unlimited_window_has_an_empty_limit_and_no_usage() -> None:
    answer = Caller(build(Settings(limits=Limits(5, None, None))))("POST", "/contacts", {})
    assert rates(answer) == {
        "x-rate-limit-minute": "5", "x-minute-usage": "1", "x-minute-requests-left": "4",
        "x-rate-limit-hourly": "", "x-rate-limit-24-hour": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("plan", "path", "expected"),
    [
        ("basic", "/contacts/search", ("200", "400", "2000")),
        ("organization", "/contacts/search", ("200", "600", "6000")),
        ("free", "/people/bulk_match", ("20", "100", "600")),
        ("basic", "/people/match", ("1000", "", "")),
    ],
)
def test_each_plan_has_its_limits(plan: str, path: str, expected: tuple[str, str, str]) -> None:
    headers = Caller(build(Settings(plan=plan)))("POST", path, {"details": [{}]}).headers
    names = ("x-rate-limit-minute", "x-rate-limit-hourly", "x-rate-limit-24-hour")
    assert tuple(headers[name] for name in names) == expected


def test_a_full_minute_is_a_429_with_its_message_and_the_seconds_to_its_end() -> None:
    clock = Clock()
    call = Caller(build(SMALL, clock=clock))
    call.create()
    clock.now += 20.5
    call.create()
    refused = call("POST", "/contacts", {})
    assert refused.status_code == 429
    assert refused.json() == {
        "message": "The maximum number of api calls allowed for api/v1/contacts is 2 times per minute. "
        "Please upgrade your plan from https://app.apollo.io/#/settings/plans/upgrade."
    }
    assert refused.headers["retry-after"] == "40"
    assert refused.headers["x-minute-requests-left"] == "0"


def test_a_refused_request_is_not_counted() -> None:
    clock = Clock()
    call = Caller(build(SMALL, clock=clock))
    for _ in range(4):
        call("POST", "/contacts", {})
    clock.now += 60
    answer = call("POST", "/contacts", {})
    assert (answer.status_code, answer.headers["x-hourly-usage"]) == (200, "3")


def test_a_window_opens_again_at_the_first_request_after_its_end() -> None:
    clock = Clock()
    call = Caller(build(Settings(limits=Limits(1, None, None)), clock=clock))
    call.create()
    clock.now += 59.5
    assert call("POST", "/contacts", {}).status_code == 429
    clock.now += 30
    call.create()
    clock.now += 59
    refused = call("POST", "/contacts", {})
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")


def test_the_longest_full_window_gives_the_wait() -> None:
    clock = Clock()
    call = Caller(build(Settings(limits=Limits(1, 1, None)), clock=clock))
    call.create()
    refused = call("POST", "/contacts", {})
    assert refused.headers["retry-after"] == "3600"
    assert "1 times per hour" in refused.json()["message"]


def test_each_endpoint_has_windows_of_its_own() -> None:
    call = Caller(build(Settings(limits=Limits(1, None, None))))
    made = call.create()
    assert call("POST", "/contacts", {}).status_code == 429
    assert call("POST", "/contacts/search", {}).status_code == 200
    assert call("PATCH", f"/contacts/{made['id']}", {}).status_code == 200
    refused = call("PATCH", f"/contacts/{made['id']}", {})
    assert "api/v1/contacts/{contact_id} is 1 times" in refused.json()["message"]


def test_a_429_of_fields_has_its_own_words() -> None:
    call = Caller(build(Settings(limits=Limits(1, None, None))))
    call("GET", "/fields")
    assert call("GET", "/fields").json()["message"] == (
        "The maximum number of API calls allowed for api/v1/fields is 1 times per minute. To change your rate "
        "limit, upgrade your Apollo plan at https://app.apollo.io/#/settings/plans/upgrade."
    )


def test_windows_can_be_shortened() -> None:
    clock = Clock()
    call = Caller(build(Settings(limits=Limits(1, None, None), window_scale=0.01), clock=clock))
    call.create()
    assert call("POST", "/contacts", {}).headers["retry-after"] == "1"
    clock.now += 0.6
    call.create()


def test_a_refusal_for_its_content_is_counted() -> None:
    call = Caller(build(SMALL))
    refused = call("POST", "/contacts", {"account_id": "nonsense"})
    assert (refused.status_code, refused.headers["x-minute-usage"]) == (422, "1")


def test_usage_stats_tell_what_is_left() -> None:
    call = Caller(build(SMALL))
    call.create()
    stats = call("POST", "/usage_stats/api_usage_stats").json()
    assert stats['["api/v1/contacts", "create"]']["minute"] == {"limit": 2, "consumed": 1, "left_over": 1}


def test_the_date_is_that_of_the_given_clock() -> None:
    answer = Caller(build(clock=Clock(0.9)))("GET", "/auth/health")
    assert answer.headers["date"] == "Thu, 01 Jan 1970 00:00:00 GMT"
    assert answer.json() == {"healthy": True, "is_logged_in": True}


def test_latency_passes_before_a_request_is_carried_out() -> None:
    clock = Clock(1000.0)
    made = Caller(build(Settings(latency=0.3), clock=clock, sleep=clock.sleep)).create()
    assert (clock.slept, made["created_at"]) == ([0.3], "1970-01-01T00:16:40.300Z")


def test_everything_survives_a_restart(tmp_path: Path) -> None:
    file, clock = tmp_path / "team.db", Clock()
    first = build(SMALL, file, clock)
    call = Caller(first)
    made = call.create(first_name="Žofia", last_name="O'Neill", email="z@firm.example", label_names=["Fair"])
    call("PATCH", f"/contacts/{made['id']}", {"title": "Chief"})
    call("POST", "/fields", {"label": "Colour", "modality": "contact", "type": "string"})
    before = (first.team_id, first.contacts, first.requests)
    first.close()

    second = build(SMALL, file, clock)
    assert (second.team_id, second.contacts, second.requests) == before
    call = Caller(second)
    assert [label["name"] for label in call("GET", "/labels").json()] == ["Fair"]
    names = [field["name"] for field in call("GET", "/typed_custom_fields").json()["typed_custom_fields"]]
    assert "Colour" in names
    again = call("POST", "/contacts", {"email": "Z@firm.example", "run_dedupe": True})
    assert again.json()["contact"]["id"] == made["id"]
    assert call("POST", "/contacts", {}).status_code == 429
    assert len({logged.id for logged in second.requests}) == len(second.requests)
    second.close()


def test_credits_survive_a_restart(tmp_path: Path) -> None:
    settings = Settings(people=({"first_name": "Ann", "email": "ann@firm.example"},), credits=5)
    first = build(settings, tmp_path / "team.db")
    Caller(first)("POST", "/people/match", {"email": "ann@firm.example"})
    first.close()
    second = build(settings, tmp_path / "team.db")
    usage = Caller(second)("POST", "/usage_stats/credit_usage_stats").json()["credit_usage_stats"]
    assert usage["lead_credit"] == {"limit": 5, "consumed": 1, "left_over": 4}
    second.close()


def test_the_log_has_no_bodies_unless_asked() -> None:
    quiet, chatty = build(), build(keep_traffic=True)
    for sandbox in (quiet, chatty):
        Caller(sandbox).create(first_name="Ann")
    assert quiet.traffic == []
    assert json.loads(chatty.traffic[0].body) == {"first_name": "Ann"}
    assert (quiet.requests[0].endpoint, quiet.requests[0].status) == ("contacts/create", 200)


def test_the_old_wording_of_a_403_can_be_had() -> None:
    settings = Settings(keys={"narrow": frozenset({"api/v1/contacts/create"})}, auth_text="old")
    assert Caller(build(settings), "narrow")("GET", "/labels").json() == {
        "error": "api/v1/labels/index is not accessible with this api_key",
        "error_code": "API_INACCESSIBLE",
    }


@pytest.mark.parametrize(
    ("method", "path", "called"),
    [
        ("GET", f"/contacts/{'0' * 24}", "api/v1/contacts/{contact_id}. Request"),
        ("POST", "/fields", "api/v1/fields this api_key"),
    ],
)
def test_some_403s_call_their_endpoint_by_another_name(method: str, path: str, called: str) -> None:
    refused = Caller(build(Settings(keys={"narrow": frozenset()})), "narrow")(method, path)
    assert refused.status_code == 403
    assert called in refused.json()["error"]


def test_a_429_can_carry_the_code_that_one_witness_saw() -> None:
    call = Caller(build(Settings(limits=Limits(1, None, None), error_details=True)))
    call.create()
    body = call("POST", "/contacts", {}).json()
    assert body["error_details"] == {"code": "USAGE.RATE_LIMIT.API_RATE_LIMIT_EXCEEDED"}
    assert body["message"].endswith("/upgrade?source=api_rate_limit.")
