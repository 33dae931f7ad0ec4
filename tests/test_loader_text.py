import csv
import gzip
import io
from collections.abc import Iterator
from operator import length_hint
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.guard import protect, unprotect
from pipeline.loader import SourceOptions, open_source, splitting
from pipeline.loader.dialect import find_dialect
from pipeline.loader.lines import Lines, lines_of
from pipeline.loader.splitting import split
from pipeline.records import Row

breaks = "\t\n\r"
cells = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"], include_characters=breaks), max_size=12)
words = st.sampled_from(["Jürgen", "Müller", "Zoë", "Éva", "Groß", "Peña", "O’Brien", "and;", '"co"', "\r\n"])  # noqa: RUF001
names = st.lists(words, max_size=3).map(" ".join)
quick = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)


def written(rows: list[list[str]], delimiter: str, line_end: str = "\r\n") -> str:
    target = io.StringIO(newline="")
    csv.writer(target, delimiter=delimiter, lineterminator=line_end, quoting=csv.QUOTE_ALL).writerows(rows)
    return target.getvalue()


def read(path: Path, options: SourceOptions = SourceOptions(), size: int = 5000) -> list[Row]:  # noqa: B008
    with open_source(path, options) as table:
        return [row for chunk in table.chunks(size) for row in chunk]


def is_seen(row: list[str]) -> bool:
    return any(cell.strip() for cell in row)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@quick
@given(rows=st.lists(st.tuples(cells, cells, cells), max_size=8))
def test_what_the_csv_module_writes_is_read_back(
    tmp_path: Path, delimiter: str, encoding: str, rows: list[tuple[str, ...]]
) -> None:
    path = tmp_path / "any.csv"
    data = [["First Name", "Last Name", "Email Address"], *([protect(cell) for cell in row] for row in rows)]
    path.write_bytes(written(data, delimiter).encode(encoding))
    found = read(
        path, SourceOptions(delimiter=delimiter, encoding=encoding.removesuffix("-sig"), header_row=1)
    )
    seen = [(number, row) for number, row in enumerate(rows, 2) if is_seen(list(row))]
    below = [row for row in seen[len(found) :] if sum(is_seen([cell]) for cell in row[1]) == 1]
    assert [(row.number, row.cells) for row in found] + below == seen
    assert not any(row.warnings or row.unreadable for row in found)


@quick
@given(rows=st.lists(st.tuples(names, names), min_size=1, max_size=8))
def test_windows_text_is_read_back(tmp_path: Path, rows: list[tuple[str, ...]]) -> None:
    path = tmp_path / "any.csv"
    data = [["Näme", "Straße"], *([protect(cell) for cell in row] for row in rows)]
    path.write_bytes(written(data, ";").encode("cp1252"))
    assert [row.cells for row in read(path, SourceOptions(header_row=1))] == [
        row for row in rows if is_seen(list(row))
    ]


@given(st.lists(st.text(alphabet='a,"\n\r', max_size=12), max_size=6))
def test_no_line_is_lost_whatever_its_quotation_marks(pieces: list[str]) -> None:
    lines = "".join(piece + "\n" for piece in pieces).splitlines(keepends=True)
    letters = sum(line.count("a") for line in lines)
    found = [row for rows in split(Lines(iter(lines)), ",", 2) for row in rows]
    assert sum(cell.count("a") for _, row, _, _ in found for cell in row) == letters
    assert [number for number, *_ in found] == list(range(1, len(found) + 1))


@given(
    records=st.lists(st.lists(st.text(alphabet="ab'= \v\u2028\x85", max_size=3), max_size=3), max_size=9),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    width=st.sampled_from([1, 2, 3]),
    ended=st.booleans(),
)
def test_lines_without_quotation_marks_are_split_like_the_same_with_them(
    records: list[list[str]], line_end: str, width: int, *, ended: bool
) -> None:
    records = [*records, ["last"]]
    texts = "".join(",".join(record) + line_end for record in records), written(records, ",", line_end)
    plain, quoted = ([text if ended else text.removesuffix(line_end)] for text in texts)
    assert [
        [cells or ("",) for _, cells, _, _ in rows] for rows in split(Lines(iter(plain)), ",", width)
    ] == [[cells or ("",) for _, cells, _, _ in rows] for rows in split(Lines(iter(quoted)), ",", width)]


