"""Errors and warnings by their cause."""

import pytest

from pipeline.records import Outcome, Reason
from pipeline.reporter.causes import SHOWN_CAUSES, Causes, without_values


def invalid(value: str) -> Outcome:
    return Outcome(Reason.INVALID_EMAIL, f'Email: "{value}" is no valid email address', "Email", value)


def test_one_fault_in_many_rows_is_one_cause_with_its_first_rows() -> None:
    causes = Causes()
    for row in range(2, 50):
        causes.add(row, invalid(f"person{row}(at)acme"), "")
    (cause,) = causes.commonest()
    told = 'Email: "…" is no valid email address'
    assert cause[:5] == (Reason.INVALID_EMAIL, "Email", told, 48, (2, 3, 4, 5, 6))
    assert cause.further == tuple(range(7, 50))
    assert cause.values == tuple(f"person{row}(at)acme" for row in (2, 3, 4, 5, 6))


def test_what_is_personal_is_left_out_of_a_cause() -> None:
    causes = Causes()
    causes.add(2, Outcome(Reason.REFUSED, "Ann Vogt of Acme may not be made"), "", ("", "Ann Vogt", "Acme"))
    assert causes.commonest()[0].message == "… of … may not be made"


def test_the_same_fault_in_another_column_is_another_cause() -> None:
    causes = Causes()
    causes.add(2, invalid("a(at)b"), "")
    causes.add(3, invalid("a(at)b")._replace(column="Work Email"), "")
    assert [cause.column for cause in causes.commonest()] == ["Email", "Work Email"]


def test_errors_come_first_and_the_commonest_of_each_on_top() -> None:
    causes = Causes()
    fine = Outcome(Reason.NEW)
    causes.add(2, fine, "a hidden row | Mobile: has no country code")
    causes.add(3, fine, "a hidden row")
    causes.add(4, Outcome(Reason.REFUSED, "is not allowed"), "")
    for row in (5, 6):
        causes.add(row, invalid("x(at)y"), "")
    assert [(cause.reason, cause.total) for cause in causes.commonest()] == [
        (Reason.INVALID_EMAIL, 2),
        (Reason.REFUSED, 1),
        (None, 2),
        (None, 1),
    ]


def test_a_warning_that_a_row_has_twice_counts_the_row_once() -> None:
    causes = Causes()
    causes.add(2, Outcome(Reason.NEW), 'Mobile: "1" left out | Mobile: "2" left out')
    assert [cause.total for cause in causes.commonest()] == [1]


def test_rows_that_were_created_or_not_sent_are_no_cause() -> None:
    causes = Causes()
    causes.add(2, Outcome(Reason.NEW), "")
    causes.add(3, Outcome(Reason.QUOTA, "not sent"), "")
    assert causes.commonest() == ()


def test_a_file_with_a_different_fault_in_each_row_stays_bounded_and_keeps_the_common_one() -> None:
    causes = Causes()
    for row in range(10_000):
        words = invalid("x(at)y") if row % 2 else Outcome(Reason.REFUSED, f"said thing{row}")
        causes.add(row, words, "")
    found = causes.commonest()
    assert len(found) == SHOWN_CAUSES
    assert found[0].total == 5000


@pytest.mark.parametrize(
    ("message", "plain"),
    [
        ('Email: "a b" is wrong', 'Email: "…" is wrong'),
        ("“Cold” is no stage", "“…” is no stage"),
        ("left out: ann@acme.example", "left out: …"),
        ("left out: ann@acme.example; hidden", "left out: …; hidden"),
        ("left out: +49 (30) 555-0101", "left out: …"),
        ("namesake: contact 66f000000000000000000011 has another", "namesake: contact … has another"),
        ("has 9 cells where the header has 8", "has 9 cells where the header has 8"),
    ],
)
def test_what_is_the_row_s_own_is_taken_out_of_a_message(message: str, plain: str) -> None:
    assert without_values(message) == plain


def test_the_value_is_taken_out_where_it_stands_without_quotes() -> None:
    assert without_values("email foo bar is taken", "foo bar") == "email … is taken"
    assert without_values("is a fault", "a") == "is a fault"


def test_words_of_our_own_are_not_taken_for_values() -> None:
    message = 'Email: "jane@acme" is no valid email address. The part after the @-sign is not valid.'
    causes = Causes()
    causes.add(2, Outcome(Reason.INVALID_EMAIL, message, "Email", "jane@acme"), "", ("", "after", "valid"))
    assert causes.commonest()[0].message == message.replace("jane@acme", "…")
    assert without_values("Email is taken", "mail") == "Email is taken"
    assert without_values("the(@-sign) is missing") == "the(@-sign) is missing"


def test_a_value_with_quotes_in_it_is_taken_out_whole() -> None:
    value = 'jane "at" acme'
    causes = Causes()
    causes.add(2, Outcome(Reason.INVALID_EMAIL, f'Email: "{value}" is none', "Email", value), "")
    assert causes.commonest()[0].message == 'Email: "…" is none'
