"""When rows ended: counts in buckets that grow as the time does, so that any run fits into few of them."""

from collections import Counter
from typing import NamedTuple

from pipeline.records import Status

MOST_BUCKETS = 80


class Bucket(NamedTuple):
    """Rows that ended between `start` (seconds since the epoch) and the next bucket's."""

    start: float
    counts: Counter[Status]

    @property
    def total(self) -> int:
        """Rows of every status."""
        return self.counts.total()


class Timeline:
    """Counts rows by the time at which they ended, in bounded memory."""

    def __init__(self) -> None:
        self.width = 1
        self._counts: dict[int, Counter[Status]] = {}
        self._first = self._last = 0

    def add(self, at: float, status: Status, rows: int = 1) -> None:
        """Rows ended."""
        place = int(at // self.width)
        counts = self._counts.get(place)
        if counts is None:
            counts = self._begin(place, at)
        counts[status] += rows

    def buckets(self) -> tuple[Bucket, ...]:
        """Those in which something ended, in order."""
        return tuple(Bucket(place * self.width, self._counts[place]) for place in sorted(self._counts))

    def _begin(self, place: int, at: float) -> Counter[Status]:
        if not self._counts:
            self._first = self._last = place
        self._first, self._last = min(self._first, place), max(self._last, place)
        while self._last - self._first >= MOST_BUCKETS:
            self._widen()
        return self._counts.setdefault(int(at // self.width), Counter())

    def _widen(self) -> None:
        """Two buckets become one."""
        self.width *= 2
        merged: dict[int, Counter[Status]] = {}
        for place, counts in self._counts.items():
            merged.setdefault(place // 2, Counter()).update(counts)
        self._counts = merged
        self._first, self._last = self._first // 2, self._last // 2