@given(st.text(alphabet='ab,;"\n\r\v\x85', max_size=40), st.lists(st.integers(1, 9), max_size=20))
def test_lines_are_those_of_a_file_however_its_text_comes(text: str, sizes: list[int]) -> None:
    source = io.StringIO(text, newline="")
    pieces = [*map(source.read, sizes), source.read()]
    whole = list(io.StringIO(text, newline=""))
    assert list(Lines(iter(pieces))) == whole
    blocks = Lines(iter(pieces))
    assert [line for block in iter(blocks.block, "") for line in lines_of(block)] == whole


@given(
    st.text(alphabet="a'\",\n=+1", max_size=60), st.lists(st.integers(1, 12), max_size=20), st.integers(1, 3)
)
def test_rows_are_the_same_however_the_text_comes(text: str, sizes: list[int], width: int) -> None:
    source = io.StringIO(text + "\n", newline="")
    try:
        records = list(csv.reader(io.StringIO(text + "\n", newline=""), strict=True))
    except csv.Error:
        return
    pieces = [*map(source.read, sizes), source.read()]
    rows = [row for rows in split(Lines(iter(pieces)), ",", width) for row in rows]
    assert [row.cells or ("",) for row in rows] == [
        tuple(map(unprotect, record)) or ("",) for record in records
    ]
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))


@pytest.mark.parametrize("size", [1, 2, 3, 99, 100, 101, 1000])
def test_rows_come_in_order_in_chunks_of_the_size_that_was_asked(tmp_path: Path, size: int) -> None:
    path = tmp_path / "long.csv"
    path.write_text("Name,Note\n" + "".join(f'Jane {n},"a\nb"\n' for n in range(301)), "utf-8")
    with open_source(path) as table:
        chunks = list(table.chunks(size))
    assert all(len(chunk) == size for chunk in chunks[:-1])
    assert [row.number for chunk in chunks for row in chunk] == list(range(2, 303))


def test_a_quote_open_in_the_middle_of_a_long_file_costs_one_row(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    lines = [f"Jane {n},Acme\n" for n in range(1000)]
    lines[500] = 'Jane 500,"Acme\n'
    path.write_text("Name,Company\n" + "".join(lines), "utf-8")
    rows = read(path)
    assert [row.cells[0] for row in rows] == [f"Jane {n}" for n in range(1000)]
    assert [row.number for row in rows if row.unreadable] == [502]


def test_a_field_of_megabytes_is_read(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    note = "so long " * 500_000
    path.write_text(f"Name,Note\nJane,{note}\n", "utf-8")
    assert read(path)[0].cells == ("Jane", note)


def test_bytes_that_are_not_utf8_are_found_at_the_very_end(tmp_path: Path) -> None:
    path = tmp_path / "late.csv"
    path.write_bytes(b"Name,City\n" + b"Jane,Rome\n" * 200_000 + "Jürgen,Köln\n".encode("cp1252"))
    with open_source(path) as table:
        assert table.encoding == "cp1252"
        *_, last = table.chunks()
    assert last[-1].cells == ("Jürgen", "Köln")


def test_closing_early_frees_the_file(tmp_path: Path) -> None:
    path = tmp_path / "people.csv.gz"
    path.write_bytes(gzip.compress(b"Name,City\n" + b"Jane,Rome\n" * 1000))
    with open_source(path) as table:
        assert len(next(table.chunks(10))) == 10
    path.unlink()


@pytest.mark.parametrize(
    ("lines", "delimiter"),
    [
        (["Name;Price\n", "Jane;1,5\n", "Max;2,5\n"], ";"),
        (["Name,Note\n", '"Doe, J";x","a;b;c;d"\n'], ","),
        (["Name\tCompany\n", "Jane\tAcme, Inc.\n", "Max\tBell, Inc.\n"], "\t"),
        (["a|b|c\n", "1|2|3\n"], "|"),
        (["Email\n", "jane@example.com\n"], ","),
        (["Report of May\n", "\n", "Name;Email;City\n", "Jane;;Rome\n"], ";"),
    ],
)
def test_the_delimiter_is_the_one_that_makes_a_table(lines: list[str], delimiter: str) -> None:
    assert find_dialect(lines).delimiter == delimiter


LITHUANIAN = "Žydrūnas,Šimkus,Šiauliai\nRūta,Petrauskienė,Panevėžys\nĄžuolas,Čepaitė,Kėdainiai\n"
LATVIAN = "Jānis,Bērziņš,Rīga\nMārtiņš,Ozoliņš,Liepāja\nŽanete,Krūmiņa,Ķegums\n"
CZECH = "Zdeněk,Dvořák,Plzeň\nŽofie,Šťastná,Třebíč\nOndřej,Říha,Ústí\nPetr,Nováček,Žďár\n"
HUNGARIAN = "Győző,Szűcs,Győr\nErzsébet,Kovács,Hódmezővásárhely\nJenő,Hegedűs,Érd\n"
CROATIAN = "Željko,Kovačević,Čakovec\nAnđela,Šarić,Požega\nIva,Horvat,Đakovo\n"
ROMANIAN = "Ioniţă,Bălănescu,Timişoara\nMădălina,Puşcaşu,Constanţa\nŞtefan,Rădulescu,Bacău\n"
GERMAN = "Jürgen,Müller,Köln\nBärbel,Groß,München\n"
MIXED = "Jürgen,Groß,Köln\nRenée,Lefèvre,Nîmes\nBegoña,Núñez,Cádiz\nBjørn,Kjær,Køge\nDaniël,Brontë,Forlì\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (HUNGARIAN, "cp1250"), (CROATIAN, "cp1250"), (CROATIAN, "iso8859_2"), (ROMANIAN, "cp1250"), (GERMAN, "cp850"),
        ("Tõnu,Kõiv,Võru\nJüri,Mägi,Põltsamaa\n", "cp1252"), ("José,Muñoz,Málaga\nZoë,Brontë,Köln\n", "cp1252"),
        ("Jane,£5,£6\nMax,£7,€8\nEva,£9,£1\n", "cp1252"), ("Jane,Rome………………,x\nMax,Oslo…………,y\n", "cp1252"),
        ("王大文,台北,陳小明\n李美玲,高雄,張國華\n", "big5"),
        (LITHUANIAN, "cp1257"), (LATVIAN, "cp1257"), (CZECH, "cp1250"), (CZECH, "iso8859_2"), (MIXED, "cp1252"),
        ("Þórður,Jónsson,Bær\nGuðrún,Ægisdóttir,Ísafjörður\n", "cp1252"),
    ],
)  # fmt: skip
def test_the_languages_of_the_east_are_told_from_those_of_the_west(
    tmp_path: Path, text: str, encoding: str
) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(b"First,Last,City\n" + 3 * text.encode(encoding))
    assert [",".join(row.cells) for row in read(path)] == 3 * text.splitlines()


