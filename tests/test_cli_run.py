"""`run` and `resume` as they are typed: what is told, where, and the exit code."""

import json
from collections.abc import Callable
from csv import DictReader
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import program

Run = Callable[..., Result]

CONFIG = """\
columns:
  First: first_name
  Last: last_name
  Firm: organization_name
  Email: email
"""
HEADER = "First,Last,Firm,Email\n"
GOOD = HEADER + "Ada,Byron,Looms,ada@example.com\nMax,Muster,Werk,max@example.org\n"
FAULTY = GOOD + "Eve,Nil,Gap,not an address\n"


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Types a command in an empty folder that has people.csv, faulty.csv and my.yaml."""
    monkeypatch.chdir(tmp_path)
    for name in ("APOLLO_API_KEY", "APOLLO_API_KEY_FILE", "APOLLO_BASE_URL", "CONTACT_IMPORT_OUTPUT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "people.csv").write_text(GOOD)
    (tmp_path / "faulty.csv").write_text(FAULTY)
    (tmp_path / "my.yaml").write_text(CONFIG)

    def run(*words: str, **variables: str) -> Result:
        return CliRunner().invoke(program, words, env=variables)

    return run


def objects(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def is_one_clear_message(result: Result) -> bool:
    """Exit 2, and a sentence on stderr instead of a traceback; nothing on stdout."""
    started = result.stderr.count("contact-import: ")
    return (result.exit_code, result.stdout, started, "Traceback" in result.stderr) == (2, "", 1, False)


def test_a_good_file_is_exit_0_and_its_summary_adds_up(typed: Run) -> None:
    result = typed("run", "people.csv", "-c", "my.yaml", "--sandbox")
    assert result.exit_code == 0
    assert "created    2   2  new contact" in result.stdout
    assert "rows       2" in result.stdout
    assert result.stdout.splitlines()[-1].startswith("Reports: output/")
    assert "Next:" not in result.stdout
    assert "nothing goes to Apollo" in result.stderr


def test_rows_in_error_are_exit_1_with_the_next_command_in_the_last_line(typed: Run) -> None:
    result = typed("run", "faulty.csv", "-c", "my.yaml", "--sandbox", "-o", "my runs")
    assert result.exit_code == 1
    last = result.stdout.splitlines()[-1]
    assert "Next: contact-import run 'my runs/" in last
    assert "/failed.xlsx'" in last
    assert last.endswith("-o 'my runs' --sandbox")
    assert ": row 4" in result.stdout


def test_a_row_that_repeats_another_names_that_ones_contact(typed: Run, tmp_path: Path) -> None:
    (tmp_path / "twice.csv").write_text(GOOD + "Ada,Byron,Looms,ADA@example.com\n")
    typed("run", "twice.csv", "-c", "my.yaml", "--sandbox")
    (run,) = tmp_path.glob("output/*-twice")
    lines = (run / "results.csv").read_text("utf-8-sig").splitlines()
    contacts = [row["contact_id"] for row in DictReader(lines)]
    assert contacts[2] == contacts[0] != contacts[1]
    assert all(contacts)


def test_with_json_stdout_has_one_object_a_run_and_nothing_else(typed: Run) -> None:
    result = typed("run", "people.csv", "gone.csv", "faulty.csv", "-c", "my.yaml", "--sandbox", "--json")
    good, faulty = objects(result)
    assert (good["state"], good["counts"]["created"], good["exit_code"]) == ("finished", 2, 0)
    assert "gone.csv is not there" in result.stderr
    assert (faulty["counts"]["duplicate"], faulty["counts"]["error"]) == (2, 1)
    assert result.exit_code == 2


def test_quiet_is_silent_about_a_run_in_which_nothing_went_wrong(typed: Run) -> None:
    result = typed("run", "people.csv", "-c", "my.yaml", "--sandbox", "--quiet")
    assert (result.exit_code, result.output) == (0, "")


def test_quiet_tells_what_went_wrong(typed: Run) -> None:
    result = typed("run", "faulty.csv", "-c", "my.yaml", "--sandbox", "--quiet")
    assert result.exit_code == 1
    assert "Errors" in result.stdout
    assert "new contact" not in result.stdout


def test_verbose_says_what_each_reason_means(typed: Run) -> None:
    assert (
        "Apollo made a new contact."
        in typed("run", "people.csv", "-c", "my.yaml", "--sandbox", "--verbose").stdout
    )


def test_quiet_and_verbose_exclude_each_other(typed: Run) -> None:
    result = typed("run", "people.csv", "--sandbox", "--quiet", "--verbose")
    assert result.exit_code == 2
    assert "--quiet and --verbose" in result.stderr


def test_a_dry_run_needs_no_key_and_tells_the_plan(typed: Run) -> None:
    result = typed("run", "people.csv", "-c", "my.yaml", "--dry-run")
    assert result.exit_code == 0
    assert "not sent   2   2  would be sent" in result.stdout
    assert "To send them: at most 1 call (1 for up to 100 new contacts)" in result.stdout


def test_a_dry_run_that_is_resumed_sends_what_it_showed(typed: Run) -> None:
    dry = objects(typed("run", "people.csv", "-c", "my.yaml", "--dry-run", "--sandbox", "--json"))[0]
    assert "resume" in dry["next_command"]
    result = typed("resume", dry["run_id"], "--sandbox")
    assert result.exit_code == 0
    assert "created    2   2  new contact" in result.stdout


def test_resume_of_the_latest_run_passes_over_dry_runs(typed: Run) -> None:
    typed("run", "people.csv", "-c", "my.yaml", "--dry-run")
    assert is_one_clear_message(typed("resume", "latest", "--sandbox"))


@pytest.mark.parametrize("command", ["resume", "retry"])
def test_where_there_are_only_dry_runs_latest_says_so(typed: Run, command: str) -> None:
    typed("run", "people.csv", "-c", "my.yaml", "--dry-run")
    result = typed(command, "latest", "--sandbox")
    assert is_one_clear_message(result)
    assert "only dry runs" in result.stderr


def test_limit_reads_no_row_beyond(typed: Run) -> None:
    result = typed("run", "people.csv", "-c", "my.yaml", "--dry-run", "--limit", "1", "--json")
    assert objects(result)[0]["counts"]["read"] == 1


def test_an_option_is_stronger_than_the_config(typed: Run) -> None:
    Path("twice.csv").write_text(GOOD + "Ada,Byron,Looms,ada@example.com\n")
    both = ("run", "twice.csv", "-c", "my.yaml", "--dry-run", "--json")
    assert objects(typed(*both))[0]["counts"]["duplicate"] == 1
    assert objects(typed(*both, "--dedupe", "none"))[0]["counts"]["duplicate"] == 0


def test_again_sends_what_was_sent_before(typed: Run) -> None:
    words = ("run", "people.csv", "-c", "my.yaml", "--sandbox", "--json")
    typed(*words)
    assert objects(typed(*words))[0]["reasons"] == {"in_history": 2}
    assert objects(typed(*words, "--again"))[0]["reasons"] == {"in_apollo": 2}


def test_the_output_folder_comes_from_the_environment_unless_it_is_told(typed: Run) -> None:
    typed("run", "people.csv", "-c", "my.yaml", "--dry-run", CONTACT_IMPORT_OUTPUT="from env")
    typed("run", "people.csv", "-c", "my.yaml", "--dry-run", "-o", "told", CONTACT_IMPORT_OUTPUT="from env")
    assert [len(list(Path(name).glob("2*"))) for name in ("from env", "told")] == [1, 1]


def test_without_a_config_the_one_that_fits_is_taken_and_told(typed: Run) -> None:
    Path("configs").mkdir()
    Path("configs/firms.yaml").write_text(CONFIG)
    Path("configs/broken.yaml").write_text("columns: [")
    result = typed("run", "people.csv", "--dry-run")
    assert result.exit_code == 0
    assert f"config {Path('configs/firms.yaml')}" in result.stderr
    assert "broken.yaml was passed over" in result.stderr


def test_failed_rows_find_the_config_again_that_says_how_to_read_their_original(
    typed: Run, tmp_path: Path
) -> None:
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs" / "own.yaml").write_text(CONFIG + "source: {delimiter: ';', header_row: 2}\n")
    (tmp_path / "semi.csv").write_text("a report\n" + FAULTY.replace(",", ";"))
    typed("run", "semi.csv", "--sandbox")
    (failed,) = tmp_path.glob("output/*/failed.csv")
    result = typed("run", str(failed), "--sandbox", "--json")
    assert objects(result)[0]["reasons"] == {"invalid_email": 1}
    assert "own.yaml" in result.stderr


def test_without_a_config_that_fits_the_missing_columns_are_named(typed: Run) -> None:
    Path("odd.csv").write_text("First,Last,Firm\nAda,Byron,Looms\n")
    Path("configs").mkdir()
    Path("configs/firms.yaml").write_text(CONFIG)
    result = typed("run", "odd.csv", "--dry-run")
    assert is_one_clear_message(result)
    assert "not in the file: Email." in result.stderr


def test_no_config_is_taken_that_passes_over_addresses_and_phones(typed: Run) -> None:
    header = "First Name,Last Name,Company Name,Work Email,Phone"
    Path("leads.csv").write_text(f"{header}\nAda,Byron,Looms,ada@example.com,+1 212 555 0101\n")
    result = typed("run", "leads.csv", "--dry-run")
    assert is_one_clear_message(result)
    assert "it would leave out: Work Email, Phone." in result.stderr
    assert "`init leads.csv`" in result.stderr


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("gone.csv", None, "not there"),
        ("empty.csv", b"", "is empty"),
        ("blank.csv", b"\n\n,,\n", "blank"),
        ("alien.csv", b"Fruit,Price\nApple,3\n", 'column "Email" is not in the file'),
        ("page.csv", b"<html><body>Please log in</body></html>", "web page"),
        ("broken.xlsx", b"PK\x03\x04 cut off", "damaged"),
    ],
)
def test_a_source_that_cannot_be_used_is_one_clear_message(
    typed: Run, name: str, content: bytes | None, words: str
) -> None:
    if content is not None:
        Path(name).write_bytes(content)
    result = typed("run", name, "-c", "my.yaml", "--sandbox")
    assert is_one_clear_message(result)
    assert words in result.stderr
    assert not list(Path("output").glob("2*"))


def test_a_folder_is_no_source(typed: Run) -> None:
    Path("folder").mkdir()
    result = typed("run", "folder", "-c", "my.yaml", "--sandbox")
    assert is_one_clear_message(result)
    assert "is a folder" in result.stderr


def test_an_unknown_sheet_is_a_mistake_that_names_those_there_are(typed: Run) -> None:
    workbook = Path(__file__).parents[1] / "sample_data" / "people.xlsx"
    result = typed("run", str(workbook), "-c", "my.yaml", "--sandbox", "--sheet", "Poeple")
    assert is_one_clear_message(result)
    assert "“People”" in result.stderr


def test_a_config_with_many_mistakes_tells_them_all_at_once(typed: Run) -> None:
    Path("bad.yaml").write_text(
        "columns:\n  A: frist_name\n  B: compny\n  C: emial\n  D: {feild: email}\n  E: {field: email, part: 1}\n"
        "  C: title\ndedup: {}\nsend: {mode: fast, max_wait: soon}\nversion: 2\n"
    )
    result = typed("run", "people.csv", "-c", "bad.yaml", "--sandbox")
    assert is_one_clear_message(result)
    assert "bad.yaml has 10 mistakes" in result.stderr
    assert result.stderr.count("  line ") == 10


def test_a_config_that_is_not_there_is_a_mistake(typed: Run) -> None:
    assert is_one_clear_message(typed("run", "people.csv", "-c", "gone.yaml", "--sandbox"))


def test_a_column_that_stands_twice_in_the_file_is_told_apart(typed: Run) -> None:
    Path("twice.csv").write_text(
        "First,Last,Firm,Email,Email\nAda,Byron,Looms,ada@example.com,b@example.com\n"
    )
    result = typed("run", "twice.csv", "-c", "my.yaml", "--dry-run")
    assert result.exit_code == 0
    assert "Email (2)" in result.stdout


def test_a_command_with_a_slip_is_told_with_the_likely_one() -> None:
    result = CliRunner().invoke(program, ["runn", "people.csv"])
    assert result.exit_code == 2
    assert "Did you mean 'run'?" in result.stderr


def test_a_source_that_is_missing_is_told_before_a_key_that_is(typed: Run) -> None:
    result = typed("run", "gone.csv", "-c", "my.yaml")
    assert is_one_clear_message(result)
    assert "gone.csv" in result.stderr
    assert "no key" not in result.stderr


def test_without_a_key_nothing_is_begun(typed: Run) -> None:
    result = typed("run", "people.csv", "faulty.csv", "-c", "my.yaml")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "APOLLO_API_KEY" in result.stderr
    assert "not begun: faulty.csv" in result.stderr


def test_a_wrong_base_url_is_a_mistake(typed: Run) -> None:
    assert is_one_clear_message(
        typed("run", "people.csv", "-c", "my.yaml", APOLLO_API_KEY="k", APOLLO_BASE_URL="api.example")
    )


@pytest.mark.parametrize(
    ("option", "value"),
    [("--max-wait", "soon"), ("--max-errors", "some"), ("--concurrency", "0"), ("--limit", "0")],
)
def test_an_option_with_a_bad_value_is_named_as_it_was_typed(typed: Run, option: str, value: str) -> None:
    result = typed("run", "people.csv", "-c", "my.yaml", "--sandbox", option, value)
    assert result.exit_code == 2
    assert option in result.stderr.splitlines()[0]


def test_an_output_that_is_a_file_is_a_mistake(typed: Run) -> None:
    for words in (("--sandbox",), ("--dry-run",)):
        assert is_one_clear_message(typed("run", "people.csv", "-c", "my.yaml", "-o", "my.yaml", *words))


def test_too_many_faulty_rows_stop_the_run_and_the_next_source_is_named(typed: Run) -> None:
    result = typed("run", "faulty.csv", "people.csv", "-c", "my.yaml", "--sandbox", "--max-errors", "0")
    assert result.exit_code == 3
    assert "not begun: people.csv" in result.stderr
    assert "max_errors" in result.stderr
    assert "not sent   2   2  run stopped" in result.stdout
    assert "failed.xlsx" in result.stdout.splitlines()[-1]
    assert "resume" not in result.stdout + result.stderr


def test_a_run_in_the_sandbox_that_another_process_has_is_a_mistake(typed: Run) -> None:
    from pipeline.sandbox import build  # noqa: PLC0415 - only here

    Path("output").mkdir()
    other = build(state=Path("output/sandbox.db"))
    try:
        assert is_one_clear_message(typed("run", "people.csv", "-c", "my.yaml", "--sandbox"))
    finally:
        other.close()
