"""docs/reasons.md, docs/results.md and the schema say what the program does: they are held against it."""

import json
from pathlib import Path

import pytest

from pipeline.records import IMPORT_COLUMNS, STATUS_OF, Reason, Status
from pipeline.reporter import REASONS, Summary
from pipeline.reporter.lines import RESULT_COLUMNS
from pipeline.reporter.wording import capital
from tests.test_reporter import CsvTable, Desk, desk, interrupted, ledger

__all__ = ["CsvTable", "desk", "interrupted", "ledger"]

DOCS = Path(__file__).parents[1] / "docs"
STATUS_WORDS = {
    Status.CREATED: "The contact is in Apollo, and this row made it.",
    Status.DUPLICATE: "The contact is in Apollo or will be, and not by this row.",
    Status.ERROR: "The row did not become a contact, or not a whole one. It is in failed.xlsx and failed.csv.",
    Status.NOT_SENT: "The row was never sent. Of a run that stopped, it is in failed.xlsx and failed.csv too.",
}


def reasons_page() -> str:
    """What docs/reasons.md is to say. To renew it: `python -m tests.test_reasons_page`."""
    lines = [
        "# Every reason, what it means and what to do",
        "",
        "Each row of a file ends with one status and one reason. They stand in results.csv, in the workbooks, in",
        "summary.json and in report.html. Program and page come from one table (`pipeline/reporter/reasons.py`).",
    ]
    for status in Status:
        lines += ["", f"## {status.value}", "", STATUS_WORDS[status]]
        for reason in (one for one in Reason if STATUS_OF[one] is status):
            told = REASONS[reason]
            lines += ["", f"### {reason.value}", "", f"**{capital(told.title)}.** {told.meaning}"]
            lines += ["", f"- Why it happens: {told.why}"]
            lines += [f"- What to do: {told.next_step or 'Nothing.'}"]
    return "\n".join(lines) + "\n"


def summary_schema() -> str:
    """What docs/summary.schema.json is to say. To renew it: `python -m tests.test_reasons_page`."""
    schema = Summary.model_json_schema(mode="serialization")
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "summary.json and --json"}
    return json.dumps({**schema, **head}, indent=2, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_is_explained_in_sentences(reason: Reason) -> None:
    told = REASONS[reason]
    assert told.title == told.title.strip(".")
    for sentence in (told.meaning, told.why, told.next_step):
        assert sentence.endswith(".") or not sentence
    assert told.meaning
    assert told.why
    assert bool(told.next_step) or STATUS_OF[reason] in (Status.CREATED, Status.DUPLICATE)


def test_the_page_of_reasons_says_what_the_program_says() -> None:
    assert (DOCS / "reasons.md").read_text(encoding="utf-8") == reasons_page()


def test_the_page_of_results_names_every_column_in_order() -> None:
    page = (DOCS / "results.md").read_text(encoding="utf-8")
    rows = (line.split("`")[1] for line in page.splitlines() if line.startswith("| `"))
    named = dict.fromkeys(rows)  # confirmed.csv has some of them again
    assert [name for name in named if name in RESULT_COLUMNS or name in IMPORT_COLUMNS] == [
        *RESULT_COLUMNS,
        *IMPORT_COLUMNS,
    ]


def test_the_published_schema_is_the_summary_s_own() -> None:
    assert (DOCS / "summary.schema.json").read_text(encoding="utf-8") == summary_schema()


def test_what_a_run_prints_for_machines_obeys_the_published_schema(interrupted: Desk) -> None:
    schema = json.loads((DOCS / "summary.schema.json").read_text(encoding="utf-8"))
    summary = interrupted.report()
    printed = json.loads(summary.to_json())
    assert schema["required"] == list(printed)
    assert not schema["additionalProperties"]
    assert Summary.model_validate(printed).to_json() == summary.to_json()


if __name__ == "__main__":
    (DOCS / "reasons.md").write_text(reasons_page(), encoding="utf-8")
    (DOCS / "summary.schema.json").write_text(summary_schema(), encoding="utf-8")
