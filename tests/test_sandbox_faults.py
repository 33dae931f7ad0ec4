import asyncio
from collections.abc import Mapping

import pytest

from pipeline.sandbox import FAULTS, ConnectionCut, Faults, Limits, Settings, build
from pipeline.sandbox.exchange import Call
from tests.sandbox_calls import Caller, Clock

ANN = {"first_name": "Ann", "last_name": "Lee", "email": "Ann+fair@firm.example", "organization_name": "Firm"}


class Bench:
    """A sandbox on a still clock, with faults to switch on."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.faults = Faults()
        self.clock = Clock()
        self.call = Caller(build(settings, clock=self.clock, faults=self.faults, sleep=self.clock.sleep))

    def names(self) -> list[str]:
        """Return whom the sandbox holds."""
        return [contact["last_name"] for contact in self.call.sandbox.contacts]


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.mark.parametrize(
    ("name", "status"), [("error_before", 500), ("html_before", 502), ("forbidden", 403), ("bare_429", 429)]
)
def test_a_fault_before_the_commit_leaves_nothing(bench: Bench, name: str, status: int) -> None:
    bench.faults.next(name)
    assert bench.call("POST", "/contacts", ANN).status_code == status
    assert bench.names() == []
    assert bench.call.create(**ANN)


@pytest.mark.parametrize(("name", "status"), [("error_after", 500), ("html_after", 502), ("unreadable", 200)])
def test_a_fault_after_the_commit_leaves_the_contact(bench: Bench, name: str, status: int) -> None:
    bench.faults.next(name)
    answer = bench.call("POST", "/contacts", ANN)
    assert answer.status_code == status
    assert b'"contact":{' not in answer.content
    assert bench.names() == ["Lee"]


@pytest.mark.parametrize(
    ("name", "left"), [("reset_before", []), ("reset_after", ["Lee"]), ("truncated", ["Lee"])]
)
def test_a_cut_connection_raises_in_process(bench: Bench, name: str, left: list[str]) -> None:
    bench.faults.next(name)
    with pytest.raises(ConnectionCut):
        bench.call("POST", "/contacts", ANN)
    assert bench.names() == left


def test_a_cut_connection_is_logged_without_a_status(bench: Bench) -> None:
    bench.faults.next("reset_after")
    with pytest.raises(ConnectionCut):
        bench.call("POST", "/contacts", ANN)
    assert [logged.status for logged in bench.call.sandbox.requests] == [0]
    assert bench.call.sandbox.contacts[0]["made_by"] == bench.call.sandbox.requests[0].id


def test_a_bare_429_has_no_headers_and_counts_for_nothing() -> None:
    bench = Bench(Settings(limits=Limits(1, None, None)))
    bench.faults.next("bare_429")
    refused = bench.call("POST", "/contacts", ANN)
    assert "retry-after" not in refused.headers
    assert "x-minute-usage" not in refused.headers
    assert bench.call.create(**ANN)


@pytest.mark.parametrize(
    ("name", "rated"), [("forbidden", False), ("html_after", False), ("error_after", True)]
)
def test_a_403_and_a_page_of_the_proxy_carry_no_rate_headers(bench: Bench, name: str, rated: bool) -> None:
    bench.faults.next(name)
    assert ("x-rate-limit-minute" in bench.call("POST", "/contacts", ANN).headers) is rated


def test_the_500_of_bulk_has_its_documented_words(bench: Bench) -> None:
    bench.faults.next("error_before")
    answer = bench.call("POST", "/contacts/bulk_create", {"contacts": [ANN]})
    assert answer.json() == {"error": "An error occurred while creating contacts. Please try again."}


def test_a_late_commit_happens_when_its_time_has_come(bench: Bench) -> None:
    bench.faults.next("late_commit", strength=20)
    with pytest.raises(ConnectionCut):
        bench.call("POST", "/contacts", ANN)
    bench.clock.now += 19
    assert bench.names() == []
    bench.clock.now += 5
    made = bench.call.sandbox.contacts[0]
    assert made["created_at"] == "2026-09-21T14:13:40.250Z"
    assert made["made_by"] == bench.call.sandbox.requests[0].id


def test_a_late_commit_comes_before_the_requests_after_its_time(bench: Bench) -> None:
    bench.faults.next("late_commit", strength=20)
    with pytest.raises(ConnectionCut):
        bench.call("POST", "/contacts", ANN)
    bench.clock.now += 20
    answer = bench.call.bulk(ANN)
    assert (len(answer["created_contacts"]), len(answer["existing_contacts"])) == (0, 1)


def test_closing_carries_out_what_is_late(bench: Bench) -> None:
    bench.faults.next("late_commit", strength=20)
    with pytest.raises(ConnectionCut):
        bench.call("POST", "/contacts", ANN)
    bench.call.sandbox.close()
    assert bench.names() == ["Lee"]


def test_slowness_passes_before_the_commit(bench: Bench) -> None:
    bench.faults.next("slow", strength=7)
    bench.call.create(**ANN)
    assert bench.clock.slept == [7]


def test_an_unreadable_body_is_not_json(bench: Bench) -> None:
    bench.faults.next("unreadable")
    answer = bench.call("POST", "/contacts", ANN)
    with pytest.raises(ValueError, match="utf-8"):
        answer.json()


def test_an_address_can_be_dropped_or_folded_and_a_company_rewritten(bench: Bench) -> None:
    bench.faults.next("email_dropped")
    assert bench.call.create(**ANN)["email"] is None
    bench.faults.next("email_normalised", "company_rewritten")
    made = bench.call.create(**ANN)
    assert (made["email"], made["organization_name"]) == ("ann@firm.example", "Firm Holdings")


def test_lists_of_a_match_are_added_to_or_replaced(bench: Bench) -> None:
    bench.call.create(**ANN, label_names=["old"])
    bench.call.create(**ANN, label_names=["new"], run_dedupe=True)
    assert bench.call.sandbox.contacts[0]["label_names"] == ["old", "new"]
    bench.faults.next("lists_replaced")
    bench.call.create(**ANN, label_names=["new"], run_dedupe=True)
    assert bench.call.sandbox.contacts[0]["label_names"] == ["new"]


def test_lagging_matching_does_not_see_what_is_too_young(bench: Bench) -> None:
    bench.call.create(**ANN)
    bench.faults.next("lagging_dedupe", strength=30)
    assert bench.call.bulk(ANN)["existing_contacts"] == []
    bench.clock.now += 30
    bench.faults.next("lagging_dedupe", strength=30)
    assert bench.call.bulk(ANN)["created_contacts"] == []


@pytest.mark.parametrize(("blind", "expected"), [((), 1), (("blind_dedupe",), 2)])
def test_two_requests_at_once_need_not_see_each_other(blind: tuple[str, ...], expected: int) -> None:
    gate = asyncio.Event()
    faults = Faults()
    for _ in range(2):
        faults.next("slow", *blind)

    async def both_wait(_: float) -> None:
        if gate.is_set():
            return
        gate.set()
        await asyncio.sleep(0)

    call = Caller(build(faults=faults, sleep=both_wait))

    async def at_once() -> None:
        body = ANN | {"run_dedupe": True}
        await asyncio.gather(call.later("POST", "/contacts", body), call.later("POST", "/contacts", body))

    asyncio.run(at_once())
    assert len(call.sandbox.contacts) == expected


def test_an_item_of_a_batch_can_be_made_without_being_answered_for(bench: Bench) -> None:
    bench.faults.next("item_dropped")
    answer = bench.call.bulk(*(ANN | {"email": f"{n}@firm.example", "first_name": str(n)} for n in range(5)))
    assert (len(answer["created_contacts"]), len(bench.names())) == (4, 5)


@pytest.mark.parametrize(("name", "status"), [("partial_422", 422), ("partial_500", 500)])
def test_a_batch_can_fail_after_half_of_it_was_made(bench: Bench, name: str, status: int) -> None:
    bench.faults.next(name)
    answer = bench.call("POST", "/contacts/bulk_create", {"contacts": [ANN] * 6})
    assert (answer.status_code, len(bench.names())) == (status, 3)


def test_search_can_be_refused(bench: Bench) -> None:
    bench.faults.next("search_refused", endpoint="contacts/search")
    bench.call.create(**ANN)
    assert bench.call("POST", "/contacts/search", {}).status_code == 403
    assert bench.call("POST", "/contacts/search", {}).status_code == 200


def test_a_teammate_makes_the_same_person_first(bench: Bench) -> None:
    bench.faults.next("teammate_makes")
    answer = bench.call.bulk(ANN)
    assert (len(answer["created_contacts"]), len(answer["existing_contacts"])) == (0, 1)
    assert bench.call.sandbox.contacts[0]["made_by"] == "teammate"


def test_a_teammate_changes_and_deletes_the_same_person(bench: Bench) -> None:
    made = bench.call.create(**ANN)
    path = f"/contacts/{made['id']}"
    bench.faults.next("teammate_changes")
    changed = bench.call("GET", path).json()["contact"]
    assert changed["present_raw_address"].startswith("Changed at")
    assert bench.call.stored(made["id"])["overwritten_by"][0]["request"] == "teammate"
    bench.faults.next("teammate_deletes")
    refused = bench.call("PATCH", path, {"title": "x"})
    assert refused.json() == {
        "error": "Cannot update contact as it is deleted.",
        "deleted_contact_ids": [made["id"]],
    }
    assert bench.call("GET", path).json() == {"error": "This contact has been deleted."}
    assert bench.names() == []
    assert bench.call("POST", "/contacts/search", {}).json()["contacts"] == []


def test_a_teammate_drains_a_window() -> None:
    bench = Bench(Settings(limits=Limits(20, None, None)))
    bench.faults.next("teammate_drains", strength=10)
    answer = bench.call("POST", "/contacts", ANN)
    assert answer.headers["x-minute-usage"] == "11"
    bench.faults.next("teammate_drains", strength=100)
    bench.call("POST", "/contacts", ANN)
    assert bench.call("POST", "/contacts", ANN).status_code == 429


def test_scripted_faults_strike_one_request_each_and_wait_for_their_endpoint(bench: Bench) -> None:
    bench.faults.next("error_before", endpoint="contacts/create", times=2)
    bench.call("GET", "/labels")
    statuses = [bench.call("POST", "/contacts", ANN).status_code for _ in range(3)]
    assert statuses == [500, 500, 200]


def test_a_rule_can_choose_by_the_request() -> None:
    def rule(call: Call) -> Mapping[str, float]:
        return {"forbidden": 1} if call.params.get("first_name") == "Ann" else {}

    call = Caller(build(faults=Faults(rule=rule)))
    assert call("POST", "/contacts", ANN).status_code == 403
    assert call("POST", "/contacts", ANN | {"first_name": "Bob"}).status_code == 200


def statuses(seed: int) -> list[int]:
    call = Caller(build(faults=Faults({"error_before": 0.3, "html_after": 0.3}, seed=seed)))
    return [call("POST", "/contacts", ANN).status_code for _ in range(30)]


def test_a_seed_gives_the_same_faults_again() -> None:
    assert statuses(1) == statuses(1) != statuses(2)
    assert set(statuses(1)) == {200, 500, 502}


def test_a_fault_strikes_only_where_it_makes_sense() -> None:
    call = Caller(build(faults=Faults({"search_refused": 1, "item_dropped": 1})))
    assert call("POST", "/contacts", ANN).status_code == 200
    assert call("GET", "/labels").status_code == 200


def test_an_unknown_fault_is_named() -> None:
    with pytest.raises(ValueError, match="'earthquake'"):
        Faults({"earthquake": 1})
    with pytest.raises(ValueError, match="'earthquake'"):
        Faults().next("earthquake")


@pytest.mark.parametrize("name", list(FAULTS))
def test_every_fault_can_strike_every_request_without_breaking_the_sandbox(name: str) -> None:
    bench = Bench()
    made = bench.call.create(**ANN)
    calls: tuple[tuple[str, str, object], ...] = (
        ("POST", "/contacts", ANN),
        ("POST", "/contacts/bulk_create", {"contacts": [ANN]}),
        ("PATCH", f"/contacts/{made['id']}", ANN),
        ("POST", "/contacts/search", {}),
        ("GET", "/labels", None),
    )
    for method, path, body in calls:
        bench.faults.next(name)
        try:
            bench.call(method, path, body)
        except ConnectionCut:
            continue
    assert bench.call("GET", "/auth/health").status_code == 200
