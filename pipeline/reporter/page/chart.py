"""The course of the sending as bars over time, in the coordinates of the page's SVG."""

from typing import NamedTuple

from pipeline.records import Status
from pipeline.reporter.timeline import Timeline
from pipeline.reporter.times import local, spoken
from pipeline.reporter.traffic import Pause, Traffic
from pipeline.reporter.wording import STATUSES

WIDTH, HEIGHT = 1000.0, 200.0
_FINEST = 1.0
_FEWEST = 2


class Bar(NamedTuple):
    """A rectangle; `status` is "" for a pause."""

    x: float
    y: float
    width: float
    height: float
    status: str
    title: str


class Chart(NamedTuple):
    """Bars with what stands beside the axes; `told` says the whole in a sentence."""

    bars: tuple[Bar, ...]
    pauses: tuple[Bar, ...]
    most: int
    each: str
    start: str
    end: str
    told: str


def chart_of(timeline: Timeline, traffic: Traffic) -> Chart | None:
    """The chart of a run; None where no rows were sent, or all at once."""
    buckets = timeline.buckets()
    if len(buckets) < _FEWEST:
        return None
    start, end = buckets[0].start, buckets[-1].start + timeline.width
    most = max(bucket.total for bucket in buckets)
    across, up = WIDTH / (end - start), HEIGHT / most
    bars = []
    for bucket in buckets:
        top = HEIGHT
        for status in Status:
            if count := bucket.counts[status]:
                top -= count * up
                title = f"{local(bucket.start)}: {count:,} {STATUSES[status]}"
                x = (bucket.start - start) * across
                width = max(timeline.width * across - 1, _FINEST)
                bars.append(
                    Bar(round(x, 1), round(top, 1), round(width, 1), round(count * up, 1), status, title)
                )
    pauses = tuple(
        _pause(one, max(one.start, start), min(one.end, end), start, across)
        for one in traffic.pauses
        if one.start < end and one.end > start
    )
    rows = sum(bucket.total for bucket in buckets)
    told = (
        f"{rows:,} rows were sent from {local(start)} to {local(end)}, at most {most:,} in {spoken(timeline.width)}"
        + (f"; {len(pauses)} times it waited for half a minute or more." if pauses else ".")
    )
    return Chart(tuple(bars), pauses, most, spoken(timeline.width), local(start), local(end), told)


def _pause(one: Pause, begin: float, end: float, start: float, across: float) -> Bar:
    title = f"{spoken(one.end - one.start)} from {local(one.start)}: {one.why}"
    x, width = round((begin - start) * across, 1), round((end - begin) * across, 1)
    return Bar(x, 0, width, HEIGHT, "", title)
