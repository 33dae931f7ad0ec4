"""Several runs that meet the same people: nobody twice, nothing old over new, and nothing stuck."""

import shutil
from contextlib import suppress
from typing import Any

import pytest

from pipeline.ledger import RunState
from pipeline.reporter import Summary
from tests.import_desk import CONFIG, CrashPoint, ImportDesk, Killed, codes, human

SINGLE: dict[str, Any] = {"on_match": "create", "mode": "single"}
UPDATE: dict[str, Any] = {"on_match": "update"}


def title(desk: ImportDesk) -> str:
    [contact] = desk.sandbox.contacts
    return str(contact["title"])


def declined(desk: ImportDesk, name: str, rows: list[list[str]], **rules: Any) -> Summary:
    """A run that is prepared, and not sent yet."""
    desk.agree = lambda _: False
    summary = desk.run(desk.write(name, rows), **rules)
    desk.agree = lambda _: True
    return summary


def left_unknown(desk: ImportDesk) -> Summary:
    """A run whose contact was made, and which cannot know."""
    desk.faults.next("reset_after", endpoint="contacts/create")
    desk.faults.next("search_refused", endpoint="contacts/search")
    summary = desk.run(desk.write("lost.csv", [human(1)]), **SINGLE)
    assert codes(desk, summary) == ["outcome_unknown"]
    desk.clock.now += 4000
    return summary


def killed_in_doubt(desk: ImportDesk, **rules: Any) -> str:
    """A run that died when its contact had been made, and before the answer was written down."""
    source = desk.write("killed.csv", [human(1)])
    for at in range(1, 60):
        with CrashPoint(at, after=True).armed(), suppress(Killed):
            desk.run(source, **rules)
        if desk.sandbox.contacts:
            desk.clock.now += 4000
            return desk.last_run
        shutil.rmtree(desk.output)
        desk.output.mkdir()
    raise AssertionError("no contact was ever made")


def test_a_run_that_was_prepared_before_another_left_somebody_unknown_does_not_send_them_again(
    desk: ImportDesk,
) -> None:
    old = declined(desk, "old.csv", [human(1), human(2)], **SINGLE)
    left_unknown(desk)
    assert codes(desk, desk.resume(old.run_id)) == ["settled", "new"]
    assert len(desk.sandbox.contacts) == 2


@pytest.mark.parametrize(("on_match", "ends"), [("create", "in_history"), ("update", "updated")])
def test_a_run_that_was_prepared_before_another_met_a_dropped_address_makes_no_second_contact(
    desk: ImportDesk, on_match: str, ends: str
) -> None:
    old = declined(desk, "old.csv", [human(1)], on_match=on_match)
    desk.faults.next("email_dropped", endpoint="contacts/bulk_create")
    desk.run(desk.write("new.csv", [human(1)]))
    assert codes(desk, desk.resume(old.run_id)) == [ends]
    assert len(desk.sandbox.contacts) == 1


def test_a_dry_run_without_a_key_is_prepared_again_when_it_is_sent(desk: ImportDesk) -> None:
    left_unknown(desk)
    desk.config = CONFIG.replace("Title: title", "Title: {field: contact_stage, invalid: error}")
    desk.key = ""
    rows = [human(1, Title="Cold"), human(2, Title="Nonsense"), human(3, Title="Cold")]
    dry = desk.run(desk.write("dry.csv", rows), dry_run=True, **SINGLE)
    desk.key = "sandbox-key"
    sent = desk.resume(dry.run_id)
    assert (sent.state, codes(desk, sent)) == ("finished", ["settled", "invalid_value", "new"])
    assert len(desk.sandbox.contacts) == 2


def test_a_team_that_does_not_tell_its_stages_stops_the_run_before_it_sends(desk: ImportDesk) -> None:
    desk.config = CONFIG + "constants: {contact_stage: Cold}\n"
    desk.faults.next("error_before", endpoint="contact_stages/index")
    stopped = desk.run(desk.write("people.csv", [human(1)]))
    assert (stopped.state, stopped.exit_code, codes(desk, stopped)) == ("stopped", 3, ["stopped"])
    assert codes(desk, desk.resume(stopped.run_id)) == ["new"]


def test_somebody_left_unknown_who_stands_in_a_file_twice_is_looked_for_once(desk: ImportDesk) -> None:
    left_unknown(desk)
    again = desk.run(desk.write("twice.csv", [human(1), human(1), human(2)]), **SINGLE)
    assert codes(desk, again) == ["settled", "in_file", "new"]
    assert len(desk.sandbox.contacts) == 2


def test_one_contact_is_never_told_of_as_made_for_two_rows(desk: ImportDesk) -> None:
    left_unknown(desk)
    twice = desk.write("twice.csv", [human(1), human(1), human(2)])
    again = desk.run(twice, dedupe_by="none", on_match="skip")
    assert codes(desk, again) == ["settled", "in_apollo", "new"]


