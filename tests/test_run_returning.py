"""Runs that stop and go on, rows that come back."""

import csv
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.errors import UsageMistake
from pipeline.ledger import Ledger, Runs
from pipeline.reporter import Summary
from pipeline.sandbox import Settings
from tests.import_desk import CONFIG, HEADER, CrashPoint, ImportDesk, Killed, codes, human


def test_a_dry_run_is_resumed_and_sends_exactly_what_it_showed(desk: ImportDesk) -> None:
    source = desk.write("people.csv", [human(1), human(2)])
    shown = desk.run(source, dry_run=True)
    assert (shown.state, codes(desk, shown)) == ("dry_run", ["dry_run", "dry_run"])
    assert desk.sandbox.contacts == []
    source.unlink()
    sent = desk.resume(shown.run_id)
    assert (sent.run_id, sent.state, codes(desk, sent)) == (shown.run_id, "finished", ["new", "new"])


def test_a_run_that_was_declined_sends_nothing_and_can_be_resumed(desk: ImportDesk) -> None:
    desk.agree = lambda _: False
    asked = desk.run(desk.write("people.csv", [human(1)]))
    assert (asked.state, asked.exit_code, asked.counts.not_sent) == ("interrupted", 4, 1)
    assert desk.resume(asked.run_id).counts.created == 1


def test_resuming_a_finished_run_changes_nothing(desk: ImportDesk) -> None:
    done = desk.run(desk.write("people.csv", [human(1), human(2, Email="nobody")]))
    before = desk.calls("contacts/bulk_create")
    again = desk.resume(done.run_id)
    assert again.counts == done.counts
    assert desk.calls("contacts/bulk_create") == before


def test_a_run_with_another_teams_key_is_not_resumed(desk: ImportDesk) -> None:
    shown = desk.run(desk.write("people.csv", [human(1)]), dry_run=True)
    stranger = ImportDesk(desk.folder, clock=desk.clock)
    with pytest.raises(UsageMistake, match="another team"):
        stranger.resume(shown.run_id)


def test_retry_takes_what_failed_and_leaves_what_is_done(desk: ImportDesk) -> None:
    desk.faults.next("error_before", endpoint="contacts/create", times=1)
    rows = [human(1), human(2, Email="broken"), human(3), human(4, Email="also@broken")]
    first = desk.run(desk.write("people.csv", rows))
    assert codes(desk, first) == ["new", "invalid_email", "new", "invalid_email"]
    second = desk.retry(first.run_id, CONFIG.replace("Email: email", "Email: {field: email, invalid: drop}"))
    assert [row["row"] for row in desk.results(second.run_id)] == ["3", "5"]
    assert codes(desk, second) == ["new", "new"]
    assert len(desk.sandbox.contacts) == 4


def test_where_nothing_is_to_be_mended_retry_is_the_next_command(desk: ImportDesk) -> None:
    summary = lose_and_give_up(desk)
    assert summary.next_command == f"retry {summary.run_id} -o {desk.output}"
    page = (desk.output / summary.run_id / "report.html").read_text(encoding="utf-8")
    assert "This command tries the failed rows again" in page
    assert "Open failed" not in page


def test_mended_rows_go_on_under_the_options_of_their_run(desk: ImportDesk) -> None:
    summary = desk.run(desk.write("people.csv", [human(1, Email="no address")]), on_match="update")
    folder = desk.output / summary.run_id
    assert summary.next_command == (
        f"run {folder}/failed.xlsx -c {folder}/config.yaml --on-match update -o {desk.output}"
    )


def test_retry_is_refused_where_resume_is_meant_or_nothing_failed(desk: ImportDesk) -> None:
    desk.agree = lambda _: False
    stopped = desk.run(desk.write("people.csv", [human(1)]))
    with pytest.raises(UsageMistake, match="can still be resumed"):
        desk.retry(stopped.run_id)
    done = desk.resume(stopped.run_id)
    with pytest.raises(UsageMistake, match="nothing to retry"):
        desk.retry(done.run_id)
    shown = desk.run(desk.write("more.csv", [human(2)]), dry_run=True)
    with pytest.raises(UsageMistake, match="dry run"):
        desk.retry(shown.run_id)


def test_the_duplicate_of_a_row_that_surely_left_no_contact_takes_its_place(desk: ImportDesk) -> None:
    desk.faults.next("error_before", endpoint="contacts/bulk_create", times=3)
    twins = [human(1, Title="First"), human(1, Title="Second")]
    first = desk.run(desk.write("people.csv", twins))
    assert codes(desk, first) == ["server_error", "in_file"]
    only_second = desk.retry(first.run_id)
    assert codes(desk, only_second) == ["new", "in_file"]
    fed_back = desk.folder / "second.csv"
    text = (desk.output / first.run_id / "results.csv").read_text(encoding="utf-8-sig")
    assert "repeats row 2" in text
    header = (*HEADER, "import_run", "import_row")
    fed_back = desk.write("second.csv", [[*human(7, Title="Second"), first.run_id, "3"]], header)
    assert codes(desk, desk.run(fed_back)) == ["new"]


