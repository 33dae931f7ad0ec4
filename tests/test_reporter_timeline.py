"""When rows ended, and when there were no requests."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from pipeline.records import Status
from pipeline.reporter.page.chart import HEIGHT, WIDTH, chart_of
from pipeline.reporter.timeline import MOST_BUCKETS, Timeline
from pipeline.reporter.traffic import Traffic, read_traffic

NOON = 1779105600.0
NOTHING = Traffic(Counter(), ())
times = st.lists(st.tuples(st.floats(NOON, NOON + 1e7), st.sampled_from(Status)), min_size=1, max_size=60)


def timeline(rows: list[tuple[float, Status]]) -> Timeline:
    filled = Timeline()
    for at, status in rows:
        filled.add(at, status)
    return filled


@given(times)
def test_every_row_is_counted_once_in_a_bucket_that_holds_its_time(rows: list[tuple[float, Status]]) -> None:
    filled = timeline(rows)
    expected: dict[float, Counter[Status]] = {}
    for at, status in rows:
        expected.setdefault(at // filled.width * filled.width, Counter())[status] += 1
    assert {bucket.start: bucket.counts for bucket in filled.buckets()} == expected


@given(times)
def test_any_run_fits_into_few_buckets(rows: list[tuple[float, Status]]) -> None:
    filled = timeline(rows)
    starts = [bucket.start for bucket in filled.buckets()]
    assert (starts[-1] - starts[0]) / filled.width < MOST_BUCKETS


@given(times)
def test_no_bar_of_the_chart_leaves_its_frame(rows: list[tuple[float, Status]]) -> None:
    chart = chart_of(timeline(rows), NOTHING)
    for bar in chart.bars if chart else ():
        assert bar.x >= 0
        assert bar.x + bar.width <= WIDTH + 1
        assert bar.y >= -0.1
        assert bar.y + bar.height <= HEIGHT + 0.2


def test_rows_that_ended_at_once_make_no_chart() -> None:
    assert chart_of(Timeline(), NOTHING) is None
    assert chart_of(timeline([(NOON, Status.CREATED)] * 3), NOTHING) is None


def log_line(at: float, event: str, **fields: str | float) -> str:
    told = datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return json.dumps({"at": told, "event": event, **fields}) + "\n"


def test_requests_are_counted_by_call_and_waits_told_from_stops(tmp_path: Path) -> None:
    path = tmp_path / "run.log"
    path.write_text(
        log_line(NOON, "begun")
        + log_line(NOON + 1, "request", call="contacts/update")
        + log_line(NOON + 61, "request", call="contacts/update")
        + '{"at": "2026-05-18T12:0\n'
        + log_line(NOON + 62, "ended")
        + log_line(NOON + 4000, "begun")
        + log_line(NOON + 4001, "request", call="contacts/create")
    )
    assert read_traffic(path) == (
        {"contacts/update": 2, "contacts/create": 1},
        (
            (NOON + 1, NOON + 61, "no request was sent: Apollo was waited for"),
            (NOON + 62, NOON + 4000, "the run stood still until it was resumed"),
        ),
    )


def test_a_run_without_a_log_has_no_traffic(tmp_path: Path) -> None:
    assert read_traffic(tmp_path / "run.log") == NOTHING


def test_a_pause_is_a_bar_of_its_own_in_the_chart(tmp_path: Path) -> None:
    path = tmp_path / "run.log"
    path.write_text(log_line(NOON, "request", call="x") + log_line(NOON + 60, "request", call="x"))
    chart = chart_of(timeline([(NOON, Status.CREATED), (NOON + 60, Status.ERROR)]), read_traffic(path))
    assert chart is not None
    (pause,) = chart.pauses
    assert pause.title.startswith("1 min from ")
    assert pause.title.endswith(": no request was sent: Apollo was waited for")


def test_a_wait_for_the_quota_is_told_once_with_its_window_and_ends_with_the_run(tmp_path: Path) -> None:
    path = tmp_path / "run.log"
    hour: dict[str, str | float] = {
        "endpoint": "contacts/update",
        "window": 3600,
        "seconds": 600,
        "until": NOON + 600,
    }
    path.write_text(
        log_line(NOON, "waiting", **hour)
        + log_line(NOON + 1, "waiting", endpoint="contacts/search", window=60, seconds=50, until=NOON + 51)
        + log_line(NOON + 2, "waiting", **hour)
        + log_line(NOON + 52, "request", call="contacts/search")
        + log_line(NOON + 300, "ended")
        + log_line(NOON + 310, "begun")
    )
    assert read_traffic(path).pauses == (
        (NOON, NOON + 300, "waited for Apollo's quota for changes to contacts (the hour's)"),
        (NOON + 1, NOON + 51, "waited for Apollo's quota for searches (the minute's)"),
    )
