import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter  # type: ignore[import-untyped]
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import SourceMistake
from pipeline.guard import unprotect
from pipeline.loader import SourceOptions, open_source
from tests.loader_checks import refused_or_in_order

FOLDER = Path(__file__).parent / "data" / "loader"
shown = st.text(st.characters(min_codepoint=32, exclude_categories=["Cs", "Cn", "Cc"]), max_size=10).filter(
    lambda text: "_x" not in text and unprotect(text) == text
)
values = st.one_of(shown, st.integers(-(10**14), 10**14), st.booleans())
tables = st.lists(st.tuples(values, values, values), max_size=6)
quick = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)


def text_of(value: object) -> str:
    return str(value).upper() if isinstance(value, bool) else str(value)


def expected(rows: list[tuple[object, ...]]) -> list[tuple[int, tuple[str, ...]]]:
    texts = [(number, tuple(map(text_of, row))) for number, row in enumerate(rows, 2)]
    return [(number, row) for number, row in texts if any(cell.strip() for cell in row)]


def read(path: Path) -> list[tuple[int, tuple[str, ...]]]:
    with open_source(path, SourceOptions(header_row=1)) as table:
        return [(row.number, row.cells) for chunk in table.chunks() for row in chunk]


@quick
@given(tables)
def test_what_xlsxwriter_writes_is_read_back(tmp_path: Path, rows: list[tuple[object, ...]]) -> None:
    path = tmp_path / "any.xlsx"
    book = xlsxwriter.Workbook(path, {"strings_to_urls": False, "strings_to_formulas": False})
    sheet = book.add_worksheet()
    for number, row in enumerate([("First Name", "Last Name", "Email"), *rows]):
        sheet.write_row(number, 0, row)
    book.close()
    assert read(path) == expected(rows)


@quick
@given(tables)
def test_what_openpyxl_writes_is_read_back(tmp_path: Path, rows: list[tuple[object, ...]]) -> None:
    path = tmp_path / "any.xlsx"
    book = openpyxl.Workbook()
    for number, row in enumerate([("First Name", "Last Name", "Email"), *rows], 1):
        for column, value in enumerate(row, 1):
            cell = book.active.cell(number, column, value or None if isinstance(value, str) else value)
            if isinstance(value, str) and value:
                cell.data_type = "s"
    book.save(path)
    book.close()
    assert read(path) == expected(rows)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["as_shown.xlsx", "several_sheets.xlsx", "people.ods"]), st.data())
def test_a_damaged_workbook_is_refused_and_never_a_crash(
    tmp_path: Path, name: str, data: st.DataObject
) -> None:
    with zipfile.ZipFile(FOLDER / name) as whole:
        members = {member: whole.read(member) for member in whole.namelist()}
    victim = data.draw(st.sampled_from(sorted(members)))
    content = bytearray(members[victim])
    for place in data.draw(st.lists(st.integers(0, max(0, len(content) - 1)), min_size=1, max_size=4)):
        content[place : place + 1] = data.draw(st.binary(max_size=3))
    members[victim] = bytes(content)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        for member, part in members.items():
            packed.writestr(member, part)
    path = tmp_path / name
    path.write_bytes(target.getvalue())
    assert refused_or_in_order(path, SourceOptions(header_row=1))


def test_a_parser_that_dies_or_never_answers_is_a_mistake_of_the_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for program, words in (
        ("import os; os.abort()", "without a word"),
        ("raise MemoryError", "more than 1 GiB"),
        ("import time; time.sleep(60)", "damaged"),
    ):
        monkeypatch.setattr("pipeline.loader.oldbooks._PROGRAM", program)
        monkeypatch.setattr("pipeline.loader.oldbooks._LONGEST", 0.5)
        with pytest.raises(SourceMistake, match=rf"people\.xls .*{words}"):
            open_source(FOLDER / "people.xls")


def test_an_old_workbook_that_is_cut_off_is_refused_and_let_go(tmp_path: Path) -> None:
    path = tmp_path / "people.xls"
    whole = (FOLDER / "people.xls").read_bytes()
    for size in (1200, 1300, 1600, 2000):
        path.write_bytes(whole[:size])
        with pytest.raises(SourceMistake, match=r"people\.xls"):
            open_source(path)


def test_data_beyond_the_last_header_of_a_sheet_has_a_column_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "beyond.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Name", "Email"])
    sheet.write_row(1, 0, ["Jane", "jane@example.com", "called twice"])
    for row in range(2, 300):
        sheet.write_row(row, 0, ["Eva", f"eva{row}@example.com"])
    sheet.write_row(500, 0, ["Max", "max@example.com", "", "", "far out"])
    book.close()
    with open_source(path) as table:
        assert table.columns == ("Name", "Email", "Column C")
        first, *_, last = [row for chunk in table.chunks() for row in chunk]
        assert table.blank == 200
    assert first.cells == ("Jane", "jane@example.com", "called twice")
    assert last.warnings == ("column E has no header, so what stands there was left out",)
    assert not last.unreadable
