"""What a row amounts to, and with what code a run ends; pure."""

from dataclasses import replace

import pytest

from pipeline.errors import BrokenPromise
from pipeline.ledger import (
    Owed,
    RequestCounts,
    ResultRow,
    RunRecord,
    RunState,
    SourceFacts,
    Standing,
    State,
    Who,
)
from pipeline.records import Outcome, Reason, Status
from pipeline.reporter import REASONS, Counts, exit_code_for
from pipeline.reporter.outcomes import outcome_of, warnings_of

RUN = RunRecord(
    key=1,
    run_id="20260518-111911-people",
    team=None,
    dry_run=False,
    again=False,
    prepared=True,
    state=RunState.FINISHED,
    source_path="people.csv",
    source_file="source.csv",
    source_sha256="",
    config_sha256="",
    options={},
    facts=SourceFacts(),
    plan={},
    started_at=0,
    finished_at=None,
    seconds=0,
    requests=RequestCounts(),
    stop_reason="",
    message="",
    exit_code=None,
)
NEW = Outcome(Reason.NEW, contact_id="66f000000000000000000001")
CLEAN = Counts(read=2, created=2)
FAULTY = Counts(read=2, created=1, error=1)


def row(
    state: State, outcome: Outcome | None = None, owed: Owed | None = None, warnings: str = ""
) -> ResultRow:
    standing = Standing(state, outcome, attempts=1, owed=owed or Owed(), warnings=warnings)
    return ResultRow(row=7, contact_id="", who=Who("", "", ""), standing=standing)


def stopped(state: RunState, reason: str = "", exit_code: int | None = None) -> RunRecord:
    return replace(RUN, state=state, stop_reason=reason, exit_code=exit_code)


def test_a_row_that_ended_stays_as_it_is() -> None:
    assert outcome_of(row(State.DONE, NEW), RUN) is NEW


@pytest.mark.parametrize("reason", ["interrupted", "quota", "unauthorized", "stopped"])
def test_a_row_that_was_not_sent_tells_why_the_run_stopped(reason: str) -> None:
    found = outcome_of(row(State.PENDING), stopped(RunState.STOPPED, reason))
    assert (found.reason, found.status) == (reason, Status.NOT_SENT)
    assert found.message


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (RunState.BEGUN, "interrupted"),
        (RunState.INTERRUPTED, "interrupted"),
        (RunState.QUOTA, "quota"),
        (RunState.STOPPED, "stopped"),
    ],
)
def test_without_a_stop_reason_the_state_of_the_run_tells_it(state: RunState, reason: str) -> None:
    assert outcome_of(row(State.PENDING), stopped(state)).reason == reason


def test_a_row_of_a_dry_run_would_be_sent_however_the_run_ended() -> None:
    run = replace(stopped(RunState.INTERRUPTED, "interrupted"), dry_run=True)
    assert outcome_of(row(State.PENDING), run).reason is Reason.DRY_RUN


@pytest.mark.parametrize("state", [State.SENDING, State.DOUBT])
def test_of_a_row_without_an_answer_it_is_not_known_whether_it_was_created(state: State) -> None:
    found = outcome_of(row(state), stopped(RunState.INTERRUPTED))
    assert (found.reason, found.status) == (Reason.OUTCOME_UNKNOWN, Status.ERROR)


def test_a_row_that_ended_without_a_reason_is_a_broken_promise() -> None:
    with pytest.raises(BrokenPromise, match="Row 7"):
        outcome_of(row(State.DONE), RUN)


def test_a_made_contact_that_lacks_something_is_created_and_says_what_it_lacks() -> None:
    owing = row(State.OWING, NEW, Owed(("website_url", "mobile_phone"), ("Webinar Q3", "Cold")), "hidden row")
    assert outcome_of(owing, RUN) is NEW
    assert warnings_of(owing, RUN) == "hidden row | owes: website_url, mobile_phone, Lists Webinar Q3, Cold"


def test_a_made_contact_that_lacks_fields_only_names_no_lists() -> None:
    assert warnings_of(row(State.OWING, NEW, Owed(("mobile_phone",))), RUN) == "owes: mobile_phone"


def test_an_existing_contact_that_was_not_written_to_yet_is_not_called_updated() -> None:
    updated = Outcome(Reason.UPDATED, "updated", contact_id="66f000000000000000000002")
    found = outcome_of(row(State.OWING, updated, Owed(("title",))), RUN)
    assert (found.reason, found.contact_id) == (Reason.IN_APOLLO, updated.contact_id)
    assert "not written" in found.message


def test_an_existing_contact_that_lacks_its_lists_only_was_updated() -> None:
    updated = Outcome(Reason.UPDATED)
    assert outcome_of(row(State.OWING, updated, Owed(lists=("Webinar Q3",))), RUN) is updated


def test_a_finished_row_owes_nothing() -> None:
    assert warnings_of(row(State.DONE, NEW, warnings="hidden row"), RUN) == "hidden row"


@pytest.mark.parametrize("state", [RunState.FINISHED, RunState.DRY_RUN])
def test_rows_in_error_make_exit_1_whatever_was_noted_before(state: RunState) -> None:
    assert exit_code_for(stopped(state, exit_code=0), FAULTY) == 1
    assert exit_code_for(stopped(state, exit_code=1), CLEAN) == 0


@pytest.mark.parametrize(
    ("state", "noted", "code"),
    [
        (RunState.INTERRUPTED, 4, 4),
        (RunState.QUOTA, 5, 5),
        (RunState.STOPPED, 3, 3),
        (RunState.STOPPED, 6, 6),
        (RunState.STOPPED, None, 3),
        (RunState.BEGUN, 5, 4),
    ],
)
def test_a_run_that_stopped_ends_with_its_own_code(state: RunState, noted: int | None, code: int) -> None:
    assert exit_code_for(stopped(state, exit_code=noted), FAULTY) == code


def test_every_reason_is_explained_and_every_failure_says_what_to_do() -> None:
    assert set(REASONS) == set(Reason)
    for reason, explanation in REASONS.items():
        assert explanation.title, reason
        assert explanation.meaning.endswith("."), reason
        failed = Outcome(reason).status in (Status.ERROR, Status.NOT_SENT)
        assert explanation.next_step.endswith(".") or not failed, reason


def test_counts_hold_only_when_every_row_has_a_status() -> None:
    assert Counts.of(3, {Reason.NEW: 1, Reason.IN_FILE: 1, Reason.QUOTA: 1}).holds
    assert not Counts.of(3, {Reason.NEW: 1, Reason.REFUSED: 1}).holds