def test_a_record_longer_than_any_row_loses_no_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(splitting, "_LONGEST_RECORD", 50)
    path = tmp_path / "people.csv"
    path.write_text('Name,Note\nJane,"' + "a line\n" * 15_000 + '"\nMax,good\n')
    rows = read(path)
    assert rows[0].unreadable
    assert [row.cells[0] for row in rows].count("a line") == 14_999
    assert rows[-1].cells == ("Max", "good")


def test_quotes_that_never_close_hold_few_lines_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(splitting, "_LONGEST_RECORD", 5_000)
    drawn = 0

    def lines() -> Iterator[str]:
        nonlocal drawn
        for number in range(20_000):
            drawn += 1
            yield f"Jane {number},{'' if number % 200 else chr(34)}Acme\n"

    read = faulty = held = 0
    for rows in split(Lines(lines()), ",", 2):
        held = max(held, drawn - read)
        read += len(rows)
        faulty += sum(bool(row.unreadable) for row in rows)
    assert (read, faulty) == (20_000, 100)
    assert held < 1_500


def test_guards_are_undone_far_behind_a_quote_that_never_closes() -> None:
    lines = ['Jane,"Acme\n', *["Max,Bell\n"] * 300, 'Eva,"=""0207"""\n']
    rows = [row for batch in split(Lines(iter(lines)), ",", 2) for row in batch]
    assert len(rows) == 302
    assert rows[-1].cells == ("Eva", "0207")


def test_a_text_of_quotes_that_never_close_is_looked_through_less_far_after_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(splitting, "_PATIENCE", 100_000)
    monkeypatch.setattr(splitting, "_MOST_LINES", 1_000)
    lines = iter(['"a"b"c,"\n'] * 5_000)
    ahead = []
    read = 0
    for rows in split(Lines(lines), ",", 2):
        read += len(rows)
        ahead.append(5_000 - length_hint(lines) - read)
        assert all(row.unreadable for row in rows)
    assert read == 5_000
    assert max(ahead) > 800
    assert max(ahead[20:]) < 300