def test_failed_rows_that_were_mended_are_new_and_finished_ones_cost_no_call(desk: ImportDesk) -> None:
    first = desk.run(desk.write("people.csv", [human(1), human(2, Email="broken"), human(3)]))
    fed_back = desk.folder / "mended.csv"
    rows = [dict(row) for row in desk.table(desk.output / first.run_id / "failed.csv")]
    assert [row["import_row"] for row in rows] == ["3"]
    done = {"import_run": first.run_id, "import_status": "created"}
    kept = [dict(zip(HEADER, human(3), strict=True)) | done | {"import_row": "4"}]
    rows[0]["Email"] = "ada2@works2.example"
    with fed_back.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows([*kept, *rows])
    before = desk.calls("contacts/bulk_create")
    second = desk.run(fed_back)
    assert codes(desk, second) == ["done_before", "new"]
    assert desk.calls("contacts/bulk_create") == before + 1
    assert len(desk.sandbox.contacts) == 3
    failed = (desk.output / second.run_id / "failed.csv").read_text(encoding="utf-8-sig").splitlines()[0]
    assert failed.count("import_run") == 1


def test_results_that_come_back_and_back_again_without_a_key_are_still_known(desk: ImportDesk) -> None:
    torn = ["Ada", "Lovelace", "Works", "ada@works.example", "Head", " Sales", "", "Fair"]
    sent = desk.run(desk.write("people.csv", [human(1), torn, human(2)]))
    assert codes(desk, sent) == ["new", "unreadable_row", "new"]
    desk.key = ""
    back = desk.run(desk.output / sent.run_id / "results.xlsx", dry_run=True)
    again = desk.run(desk.output / back.run_id / "results.xlsx", dry_run=True)
    assert codes(desk, back) == codes(desk, again) == ["done_before", "unreadable_row", "done_before"]


@pytest.mark.parametrize("name", ["failed.xlsx", "failed.csv"])
def test_a_row_whose_cells_could_not_be_told_apart_is_not_sent_until_somebody_has_seen_to_it(
    desk: ImportDesk, name: str
) -> None:
    torn = ["Ada", "Lovelace", "Works", "ada@works.example", "Head", " Sales", "", "Fair"]
    first = desk.run(desk.write("people.csv", [human(1), torn, human(3)]))
    second = desk.run(desk.output / first.run_id / name)
    third = desk.run(desk.output / second.run_id / name)
    assert codes(desk, second) == codes(desk, third) == ["unreadable_row"]
    assert "empty its cell import_run" in desk.results(third.run_id)[0]["message"]
    rows = [dict(row) for row in desk.table(desk.output / third.run_id / "failed.csv")]
    mended = rows[0] | {"Title": "Head, Sales", "Mobile": "", "Lists": "Fair"}
    seen = rows[0] | {"First": "Grace", "Email": "grace@works.example", "import_run": ""}
    names = list(rows[0])
    fed_back = desk.write("mended.csv", [[row[one] for one in names] for row in (mended, seen)], names)
    assert codes(desk, desk.run(fed_back)) == ["new", "new"]


def test_a_fed_back_row_whose_data_was_changed_is_a_row_of_a_new_source(desk: ImportDesk) -> None:
    first = desk.run(desk.write("people.csv", [human(1)]))
    header = (*HEADER, "import_run", "import_row")
    changed = desk.write("changed.csv", [[*human(1, Title="Other"), first.run_id, "2"]], header)
    assert codes(desk, desk.run(changed, on_match="update")) == ["updated"]


def lose_and_give_up(desk: ImportDesk) -> Summary:
    """A run whose only row stays unknown: its answer was lost, and a namesake was made in that very time."""
    desk.faults.next("teammate_makes", "reset_after", endpoint="contacts/create")
    source = desk.write("people.csv", [human(1, Email="")])
    summary = desk.run(source, on_match="create", mode="single")
    assert codes(desk, summary) == ["outcome_unknown"]
    return summary


def test_a_row_of_unknown_outcome_is_looked_for_again_before_it_is_sent_again(desk: ImportDesk) -> None:
    first = lose_and_give_up(desk)
    assert len(desk.sandbox.contacts) == 2
    second = desk.retry(first.run_id)
    assert codes(desk, second) == ["outcome_unknown"]
    assert len(desk.sandbox.contacts) == 2


