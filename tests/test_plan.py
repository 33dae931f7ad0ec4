import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.plan import Allowance, Demand, Load, Plan, Shortage, demands, make_plan
from pipeline.records import Window

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
USUAL = Allowance(200, 400, 2000)
MINUTE, HOUR, DAY = 60, 3600, 86400


def plan_for(
    count: int, allowance: Allowance, *, latency: float = 0.0, used: tuple[Window, ...] = ()
) -> Plan:
    return make_plan((Demand("create", count),), {"create": allowance}, NOW, latency=latency, used=used)


def counted(on_match: str, mode: str, phones: str = "typed", rows: int = 250) -> dict[str, int]:
    wanted = demands(
        Load(rows=rows, phones=30, websites=5, listed=120, list_sets=2),
        on_match=on_match,
        mode=mode,
        phones=phones,
    )
    return {call: count for call, count in wanted}  # noqa: C416 - each demand is a pair


@pytest.mark.parametrize(
    ("on_match", "mode", "phones", "calls"),
    [
        ("skip", "bulk", "typed", {"bulk_create": 3, "update": 35, "labels": 4}),
        ("skip", "bulk", "untyped", {"bulk_create": 3, "update": 5, "labels": 4}),
        ("skip", "single", "typed", {"bulk_create": 250, "update": 35, "labels": 4}),
        ("update", "bulk", "typed", {"bulk_create": 3, "update": 250, "labels": 4}),
        ("update", "single", "typed", {"create": 250, "labels": 4}),
        ("create", "bulk", "typed", {"bulk_create": 3, "update": 35, "labels": 4}),
        ("create", "single", "typed", {"create": 250}),
    ],
)
def test_on_match_and_mode_become_calls(on_match: str, mode: str, phones: str, calls: dict[str, int]) -> None:
    assert counted(on_match, mode, phones) == calls


def test_constants_follow_where_apollo_may_have_written_the_row_over_a_contact() -> None:
    wanted = demands(Load(rows=7), on_match="update", mode="single", phones="typed", constants=True)
    assert wanted == (Demand("create", 7), Demand("update", 7))


def test_the_plan_says_when_each_window_is_used_up_for_the_first_time() -> None:
    plan = plan_for(2413, USUAL)
    assert [(one.span, one.at, one.until) for one in plan.shortages] == [
        (MINUTE, NOW, NOW + timedelta(minutes=1)),
        (HOUR, NOW + timedelta(minutes=1), NOW + timedelta(hours=1)),
        (DAY, NOW + timedelta(hours=4, minutes=1), NOW + timedelta(days=1)),
    ]
    assert not plan_for(200, USUAL).shortages


def test_a_contact_is_completed_once_however_much_it_lacks() -> None:
    assert counted("skip", "bulk", rows=32)["update"] == 32


def test_lists_cost_no_more_calls_than_there_are_contacts_with_lists() -> None:
    wanted = demands(Load(rows=9, listed=3, list_sets=8), on_match="skip", mode="bulk", phones="typed")
    assert wanted == (Demand("bulk_create", 1), Demand("labels", 3))


def test_no_rows_need_no_calls_and_no_time() -> None:
    wanted = demands(Load(rows=0), on_match="skip", mode="bulk", phones="typed")
    assert make_plan(wanted, {}, NOW) == Plan((), 0, 0.0, NOW)


@pytest.mark.parametrize(
    ("count", "allowance", "seconds"),
    [
        (1, USUAL, 0),
        (200, USUAL, 0),
        (201, USUAL, MINUTE),
        (400, USUAL, MINUTE),
        (401, USUAL, HOUR),
        (601, USUAL, HOUR + MINUTE),
        (2000, USUAL, 4 * HOUR + MINUTE),
        (2001, USUAL, DAY),
        (2413, USUAL, DAY + HOUR),
        (4001, USUAL, 2 * DAY),
        (250, Allowance(100), 2 * MINUTE),
        (250, Allowance(100, 0, 0), 2 * MINUTE),
        (250, Allowance(None, None, 100), 2 * DAY),
        (250, Allowance(300, 100, None), 2 * HOUR),
        (1_000_000, Allowance(), 0),
    ],
)
def test_all_of_a_window_is_used_then_the_next_begins(count: int, allowance: Allowance, seconds: int) -> None:
    assert plan_for(count, allowance).seconds == seconds


