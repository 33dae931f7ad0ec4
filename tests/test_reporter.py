"""The files of a run, made from a real ledger and a source that stands beside the expected files."""

import csv
import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import BrokenPromise
from pipeline.ledger import (
    Ending,
    Ledger,
    NewRow,
    NewRun,
    OpenRow,
    Owed,
    RequestCounts,
    Rows,
    RunRecord,
    Runs,
    RunState,
    SourceFacts,
    State,
    Written,
)
from pipeline.ledger.history import HistoryRules
from pipeline.ledger.results import whos_of
from pipeline.records import Contact, Mapped, Outcome, Reason, Row
from pipeline.reporter import Material, Plan, Summary, write_reports
from pipeline.reporter.times import iso
from tests.invariants import contact_of

DATA = Path(__file__).parent / "data" / "reporter"
STARTED = 1779103151.0  # 2026-05-18T11:19:11Z
CONTACT_ID = "66f0000000000000000000"


VALUES = st.sampled_from(['"', "\\", "\n", '","email":"b@b.example', "a, b"]) | st.text(
    st.characters(exclude_categories=["Cs"]), min_size=1, max_size=5
)
CONTACTS = st.builds(
    Contact,
    **dict.fromkeys(
        ("first_name", "last_name", "organization_name", "title", "email", "website_url"), st.none() | VALUES
    ),
    custom_fields=st.dictionaries(VALUES, VALUES, max_size=2),
)


class CsvTable:
    """A table that stands in a CSV whose records are one line each; `only` keeps its first rows."""

    def __init__(self, path: Path, only: int | None = None) -> None:
        with path.open(encoding="utf-8", newline="") as file:
            header, *records = csv.reader(file)
        self.headers = self.columns = tuple(header)
        rows = [Row(number, tuple(cells)) for number, cells in enumerate(records, start=2) if any(cells)]
        self.rows = rows[:only]
        self.widths: dict[int, float] = {}
        self.closed = False

    def chunks(self) -> Iterator[list[Row]]:
        """Three rows at a time."""
        for start in range(0, len(self.rows), 3):
            yield self.rows[start : start + 3]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self.closed = True


def map_row(row: Row) -> Mapped:
    """What a mapper makes of the columns of people.csv, with an invalid address left out."""
    values = dict(zip(("first_name", "last_name", "organization_name", "email"), row.cells[:4], strict=True))
    good = {name: value for name, value in values.items() if value and "(at)" not in value}
    return Mapped(row.number, good)


