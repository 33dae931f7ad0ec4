"""Every tiny file in tests/data/loader against what a person reads in it, or against the words of its refusal."""

from pathlib import Path

import pytest

from pipeline.errors import SourceMistake
from pipeline.loader import LeftOut, SourceOptions, open_source
from pipeline.records import Row
from tests.data.make_loader_files import TEXTS

FOLDER = Path(__file__).parent / "data" / "loader"
JANE = "jane@example.com"
MAX = "max@example.com"
AS_SHOWN_ON = ("447911123456", "5", "13:04:09", "TRUE", "NA")

READ: dict[str, tuple[tuple[str, ...], list[tuple[int, tuple[str, ...]]]]] = {
    "comma_utf8.csv": (("Name", "Email"), [(2, ("Zoë", "zoe@example.com"))]),
    "packed.csv.gz": (("Name", "Email"), [(2, ("Zoë", "zoe@example.com"))]),
    "semicolon_cp1252.csv": (
        ("Vorname", "Firma", "Umsatz"),
        [(2, ("Jürgen", "Müller, Söhne", "1,5")), (3, ("Eva", "Groß & Co", "2,5"))],
    ),
    "tab.tsv": (("Name", "Email"), [(2, ("Jane", JANE))]),
    "pipe.txt": (("Name", "Email"), [(2, ("Jane", JANE))]),
    "bom_before_a_quoted_header.csv": (("First, last", "Email"), [(2, ("Doe, Jane", JANE))]),
    "utf16_le_with_mark.csv": (("Name", "Email"), [(2, ("Zoë", "zoe@example.com"))]),
    "utf16_be_without_mark.csv": (("Name", "Email"), [(2, ("Zoë", "zoe@example.com"))]),
    "sep_line.csv": (("Name", "Email"), [(2, ("Jane", JANE))]),
    "blank_lines_and_a_break_in_a_cell.csv": (
        ("Name", "Note"),
        [(3, ("Jane", "two\r\nlines")), (5, ("Max", "one"))],
    ),
    "cr_only.csv": (("Name", "Email"), [(2, ("Jane", JANE)), (3, ("Max", MAX))]),
    "mixed_line_ends.csv": (("Name", "Email"), [(2, ("Jane", JANE)), (3, ("Max", MAX)), (4, ("Eva", ""))]),
    "nul_bytes.csv": (("Name", "Email"), [(2, ("Jane", JANE))]),
    "nul_bytes_at_the_end.csv": (("Name", "Email"), [(2, ("Jane", JANE))]),
    "words_that_look_like_nothing.csv": (
        ("First", "Last"),
        [(2, ("NA", "Null")), (3, ("None", "True")), (4, ("nan", "1E5")), (5, ("007", "1.0"))],
    ),
    "text_guards.csv": (("Name", "Phone", "Zip"), [(2, ("O'Brien", "+44 20 7946 0123", "02134"))]),
    "short_and_long_rows.csv": (
        ("Name", "Email"),
        [(2, ("Jane", "")), (3, ("Max", MAX)), (4, ("Eva", "eva@example.com"))],
    ),
    "same_and_blank_names.csv": (
        ("Email", "email (3)", "Email (2)", "Column D", "Full Name"),
        [(2, ("a", "b", "c", "d", "e"))],
    ),
    "header_again_and_total.csv": (("Name", "Deals"), [(2, ("Jane", "3")), (4, ("Max", "4"))]),
    "linkedin_notes.csv": (
        ("First Name", "Last Name", "URL", "Email Address"),
        [(5, ("Jane", "Doe", "https://example.com/jane", ""))],
    ),
    "title_above.csv": (("Name", "Email", "Company"), [(4, ("Jane", JANE, "Acme"))]),
    "no_header.csv": (("Jane", JANE), [(2, ("Max", MAX))]),
    "open_quote.csv": (
        ("Name", "Company"),
        [(2, ("Jane", "Acme")), (3, ("Max", "Bell")), (4, ("Eva", "Cobb"))],
    ),
    "quote_open_at_the_end.csv": (
        ("Name", "Company"),
        [(2, ("Jane", "Acme")), (3, ("Max", "Bell")), (4, ("Eva", "Cobb"))],
    ),
    "stray_quote.csv": (("Name", "Company"), [(2, ("Jane", 'The Best" Firm"')), (3, ("Max", "Bell"))]),
    "one_column.csv": (("Email",), [(2, (JANE,)), (3, (MAX,))]),
    "header_only.csv": (("Name", "Email"), []),
    "csv_named.xlsx": (("Name", "Email"), [(2, ("Jane", JANE))]),
    "people.ods": (("Name", "Phone", "Since", "OK"), [(2, ("NA", "447911123456", "2024-01-05", "TRUE"))]),
    "people.xls": (("Name", "Phone"), [(2, ("Zoë", "447911123456"))]),
    "as_shown.xlsx": (
        ("Zip", "Phone", "Day", "Moment", "Share", "Whole", "Places", "Time", "Flag", "Text"),
        [(2, ("02134", "(415) 555-0123", "2024-01-05", "2024-01-05 13:04", "25.6%", *AS_SHOWN_ON))],
    ),
    "odd_cells.xlsx": (
        ("Name", "Email", "Deals"),
        [(2, ("Jane", JANE, "")), (4, ("Max", MAX, "2")), (5, ("Eva", "eva@example.com", "=1+2"))],
    ),
    "several_sheets.xlsx": (("Name", "Email", "Company"), [(5, ("Jane", JANE, "Acme"))]),
    "cover_sheet.xlsx": (("Name", "Email", "City"), [(2, ("Jane", JANE, "Rome"))]),
    "list_before_a_table.xlsx": (("Full Name",), [(2, ("Jane Doe",)), (3, ("Max Roe",))]),
    "lying_dimension.xlsx": (("Name", "Email"), [(2, ("Jane", JANE)), (3, ("Max", MAX))]),
}

