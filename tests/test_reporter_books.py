"""results.xlsx and failed.xlsx: for people, and read back to the letter."""

import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from xlsxwriter.format import Format  # type: ignore[import-untyped]

from pipeline.ledger import Ledger, RunState, SourceFacts, State, Who
from pipeline.loader import open_source
from pipeline.records import IMPORT_COLUMNS, Outcome, Reason, Row
from pipeline.reporter import Counts, Summary, outputs, textsheet
from pipeline.reporter import book as book_module
from pipeline.reporter.book import RowsBook, sheet_name
from pipeline.reporter.causes import Causes
from pipeline.reporter.feedback import FedBack
from pipeline.reporter.lines import Line
from pipeline.reporter.outcomes import Upshots
from pipeline.reporter.summary import summarize
from pipeline.reporter.textsheet import LONGEST, WIDEST
from pipeline.reporter.wording import advice
from tests.import_desk import ImportDesk
from tests.test_reporter import Desk
from tests.test_reporter_outcomes import RUN, row

HEADERS = ("First Name", "Email", "Phone", "Zip", "Renewal", "Notes")
TEXTS = ("Ann", "ann@@acme.example", "+49 30 555 0101", "01234", "2026-05-18", "=1+1")
INVALID = Outcome(
    Reason.INVALID_EMAIL,
    'Email: "ann@@acme.example" is no valid email address',
    "Email",
    "ann@@acme.example",
    suggestion="ann@acme.example",
)
NEW = Outcome(Reason.NEW, contact_id="66f000000000000000000001")
cells = st.tuples(
    st.just("Ann"),
    st.text(
        st.characters(exclude_categories=["Cs"], exclude_characters="\0\x1a\ufffe\uffff_"), max_size=30
    ).filter(lambda text: text.strip() == text),
    st.text(alphabet="=+-@'\" ,;0123456789\t\n(a\uff1d", max_size=12),
    st.sampled_from(["<r>bold</r>", "a & b", "</t>", "007", "1e5", "TRUE", "#N/A", "1/2"]),
    st.sampled_from(["2026-05-18", "18.05.2026", "12:30", "½", "\U0001f600"]),
    st.just(""),
)


def line(number: int, texts: Sequence[str], outcome: Outcome = INVALID) -> Line:
    """A row of the ledger beside its source."""
    upshot = Upshots(RUN).of(row(State.DONE, outcome))
    return Line(number, outcome.contact_id, Who("", "", ""), upshot, Row(number, tuple(texts)))


def summary_of(lines: Iterable[Line]) -> Summary:
    """What the Summary sheet is made of."""
    causes = Causes()
    reasons: dict[Reason, int] = {}
    for one in lines:
        outcome = one.upshot.outcome
        causes.add(one.row, outcome, one.upshot.warnings)
        reasons[outcome.reason] = reasons.get(outcome.reason, 0) + 1
    counts = Counts.of(sum(reasons.values()), reasons)
    return summarize(RUN, counts, reasons, causes.commonest(), "contact-import run failed.xlsx")


def write(path: Path, lines: Sequence[Line], **widths: float) -> RowsBook:
    """A workbook of these rows."""
    layout = FedBack(RUN, HEADERS, HEADERS)
    book = RowsBook(path, RUN, layout, {HEADERS.index(name): width for name, width in widths.items()})
    for one in lines:
        book.add(one, layout.cells(one))
    summary = summary_of(lines)
    book.finish(summary, advice(summary, workbook=True))
    return book


def read_back(path: Path) -> list[tuple[str, ...]]:
    """The data cells as the loader reads them."""
    with open_source(path) as table:
        assert table.columns == (*HEADERS, *IMPORT_COLUMNS)
        return [found.cells[: len(HEADERS)] for chunk in table.chunks() for found in chunk]