class Desk:
    """A ledger with one run of people.csv, and what is needed to bring its rows anywhere."""

    def __init__(self, ledger: Ledger, *, dry_run: bool = False) -> None:
        self.ledger = ledger
        self.runs = Runs(ledger)
        self.earlier = self._enter("20260401-080000-people", dry_run=False)
        self.run = self._enter("20260518-111911-people", dry_run=dry_run)
        self.folder = ledger.folder / self.run.run_id
        self.folder.mkdir()
        self.rows = Rows(ledger, self.run.key, None, HistoryRules(asked=False, updates=False))
        self.table = CsvTable(DATA / "people.csv")

    def _enter(self, run_id: str, *, dry_run: bool) -> RunRecord:
        new = NewRun(
            run_id=run_id,
            team=None,
            dry_run=dry_run,
            again=False,
            source_path="exports/people.csv",
            source_file="source.csv",
            source_sha256="a" * 64,
            config_sha256="b" * 64,
            options={},
            started_at=STARTED,
        )
        return self.runs.enter(new)

    def contact(self, row: int) -> Contact:
        """What the row says."""
        return contact_of(map_row(next(one for one in self.table.rows if one.number == row)))

    def add(self, row: int, outcome: Outcome | None = None, *warnings: str) -> None:
        """Enters a row, to be sent or ended."""
        self.rows.add([NewRow(row, Written.of(self.contact(row).values), outcome, warnings)])

    def claim(self, row: int) -> OpenRow:
        """Brings a waiting row to where its request has left."""
        claim = self.rows.claim(self.rows.pending(row - 1, 1), t0=STARTED, at=STARTED)
        assert [one.row for one in claim.sending] == [row]
        return claim.sending[0]

    def end(self, row: int, outcome: Outcome, owed: Owed = Owed(), *warnings: str) -> None:  # noqa: B008 - frozen
        """Sends a waiting row and ends it."""
        self.rows.end([Ending(self.claim(row), outcome, owed, warnings)], at=STARTED + row)

    def add_all(self) -> None:
        """Enters every row, to be sent."""
        for row in self.table.rows:
            self.add(row.number)

    def prepared(self) -> None:
        """All rows of the source were read."""
        facts = SourceFacts(
            rows=len(self.table.rows),
            blank=1,
            sheet="",
            header_row=1,
            encoding="utf-8",
            delimiter=",",
            notes=("The encoding was guessed.",),
            left_out=((14, "a total row at the end"),),
        )
        self.runs.prepared(self.run.key, facts, {"calls": 3, "seconds": 1.5, "ends_at": iso(STARTED + 1.5)})

    def ended(self, state: RunState, exit_code: int = 0, reason: str = "") -> None:
        """The process is done with the run."""
        self.runs.ended(self.run.key, state, at=STARTED + 60, seconds=60, exit_code=exit_code, reason=reason)

    def report(self, table: CsvTable | None = None) -> Summary:
        """Writes the reports."""
        run = self.runs.get(self.run.run_id)
        opened = table or self.table
        return write_reports(Material(self.ledger, run, self.folder, lambda _: opened, lambda *_: ""))

    def written(self, name: str) -> list[dict[str, str]]:
        """A report as a program reads it."""
        with (self.folder / name).open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path) as opened:
        yield opened


@pytest.fixture
def desk(ledger: Ledger) -> Desk:
    return Desk(ledger)


@pytest.fixture
def interrupted(desk: Desk) -> Desk:
    """A run that was interrupted while rows stood everywhere on their way."""
    for row in (2, 3):
        desk.add(row)
    desk.add(4, Outcome(Reason.IN_FILE, "repeats row 2 (same email)", matched_row=2, matched_on="email"))
    desk.add(
        5,
        Outcome(
            Reason.INVALID_EMAIL,
            'Email: "jane(at)acme" is no valid email address',
            column="Email",
            value="jane(at)acme",
            suggestion="jane@acme.example",
        ),
    )
    desk.add(
        6,
        Outcome(
            Reason.IN_HISTORY,
            contact_id=f"{CONTACT_ID}06",
            matched_run=str(desk.earlier.key),
            matched_row=9,
            matched_on="email",
        ),
    )
    for row in (7, 8):
        desk.add(row)
    desk.add(9, Outcome(Reason.UNREADABLE_ROW, "has 9 cells where the header has 8"))
    for row in (10, 11, 13):
        desk.add(row, None, *(["row 11 is hidden"] if row == 11 else []))
    desk.prepared()
    desk.end(2, Outcome(Reason.NEW, contact_id=f"{CONTACT_ID}02", http_status=200))
    desk.end(
        3,
        Outcome(Reason.NEW, contact_id=f"{CONTACT_ID}03", http_status=200),
        Owed(("mobile_phone",), ("Webinar Q3",)),
    )
    desk.rows.lose([desk.claim(7)], "the connection was reset", None)
    dropped = "the contact was made without its email address"
    desk.end(10, Outcome(Reason.EMAIL_DROPPED, dropped, "Email", contact_id=f"{CONTACT_ID}10"))
    desk.end(
        11, Outcome(Reason.IN_APOLLO, contact_id=f"{CONTACT_ID}11"), Owed(), "namesake: has another address"
    )
    desk.runs.count(desk.run.key, RequestCounts(sent=5, retried=1))
    desk.ended(RunState.INTERRUPTED, exit_code=4, reason="interrupted")
    return desk


