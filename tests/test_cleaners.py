"""Cleaners that a config names: docs/cleaning.md is held to what they do, and no pattern can hang."""

import datetime as dt
import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.clean import CLEANERS, STEPS, check_email, cleaner
from pipeline.clean.pattern import LONGEST_TEXT, replacing
from pipeline.config import parse_config
from pipeline.errors import ConfigMistake

PAGE = (Path(__file__).parents[1] / "docs" / "cleaning.md").read_text("utf-8")
ROWS = [
    [cell.strip().strip("`").replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
    for line in PAGE.splitlines()
    if line.startswith("| `")
]
PLAIN = [row for row in ROWS if len(row) == 4]
WITH_VALUES = [row for row in ROWS if len(row) == 5]


def cleaned(form: str, text: str) -> str:
    config = parse_config(f"columns:\n  Email: email\n  X: {{custom_field: Y, clean: [{form}]}}", "my.yaml")
    (step,) = config.columns[1].targets[0].clean
    return cleaner(step)(text)


def mistake(form: str) -> str:
    with pytest.raises(ConfigMistake) as caught:
        cleaned(form, "")
    (only,) = caught.value.mistakes
    assert only.line == 3
    return only.text


@pytest.mark.parametrize("row", PLAIN, ids=lambda row: f"{row[0]} of {row[2]}")
def test_the_page_tells_what_a_cleaner_gives(row: list[str]) -> None:
    assert cleaned(row[0], row[2]) == row[3]


@pytest.mark.parametrize("row", WITH_VALUES, ids=lambda row: row[2])
def test_the_page_tells_what_a_cleaner_with_values_gives(row: list[str]) -> None:
    assert cleaned(row[2], row[3]) == row[4]


def test_the_page_has_every_cleaner() -> None:
    assert {row[0] for row in PLAIN} == set(CLEANERS)
    assert {row[0] for row in WITH_VALUES} == set(STEPS)


@given(st.text(max_size=80), st.sampled_from(sorted(CLEANERS)))
def test_a_cleaner_takes_any_text_and_cleaning_twice_changes_nothing(text: str, name: str) -> None:
    once = CLEANERS[name](text)

    assert CLEANERS[name](once) == once or name in ("lower", "upper", "title", "email", "phone", "url")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("O'NEIL", "O'Neil"),
        ("ANNE-MARIE D\u2019ARC", "Anne-Marie D\u2019Arc"),
        ("VAN DER BERG", "Van der Berg"),
        ("vp of sales, emea", "VP of Sales, EMEA"),
        ("ÖMER YILDIZ", "Ömer Yildiz"),
        ("佐藤", "佐藤"),
        ("McDonald", "McDonald"),
        ("", ""),
    ],
)  # fmt: skip
def test_capitals_are_set_only_where_there_is_one_case(text: str, expected: str) -> None:
    assert CLEANERS["title"](text) == expected


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("day_first", "3.4.26", "2026-04-03"),
        ("month_first", "3/4/26", "2026-03-04"),
        ("day_first", "5 November 2026", "2026-11-05"),
        ("month_first", "Nov 5, 2026", "Nov 5, 2026"),
        ("day_first", "31/12/2026 11:30 PM", "2026-12-31T23:30:00"),
        ("day_first", "2026-12-31", "2026-12-31"),
        ("day_first", "31/02/2026", "31/02/2026"),
        ("day_first", "12/31/2026", "12/31/2026"),
        ("day_first", "soon", "soon"),
    ],
)
def test_dates_are_read_in_the_order_that_was_named(name: str, text: str, expected: str) -> None:
    assert CLEANERS[name](text) == expected


@given(st.dates(min_value=dt.date(1900, 1, 1), max_value=dt.date(2100, 1, 1)))
def test_every_date_is_read_back(day: dt.date) -> None:
    assert CLEANERS["day_first"](f"{day:%d/%m/%Y}") == day.isoformat()
    assert CLEANERS["month_first"](f"{day:%m/%d/%Y}") == day.isoformat()
    assert cleaned('{date: "%Y%m%d"}', f"{day:%Y%m%d}") == day.isoformat()


@pytest.mark.parametrize("pattern", ["(a+)+$",
                                     "(a|aa)*$", "(a|b|ab)*c", "((a*)b?)*", r"(.)\1+", "(?P<x>a)(?P=x)", "(x*){3}",
                                     "a*a*a*a*b", "(a?a?)*b",
                                     "a?a?a?a?a?a?a?a?a?aaa", "(?:a{2,})+"])  # fmt: skip
def test_a_pattern_that_could_take_for_ever_is_refused(pattern: str) -> None:
    assert re.search("for ever|at most", mistake(f"{{regex: ['{pattern}', '']}}"))


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("{regex: ['(', '']}", "the pattern or its replacement is wrong"),
        (r"{regex: ['a', '\1']}", "the pattern or its replacement is wrong"),
        ("{regex: a}", "write {regex: [pattern, replacement]}"),
        ("{regex: ['a']}", "write {regex: [pattern, replacement]}"),
        ("{map: {}}", "write {map: {old: new}}"),
        ("{map: [a]}", "write {map: {old: new}}"),
        ("{date: dd/mm/yyyy}", "write a format with day, month and year"),
        ("{date: '%H:%M'}", "write a format with day, month and year"),
        ("{trim: x}", "trim takes no values"),
        ("{map: {a: b}, regex: [a, b]}", "write the name of a cleaner"),
        ("map", "it needs values, such as {map: {old: new}}"),
        ("dayfirst", 'did you mean "day_first"?'),
    ],
)
def test_a_cleaner_that_is_written_wrongly_is_a_mistake_with_its_line(form: str, words: str) -> None:
    assert words in mistake(form)


@pytest.mark.parametrize("text", ["a" * LONGEST_TEXT, "a" * 100_000])
def test_the_worst_pattern_that_is_allowed_ends_in_a_moment(text: str) -> None:
    begun = time.perf_counter()
    replacing("a*?b?a*c", "")(text)

    assert time.perf_counter() - begun < 5


def test_a_value_table_can_empty_a_value() -> None:
    assert cleaned("{map: {unknown: , x: y}}", "Unknown") == ""


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("jane @example.com", "jane@example.com"),
        ("jane(at)example.com", "jane@example.com"),
        ("jane [at] example [dot] com", "jane@example.com"),
        ("jane@@example.com", "jane@example.com"),
        ("jane@example..com", "jane@example.com"),
        ("jane@gmailcom", "jane@gmail.com"),
        ("jane.@example.com", "jane@example.com"),
        ("nobody", ""),
        ("jane@example", ""),
    ],
)
def test_an_address_with_a_slip_comes_with_the_likely_one(text: str, meant: str) -> None:
    found = check_email(text)

    assert (found.value, found.suggestion) == ("", meant)
    assert found.fault
