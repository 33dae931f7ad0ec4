"""The plan in words: what it takes as it is configured and in other ways, and what holds it up."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from pipeline.apollo import DAY, HOUR, MINUTE, Call
from pipeline.config import parse_config, with_options
from pipeline.records import Window
from pipeline.reporter import Plan
from pipeline.run.needs import Need, Needs
from pipeline.run.planning import Forecast

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC).timestamp()  # a Friday
CONFIG = "columns: {Name: name, Email: email, Mobile: mobile_phone, Lists: label_names, Firm: {custom_field: Firm}}"
WITH_PHONE, PLAIN = Need(phones=True, website=False, lists=()), Need(phones=False, website=False, lists=())


@pytest.fixture(autouse=True)
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def planned(rows: int = 2413, numbers: int = 1960, windows: tuple[Window, ...] = (), **rules: Any) -> Plan:
    """The plan of so many rows, of which some have phone numbers."""
    needs = Needs()
    needs.add(range(rows), (WITH_PHONE if number < numbers else PLAIN for number in range(rows)))
    forecast = Forecast(with_options(parse_config(CONFIG, "test.yaml"), **rules), needs)
    return Plan.of(forecast.plan(windows, NOON))


def test_a_large_file_is_told_in_all_ways_with_their_ends() -> None:
    plan = planned()
    assert plan.words == (
        "at most 1,985 calls (25 for up to 100 new contacts each, 1,960 for phones or websites), "
        "about 4 h 1 min, until 2026-11-20 17:01:12+01:00"
    )
    single, untyped = plan.others
    assert single.option == "--mode single"
    assert single.words == "at most 4,373 calls, about 1 d 1 h, until Saturday 2026-11-21 14:00+01:00"
    assert untyped.option == "--phones untyped"
    assert untyped.words == "at most 25 calls, about 2 s, until 2026-11-20 13:00:02+01:00"


def test_limits_are_told_only_where_they_hold_the_sending_up_and_whose_they_are() -> None:
    (told,) = [one for one in planned().beside() if one.startswith("Limits")]
    assert told == (
        "Limits for changes to contacts: 200 a minute (used up at 13:00+01:00), 400 an hour (used up at "
        "13:01+01:00), 2,000 a day, assumed until Apollo tells the team's own."
    )
    known = tuple(
        Window(Call.UPDATE, span, allowed, 0, None)
        for span, allowed in ((MINUTE, 50), (HOUR, None), (DAY, None))
    )
    (told,) = [one for one in planned(windows=known).beside() if one.startswith("Limits")]
    assert told == "Limits for changes to contacts: 50 a minute (used up at 13:00+01:00), as Apollo told."
    assert not [one for one in planned(10, 10).beside() if one.startswith("Limits")]


def test_a_way_that_takes_the_same_is_no_other_way() -> None:
    assert [way.option for way in planned(1, 0).others] == []
    assert [way.option for way in planned(2, 0).others] == ["--mode single"]
    assert [way.option for way in planned(250, 9, mode="single").others] == [
        "--mode bulk",
        "--mode bulk --phones untyped",
    ]
    assert [way.option for way in planned(2, 2, phones="untyped").others] == [
        "--mode single",
        "--phones typed",
    ]
    assert planned(0, 0).others == ()


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ({}, "are left as they are."),
        ({"on_match": "create"}, "who is there will be there twice."),
        (
            {"on_match": "update"},
            "in place of theirs: first_name, last_name, email, mobile_phone, label_names (added), Firm.",
        ),
        ({"on_match": "update", "mode": "single"}, "whose email address is then replaced too."),
    ],
)
def test_what_becomes_of_contacts_that_are_there_is_told(rules: dict[str, Any], words: str) -> None:
    assert planned(1, 0, **rules).existing.endswith(words)
    assert planned(0, 0, **rules).existing == ""


def test_single_calls_and_updates_are_called_so() -> None:
    assert planned(7, 2, mode="single").words.startswith(
        "at most 9 calls (7 for a new contact each, 2 for phones or websites)"
    )
    assert "7 to complete or update contacts" in planned(7, 2, on_match="update").words


def test_trying_the_key_is_part_of_the_effort() -> None:
    assert planned(7, 2).effort == "at most 3 calls, and 2 to try the key, less than a second"


def test_rows_that_are_not_sent_after_all_need_nothing_and_unknown_ones_change_nothing() -> None:
    needs = Needs()
    needs.add((5, 2, 9), (WITH_PHONE, PLAIN, WITH_PHONE))
    needs.remove((9, 2, 7))
    assert (len(needs), needs.counts()) == (1, [(WITH_PHONE, 1)])
