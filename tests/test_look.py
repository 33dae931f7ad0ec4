"""`--dry-run --look`: what is foretold of each row is what happens, nothing is changed, and the quota is kept to."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pipeline.cli import program
from pipeline.ledger import RunState
from pipeline.reporter import Summary
from pipeline.sandbox import SANDBOX_KEY, Settings
from pipeline.sandbox.settings import Limits
from tests.import_desk import CONFIG, ImportDesk, human
from tests.sandbox_calls import Caller

ADA = {"first_name": "Ada", "last_name": "Example", "organization_name": "Works Ltd"}
SEARCH = "contacts/search"
CHANGING = (
    "contacts/create",
    "contacts/bulk_create",
    "contacts/update",
    "labels/add_entity_ids_to_label_names",
)


@pytest.fixture
def desk(tmp_path: Path) -> ImportDesk:
    return ImportDesk(tmp_path)


def there(desk: ImportDesk, **fields: Any) -> str:
    """A contact that Apollo has for an hour; returns its id."""
    made = Caller(desk.sandbox).create(**fields)
    desk.clock.now += 3600
    return str(made["id"])


def suggestions(desk: ImportDesk, summary: Summary) -> list[str]:
    return [row["suggestion"] for row in desk.results(summary.run_id)]


def row(**values: str) -> list[str]:
    """A row of Ada's with an address of her own, unless told otherwise."""
    said = {
        "First": "Ada",
        "Last": "Example",
        "Company": "Works Ltd",
        "Email": "ada@works.example",
        "Title": "CTO",
    }
    return human(0, **{**said, **values})


def looked(desk: ImportDesk, *rows: list[str], **rules: Any) -> Summary:
    return desk.run(desk.write("people.csv", rows), dry_run=True, look=True, **rules)


def fates(summary: Summary) -> dict[str, int]:
    assert summary.plan.looked is not None
    return {fate: fated.count for fate, fated in summary.plan.looked.fates.items()}


def test_who_is_not_there_would_be_created(desk: ImportDesk) -> None:
    assert suggestions(desk, looked(desk, row())) == ["would be created"]


def test_who_is_there_would_be_left_and_is_named(desk: ImportDesk) -> None:
    known = there(desk, **ADA, email="ada@works.example")
    assert suggestions(desk, looked(desk, row())) == [
        f"would be left: contact {known} is there already (same email address)"
    ]


def test_an_update_names_the_fields_that_would_change(desk: ImportDesk) -> None:
    known = there(desk, **ADA, email="ada@works.example", title="Engineer", mobile_phone="+1 202-555-0100")
    (told,) = suggestions(desk, looked(desk, row(Mobile="+1 202 555 0199"), on_match="update"))
    assert told == f"would update contact {known}: title, mobile_phone"
    (told,) = suggestions(desk, looked(desk, row(Title="Engineer", Mobile="+12025550100"), on_match="update"))
    assert told == f"would change nothing in contact {known}"


def test_an_update_tells_what_a_search_does_not_show(desk: ImportDesk) -> None:
    known = there(desk, **ADA, email="ada@works.example", title="CTO")
    (told,) = suggestions(desk, looked(desk, row(Lists="Guests"), on_match="update"))
    assert told == f"would change nothing in contact {known}; written unseen: label_names"


def test_a_namesake_with_another_address_would_be_left(desk: ImportDesk) -> None:
    known = there(desk, **ADA, email="other@works.example")
    for on_match in ("skip", "update"):
        assert suggestions(desk, looked(desk, row(), on_match=on_match)) == [
            f"would be left: contact {known} has this name and another email address"
        ]


def test_in_single_mode_apollo_would_write_over_a_namesake_his_address_too(desk: ImportDesk) -> None:
    known = there(desk, **ADA, email="other@works.example", title="CTO")
    told = suggestions(desk, looked(desk, row(), on_match="update", mode="single"))
    assert told == [f"would update contact {known}: email"]