READ |= {
    "bad_bytes_in_utf8.csv": (
        ("Name", "City"),
        [(2, ("Zoë", "Köln")), (3, ("Jürgen", "Rome")), (4, ("Max", "Oslo"))],
    ),
    "macintosh.csv": (("Name", "City"), [(2, ("Jürgen", "Köln")), (3, ("Zoë", "Málaga"))]),
    "encoded_twice.csv": (("Name", "City"), [(2, ("JÃ¼rgen", "KÃ¶ln"))]),
    "ctrl_z_at_the_end.csv": (("Name", "Email"), [(2, ("Jane", JANE))]),
    "backslash_escapes.csv": (
        ("Name", "Note", "City"),
        [(2, ("Jane", 'says "hi", twice', "Rome")), (3, ("Max", "ok", "Oslo"))],
    ),
    "utf32.csv": (("Name", "Email"), [(2, ("Zoë", "zoe@example.com"))]),
    "lines_below.csv": (("Name", "Email", "Company"), [(2, ("Jane", JANE, "Acme"))]),
    "web_table.xls": (
        ("Name", "Email", "Company"),
        [(2, ("Zoë", "zoe@example.com", "A & B")), (3, ("Max", MAX, "A & B"))],
    ),
    "xml_of_excel_2003.xls": (("Name", "Zip", "Since"), [(4, ("Zoë", "02134", "2024-01-05"))]),
    "two_row_header.xlsx": (
        ("Company", "First", "Last", "Work Email", "Work Phone", "Home Email", "Home Phone"),
        [
            (3, ("Acme", "Jane", "Doe", JANE, "1", "j@example.org", "2")),
            (4, ("Acme", "Max", "Roe", MAX, "3", "m@example.org", "4")),
        ],
    ),
    "links.xlsx": (
        ("Name", "Email", "LinkedIn URL"),
        [
            (2, ("Jane", JANE, "https://www.linkedin.com/in/jane")),
            (3, ("Max", MAX, "https://www.linkedin.com/in/max")),
        ],
    ),
    "escapes.xlsx": (
        ("Name", "Note", "Rich"),
        [(2, ("Jane", "a\rb", "bold and plain")), (3, ("Max", "_x000D_", ""))],
    ),
}
READ["velvet_sweatshop.xlsx"] = READ["escapes.xlsx"]
READ["velvet_sweatshop.xls"] = READ["hidden_column.xls"] = READ["people.xls"]