def opened(path: Path) -> Any:
    """The workbook as openpyxl has it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return load_workbook(path)


@pytest.mark.parametrize("deleted", [(), ("import_suggestion", "import_message")])
def test_the_summary_of_results_is_no_other_table_when_they_come_back(
    tmp_path: Path, deleted: tuple[str, ...]
) -> None:
    path = tmp_path / "failed.xlsx"
    write(path, [line(7, TEXTS)])
    with open_source(path) as table:
        assert table.notes == ()
    returned = opened(path)
    for name in deleted:
        returned.worksheets[0].delete_cols([cell.value for cell in returned.worksheets[0][1]].index(name) + 1)
    returned.create_sheet("More").append(("Name", "Email"))
    returned.save(path)
    with open_source(path) as table:
        assert [note for note in table.notes if "other" in note] == [
            f"The sheet “{table.sheet}” was read; others with a table: “More”."
        ]


def test_a_sheet_of_the_users_own_called_summary_is_another_table(tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    book = Workbook()
    book.active.append(("Name", "Email"))
    book.create_sheet("Summary").append(("Name", "Email"))
    book.save(path)
    with open_source(path) as table:
        assert "“Summary”" in table.notes[0]


@pytest.fixture
def book(tmp_path: Path) -> Any:
    """A workbook with a faulty row and a good one."""
    write(tmp_path / "failed.xlsx", [line(7, TEXTS), line(9, TEXTS, NEW)], Email=41)
    return opened(tmp_path / "failed.xlsx")


@settings(max_examples=60, deadline=None)
@given(st.lists(cells, min_size=1, max_size=5))
def test_every_cell_of_a_workbook_is_read_back_to_the_letter(rows: list[tuple[str, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "failed.xlsx"
        write(path, [line(number, texts) for number, texts in enumerate(rows, start=2)])
        assert read_back(path) == rows


SPECIAL = st.sampled_from(["&", "<", ">", "_x0041_", " ", "\xa0", "\ud800", "\ufffe", "\r", "\n", "\t", "\0"])


@given(st.lists(st.lists(st.characters() | SPECIAL, max_size=5).map("".join), min_size=1, max_size=3))
def test_a_row_has_each_text_as_if_it_were_written_alone_and_keeps_its_blanks(texts: list[str]) -> None:
    def alone(text: str) -> str:
        return "".join(ET.fromstring(f"<t>{textsheet._SPECIAL.sub(textsheet._written, text)}</t>").itertext())

    red = Format({"xf_index": 7})
    row = textsheet._cells(texts, Format({"xf_index": 1}), {0: red}).replace(textsheet._ROW, "5")
    cells = list(ET.fromstring(f"<row>{row}</row>"))
    filled = [place for place, text in enumerate(texts) if text or place == 0]
    assert [cell.get("r") for cell in cells] == [f"{'ABC'[place]}5" for place in filled]
    assert [cell.get("s") for cell in cells] == ["1" if place else "7" for place in filled]
    assert ["".join(cell.itertext()) for cell in cells] == [alone(texts[place]) for place in filled]
    if any(text != text.strip() for text in texts):
        assert row.count(' xml:space="preserve"') == len(filled)


def test_every_cell_is_text_also_one_that_looks_like_a_number_or_a_date(book: Any) -> None:
    for found in book["people"]["A2:N2"][0]:
        assert (found.value is None, found.data_type) in ((False, "s"), (True, "n"))
    assert [found.value for found in book["people"][2]][:6] == [*TEXTS[:5], "'=1+1"]
    assert {found.number_format for found in book["people"][2] if found.value} == {"@"}


def test_a_cell_that_is_typed_into_a_blank_one_stays_text_too(book: Any) -> None:
    found = book["people"].column_dimensions.values()
    assert {width.number_format for width in found} == {"@"}
    assert sum(width.max - width.min + 1 for width in found) == len(HEADERS) + len(IMPORT_COLUMNS)


def test_the_header_is_frozen_and_filters(book: Any) -> None:
    sheet = book["people"]
    assert [found.value for found in sheet[1]] == [*HEADERS, *IMPORT_COLUMNS]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:N3")


def test_the_faulty_cell_is_red_with_message_and_suggestion_as_its_note(book: Any) -> None:
    faulty, good = book["people"]["B2"], book["people"]["B3"]
    assert faulty.fill.fgColor.rgb == "FFFFC7CE"
    assert faulty.comment.text == f"{INVALID.message}\nSuggestion: ann@acme.example"
    assert (good.fill.fill_type, good.comment) == (None, None)


def test_what_a_message_or_a_name_holds_never_spoils_the_workbook(tmp_path: Path) -> None:
    odd = INVALID._replace(message="<r>=1+1 \x01\ufffe</r>", value="", suggestion="")
    lines = [line(2, TEXTS, odd), line(3, ("Ann", "_x0041_", "\x02", "<r>", "</r>", "\r\n"), odd)]
    write(tmp_path / "a.xlsx", lines)
    book = opened(tmp_path / "a.xlsx")
    assert book["people"]["B2"].comment.text == "<r>=1+1 ��</r>"
    told = [found for line in book["Summary"].iter_rows(values_only=True) for found in line if found]
    assert " <r>=1+1 _x0001__xFFFE_</r>" in told


def test_each_status_has_its_word_and_a_colour_of_its_own(book: Any) -> None:
    first, second = book["people"]["I2"], book["people"]["I3"]
    assert (first.value, second.value) == ("error", "created")
    assert first.fill.fgColor.rgb != second.fill.fgColor.rgb


def test_a_blank_faulty_cell_is_red_too(tmp_path: Path) -> None:
    write(tmp_path / "a.xlsx", [line(2, ("Ann", "", "", "", "", ""))])
    assert opened(tmp_path / "a.xlsx")["people"]["B2"].fill.fgColor.rgb == "FFFFC7CE"


def test_columns_have_the_width_of_the_source_or_of_what_is_in_them(book: Any) -> None:
    widths = book["people"].column_dimensions
    assert widths["B"].width == pytest.approx(41, abs=1)
    assert widths["A"].width < widths["C"].width


def test_the_summary_sheet_tells_counts_reasons_causes_and_what_to_do(book: Any) -> None:
    assert book.sheetnames == ["people", "Summary"]
    told = [found for line in book["Summary"].iter_rows(values_only=True) for found in line if found]
    assert "1 of 2 rows became new contacts" in told
    assert {"Invalid email address. The address cannot exist as it is written, so the row was not sent."} < {
        *told
    }
    assert {"What to do next", "Commonest errors", "row 7", "contact-import run failed.xlsx"} < {*told}


def test_a_text_too_long_for_a_cell_leaves_the_workbook_out_rather_than_cutting_it(tmp_path: Path) -> None:
    long = ("Ann", "x" * LONGEST, "", "", "", "")
    assert write(tmp_path / "a.xlsx", [line(2, long)]).left_out == ""
    assert read_back(tmp_path / "a.xlsx") == [long]
    longer = ("Ann", "\U0001f600" * (LONGEST // 2 + 1), "", "", "", "")
    assert "row 3 has a cell too long" in write(tmp_path / "b.xlsx", [line(3, longer)]).left_out


def test_a_workbook_that_is_given_up_leaves_no_file_open(tmp_path: Path) -> None:
    layout = FedBack(RUN, HEADERS, HEADERS)
    book = RowsBook(tmp_path / "a.xlsx", RUN, layout, {})
    book.add(line(2, TEXTS), layout.cells(line(2, TEXTS)))
    book.close()
    assert [path.name for path in tmp_path.iterdir()] == ["a.xlsx"]


@pytest.mark.parametrize(
    ("sheet", "path", "name"),
    [
        ("People", "x.xlsx", "People"),
        ("", "exports/Leads May.csv.gz", "Leads May"),
        ("", "[a]:*?/b\\c" + "d" * 40 + ".csv", "c" + "d" * 30),
        ("A/B: c?", "x.ods", "A_B_ c_"),
        ("History", "x.ods", "Rows"),
        ("'quoted'", "x.ods", "quoted"),
    ],
)
def test_the_sheet_is_called_as_in_the_source_as_far_as_excel_allows(
    sheet: str, path: str, name: str
) -> None:
    assert sheet_name(replace(RUN, facts=SourceFacts(sheet=sheet), source_path=path)) == name


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Ledger.open(tmp_path) as ledger:
        yield Desk(ledger)


def refused(desk: Desk, *rows: int) -> None:
    """Enters every row; those are refused, the others new."""
    for one in desk.table.rows:
        outcome = Outcome(Reason.REFUSED, "no") if one.number in rows else NEW
        desk.add(one.number, outcome)
    desk.prepared()
    desk.ended(RunState.FINISHED)


def test_more_rows_than_a_workbook_takes_are_left_out_and_it_is_said(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outputs, "MOST_ROWS", 3)
    refused(desk, 5, 7)
    (desk.folder / "results.xlsx").write_text("of a former report")
    summary = desk.report()
    assert not (desk.folder / "results.xlsx").exists()
    assert (desk.folder / "failed.xlsx").exists()
    said = "results.xlsx was left out: 11 rows are more than the 3 that a workbook takes. results.csv has every row."
    assert summary.said == (said,)
    assert said in (desk.folder / "report.html").read_text(encoding="utf-8")
    assert "said" not in summary.to_json()


def test_where_failed_xlsx_is_left_out_people_are_sent_to_failed_csv(desk: Desk) -> None:
    desk.table.rows[3] = desk.table.rows[3]._replace(cells=("x" * 40_000, *desk.table.rows[3].cells[1:]))
    refused(desk, desk.table.rows[3].number)
    summary = desk.report()
    assert [said.partition(":")[0] for said in summary.said] == [
        "results.xlsx was left out",
        "failed.xlsx was left out",
    ]
    assert "Open failed.csv" in (desk.folder / "report.html").read_text(encoding="utf-8")
    assert not (desk.folder / "failed.xlsx").exists()


def test_a_source_with_more_columns_than_a_sheet_has_is_left_out(tmp_path: Path) -> None:
    names = tuple(f"c{place}" for place in range(WIDEST))
    layout = FedBack(RUN, names, names)
    book = RowsBook(tmp_path / "a.xlsx", RUN, layout, {})
    book.add(line(2, names), layout.cells(line(2, names)))
    book.close()
    assert book.left_out == "the source has too many columns"


def test_very_many_faulty_cells_are_red_without_notes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(book_module, "MOST_NOTES", 1)
    write(tmp_path / "a.xlsx", [line(2, TEXTS), line(3, TEXTS)])
    first, second = (opened(tmp_path / "a.xlsx")["people"][f"B{number}"] for number in (2, 3))
    assert (first.comment is None, second.comment is None) == (False, True)
    assert first.fill.fgColor.rgb == second.fill.fgColor.rgb


def test_failed_xlsx_has_the_rows_of_failed_csv(desk: Desk) -> None:
    refused(desk, 5, 7)
    desk.report()
    with open_source(desk.folder / "failed.xlsx") as book, open_source(desk.folder / "failed.csv") as text:
        assert book.columns == text.columns
        assert [r.cells for c in book.chunks() for r in c] == [r.cells for c in text.chunks() for r in c]


def test_the_widths_of_the_source_s_columns_are_kept_however_often_it_comes_back(tmp_path: Path) -> None:
    source = tmp_path / "people.xlsx"
    book = Workbook()
    book.active.append(["First", "Last", "Company", "Email", "Title"])
    for number in range(3):
        book.active.append(["Ada", f"Example{number}", "Works Ltd", "no address", "CTO"])
    wanted = {"A": 9.5, "C": 40.25, "D": 31.0}
    for letter, width in wanted.items():
        book.active.column_dimensions[letter].width = width
    book.save(source)
    desk = ImportDesk(tmp_path)
    for _ in range(3):
        source = desk.output / desk.run(source).run_id / "failed.xlsx"
    widths = opened(source).worksheets[0].column_dimensions
    assert {letter: widths[letter].width for letter in wanted} == pytest.approx(wanted, abs=0.1)


def test_libreoffice_saves_a_workbook_without_changing_a_text(tmp_path: Path) -> None:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("LibreOffice is not installed, so what it makes of a workbook cannot be seen")
    texts = ("Ann", "ann@@acme.example", "+49 30 555 0101", "01234", "2026-05-18", "1e5")
    formula = ("=HYPERLINK(1)", "1/2", "-", "007", "12:30", "line one\nline two")
    write(tmp_path / "failed.xlsx", [line(2, texts), line(3, formula)])
    (tmp_path / "out").mkdir()
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [office, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "out")]
    subprocess.run([*command, str(tmp_path / "failed.xlsx")], check=True, capture_output=True, timeout=120)
    assert read_back(tmp_path / "out" / "failed.xlsx") == [texts, formula]
    assert opened(tmp_path / "out" / "failed.xlsx")["people"]["B2"].comment.text.startswith("Email: ")