def test_a_nightly_run_does_not_send_again_what_an_earlier_one_left_unknown(desk: ImportDesk) -> None:
    lose_and_give_up(desk)
    desk.clock.now += 86_400
    tonight = desk.run(
        desk.write("tonight.csv", [human(1, Email=""), human(2)]), on_match="create", mode="single"
    )
    assert codes(desk, tonight) == ["outcome_unknown", "new"]
    assert len(desk.sandbox.contacts) == 3


def test_a_row_whose_address_was_dropped_changes_its_contact_when_it_comes_back(desk: ImportDesk) -> None:
    desk.faults.next("email_dropped", endpoint="contacts/bulk_create")
    first = desk.run(desk.write("people.csv", [human(1)]))
    assert codes(desk, first) == ["email_dropped"]
    second = desk.retry(first.run_id)
    assert codes(desk, second) == ["updated"]
    [contact] = desk.sandbox.contacts
    assert contact["email"] == "ada1@works1.example"


def test_an_address_that_is_dropped_again_is_said_again(desk: ImportDesk) -> None:
    desk.faults.next("email_dropped", endpoint="contacts/bulk_create")
    first = desk.run(desk.write("people.csv", [human(1)]))
    desk.faults.next("email_dropped", endpoint="contacts/update")
    assert codes(desk, desk.retry(first.run_id)) == ["email_dropped"]
    assert len(desk.sandbox.contacts) == 1


@pytest.mark.parametrize("on_match", ["skip", "create"])
def test_a_nightly_run_makes_no_second_contact_for_a_dropped_address(desk: ImportDesk, on_match: str) -> None:
    desk.faults.next("email_dropped", endpoint="contacts/bulk_create")
    desk.run(desk.write("people.csv", [human(1)]), on_match=on_match)
    again = desk.run(desk.write("again.csv", [human(1)]), on_match=on_match)
    assert codes(desk, again) == ["in_history"]
    assert len(desk.sandbox.contacts) == 1


def test_an_old_run_that_is_resumed_does_not_overwrite_what_a_newer_one_wrote(desk: ImportDesk) -> None:
    desk.run(desk.write("first.csv", [human(1)]))
    desk.agree = lambda _: False
    old = desk.run(desk.write("old.csv", [human(1, Title="Old"), human(2)]), on_match="update")
    desk.agree = lambda _: True
    desk.clock.now += 60
    desk.run(desk.write("new.csv", [human(1, Title="Newer")]), on_match="update")
    resumed = desk.resume(old.run_id)
    assert codes(desk, resumed) == ["superseded", "new"]
    assert {contact["title"] for contact in desk.sandbox.contacts} == {"Newer", "Row 2"}


def test_a_row_that_another_run_holds_in_doubt_waits_until_it_is_settled(desk: ImportDesk) -> None:
    source = desk.write("people.csv", [human(1)])
    for at in range(1, 40):
        point = CrashPoint(at, after=True)
        with point.armed(), suppress(Killed):
            desk.run(source)
        if desk.sandbox.contacts:
            break
    tonight = desk.run(desk.write("tonight.csv", [human(1), human(2)]))
    assert len(desk.sandbox.contacts) == 2
    assert set(codes(desk, tonight)) <= {"in_history", "new"}


def test_a_file_that_was_sent_before_is_told_in_one_line(desk: ImportDesk) -> None:
    source = desk.write("people.csv", [human(1)])
    desk.agree = lambda _: False
    desk.run(source)
    desk.agree = lambda _: True
    assert not [note for note in desk.run(source).source.notes if "sent before" in note]
    latest = [desk.run(source, again=True, on_match="create").run_id for _ in range(2)][-1]
    notes = [note for note in desk.run(source).source.notes if "sent before" in note]
    assert notes == [f"the same file was sent before, by run {latest} and 2 earlier ones"]


@pytest.mark.parametrize("name", ["failed.csv", "failed.xlsx", "results.xlsx"])
def test_what_the_config_says_of_the_original_is_not_held_against_a_file_fed_back(
    desk: ImportDesk, name: str
) -> None:
    desk.config += 'source: {header_row: 3, delimiter: ";", encoding: cp1252}\n'
    source = desk.folder / "people.csv"
    lines = [
        "Export of May",
        "",
        ";".join(HEADER),
        ";".join(human(1, Title="Müller")),
        ";".join(human(2, Email="x")),
    ]
    source.write_text("\n".join(lines), encoding="cp1252")
    first = desk.run(source)
    assert codes(desk, first) == ["new", "invalid_email"]
    back = desk.run(desk.output / first.run_id / name)
    assert codes(desk, back)[-1] == "invalid_email"
    assert codes(desk, back)[:-1] == (["done_before"] if name == "results.xlsx" else [])