READ |= {
    "utf16_with_an_odd_byte.csv": (("Name", "Email"), [(2, ("Zoë", "zoe@example.com"))]),
    "cyrillic.csv": (("Имя", "Город"), [(2, ("Иван Петров", "Москва")), (3, ("Ольга Смирнова", "Казань"))]),
    "central_european.csv": (
        ("Jméno", "Město"),
        [(2, ("Paweł Wiśniewski", "Łódź")), (3, ("Zdeněk Dvořák", "Plzeň"))],
    ),
    "turkish.csv": (("Ad", "Şehir"), [(2, ("Ayşe Yıldız", "İstanbul")), (3, ("Oğuz Şahin", "Ağrı"))]),  # noqa: RUF001
    "escaped_comma.csv": (
        ("Name", "Company", "City"),
        [(2, ("Jane", "Acme, Inc.", "Rome")), (3, ("Max", "Bell", "Oslo"))],
    ),
    "id_first.csv": (("ID", "Name"), [(2, ("1", "Jane")), (3, ("2", "Max"))]),
    "hidden_sheet_2003.xls": (("People",), [(2, ("soon",))]),
    "odd_references_2003.xls": (("Name", "Note"), [(2, ("Zoë", "one\ntwo\n😀😀\ufffd&"))]),
    "since_1904.xlsx": (("Name", "Since"), [(2, ("Jane", "1904-01-02"))]),
    "rows_in_pieces.xlsx": (("Name", "Email"), [(2, ("Jane", JANE)), (3, ("Max", MAX))]),
    "parts_elsewhere.xlsx": (("Name", "Email"), [(2, ("Jane", JANE)), (3, ("Max", MAX))]),
    "people.xlsb": (
        ("Name", "Zip", "Since", "OK", "Deals"),
        [(2, ("Zoë", "02134", "2024-01-05", "TRUE", "2.5")), (4, ("Max", "12.5", "", "", ""))],
    ),
}

REFUSED = {
    "utf16_then_bytes.csv": "a part in it that is not",
    "sylk.csv": "SYLK",
    "json.csv": "JSON",
    "web_archive.xls": "web archive",
    "picture.csv": "a picture",
    "lock_file.xlsx": "lock file",
    "empty.csv": "not a single byte",
    "blank_lines_only.csv": "no table",
    "web_page.xls": "web page",
    "xml_with_entities.xls": "declares entities",
    "xml_of_something_else.xls": "XML",
    "entities.xlsx": "declares the entity",
    "document.pdf": "PDF",
    "binary.csv": "neither text nor a workbook",
    "cut_off.xlsx": "cut off",
    "cut_off.csv.gz": "damaged gzip",
    "packed_workbook.csv.gz": "Unpack it first",
    "~$people.xlsx": "Name “people.xlsx” instead",
    "password.xlsx": "password",
    "password.xls": "password",
    "word.xlsx": "Word document",
    "archive.xlsx": "people.csv",
    "no_parts.xlsx": "damaged",
    "empty_sheet.xlsx": "no table",
    "not_there.csv": "is not there",
    ".": "is a folder",
}


def rows_of(name: str, options: SourceOptions = SourceOptions()) -> list[Row]:  # noqa: B008
    with open_source(FOLDER / name, options) as table:
        return [row for chunk in table.chunks() for row in chunk]


@pytest.mark.parametrize("name", READ)
def test_a_file_is_read_as_a_person_reads_it(name: str) -> None:
    columns, rows = READ[name]
    with open_source(FOLDER / name) as table:
        assert table.columns == columns
        assert [(row.number, row.cells) for chunk in table.chunks() for row in chunk] == rows


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_table_is_refused_by_name_and_reason(name: str) -> None:
    with pytest.raises(SourceMistake) as caught:
        open_source(FOLDER / name)
    assert REFUSED[name] in str(caught.value)
    assert str(FOLDER / name) in str(caught.value)