def test_what_is_alike_and_not_equal_may_go_either_way(desk: ImportDesk) -> None:
    plus = there(desk, **ADA, email="ada+news@works.example")
    summary = looked(desk, row())
    (told,) = suggestions(desk, summary)
    assert told.startswith("ambiguous: ")
    assert plus in told
    assert told.endswith("; or would be created")
    assert summary.plan.looked is not None
    assert summary.plan.looked.words == "1 ambiguous (row 2)"


def test_two_contacts_of_one_address_are_ambiguous_only_where_one_would_be_changed(desk: ImportDesk) -> None:
    first, second = (there(desk, **ADA, email="ada@works.example", title=title) for title in ("CEO", "Chef"))
    assert fates(looked(desk, row())) == {"leave": 1}
    (told,) = suggestions(desk, looked(desk, row(), on_match="update"))
    assert told.startswith("ambiguous")
    assert first in told
    assert second in told


def test_without_asking_apollo_nothing_is_looked_for(desk: ImportDesk) -> None:
    there(desk, **ADA, email="ada@works.example")
    (told,) = suggestions(desk, looked(desk, row(), on_match="create"))
    assert told == "would be created: Apollo is not asked whether it has this contact"
    assert desk.calls(SEARCH) == 0


def test_rows_that_history_has_and_faulty_ones_are_not_looked_up(desk: ImportDesk) -> None:
    desk.run(desk.write("people.csv", [row()]))
    summary = looked(desk, row(), row(Email="no address"))
    assert suggestions(desk, summary)[0] == ""
    assert desk.calls(SEARCH) == 0
    assert fates(summary) == {}


def test_all_contacts_are_looked_at_where_that_takes_fewer_searches(desk: ImportDesk) -> None:
    for number in range(150):
        there(desk, first_name="Bo", last_name=f"Example{number}", email=f"bo{number}@works.example")
    rows = [human(number, Email=f"bo{number}@works.example") for number in range(140, 160)]
    assert fates(looked(desk, *rows)) == {"leave": 10, "create": 10}
    assert desk.calls(SEARCH) == 2


def test_each_row_is_looked_up_where_that_takes_fewer_searches(desk: ImportDesk) -> None:
    for number in range(210):
        there(desk, first_name="Bo", last_name=f"Example{number}", email=f"bo{number}@works.example")
    assert fates(looked(desk, human(1, Email="bo7@works.example"), human(2))) == {"leave": 1, "create": 1}
    assert desk.calls(SEARCH) == 4  # the first page, one by address, and of the other also one by name


@pytest.mark.parametrize("rules", [{}, {"on_match": "update"}, {"on_match": "update", "mode": "single"}])
def test_what_is_foretold_happens(desk: ImportDesk, rules: Mapping[str, str]) -> None:
    known = {
        "same": there(desk, first_name="Ada1", last_name="Example1", email="ada1@works1.example"),
        "nobody": there(desk, first_name="Ada2", last_name="Example2", organization_name="Works 2 Ltd"),
        "other": there(desk, first_name="Ada3", last_name="Example3", email="else@works3.example"),
        "free": there(desk, first_name="Ada4", last_name="Example4", email="ada4@gmail.com"),
    }
    rows = [human(number) for number in range(1, 8)]
    rows[3] = human(4, Email="another@gmail.com")
    rows[5] = human(6, Email="")
    rows[6] = human(7, Email="ada7@works1.example", First="Ada1", Last="Example1", Company="")
    summary = looked(desk, *rows, **rules)
    told = suggestions(desk, summary)
    desk.resume(summary.run_id)
    ended = desk.results(summary.run_id)
    for words, end in zip(told, ended, strict=True):
        expected = {"would be created": "new", "would be left": "in_apollo", "would update": "updated"}
        wanted = {"would change": "updated", **expected}
        (reason,) = [value for key, value in wanted.items() if words.startswith(key)]
        assert end["reason"] == reason, words
        assert not any(one in words for one in known.values()) or end["contact_id"] in words


def test_a_look_changes_nothing_and_costs_no_credit(desk: ImportDesk) -> None:
    there(desk, **ADA, email="ada@works.example")
    before = desk.sandbox.contacts
    asked = len(desk.sandbox.requests)
    looked(desk, row(Lists="Guests"), human(1, Mobile="+1 202 555 0100"), on_match="update")
    assert desk.sandbox.contacts == before
    sent = [request.endpoint for request in desk.sandbox.requests[asked:]]
    assert not set(sent) & set(CHANGING)
    assert "people/match" not in sent


