"""`runs`, `show` and `report`: what happened, from the ledger."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import program
from pipeline.cli.looking import table
from pipeline.ledger import Ledger, Runs
from pipeline.reporter import Counts

Typed = Callable[..., Result]
PEOPLE = "First Name,Last Name,Company,Email\nAda,Byron,Looms,ada@example.com\nEve,Nil,Gap,no address\n"


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Types commands in a folder in which people.csv was sent to the sandbox, then tried dry."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    for name in ("APOLLO_API_KEY", "APOLLO_API_KEY_FILE", "CONTACT_IMPORT_OUTPUT"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "people.csv").write_text(PEOPLE)

    def run(*words: str) -> Result:
        return CliRunner().invoke(program, words)

    assert run("run", "people.csv", "--sandbox").exit_code == 1
    assert run("run", "people.csv", "--dry-run", "--sandbox").exit_code == 1
    return run


def all_runs(typed: Typed) -> list[dict[str, Any]]:
    return [json.loads(line) for line in typed("runs", "--json").stdout.splitlines()]


def test_runs_lists_the_newest_first(typed: Typed) -> None:
    dry, sent = all_runs(typed)
    assert (dry["state"], sent["state"]) == ("dry_run", "finished")
    assert sent["counts"] == {"read": 2, "created": 1, "duplicate": 0, "error": 1, "not_sent": 0}
    head, first, second = typed("runs").stdout.splitlines()
    assert " ".join(head.split()) == (
        "run started took state rows created duplicate error not sent source checksum config"
    )
    assert first.startswith(dry["run_id"])
    assert second.split()[-3] == "people.csv"
    assert sent["source_sha256"].startswith(second.split()[-2])
    assert second.endswith(sent["config"])
    assert sent["seconds"] >= 0


def test_where_nothing_was_run_runs_says_so_and_makes_no_ledger(typed: Typed) -> None:
    result = typed("runs", "-o", "elsewhere")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "no runs in elsewhere" in result.stderr
    assert not Path("elsewhere").exists()


@pytest.mark.parametrize("name", ["show", "report", "resume"])
def test_where_nothing_was_run_there_is_no_run_to_name(typed: Typed, name: str) -> None:
    result = typed(name, "latest", "-o", "elsewhere")
    assert (result.exit_code, result.stdout) == (2, "")
    assert not Path("elsewhere").exists()


def test_a_run_that_is_not_there_is_a_mistake(typed: Typed) -> None:
    result = typed("show", "20200101-000000-nobody")
    assert result.exit_code == 2
    assert "20200101-000000-nobody" in result.stderr


def test_show_tells_what_the_run_told(typed: Typed) -> None:
    _, sent = all_runs(typed)
    shown = typed("show", sent["run_id"])
    assert shown.exit_code == 0
    assert "created    1   1  new contact" in shown.stdout
    assert "row 3" in shown.stdout


def test_show_and_report_say_in_json_what_the_run_wrote(typed: Typed) -> None:
    _, sent = all_runs(typed)
    written = json.loads((Path(sent["folder"]) / "summary.json").read_text())
    for name in ("show", "report"):
        assert json.loads(typed(name, sent["run_id"], "--json").stdout) == written


def test_latest_is_the_newest_run_of_any_kind(typed: Typed) -> None:
    assert "dry run" in typed("show", "latest").stdout


def test_a_run_may_be_named_by_its_folder(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(all_runs(typed)[1]["folder"])
    for path in (f"{folder}/", str(folder), str(folder.resolve())):
        assert typed("show", path).exit_code == 0
    monkeypatch.chdir(folder)
    assert "new contact" in typed("show", ".").stdout


def test_show_writes_nothing_and_report_writes_the_files_again(typed: Typed) -> None:
    _, sent = all_runs(typed)
    results = Path(sent["folder"]) / "results.csv"
    results.unlink()
    typed("show", sent["run_id"])
    assert not results.exists()
    assert typed("report", sent["run_id"]).exit_code == 0
    assert results.read_text(encoding="utf-8-sig").count("\n") == 3


def test_the_page_quotes_faulty_cells_only_where_details_are_asked_for(typed: Typed) -> None:
    _, sent = all_runs(typed)
    page = Path(sent["folder"]) / "report.html"
    assert typed("report", sent["run_id"], "--details").exit_code == 0
    assert "no address" in page.read_text()
    assert typed("report", sent["run_id"]).exit_code == 0
    assert "no address" not in page.read_text()


def test_on_a_narrow_terminal_the_table_leaves_out_what_the_run_id_tells(typed: Typed) -> None:
    typed("runs")
    with Ledger.open(Path("output")) as ledger:
        found = [(run, Counts(read=2, created=2)) for run in Runs(ledger).all()]
    assert max(map(len, table(found, None))) > 80
    assert max(map(len, table(found, 80))) <= 80
    assert "source" not in table(found, 80)[0]