@pytest.mark.parametrize("name", ["results.csv", "failed.csv", "summary.json"])
def test_an_interrupted_run_is_reported_to_the_letter(interrupted: Desk, name: str) -> None:
    interrupted.report()
    assert (interrupted.folder / name).read_bytes() == (DATA / name).read_bytes()


@pytest.mark.parametrize("name", ["results.csv", "failed.csv"])
def test_rows_are_told_the_same_when_what_others_amount_to_is_not_remembered(
    interrupted: Desk, name: str
) -> None:
    with ExitStack() as forgetful:
        for module in ("ledger.results", "reporter.outcomes", "reporter.lines", "reporter.feedback"):
            forgetful.enter_context(patch(f"pipeline.{module}._ALIKE", 1))
        interrupted.report()
    assert (interrupted.folder / name).read_bytes() == (DATA / name).read_bytes()


@given(st.lists(CONTACTS, max_size=3))
def test_whom_rows_are_about_is_read_out_of_their_kept_values(contacts: list[Contact]) -> None:
    emails, names, organizations = whos_of([None, *[contact.to_json() for contact in contacts]])
    assert list(emails) == ["", *(contact.email or "" for contact in contacts)]
    assert list(names) == ["", *(" ".join(filter(None, (one.first_name, one.last_name))) for one in contacts)]
    assert list(organizations) == ["", *(contact.organization_name or "" for contact in contacts)]


def test_reporting_again_writes_the_same_bytes(interrupted: Desk) -> None:
    interrupted.report()
    first = {path.name: path.read_bytes() for path in interrupted.folder.iterdir()}
    interrupted.report()
    assert {path.name: path.read_bytes() for path in interrupted.folder.iterdir()} == first


def test_the_files_are_private_and_nothing_else_is_left(interrupted: Desk) -> None:
    interrupted.report()
    modes = {path.name: path.stat().st_mode & 0o777 for path in interrupted.folder.iterdir()}
    names = ("results.csv", "failed.csv", "results.xlsx", "failed.xlsx", "report.html", "summary.json")
    assert modes == dict.fromkeys(names, 0o600)
    assert interrupted.table.closed


def test_failed_rows_have_the_text_of_the_source(interrupted: Desk) -> None:
    interrupted.report()
    sources = {str(row.number): row.cells[:6] for row in interrupted.table.rows}
    failed = interrupted.written("failed.csv")
    assert [row["import_row"] for row in failed] == ["5", "7", "8", "9", "10", "13"]
    for row in failed:
        written = [row[name] for name in interrupted.table.headers[:6]]
        assert [cell.removeprefix("'") for cell in written] == list(sources[row["import_row"]])


def test_the_import_columns_of_a_file_that_was_fed_back_are_replaced(interrupted: Desk) -> None:
    interrupted.report()
    row = interrupted.written("failed.csv")[0]
    assert [name for name in row if name.casefold().startswith("import_r")] == [
        "import_run",
        "import_row",
        "import_reason",
    ]
    assert (row["import_run"], row["import_row"]) == (interrupted.run.run_id, "5")


def test_a_cell_that_would_be_a_formula_is_made_harmless_and_a_phone_is_not(desk: Desk) -> None:
    desk.add_all()
    desk.prepared()
    desk.ended(RunState.STOPPED, exit_code=3, reason="unauthorized")
    desk.report()
    first, second = desk.written("failed.csv")[:2]
    assert (first["Notes"], first["Mobile"]) == ('\'=HYPERLINK("x")', "+1 555-0101")
    assert second["Notes"] == "-"
    namesake = next(row for row in desk.written("results.csv") if row["row"] == "11")
    assert namesake["organization_name"] == "'=Acme"


