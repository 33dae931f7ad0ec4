import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.loader.header import Found, find_header

JANE = ["Jane", "Doe", "jane@example.com", "Acme"]
MAX = ["Max", "Roe", "max@example.com", "Bell"]
NAMES = ["First", "Last", "Email", "Company"]


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([NAMES, JANE], Found(0, sure=True)),
        ([["", "", "", ""], NAMES, JANE], Found(1, sure=True)),
        ([["", *NAMES], ["", *JANE]], Found(0, sure=True)),
        ([["Attendees 2024"], [], NAMES, JANE], Found(2, sure=True)),
        ([["Notes:"], ["Some addresses are missing."], [], NAMES], Found(3, sure=True)),
        ([["Person", "", "Work", ""], NAMES, JANE], Found(1, sure=True)),
        ([["Wer", "Wo", "Was"], ["Jane", "Rom", "x"]], Found(0, sure=True)),
        ([["My list"], ["Wer", "Wo", "Wann"], ["Jane", "Rom", "2024-01-05"]], Found(1, sure=True)),
        ([["Email"], ["jane@example.com"]], Found(0, sure=True)),
        ([["Name", "2023", "2024"], ["Jane", "1", "2"]], Found(0, sure=False)),
        ([JANE, MAX], Found(0, sure=False)),
        (
            [["Name", "", "", ""], ["Jane", "Doe", "Acme", "Rome"], ["Max", "Roe", "Bell", "Oslo"]],
            Found(0, sure=True),
        ),
    ],
)
def test_the_header_is_the_first_row_that_reads_like_names(rows: list[list[str]], found: Found) -> None:
    assert find_header(rows) == found


def test_a_person_is_never_mistaken_for_a_header_further_down() -> None:
    bare = ["Ann", "Poe", "", "City Bank"]
    assert find_header([JANE, bare, MAX]) == Found(0, sure=False)


def test_nothing_but_blanks_has_no_header() -> None:
    assert find_header([[], ["", " "], ["\u00a0"]]) is None


@given(st.lists(st.lists(st.text(max_size=8), max_size=4), max_size=6))
def test_a_header_is_found_in_any_rows_that_are_not_blank(rows: list[list[str]]) -> None:
    found = find_header(rows)
    seen = any(cell.strip() for row in rows for cell in row)
    assert (found is not None) == seen
    assert found is None or any(cell.strip() for cell in rows[found.place])


def test_words_run_together_are_names_too() -> None:
    assert find_header([["Likers"], ["profileUrl", "firstName", "degree"], ["x", "Jane", "y"]]) == Found(
        1, sure=True
    )