@pytest.mark.parametrize(
    ("count", "allowance", "seconds"),
    [
        (1, USUAL, 0.3),
        (4, USUAL, 0.3),
        (5, USUAL, 0.6),
        (250, Allowance(100), 2 * MINUTE + 13 * 0.3),
        (2413, USUAL, DAY + HOUR + 4 * 0.3),
        (4000, Allowance(), 300),
    ],
)
def test_answers_take_their_time(count: int, allowance: Allowance, seconds: float) -> None:
    assert plan_for(count, allowance, latency=0.3).seconds == pytest.approx(seconds)


def test_a_window_that_ends_while_requests_are_under_way_opens_anew() -> None:
    # 800 requests begin in a minute; 1000 are allowed, so the window never holds anything up
    assert plan_for(4000, Allowance(1000), latency=0.3).seconds == pytest.approx(300)


def test_the_slowest_endpoint_says_when_it_ends() -> None:
    wanted = (Demand("bulk_create", 3), Demand("update", 201))
    plan = make_plan(wanted, dict.fromkeys(("bulk_create", "update"), USUAL), NOW, latency=0.0)
    over = NOW + timedelta(minutes=1)
    assert plan == Plan(wanted, 204, MINUTE, over, (Shortage("update", MINUTE, NOW, over),))


def test_what_is_used_already_is_not_there_and_its_window_ends_sooner() -> None:
    ends = (NOW + timedelta(seconds=20)).timestamp()
    used = (Window("create", MINUTE, 100, 60, ends), Window("update", MINUTE, 100, 100, ends))
    assert plan_for(40, Allowance(100), used=used).seconds == 0
    assert plan_for(41, Allowance(100), used=used).seconds == 20
    assert plan_for(141, Allowance(100), used=used).seconds == 80


def test_requests_that_begin_after_a_window_has_ended_are_not_counted_in_it() -> None:
    used = (Window("create", MINUTE, 100, 50, (NOW + timedelta(seconds=1)).timestamp()),)
    # four at a time begin at 0, 0.3, 0.6 and 0.9; then a new window opens
    assert plan_for(116, Allowance(100), latency=0.3, used=used).seconds == pytest.approx(1.2 + 25 * 0.3)
    assert plan_for(117, Allowance(100), latency=0.3, used=used).seconds == pytest.approx(61.2 + 0.3)


def test_a_window_that_has_ended_or_never_opened_holds_nothing() -> None:
    over = Window("create", MINUTE, 100, 100, (NOW - timedelta(seconds=1)).timestamp())
    assert plan_for(100, Allowance(100), used=(over,)).seconds == 0
    assert plan_for(100, Allowance(100), used=(over._replace(ends_at=None),)).seconds == 0


def test_an_allowance_below_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="below 0"):
        plan_for(1, Allowance(-1))


def test_an_end_that_no_date_can_say_is_a_late_date() -> None:
    plan = make_plan(
        (Demand("create", 9_000),), {"create": Allowance(day=1)}, datetime(9990, 1, 1, tzinfo=UTC)
    )
    assert plan.ends_at.year == 9999
    assert plan.seconds == pytest.approx(8_999 * DAY + 0.3)


LIMITS = st.one_of(st.none(), st.integers(1, 50))
ALLOWANCES = st.builds(Allowance, LIMITS, LIMITS, LIMITS)
LATENCIES = st.sampled_from([0.0, 0.3, 7.0, 100.0])


@given(st.integers(1, 300), ALLOWANCES, LATENCIES)
def test_a_plan_is_never_earlier_than_the_windows_allow(
    count: int, allowance: Allowance, latency: float
) -> None:
    limits = zip(allowance, (MINUTE, HOUR, DAY), strict=True)
    least = (
        max((math.ceil(count / limit) - 1) * span for limit, span in limits if limit) if any(allowance) else 0
    )
    plan = plan_for(count, allowance, latency=latency)
    assert plan.seconds >= least - 1e-6
    assert plan.seconds >= math.ceil(count / 4) * latency - 1e-6


@given(st.integers(1, 300), ALLOWANCES, LATENCIES)
def test_one_row_more_never_ends_earlier(count: int, allowance: Allowance, latency: float) -> None:
    one, more = (plan_for(each, allowance, latency=latency) for each in (count, count + 1))
    assert one.seconds <= more.seconds
    assert one.ends_at <= more.ends_at