def test_a_header_that_would_be_a_formula_is_made_harmless(desk: Desk) -> None:
    desk.table.headers = ("=A1()", *desk.table.headers[1:])
    desk.add_all()
    desk.prepared()
    desk.ended(RunState.STOPPED, exit_code=3, reason="stopped")
    desk.report()
    assert "'=A1()" in desk.written("failed.csv")[0]


def test_a_finished_run_without_faults_has_an_empty_failed_file(desk: Desk) -> None:
    desk.add_all()
    desk.prepared()
    for row in desk.table.rows:
        desk.end(row.number, Outcome(Reason.NEW, contact_id=f"{CONTACT_ID}{row.number}"))
    desk.ended(RunState.FINISHED)
    summary = desk.report()
    assert desk.written("failed.csv") == []
    assert (summary.state, summary.exit_code) == ("finished", 0)
    assert (summary.counts.read, summary.counts.created) == (11, 11)
    assert summary.reasons == {Reason.NEW: 11}


def test_a_finished_run_with_rows_in_error_is_exit_1(desk: Desk) -> None:
    desk.add_all()
    desk.prepared()
    for row in desk.table.rows:
        desk.end(row.number, Outcome(Reason.REFUSED, "is not allowed", http_status=422))
    desk.ended(RunState.FINISHED)
    summary = desk.report()
    assert (summary.exit_code, summary.counts.error) == (1, 11)


def test_a_dry_run_s_failed_file_has_its_faulty_rows_only(ledger: Ledger) -> None:
    desk = Desk(ledger, dry_run=True)
    for row in desk.table.rows:
        desk.add(row.number, Outcome(Reason.INVALID_EMAIL, "is wrong", "Email") if row.number == 5 else None)
    desk.prepared()
    desk.ended(RunState.DRY_RUN)
    summary = desk.report()
    assert [row["import_row"] for row in desk.written("failed.csv")] == ["5"]
    assert (summary.counts.error, summary.counts.not_sent, summary.exit_code) == (1, 10, 1)
    assert {row["reason"] for row in desk.written("results.csv")} == {"invalid_email", "dry_run"}


def test_a_run_whose_process_died_reads_as_interrupted(desk: Desk) -> None:
    desk.add_all()
    desk.prepared()
    summary = desk.report()
    assert (summary.state, summary.exit_code, summary.finished_at) == ("interrupted", 4, None)
    assert summary.reasons == {Reason.INTERRUPTED: 11}


def test_a_run_that_died_while_rows_were_read_reports_those(desk: Desk) -> None:
    for row in desk.table.rows[:4]:
        desk.add(row.number)
    summary = desk.report()
    assert (summary.counts.read, summary.counts.not_sent) == (4, 4)


def test_rows_beyond_a_limit_are_not_reported(desk: Desk) -> None:
    whole = desk.table
    desk.table = CsvTable(DATA / "people.csv", only=3)
    desk.add_all()
    desk.prepared()
    desk.ended(RunState.QUOTA, exit_code=5, reason="quota")
    summary = desk.report(whole)
    assert (summary.counts.read, summary.exit_code) == (3, 5)
    assert [row["row"] for row in desk.written("results.csv")] == ["2", "3", "4"]


@pytest.mark.parametrize(
    ("missing", "said"), [(3, "Row 3 of the source is missing"), (13, "do not add up: 11 were read, 10 are")]
)
def test_a_row_that_the_ledger_lacks_is_a_broken_promise(desk: Desk, missing: int, said: str) -> None:
    for row in desk.table.rows:
        if row.number != missing:
            desk.add(row.number)
    desk.prepared()
    desk.ended(RunState.STOPPED, exit_code=3, reason="stopped")
    with pytest.raises(BrokenPromise, match=said):
        desk.report()


@pytest.mark.parametrize("missing", [3, 13])
def test_a_row_that_the_source_lacks_is_a_broken_promise(desk: Desk, missing: int) -> None:
    desk.add_all()
    desk.prepared()
    desk.table.rows = [row for row in desk.table.rows if row.number != missing]
    with pytest.raises(BrokenPromise, match=f"Row {missing} of run .* is not in the kept copy"):
        desk.report()


