"""What a run's own copies tell about its rows afterwards."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from pipeline.ledger import Ledger, Runs
from pipeline.run import copies
from pipeline.sandbox import SANDBOX_KEY
from tests.import_desk import ImportDesk

HEADER = ("Name", "Firm", "Email", "Title")
CONFIG = """
columns:
  Name: name
  Firm: organization_name
  Email: email
  Title: title
"""


@pytest.mark.parametrize(("name", "told"), [("Example, Ada", "Ada Example"), ("=1+1", ""), ("", "")])
def test_whom_a_faulty_row_is_about_is_told_by_what_is_good_of_it(
    tmp_path: Path, name: str, told: str
) -> None:
    desk = ImportDesk(tmp_path, config=CONFIG)
    source = desk.write("people.csv", [[name, "Works Ltd", "nobody", "Boss"]], HEADER)
    [row] = desk.results(desk.run(source, dry_run=True).run_id)
    assert row["status"] == "error"
    assert (row["email"], row["name"], row["organization_name"]) == ("", told, "Works Ltd")


def test_a_dry_run_of_no_known_team_keeps_only_whom_its_rows_are_about(tmp_path: Path) -> None:
    desk = ImportDesk(tmp_path, config=CONFIG, key="")
    people = [
        ["Ada Example", "Works Ltd", "ada@works.example", "Boss"],
        ["Bob O", "Works Ltd", "nobody", "Boss"],
    ]
    summary = desk.run(desk.write("people.csv", people, HEADER), dry_run=True)
    with closing(sqlite3.connect(desk.output / "ledger.db")) as ledger:
        kept = ledger.execute("SELECT payload FROM rows ORDER BY row").fetchall()
    assert [json.loads(payload) for (payload,) in kept] == [
        {
            "first_name": "Ada",
            "last_name": "Example",
            "organization_name": "Works Ltd",
            "email": "ada@works.example",
        },
        {"first_name": "Bob", "last_name": "O", "organization_name": "Works Ltd"},
    ]
    assert [row["name"] for row in desk.results(summary.run_id)] == ["Ada Example", "Bob O"]


NEEDS_NAMES = CONFIG + "constants: {contact_stage: Cold}\n"


@pytest.mark.parametrize(
    "firm", ["Works Ltd", "n/a"], ids=["with others", "alone, as there is something to tell"]
)
@pytest.mark.parametrize("config", [CONFIG, NEEDS_NAMES])
def test_what_such_a_dry_run_did_not_keep_is_sent_when_it_is_resumed(
    tmp_path: Path, config: str, firm: str
) -> None:
    desk = ImportDesk(tmp_path, config=config, key="")
    people = [["Ada Example", firm, "ada@works.example", "Boss"]]
    shown = desk.run(desk.write("people.csv", people, HEADER), dry_run=True)
    desk.key = SANDBOX_KEY
    desk.faults.next("error_before", endpoint="contact_stages/index")
    sent = desk.resume(shown.run_id)
    if config is NEEDS_NAMES:
        assert (sent.counts.created, len(desk.sandbox.contacts)) == (0, 0)
        sent = desk.resume(shown.run_id)
    assert sent.counts.created == 1
    [contact] = desk.sandbox.contacts
    assert (contact["title"], contact["email"]) == ("Boss", "ada@works.example")


def test_a_file_that_changes_between_the_first_look_and_the_copy_is_read_as_the_copy_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = ImportDesk(tmp_path, config=CONFIG)
    source = desk.write("people.csv", [["Ada Example", "Works Ltd", "ada@works.example", "Boss"]], HEADER)
    keep = copies.keep_source

    def late(original: Path, folder: Path) -> tuple[Path, str]:
        original.write_text("Name,Firm,Email,Title\nZoë Müller,Works,zoe@works.example,Boss\n", "utf-16")
        return keep(original, folder)

    monkeypatch.setattr(copies, "keep_source", late)
    [row] = desk.results(desk.run(source, dry_run=True).run_id)
    assert row["name"] == "Zoë Müller"


def test_a_run_that_kept_only_whom_its_rows_are_about_is_never_taken_up_as_prepared(tmp_path: Path) -> None:
    desk = ImportDesk(tmp_path, config=CONFIG, key="")
    people = [["Ada Example", "Works Ltd", "ada@works.example", "Boss"]]
    shown = desk.run(desk.write("people.csv", people, HEADER), dry_run=True)
    with Ledger.open(desk.output) as ledger:
        run = Runs(ledger).get(shown.run_id)
        assert (run.prepared, run.who_only) == (True, True)
        taken_up = Runs(ledger).taken_up(run.key, None)
        assert (taken_up.prepared, taken_up.who_only) == (False, False)
