"""The summary on the terminal: plain text, in users' words, that adds up."""

from pathlib import Path

import pytest

from pipeline.cli.speaking import WIDTH
from pipeline.cli.telling import failures_text, summary_text
from pipeline.ledger import RunState
from pipeline.records import STATUS_OF, Reason
from pipeline.reporter import REASONS, Cause, Counts, Plan, Requests, Source, Summary
from pipeline.reporter.summary import LeftOutRow

FOLDER = Path("output/20260518-111911-people")
COMMAND = "contact-import resume 20260518-111911-people -o output"
LONG = "a sentence about the file that goes on and on, " * 5


def summary(
    reasons: dict[Reason, int],
    *causes: Cause,
    state: RunState = RunState.FINISHED,
    notes: tuple[str, ...] = (),
    command: str = "",
    exit_code: int = 0,
) -> Summary:
    read = sum(reasons.values())
    source = Source(
        name="people.csv", sha256="", rows=read, blank=0, sheet="People", header_row=1, encoding="", delimiter="",
        notes=notes, left_out=(),
    )  # fmt: skip
    return Summary(
        run_id=FOLDER.name,
        state=state,
        source=source,
        config_sha256="",
        plan=Plan(calls={"bulk_create": 2, "labels": 1}, seconds=250.0, ends_at="2026-05-18T11:23:21Z"),
        counts=Counts.of(read, reasons),
        reasons=reasons,
        requests=Requests(sent=3, retried=0, rate_limited=0),
        started_at="2026-05-18T11:19:11Z",
        finished_at="2026-05-18T11:19:14Z",
        seconds=3.0,
        exit_code=exit_code,
        next_command=command,
        causes=causes,
    )


def test_every_reason_is_told_in_its_own_words_beside_its_status() -> None:
    lines = summary_text(summary(dict.fromkeys(Reason, 7)), FOLDER).splitlines()
    status = ""
    seen = set()
    for line in lines[2 : 2 + len(Reason)]:
        status = line[2:11].strip() or status
        title = line[24:].strip()
        reason = next(one for one in Reason if REASONS[one].title in (title, f"not sent: {title}"))
        assert STATUS_OF[reason].value.replace("_", " ") == status
        seen.add(reason)
    assert seen == set(Reason)


def test_all_four_statuses_and_their_sum_are_always_there() -> None:
    text = summary_text(summary({Reason.NEW: 1200}), FOLDER)
    for line in (
        "created    1200   1200  new contact",
        "duplicate     0",
        "error         0",
        "not sent      0",
    ):
        assert f"\n  {line}\n" in text
    assert "\n  rows       1200\n" in text


def test_rows_with_one_cause_are_told_together() -> None:
    cause = Cause(Reason.INVALID_EMAIL, "Email", "not an address", 43, (7, 19, 23))
    text = summary_text(summary({Reason.INVALID_EMAIL: 43}, cause), FOLDER)
    assert "Errors\n  Email: not an address: rows 7, 19, 23 and 40 more\n" in text


def test_a_column_that_the_message_names_is_not_named_twice() -> None:
    cause = Cause(Reason.INVALID_EMAIL, "Email", "Email is no address", 1, (7,))
    assert "  Email is no address: row 7\n" in summary_text(summary({Reason.INVALID_EMAIL: 1}, cause), FOLDER)


def test_warnings_stand_apart_from_errors() -> None:
    cause = Cause(None, "", "a value was left out", 2, (3, 4))
    text = summary_text(summary({Reason.NEW: 2}, cause), FOLDER)
    assert "Warnings\n  a value was left out: rows 3, 4\n" in text
    assert "Errors" not in text


def test_many_causes_are_cut_short_unless_all_are_asked_for() -> None:
    causes = [Cause(Reason.REFUSED, "", f"fault {number}", 1, (number,)) for number in range(20)]
    short = summary_text(summary({Reason.REFUSED: 20}, *causes), FOLDER)
    assert short.count("fault") == 8
    assert "and 12 more kinds, see results.csv" in short
    assert summary_text(summary({Reason.REFUSED: 20}, *causes), FOLDER, verbose=True).count("fault ") == 20


def test_no_line_but_the_last_is_wider_than_a_terminal() -> None:
    cause = Cause(Reason.REFUSED, "Email", LONG, 9, (1, 2, 3, 4, 5))
    found = summary(dict.fromkeys(Reason, 1), cause, notes=(LONG,), command=COMMAND)
    for verbose in (False, True):
        *lines, last = summary_text(found, FOLDER, verbose=verbose).splitlines()
        assert max(map(len, lines)) <= WIDTH
        assert last == f"Reports: {FOLDER}  Next: {COMMAND}"


def test_a_dry_run_tells_the_plan_with_its_end_in_local_time() -> None:
    text = summary_text(summary({Reason.DRY_RUN: 150}, state=RunState.DRY_RUN), FOLDER)
    words = " ".join(text.split())
    assert (
        "To send them: at most 3 calls (2 for up to 100 new contacts each, 1 for Lists), about 4 min 10 s, until "
        in words
    )
    assert "dry run, nothing was sent" in text


def test_a_plan_of_one_call_is_told_as_one() -> None:
    assert Plan(calls={"create": 1}, seconds=1.0).words == "at most 1 call (1 for a new contact), about 1 s"
    assert Plan(calls={"labels": 1}, seconds=0.3).words.endswith("(1 for Lists), less than a second")


@pytest.mark.parametrize("code", [0, 1])
def test_only_what_went_wrong_is_told_where_silence_is_asked_for(code: int) -> None:
    found = summary({Reason.NEW: 1, Reason.REFUSED: code}, exit_code=code, command=COMMAND)
    assert bool(failures_text(found, FOLDER)) is bool(code)
    assert "new contact" not in failures_text(found, FOLDER)


def test_a_file_that_was_left_out_is_said() -> None:
    said = "failed.xlsx was left out: row 7 has a cell too long for a workbook."
    text = summary_text(summary({Reason.NEW: 1}).model_copy(update={"said": (said,)}), FOLDER)
    assert f"Notes\n  {said}\n" in text


def test_rows_that_are_no_data_are_told_by_their_numbers_and_not_as_how_many_there_were() -> None:
    found = summary({Reason.NEW: 1})
    above = [LeftOutRow(row=1, why="above the header"), LeftOutRow(row=2, why="above the header")]
    found = found.model_copy(update={"source": found.source.model_copy(update={"left_out": above})})
    assert "rows left out, because they are no data: 1, 2" in summary_text(found, FOLDER)
