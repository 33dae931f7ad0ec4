"""What each HTTP answer means for the rows it was about."""

import json
from typing import Any

import pytest

from pipeline.apollo import Answer, Call, Decision, Fault, Verdict, decide, words_of
from pipeline.apollo.answers import exhausted_window

CONTACT = {"contact": {"id": "66e34b81740c50074e3d1bd4"}}
BULK: dict[str, Any] = {"created_contacts": [], "existing_contacts": []}
HTML = "<!DOCTYPE html><html><title>502 Bad Gateway</title></html>"


def answer(
    call: Call, status: int | None, body: Any = None, text: str = "", fault: Fault | None = None
) -> Answer:
    written = text or (json.dumps(body) if body is not None else "")
    return Answer(call, status, body, written, {}, 0.0, 0.0, fault)


@pytest.mark.parametrize(
    ("call", "status", "body", "text", "expected"),
    [
        (Call.CREATE, 200, CONTACT, "", Decision(Verdict.DONE)),
        (Call.CREATE, 201, CONTACT, "", Decision(Verdict.DONE)),
        (Call.BULK_CREATE, 200, BULK, "", Decision(Verdict.DONE)),
        (Call.CREATE, 200, {"contact": {}}, "", Verdict.SETTLE),
        (Call.CREATE, 200, None, "{trunc", Verdict.SETTLE),
        (Call.BULK_CREATE, 200, {"created_contacts": []}, "", Verdict.SETTLE),
        (Call.CREATE, 200, None, HTML, Verdict.SETTLE),
        (
            Call.CREATE,
            422,
            {"error": "x is not a valid ID"},
            "",
            Decision(Verdict.REFUSED, "x is not a valid ID"),
        ),
        (Call.CREATE, 400, None, "", Decision(Verdict.REFUSED, "status 400")),
        (Call.CREATE, 413, None, "", Verdict.REFUSED),
        (Call.BULK_CREATE, 422, {"error": "no"}, "", Decision(Verdict.REFUSED, "no")),
        (Call.BULK_CREATE, 400, None, "", Verdict.SETTLE),
        (Call.BULK_CREATE, 413, None, "", Verdict.SETTLE),
        (Call.CREATE, 401, None, "Invalid API key.", Decision(Verdict.STOP, "Invalid API key.", stops=True)),
        (Call.CREATE, 403, {"error": "no scope"}, "", Decision(Verdict.FORBIDDEN, "no scope")),
        (Call.CREATE, 404, None, "", Verdict.STOP),
        (Call.UPDATE, 404, None, "", Verdict.STOP),
        (Call.UPDATE, 404, {"error": "Contact not found"}, "", Verdict.REFUSED),
        (Call.CREATE, 405, None, "", Verdict.STOP),
        (Call.CREATE, 429, {"message": "slow"}, "", Decision(Verdict.AGAIN, "slow")),
        (Call.CREATE, 302, None, "", Verdict.SETTLE),
        (Call.CREATE, 408, None, "", Verdict.SETTLE),
        (Call.CREATE, 409, None, "", Verdict.SETTLE),
        (Call.CREATE, 500, {"error": "oops"}, "", Decision(Verdict.SETTLE, "500 oops")),
        (Call.CREATE, 502, None, HTML, Decision(Verdict.SETTLE, "502")),
        (Call.CREATE, 100, None, "", Verdict.SETTLE),
    ],
)
def test_an_answer_is_decided_by_its_status_and_body(
    call: Call,
    status: int,
    body: Any,
    text: str,
    expected: Decision | Verdict,
) -> None:
    decision = decide(answer(call, status, body, text))
    assert (decision if isinstance(expected, Decision) else decision.verdict) == expected


@pytest.mark.parametrize(("status", "text"), [(401, ""), (404, ""), (405, ""), (302, ""), (200, HTML)])
def test_what_no_other_request_will_survive_stops_the_run(status: int, text: str) -> None:
    assert decide(answer(Call.CREATE, status, text=text)).stops


def test_a_request_that_never_left_is_sent_again_and_a_lost_one_is_settled() -> None:
    assert decide(answer(Call.CREATE, None, fault=Fault.UNSENT)).verdict is Verdict.AGAIN
    assert decide(answer(Call.CREATE, None, fault=Fault.LOST)).verdict is Verdict.SETTLE


@pytest.mark.parametrize(
    ("body", "text", "words"),
    [
        ({"error": "a"}, "", "a"),
        ({"message": "b"}, "", "b"),
        ({"status": "failed", "error_message": "c"}, "", "c"),
        ({"error_details": {"message": "d"}}, "", "d"),
        (None, "plain  text\n", "plain text"),
        (None, HTML, ""),
        ({"error": {"nested": 1}, "message": "e"}, "", "e"),
    ],
)
def test_apollos_words_are_found_wherever_they_stand(body: Any, text: str, words: str) -> None:
    assert words_of(answer(Call.CREATE, 422, body, text)) == words


def test_a_429_says_which_window_is_used_up() -> None:
    body = {
        "message": "The maximum number of api calls allowed for api/v1/contacts is 600 times per hour. Please …"
    }
    assert exhausted_window(answer(Call.CREATE, 429, body)) == (600, 3600)
    assert exhausted_window(answer(Call.CREATE, 429, {"message": "slow down"})) == (None, None)