def test_a_row_to_be_mended_whose_cells_are_not_there_is_a_broken_promise(desk: Desk) -> None:
    desk.add_all()
    desk.prepared()
    desk.ended(RunState.STOPPED, exit_code=3, reason="stopped")
    desk.table.rows = [row._replace(cells=()) for row in desk.table.rows]
    with pytest.raises(BrokenPromise, match=r"cells of row 2 of run .* were not read"):
        desk.report()


def test_a_broken_promise_leaves_the_former_files_as_they_were(interrupted: Desk) -> None:
    interrupted.report()
    before = {path.name: path.read_bytes() for path in interrupted.folder.iterdir()}
    interrupted.table.rows = interrupted.table.rows[:-1]
    with pytest.raises(BrokenPromise):
        interrupted.report()
    assert {path.name: path.read_bytes() for path in interrupted.folder.iterdir()} == before


def test_the_ledger_can_be_written_after_a_broken_promise(interrupted: Desk) -> None:
    interrupted.table.rows = interrupted.table.rows[:1]
    with pytest.raises(BrokenPromise):
        interrupted.report()
    interrupted.claim(8)
    assert interrupted.rows.open_counts()[State.SENDING] == 1


def test_a_row_left_waiting_in_a_finished_run_is_a_broken_promise(desk: Desk) -> None:
    desk.add_all()
    desk.prepared()
    desk.ended(RunState.FINISHED)
    with pytest.raises(BrokenPromise, match=r"Row 2 of run .* was never sent, but the run is finished"):
        desk.report()


def test_the_summary_has_exactly_the_keys_that_scripts_rely_on(interrupted: Desk) -> None:
    found = json.loads(interrupted.report().to_json())
    assert " ".join(found) == (
        "run_id state source config_sha256 plan counts reasons requests "
        "started_at finished_at seconds exit_code next_command"
    )
    assert " ".join(found["source"]) == (
        "name sha256 rows blank sheet header_row encoding delimiter notes left_out"
    )
    assert " ".join(found["plan"]) == "calls seconds ends_at"
    assert " ".join(found["counts"]) == "read created duplicate error not_sent"
    assert " ".join(found["requests"]) == "sent retried rate_limited"


def test_the_plan_in_the_summary_has_its_calls_in_one_figure() -> None:
    plan = Plan(calls={"bulk_create": 2, "update": 5}, seconds=1.0)
    assert plan.model_dump(mode="json") == {"calls": 7, "seconds": 1.0, "ends_at": None}


def test_the_summary_is_one_line_for_machines(interrupted: Desk) -> None:
    assert "\n" not in interrupted.report().to_json()


def test_the_next_command_stands_in_the_summary(interrupted: Desk) -> None:
    run = interrupted.runs.get(interrupted.run.run_id)
    command = f"contact-import resume {run.run_id}"
    material = Material(
        interrupted.ledger, run, interrupted.folder, lambda _: interrupted.table, lambda *_: command
    )
    assert write_reports(material).next_command == command


def test_the_name_of_the_source_is_the_user_s_own_without_folders(interrupted: Desk) -> None:
    run = replace(interrupted.runs.get(interrupted.run.run_id), source_path="C:\\Exports\\Leads May.csv")
    write_reports(
        Material(interrupted.ledger, run, interrupted.folder, lambda _: interrupted.table, lambda *_: "")
    )
    assert interrupted.written("results.csv")[0]["source"] == "Leads May.csv"


def test_causes_are_grouped_for_the_terminal(interrupted: Desk) -> None:
    told = [(cause.reason, cause.column, cause.rows) for cause in interrupted.report().causes]
    assert (Reason.INVALID_EMAIL, "Email", (5,)) in told
    assert (None, "", (11,)) in told
