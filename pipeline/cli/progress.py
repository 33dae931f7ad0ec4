"""How far a run is: a bar on a terminal, a line a minute elsewhere, nothing when silence is asked for."""

import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from pipeline.cli.speaking import tell
from pipeline.clock import Clock
from pipeline.records import STATUS_OF, Reason, Status
from pipeline.reporter import Plan
from pipeline.reporter.times import local, until
from pipeline.run import Board

_LINE_EVERY = 60.0
_FORMAT = "{desc} {n_fmt}/{total_fmt} |{bar}| {remaining}{postfix}"

ShowPlan = Callable[[Plan, int, Sequence[str]], None]
"""Shows the plan of a run: what is to be done, for how many rows, and notes about the file."""


class Tally:
    """Rows of a sending by how they ended."""

    def __init__(self) -> None:
        self.total: int | None = None
        self._counts: Counter[Status] = Counter()

    def add(self, reason: str, count: int) -> None:
        """So many rows have ended."""
        self._counts[STATUS_OF[Reason(reason)]] += count

    @property
    def done(self) -> int:
        """How many rows have ended."""
        return self._counts.total()

    def __str__(self) -> str:
        return ", ".join(
            f"{self._counts[status]} {status.value}"
            for status in (Status.CREATED, Status.DUPLICATE, Status.ERROR)
        )


class Silence:
    """Only what has to be known is told."""

    def reading(self, rows: int) -> None:
        """Not shown."""

    def planned(self, plan: Plan, rows: int, notes: Sequence[str]) -> None:
        """Not shown."""

    def looking(self, done: int, of: int) -> None:
        """Not shown."""

    def sending(self, rows: int) -> None:
        """Not shown."""

    def ended(self, reason: str, count: int = 1) -> None:
        """Not shown."""

    def waiting(self, for_what: str, until: float | None) -> None:
        """Not shown."""

    def note(self, sentence: str) -> None:
        """Told all the same: it is about something that is wrong."""
        tell(sentence)

    def close(self) -> None:
        """Nothing is left standing."""


class Lines(Silence):
    """A line a minute, each with its time, as a log wants it."""

    def __init__(self, clock: Clock, show_plan: ShowPlan) -> None:
        self._clock = clock
        self._show_plan = show_plan
        self._last = clock.time()
        self._tally = Tally()
        self._waits: set[tuple[str, float | None]] = set()

    def reading(self, rows: int) -> None:
        """So many rows have been read."""
        if self._is_time():
            self._line(f"{rows_of(rows)} read")

    def planned(self, plan: Plan, rows: int, notes: Sequence[str]) -> None:
        """All rows have been read."""
        self._show_plan(plan, rows, notes)
        self._tally.total = rows

    def looking(self, done: int, of: int) -> None:
        """So much of a look is done."""
        if self._is_time():
            self._line(f"looking: {100 * done // of} %")

    def sending(self, rows: int) -> None:
        """So many rows are about to be sent; of none there is nothing to tell."""
        self._tally.total = rows
        if rows:
            self._line(f"sending {rows_of(rows)}")

    def ended(self, reason: str, count: int = 1) -> None:
        """So many rows have ended."""
        self._tally.add(reason, count)
        if self._is_time():
            self._line(f"{self._tally.done:,} of {rows_of(self._tally.total or 0)}: {self._tally}")

    def waiting(self, for_what: str, until: float | None) -> None:
        """The sending waits; each wait is told once."""
        if (for_what, until) not in self._waits:
            self._waits.add((for_what, until))
            self._line(wait_text(for_what, until, self._clock.time()))

    def note(self, sentence: str) -> None:
        """Told with its time."""
        self._line(sentence)

    def _is_time(self) -> bool:
        return self._clock.time() - self._last >= _LINE_EVERY

    def _line(self, text: str) -> None:
        self._last = self._clock.time()
        tell(f"{local(self._last)} {text}")


class Bars(Silence):
    """A line that is written over, on a terminal."""

    def __init__(self, clock: Clock, show_plan: ShowPlan) -> None:
        self._clock = clock
        self._show_plan = show_plan
        self._tally = Tally()
        self._bar: Any = None

    def reading(self, rows: int) -> None:
        """So many rows have been read."""
        if self._bar is None:
            self._bar = _tqdm(desc="reading", unit=" rows")
        self._bar.update(rows - self._bar.n)

    def planned(self, plan: Plan, rows: int, notes: Sequence[str]) -> None:
        """All rows have been read."""
        self.close()
        self._tally.total = rows
        self._show_plan(plan, rows, notes)

    def looking(self, done: int, of: int) -> None:
        """So much of a look is done."""
        if self._bar is None or self._bar.total != of:
            self.close()
            self._bar = _tqdm(desc="looking", total=of, bar_format=_FORMAT)
        self._bar.update(done - self._bar.n)

    def sending(self, rows: int) -> None:
        """So many rows are about to be sent."""
        self.close()
        self._tally.total = rows
        if rows:
            self._draw("sending")

    def ended(self, reason: str, count: int = 1) -> None:
        """So many rows have ended."""
        self._tally.add(reason, count)
        if self._bar is None:
            self._draw("sending")
        self._bar.set_description_str("sending", refresh=False)
        self._bar.set_postfix_str(str(self._tally), refresh=False)
        self._bar.update(count)

    def waiting(self, for_what: str, until: float | None) -> None:
        """The sending waits; the bar says so until a row ends."""
        text = wait_text(for_what, until, self._clock.time())
        if self._bar is None:
            self._draw(text)
        self._bar.set_description_str(text)

    def note(self, sentence: str) -> None:
        """Told above the bar."""
        if self._bar is None:
            tell(sentence)
        else:
            self._bar.clear()
            tell(sentence)
            self._bar.refresh()

    def close(self) -> None:
        """The bar stays as it stands, and what follows begins on a line of its own."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def _draw(self, text: str) -> None:
        self._bar = _tqdm(desc=text, total=self._tally.total, bar_format=_FORMAT)


def board_for(clock: Clock, show_plan: ShowPlan, *, quiet: bool, terminal: bool) -> "Silence":
    """The board that suits where stderr goes."""
    if quiet:
        return Silence()
    return Bars(clock, show_plan) if terminal else Lines(clock, show_plan)


def rows_of(count: int) -> str:
    """`1 row`, `2,413 rows`."""
    return f"{count:,} row{'' if count == 1 else 's'}"


def wait_text(for_what: str, ends: float | None, now: float) -> str:
    """`waiting for Apollo's quota for contacts until 15:02+02:00`."""
    return f"waiting for {for_what}" + (f" until {until(ends, now)}" if ends is not None else "")


def _tqdm(**settings: Any) -> Any:  # noqa: ANN401 - tqdm has no types
    from tqdm import tqdm  # noqa: PLC0415 - only where there is a terminal

    tqdm.monitor_interval = 0  # no thread of its own
    # Some terminals say that they have no columns and no lines at all, and tqdm would then draw nothing.
    size = shutil.get_terminal_size()
    return tqdm(ncols=size.columns, nrows=size.lines, **settings)


_: Board = Silence()