def test_every_file_in_the_folder_has_its_expectation() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {*READ, *REFUSED} - {"not_there.csv", "."}


@pytest.mark.parametrize("name", TEXTS)
def test_the_text_files_are_those_of_the_script(name: str) -> None:
    assert (FOLDER / name).read_bytes() == TEXTS[name]


def test_encoding_delimiter_sheet_and_header_row_are_told() -> None:
    with open_source(FOLDER / "semicolon_cp1252.csv") as table:
        assert (table.encoding, table.delimiter, table.sheet, table.header_row) == ("cp1252", ";", "", 1)
        assert "cp1252" in table.notes[0]
    with open_source(FOLDER / "several_sheets.xlsx") as table:
        assert (table.encoding, table.delimiter, table.sheet, table.header_row) == ("", "", "People", 4)


def test_headers_stay_as_they_stand_in_the_file() -> None:
    with open_source(FOLDER / "same_and_blank_names.csv") as table:
        assert table.headers == ("Email", " email ", "Email (2)", "", "Full  Name")


def test_blank_rows_are_counted_and_what_is_no_data_is_listed() -> None:
    with open_source(FOLDER / "header_again_and_total.csv") as table:
        list(table.chunks())
        assert table.blank == 1
        assert table.left_out == (LeftOut(3, "the header again"), LeftOut(5, "a total row at the end"))
    with open_source(FOLDER / "odd_cells.xlsx") as table:
        list(table.chunks())
        assert table.blank == 1


def test_a_long_row_is_unreadable_and_never_shifted() -> None:
    short, blank_beyond, long = rows_of("short_and_long_rows.csv")
    assert not short.unreadable
    assert not blank_beyond.unreadable
    assert "has 3 cells where the header has 2" in long.unreadable
    assert long.unreadable.endswith("beyond the last column stands “more”")


def test_an_open_quote_makes_its_own_row_unreadable_and_swallows_none() -> None:
    assert [bool(row.unreadable) for row in rows_of("open_quote.csv")] == [True, False, False]
    assert [bool(row.unreadable) for row in rows_of("quote_open_at_the_end.csv")] == [False, True, False]


def test_a_stray_quote_is_told() -> None:
    assert "quotation mark" in rows_of("stray_quote.csv")[0].warnings[0]


def test_what_was_mended_or_may_be_broken_is_told() -> None:
    _, mended, _ = rows_of("bad_bytes_in_utf8.csv")
    assert mended.warnings == ("bytes that are not UTF-8 were read as Windows text: ü",)
    assert "backslash" in rows_of("backslash_escapes.csv")[0].warnings[0]
    assert rows_of("two_row_header.xlsx")[1].warnings == ("A4 is merged with A3, and has its value",)
    for name, words in (
        ("macintosh.csv", "mac_roman"),
        ("encoded_twice.csv", "“JÃ¼rgen”"),
        ("web_table.xls", "HTML"),
        ("xml_of_excel_2003.xls", "Excel 2003"),
        ("two_row_header.xlsx", "two rows, 1 and 2"),
    ):
        with open_source(FOLDER / name) as table:
            assert words in " ".join(table.notes)


def test_what_an_xlsb_hides_and_shows_as_errors_is_told() -> None:
    with open_source(FOLDER / "people.xlsb") as table:
        rows = [row for chunk in table.chunks() for row in chunk]
        assert table.notes == (
            "Hidden columns were read too: D.",
            "1 hidden or filtered row was read too: 4.",
        )
    assert rows[1].warnings == (
        "the row is hidden in the spreadsheet",
        "cell C4 shows the error #N/A and was read as blank",
    )


