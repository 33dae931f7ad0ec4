"""Files that would take a program down, and the promise that no row is lost, whatever the bytes."""

import gzip
import io
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
import xlsxwriter  # type: ignore[import-untyped]
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import SourceMistake
from pipeline.loader import open_source, xml2003
from tests.data.make_loader_files import TEXTS, archive, archive_of, ods_of, workbook, xls, xlsb
from tests.loader_checks import refused_or_in_order

MILLION = 1_000_000
FOLDER = Path(__file__).parent / "data" / "loader"
SHEET = "xl/worksheets/sheet1.xml"
TABLE = (
    ("First Name", "Last Name", "Email", "Deals"),
    ("Zoë", "Doe", "zoe@example.com", 3),
    ("Max", "Müller, Jr.", "max@example.com", 447911123456),
    ("Eva", "Null", "eva@example.com", 0),
)


def people(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet("People")
    for number, row in enumerate(TABLE):
        sheet.write_row(number, 0, row)


def changed(change: Callable[[bytes], bytes]) -> bytes:
    """A workbook of people whose sheet was changed."""
    with zipfile.ZipFile(io.BytesIO(workbook(people))) as honest:
        members = {name: honest.read(name) for name in honest.namelist()}
    members[SHEET] = change(members[SHEET])
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return target.getvalue()


def rows_in(path: Path) -> list[tuple[str, ...]]:
    with open_source(path) as table:
        return [table.columns, *(row.cells for chunk in table.chunks() for row in chunk)]


def text_of(delimiter: str) -> str:
    quoted = ([f'"{cell}"' for cell in row] for row in TABLE)
    return "".join(delimiter.join(row) + "\r\n" for row in quoted)


def test_the_same_table_saved_in_six_ways_gives_the_same_rows(tmp_path: Path) -> None:
    ways = {
        "a.csv": text_of(",").encode(),
        "b.csv": text_of(";").encode("cp1252"),
        "c.txt": text_of("\t").encode("utf-16"),
        "d.xlsx": workbook(people),
        "e.xls": xls(TABLE),
        "f.ods": ods_of(TABLE),
    }
    for name, content in ways.items():
        (tmp_path / name).write_bytes(content)
        assert rows_in(tmp_path / name) == [tuple(map(str, row)) for row in TABLE], name


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda sheet: sheet.replace(b"<sheetData>", b"<sheetData>" + b" " * (65 << 20)), "unpack"),
        (lambda sheet: sheet.replace(b'<row r="3"', b'<row r="2000000000"'), "row 2,000,000,000"),
        (lambda sheet: sheet.replace(b'r="B2"', b'r="ZZZ2"'), "column ZZZ"),
        (lambda sheet: sheet[: len(sheet) // 2], "damaged"),
    ],
    ids=["a zip bomb", "a far row", "a far column", "a sheet that is cut off"],
)
def test_a_hostile_workbook_is_refused_in_words(
    tmp_path: Path, change: Callable[[bytes], bytes], words: str
) -> None:
    path = tmp_path / "people.xlsx"
    path.write_bytes(changed(change))
    with pytest.raises(SourceMistake, match=words):
        rows_in(path)