def test_two_runs_that_inherited_one_lost_answer_do_not_both_claim_its_contact(desk: ImportDesk) -> None:
    left_unknown(desk)
    first = declined(desk, "first.csv", [human(1)])
    second = desk.run(desk.write("second.csv", [human(1), human(2)]))
    told = [*desk.results(second.run_id), *desk.results(desk.resume(first.run_id).run_id)]
    assert sorted(row["reason"] for row in told) == ["in_history", "new", "settled"]


def test_somebody_whose_address_was_dropped_and_who_stands_in_a_file_twice_is_changed_once(
    desk: ImportDesk,
) -> None:
    desk.faults.next("email_dropped", endpoint="contacts/bulk_create")
    desk.run(desk.write("people.csv", [human(1)]))
    again = desk.run(desk.write("twice.csv", [human(1), human(1)]), **UPDATE)
    assert codes(desk, again) == ["updated", "in_file"]
    assert len(desk.sandbox.contacts) == 1


@pytest.mark.parametrize("more", ["constants: {contact_stage: Cold}\n", "  marker: Import Reference\n"])
def test_a_row_in_doubt_is_judged_by_the_names_of_its_own_run(desk: ImportDesk, more: str) -> None:
    desk.config = CONFIG + more
    killed_in_doubt(desk, **SINGLE)
    desk.config = CONFIG
    summary = desk.run(desk.write("people.csv", [human(1), human(2)]), **SINGLE)
    assert (summary.state, codes(desk, summary)) == ("finished", ["in_history", "new"])
    assert len(desk.sandbox.contacts) == 2


def test_a_run_in_doubt_whose_folder_is_gone_keeps_nobody_from_sending(desk: ImportDesk) -> None:
    shutil.rmtree(desk.output / killed_in_doubt(desk))
    summary = desk.run(desk.write("people.csv", [human(1), human(2)]))
    assert (summary.state, codes(desk, summary)) == (RunState.FINISHED, ["in_history", "new"])
    assert len(desk.sandbox.contacts) == 2


def test_what_an_older_run_pays_late_does_not_make_its_values_the_newest(desk: ImportDesk) -> None:
    desk.faults.next(endpoint="labels/add_entity_ids_to_label_names")  # the scope is tried first
    desk.faults.next("error_before", endpoint="labels/add_entity_ids_to_label_names", times=3)
    first = desk.run(desk.write("one.csv", [human(1, Title="First", Lists="Fair")]), **UPDATE)
    assert first.state == RunState.STOPPED
    second = declined(desk, "two.csv", [human(1, Title="Second")], **UPDATE)
    third = desk.run(desk.write("three.csv", [human(1, Title="Third")]), **UPDATE)
    assert codes(desk, third) == ["updated"]
    assert codes(desk, desk.resume(first.run_id)) == ["new"]
    assert codes(desk, desk.resume(second.run_id)) == ["superseded"]
    assert title(desk) == "Third"


def test_a_retry_of_an_old_run_does_not_overwrite_what_a_newer_one_wrote(desk: ImportDesk) -> None:
    desk.faults.next("error_before", endpoint="contacts/bulk_create", times=3)
    old = desk.run(desk.write("old.csv", [human(1, Title="Old")]), **UPDATE)
    desk.run(desk.write("new.csv", [human(1, Title="Newer")]), **UPDATE)
    assert codes(desk, desk.retry(old.run_id)) == ["superseded"]
    assert title(desk) == "Newer"


def test_a_dropped_address_that_a_newer_run_has_mended_is_not_mended_with_old_values(
    desk: ImportDesk,
) -> None:
    desk.faults.next("email_dropped", endpoint="contacts/bulk_create")
    old = desk.run(desk.write("old.csv", [human(1, Title="Old")]), **UPDATE)
    desk.run(desk.write("new.csv", [human(1, Title="Newer")]), **UPDATE)
    assert codes(desk, desk.retry(old.run_id)) == ["superseded"]
    assert title(desk) == "Newer"


def test_superseded_rows_stay_so_however_often_they_come_back_unless_they_are_edited(
    desk: ImportDesk,
) -> None:
    desk.run(desk.write("zero.csv", [human(1, Title="Zero")]), **UPDATE)
    rows = [human(1, Title="Old"), human(1, Title="Old"), human(3, Email="x")]
    old = declined(desk, "old.csv", rows, **UPDATE)
    desk.run(desk.write("new.csv", [human(1, Title="Newer")]), **UPDATE)
    back = desk.resume(old.run_id)
    assert codes(desk, back) == ["superseded", "in_file", "invalid_email"]
    for _ in range(2):
        back = desk.run(desk.output / back.run_id / "failed.csv", **UPDATE)
        assert codes(desk, back)[0] == "superseded"
    assert codes(desk, desk.retry(back.run_id))[0] == "superseded"
    edited = desk.output / back.run_id / "failed.csv"
    text = edited.read_text(encoding="utf-8-sig").replace("Old", "Edited")
    (desk.folder / "edited.csv").write_text(text, encoding="utf-8")
    assert codes(desk, desk.run(desk.folder / "edited.csv", **UPDATE))[0] == "updated"
    assert title(desk) == "Edited"