def test_again_sends_on_purpose_what_was_sent_before(desk: ImportDesk) -> None:
    source = desk.write("people.csv", [human(1)])
    desk.run(source, on_match="create")
    assert codes(desk, desk.run(source, on_match="create")) == ["in_history"]
    assert codes(desk, desk.run(source, on_match="create", again=True)) == ["new"]
    assert len(desk.sandbox.contacts) == 2


@pytest.mark.parametrize("marker", ["", "  marker: Import Reference\n"])
def test_a_contact_that_bears_the_mark_of_the_run_before_is_found_by_a_retry(
    desk: ImportDesk, marker: str
) -> None:
    desk.config = CONFIG + marker
    desk.faults.next("reset_after", endpoint="contacts/create")
    desk.faults.next("search_refused", endpoint="contacts/search")
    lost = desk.run(desk.write("people.csv", [human(1)]), on_match="create", mode="single")
    assert codes(desk, lost) == ["outcome_unknown"]
    assert codes(desk, desk.retry(lost.run_id)) == ["settled"]
    assert len(desk.sandbox.contacts) == 1


@pytest.mark.parametrize("mode", ["bulk", "single"])
def test_a_person_whom_history_knows_by_name_is_changed_by_id_however_the_company_is_written(
    desk: ImportDesk, mode: str
) -> None:
    desk.run(desk.write("first.csv", [human(1, Email="", Company="Quux")]))
    second = desk.run(
        desk.write("second.csv", [human(1, Email="", Company="Quux GmbH", Title="Boss", Lists="Fair")]),
        on_match="update",
        mode=mode,
    )
    assert codes(desk, second) == ["updated"]
    [contact] = desk.sandbox.contacts
    assert (contact["organization_name"], contact["title"], contact["label_names"]) == (
        "Quux GmbH",
        "Boss",
        ["Fair"],
    )


def test_the_requests_of_a_start_that_was_killed_are_counted(desk: ImportDesk) -> None:
    source = desk.write("people.csv", [human(n) for n in range(1, 6)])
    with suppress(Killed), CrashPoint(13, after=True).armed():
        desk.run(source, on_match="create", mode="single", concurrency="1")
    before = len(desk.sandbox.contacts)
    assert 0 < before < 5
    desk.clock.now += 400
    done = desk.resume(next(path.name for path in desk.output.iterdir() if path.is_dir()))
    makes = desk.calls("contacts/create") + desk.calls("contacts/bulk_create")
    asked = desk.calls("contacts/search") + desk.calls("users/api_profile")
    assert done.counts.created == 5
    assert makes <= done.requests.sent <= makes + asked


def test_what_is_owed_is_paid_by_a_resumed_run(desk: ImportDesk) -> None:
    desk.faults.next("slow", endpoint="contacts/update", strength=0)  # the scope is tried first
    desk.faults.next("forbidden", endpoint="contacts/update")
    source = desk.write("people.csv", [human(1, Mobile="+1 212 555 0100", Lists="Fair")])
    first = desk.run(source)
    assert (first.state, first.exit_code) == ("stopped", 3)
    [row] = desk.results(first.run_id)
    assert (row["status"], row["warnings"]) == ("created", "owes: mobile_phone")
    second = desk.resume(first.run_id)
    assert (second.state, second.exit_code) == ("finished", 0)
    assert desk.sandbox.contacts[0]["phone_numbers"][0]["raw_number"] == "+1 212 555 0100"


def test_a_quota_beyond_max_wait_ends_the_run_and_says_until_when(tmp_path: Path) -> None:
    from pipeline.sandbox import Limits  # noqa: PLC0415

    desk = ImportDesk(tmp_path, settings=Settings(limits=Limits(None, 3, None)))
    source = desk.write("people.csv", [human(n) for n in range(5)])
    first = desk.run(source, on_match="create", mode="single", max_wait="5m")
    assert (first.state, first.exit_code) == ("quota", 5)
    assert codes(desk, first) == ["new"] * 3 + ["quota"] * 2
    ends = datetime.fromtimestamp(desk.clock.now + 3600, UTC).astimezone().isoformat(" ", "minutes")
    with Ledger.open(desk.output) as ledger:
        assert Runs(ledger).get(first.run_id).message.endswith(f"is used up until {ends}.")
    desk.clock.now += 3600
    second = desk.resume(first.run_id)
    assert (second.state, second.counts.created) == ("finished", 5)
    desk.sandbox.close()


def test_three_lost_overwrites_do_not_claim_that_nothing_was_changed(desk: ImportDesk) -> None:
    desk.faults.next("error_before", endpoint="contacts/create", times=3)
    lost = desk.run(desk.write("people.csv", [human(1)]), on_match="update", mode="single")
    assert codes(desk, lost) == ["outcome_unknown"]
    assert "may have got the row's values" in desk.results(lost.run_id)[0]["message"]
