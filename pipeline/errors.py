"""What ends a run, and with which exit code. A fault of one row is no exception: it is an Outcome.

ImportFailure
├── UsageMistake          2   usage, config, source or a missing key; nothing was sent
│   ├── SourceMistake         the file cannot be read, or not as told
│   └── ConfigMistake         the config is wrong; holds every mistake with its line
├── RunStopped            3   key refused, too many errors, Apollo does not answer; can be resumed
├── RunInterrupted        4   SIGINT or SIGTERM; can be resumed
├── QuotaReached          5   the wait would be longer than max_wait; can be resumed
│   └── LongWait              the wait is allowed, and so long that other processes of the team may send meanwhile
├── TeamBusy              6   another process was sending for this team for longer than max_wait
└── BrokenPromise        70   an internal check failed
"""

from datetime import UTC, datetime
from typing import ClassVar, NamedTuple


class ImportFailure(Exception):  # noqa: N818 - the tree reads as what happened, not as "Error" six times
    """A reason to end the run, in words for the person who started it."""

    exit_code: ClassVar[int]


class UsageMistake(ImportFailure):
    """Something that was asked for cannot be done as asked; nothing was sent."""

    exit_code = 2


class SourceMistake(UsageMistake):
    """The source cannot be read, or not as told; the message names the file and what to do."""


class Mistake(NamedTuple):
    """One mistake in a config: the line it stands in (1-based, None when it is about the whole) and a sentence."""

    line: int | None
    text: str


class ConfigMistake(UsageMistake):
    """A config with mistakes, all of them; `place` is where its columns were looked for."""

    def __init__(self, path: str, mistakes: tuple[Mistake, ...], place: str = "") -> None:
        self.path = path
        self.mistakes = mistakes
        self.place = place
        super().__init__("\n".join(self._lines()))

    def _lines(self) -> list[str]:
        count = len(self.mistakes)
        head = f"{self.path} has {count} mistakes:" if count > 1 else f"{self.path} has a mistake:"
        where = (f"line {mistake.line}: " if mistake.line else "" for mistake in self.mistakes)
        told = [f"{at}{mistake.text}" for at, mistake in zip(where, self.mistakes, strict=True)]
        return [head, *(f"  {line}" for line in (*told, *filter(None, [self.place])))]


class RunStopped(ImportFailure):
    """The run cannot go on now: key refused, too many errors, or Apollo does not answer.

    `reason` is the code that its unsent rows get.
    """

    exit_code = 3

    def __init__(self, message: str, reason: str = "stopped") -> None:
        self.reason = reason
        super().__init__(message)


class RunInterrupted(ImportFailure):
    """A signal asked the run to end."""

    exit_code = 4


class QuotaReached(ImportFailure):
    """A `quota` is used up until `until` (seconds since the epoch), which is longer than the run may wait."""

    exit_code = 5

    def __init__(self, quota: str, until: float) -> None:
        self.quota = quota
        self.until = until
        ends = datetime.fromtimestamp(until, UTC).astimezone().isoformat(" ", "minutes")
        super().__init__(f"{quota} is used up until {ends}.")


class LongWait(QuotaReached):
    """The quota is used up until `until`; the run has nothing to do before, and goes on then."""


class TeamBusy(ImportFailure):
    """Another process of this team was sending for longer than the run may wait."""

    exit_code = 6


class BrokenPromise(ImportFailure):
    """A check of our own failed: what the program believed and what it did differ."""

    exit_code = 70