def test_without_the_scope_the_dry_run_says_so_and_goes_on(tmp_path: Path) -> None:
    scopes = frozenset(("api/v1/contacts/bulk_create", "api/v1/users/api_profile"))
    desk = ImportDesk(tmp_path, Settings(keys={SANDBOX_KEY: scopes}))
    summary = looked(desk, row())
    assert summary.state is RunState.DRY_RUN
    assert summary.exit_code == 0
    assert suggestions(desk, summary) == [""]
    assert summary.plan.looked is not None
    assert (
        "1 not looked up (the key may not search contacts (scope api/v1/contacts/search)"
        in summary.plan.looked.words
    )


def test_the_quota_bounds_a_look_and_the_rest_is_said(tmp_path: Path) -> None:
    desk = ImportDesk(tmp_path, Settings(limits=Limits(None, 10, None), shuffle=False))
    people = [
        {"first_name": "Bo", "last_name": f"Example{number}", "email": f"bo{number}@works.example"}
        for number in range(150)
    ]
    for part in (people[:100], people[100:]):
        Caller(desk.sandbox).bulk(*part)
    desk.faults.next("teammate_drains", endpoint=SEARCH)
    began = desk.clock.time()
    summary = looked(
        desk, *[human(number, Email=f"bo{number}@works.example") for number in range(150)], human(999)
    )
    assert fates(summary) == {"leave": 100}
    assert summary.plan.looked is not None
    assert "51 not looked up (Apollo's quota for searches is used up" in summary.plan.looked.words
    assert desk.clock.time() - began < 60


def test_an_answer_that_fails_is_asked_for_again(desk: ImportDesk) -> None:
    desk.faults.next("error_before", endpoint=SEARCH)
    assert fates(looked(desk, row())) == {"create": 1}


def test_a_look_is_told_beside_what_happened(desk: ImportDesk) -> None:
    there(desk, **ADA, email="ada@works.example")
    summary = looked(desk, row(), human(1))
    after = desk.resume(summary.run_id)
    assert after.plan.looked is not None
    assert fates(after) == {"leave": 1, "create": 1}
    assert suggestions(desk, after) == ["", ""]


@pytest.mark.parametrize(
    ("told", "endpoint"),
    [
        ("constants: {contact_stage: Cold}\n", "contact_stages/index"),
        ("constants: {custom_fields: {Region: North}}\n", "typed_custom_fields/index"),
    ],
)
def test_without_the_names_that_the_config_has_nothing_is_looked_up_or_sent(
    tmp_path: Path, told: str, endpoint: str
) -> None:
    desk = ImportDesk(tmp_path, config=f"{CONFIG}{told}")
    desk.faults.next("error_before", endpoint=endpoint)
    summary = looked(desk, row())
    assert summary.plan.looked is not None
    assert "1 not looked up (Apollo did not tell the team's" in summary.plan.looked.words
    desk.faults.next("error_before", endpoint=endpoint)
    stopped = desk.run(desk.write("people.csv", [row()]))
    assert (stopped.state, stopped.exit_code) == (RunState.STOPPED, 3)
    assert desk.sandbox.contacts == []


def test_a_look_belongs_to_a_dry_run_and_needs_a_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, desk: ImportDesk
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("APOLLO_API_KEY", "APOLLO_API_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    source = str(desk.write("people.csv", [row()]))
    (tmp_path / "people.yaml").write_text(desk.config)
    words = ["run", source, "-c", "people.yaml", "--look"]
    alone = CliRunner().invoke(program, words, prog_name="contact-import")
    assert (alone.exit_code, "--look belongs to --dry-run" in alone.stderr) == (2, True)
    keyless = CliRunner().invoke(program, [*words, "--dry-run"], prog_name="contact-import")
    assert (keyless.exit_code, "There is no key" in keyless.stderr) == (2, True)