def test_a_guessed_encoding_and_a_cell_that_is_no_date_are_told() -> None:
    for name, words in (
        ("cyrillic.csv", "Cyrillic text (cp1251)"),
        ("central_european.csv", "Central European text (cp1250)"),
        ("turkish.csv", "Turkish text (cp1254)"),
        ("utf16_with_an_odd_byte.csv", "half a character"),
        ("hidden_sheet_2003.xls", "Hidden sheets: “Old”."),
    ):
        with open_source(FOLDER / name) as table:
            assert words in " ".join(table.notes), name
    assert rows_of("hidden_sheet_2003.xls")[0].warnings == ("cell A2 is damaged and was read as “soon”",)
    assert "backslash before a delimiter" in rows_of("escaped_comma.csv")[0].warnings[0]


def test_links_that_were_read_or_differ_are_told() -> None:
    first, second = rows_of("links.xlsx")
    assert "shows “write to her”" in first.warnings[0]
    assert "leads to other@example.com; what it shows was read" in second.warnings[0]


def test_lines_below_the_table_are_left_out_by_name() -> None:
    with open_source(FOLDER / "lines_below.csv") as table:
        list(table.chunks())
        assert table.left_out == (LeftOut(4, "below the table"), LeftOut(5, "below the table"))


def test_error_cells_formulas_without_a_value_and_hidden_rows_are_told_by_place() -> None:
    first, second, third = rows_of("odd_cells.xlsx")
    assert first.warnings == ("cell C2 shows the error #N/A and was read as blank",)
    assert second.warnings == ()
    assert [warning.split(" has")[0] for warning in third.warnings] == [
        "the row is hidden in the spreadsheet",
        "cell C5",
    ]


def test_hidden_sheets_and_columns_and_other_tables_are_in_the_notes() -> None:
    with open_source(FOLDER / "several_sheets.xlsx") as table:
        assert "others with a table: “Firms”" in table.notes[0]
        assert "“Old”" in table.notes[1]
    with open_source(FOLDER / "hidden_column.xls") as table:
        assert table.notes == ("Hidden columns were read too: B.",)
        assert table.widths == {0: 30}
    with open_source(FOLDER / "cover_sheet.xlsx") as table:
        assert table.notes == ("The sheet “People” was read; others with a table: “Cover”.",)
    with open_source(FOLDER / "odd_cells.xlsx") as table:
        assert "Hidden columns were read too: B." in table.notes


def test_a_sheet_is_found_whatever_its_case_and_an_unknown_one_names_the_likely() -> None:
    with open_source(FOLDER / "several_sheets.xlsx", SourceOptions(sheet="firms ")) as table:
        assert table.columns == ("Company", "Website")
    with pytest.raises(SourceMistake, match=r"“Old”, “Empty”, “People”, “Firms”. Did you mean “People”"):
        open_source(FOLDER / "several_sheets.xlsx", SourceOptions(sheet="Peple"))


def test_a_header_row_that_is_told_is_taken() -> None:
    with open_source(FOLDER / "title_above.csv", SourceOptions(header_row=1)) as table:
        assert table.columns == ("Attendees of the fair",)
    for row in (2, 99):
        with pytest.raises(SourceMistake, match=f"nothing in row {row}"):
            open_source(FOLDER / "title_above.csv", SourceOptions(header_row=row))


def test_a_delimiter_and_an_encoding_that_are_told_are_taken() -> None:
    with open_source(
        FOLDER / "semicolon_cp1252.csv", SourceOptions(delimiter=",", encoding="latin-1")
    ) as table:
        assert table.columns == ("Vorname;Firma;Umsatz",)
    for options in (
        SourceOptions(encoding="utf-9"),
        SourceOptions(encoding="utf-8"),
        SourceOptions(delimiter=";;"),
    ):
        with pytest.raises(SourceMistake, match="semicolon_cp1252"):
            open_source(FOLDER / "semicolon_cp1252.csv", options)


def test_a_file_that_may_not_be_opened_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(SourceMistake, match=r"tab\.tsv cannot be read: Permission denied"):
        open_source(FOLDER / "tab.tsv")