def test_a_dimension_of_a_billion_rows_and_cells_of_nothing_but_formats_cost_nothing(tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    empty = "".join(f'<c r="{column}9" s="0"/>' for column in ("A", "B", "AA", "XFD") * 50).encode()
    path.write_bytes(
        changed(
            lambda sheet: sheet.replace(b'ref="A1:D4"', b'ref="A1:XFD999999999"').replace(
                b"</sheetData>", b'<row r="9">' + empty + b"</row></sheetData>"
            )
        )
    )
    assert len(rows_in(path)) == len(TABLE)


def test_cells_without_a_place_stand_behind_each_other_also_when_blank(tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    row = b'<row><c t="inlineStr"><is><t>Ann</t></is></c><c/><c t="inlineStr"><is><t>a@example.com</t></is></c></row>'
    path.write_bytes(changed(lambda sheet: sheet.replace(b"</sheetData>", row + b"</sheetData>")))
    assert rows_in(path)[-1] == ("Ann", "", "a@example.com", "")


def test_a_cell_whose_value_is_not_of_its_kind_costs_no_more_than_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    path.write_bytes(
        changed(
            lambda sheet: sheet.replace(b"<v>3</v>", b"<v>three</v>").replace(
                b'<c r="A3" t="s"><v>', b'<c r="A3" t="s"><v>999'
            )
        )
    )
    with open_source(path) as table:
        first, second, _ = next(table.chunks())
    assert first.cells[3] == "three"
    assert first.warnings == ("cell D2 is damaged and was read as “three”",)
    assert second.cells[0] == ""
    assert second.warnings == ("cell A3 is damaged and was read as blank",)


def test_a_sheet_with_prefixes_is_read(tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"

    def prefixed(sheet: bytes) -> bytes:
        named = sheet.replace(b"xmlns=", b"xmlns:x=").replace(b"</", b"</x:")
        for tag in (b"worksheet", b"dimension", b"sheetViews", b"sheetView", b"sheetFormatPr", b"sheetData", b"row",
                    b"c", b"v", b"pageMargins"):  # fmt: skip
            for end in (b" ", b">"):
                named = named.replace(b"<" + tag + end, b"<x:" + tag + end)
        return named

    path.write_bytes(changed(prefixed))
    assert rows_in(path)[1:] == [tuple(map(str, row)) for row in TABLE[1:]]


def test_a_table_on_the_last_of_many_sheets_is_found(tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"

    def fill(book: xlsxwriter.Workbook) -> None:
        for number in range(150):
            book.add_worksheet(f"Sheet {number}")
        people(book)

    path.write_bytes(workbook(fill))
    assert len(rows_in(path)) == len(TABLE)


def test_a_packed_line_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "people.csv.gz"
    path.write_bytes(gzip.compress(b"Name,Email\n" + b"a" * (70 << 20), compresslevel=1))
    with pytest.raises(SourceMistake, match="a line of more than"):
        open_source(path)


def test_a_gzip_archive_that_unpacks_to_no_table_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.loader.text._SUSPICIOUS", 1 << 20)
    path = tmp_path / "people.csv.gz"
    path.write_bytes(gzip.compress(b"Name,Email\n" + b"Jane,jane@example.com\n" * 400_000))
    with pytest.raises(SourceMistake, match="unpacks to more than"):
        open_source(path)


def test_cells_of_an_ods_that_repeat_without_end_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "people.ods"
    with zipfile.ZipFile(io.BytesIO(ods_of([("Name", "Email"), ("X", "Y")]))) as honest:
        members = {name: honest.read(name).decode() for name in honest.namelist()}
    often = 'number-rows-repeated="999999999"'
    members["content.xml"] = (
        members["content.xml"]
        .replace("<table:table-row>", f"<table:table-row table:{often}>")
        .replace(
            'office:value-type="string"', 'office:value-type="string" table:number-columns-repeated="999999"'
        )
    )
    path.write_bytes(archive(members))
    with pytest.raises(SourceMistake, match="that they repeat others"):
        rows_in(path)


def test_cells_that_share_a_long_text_share_its_memory(tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"

    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        for row in range(30):
            sheet.write_row(row, 0, ["long " * 6000] * 3)

    path.write_bytes(workbook(fill))
    with open_source(path) as table:
        assert len({id(cell) for rows in table.chunks() for row in rows for cell in row.cells}) <= 1


def test_rows_out_of_order_are_refused_and_never_renumbered(tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    path.write_bytes(changed(lambda sheet: sheet.replace(b'<row r="4"', b'<row r="2"')))
    with pytest.raises(SourceMistake, match="row 2 stands below row 3"):
        rows_in(path)


def test_xml_with_indents_is_no_longer_text_than_other_xml(tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    empty = b'<row r="9">' + b'\n      <c s="0"/>' * 5000 + b"</row></sheetData>"
    path.write_bytes(changed(lambda sheet: sheet.replace(b"</sheetData>", empty)))
    assert len(rows_in(path)) == len(TABLE)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_binary_workbook_that_was_changed_never_crashes(tmp_path: Path, data: st.DataObject) -> None:
    with zipfile.ZipFile(io.BytesIO(xlsb())) as honest:
        members = {name: honest.read(name) for name in honest.namelist()}
    name = data.draw(st.sampled_from([name for name in sorted(members) if name.endswith(".bin")]))
    content = bytearray(members[name])
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=4)):
        content[place : place + 1] = data.draw(st.binary(max_size=3))
    members[name] = bytes(content)
    path = tmp_path / "people.xlsb"
    path.write_bytes(archive_of(members))
    assert refused_or_in_order(path)


def test_an_archive_with_paths_that_climb_is_no_danger(tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    path.write_bytes(archive({"../../evil": "x", "/etc/evil": "x"}))
    with pytest.raises(SourceMistake, match="no workbook"):
        open_source(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(
    st.sampled_from([name for name in TEXTS if not name.startswith("~")]),
    st.lists(st.tuples(st.integers(0, 2000), st.binary(max_size=4)), min_size=1, max_size=6),
)
def test_bytes_that_were_changed_never_crash_and_lose_no_row(
    tmp_path: Path, name: str, changes: list[tuple[int, bytes]]
) -> None:
    content = bytearray(TEXTS[name])
    for place, piece in changes:
        at = place % (len(content) + 1)
        content[at : at + 1] = piece
    path = tmp_path / name
    path.write_bytes(bytes(content))
    with suppress(SourceMistake), open_source(path) as table:
        numbers = [row.number for chunk in table.chunks() for row in chunk]
        below = [one.row for one in table.left_out if one.row > table.header_row]
        every = sorted([*numbers, *below])
        assert len(set(every)) == len(every)
        assert numbers == sorted(numbers)
        last = max([table.header_row, *every])
        assert last - table.header_row <= len(every) + table.blank


@pytest.mark.parametrize("size", range(1, 40))
def test_references_to_no_character_are_found_wherever_a_block_of_the_file_ends(
    monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(xml2003, "BLOCK", size)
    found = b"".join(xml2003._blocks(FOLDER / "odd_references_2003.xls"))
    assert b"one&#10;two&#10;&#128512;&#128512;&#65533;&amp;<" in found


@pytest.mark.parametrize("first", [b"", b"\xff\n"])
def test_many_lines_of_many_megabytes_are_no_table(tmp_path: Path, first: bytes) -> None:
    path = tmp_path / "lines.csv"
    with path.open("wb") as file:
        file.write(b"Name,Note\n" + first)
        for _ in range(12):
            file.write(b"x," + b"y" * (4 * MILLION) + b"\n")
    with pytest.raises(SourceMistake, match="many lines of more than 262,144 characters"):
        open_source(path)


def test_a_few_cells_of_megabytes_are_read(tmp_path: Path) -> None:
    path = tmp_path / "lines.csv"
    path.write_bytes(b"Name,Note\n" + b"".join(b"x," + b"y" * (4 * MILLION) + b"\n" for _ in range(3)))
    with open_source(path) as table:
        assert [len(row.cells[1]) for chunk in table.chunks() for row in chunk] == [4 * MILLION] * 3
