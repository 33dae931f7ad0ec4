"""How many rows may fail before the run gives up."""

from collections.abc import Callable

from pipeline.config import MaxErrors
from pipeline.errors import RunStopped
from pipeline.records import Outcome, Reason, Status

SHARE_COUNTS_FROM = 50
"""Rows; a share of fewer says nothing."""

_SAME_WORDS = 5


def too_many(limit: MaxErrors, errors: int, rows: int) -> bool:
    """Whether so many errors among so many rows are more than allowed."""
    if limit.count is not None:
        return errors > limit.count
    return limit.share is not None and rows >= SHARE_COUNTS_FROM and errors > limit.share * rows


class ErrorLimit:
    """Counts how the rows of this start end."""

    def __init__(self, limit: MaxErrors, note: Callable[[str], None]) -> None:
        """`note` is told when Apollo goes on refusing rows for the same reason."""
        self._limit = limit
        self._note = note
        self._rows = 0
        self._errors = 0
        self._words = ""
        self._same = 0

    def count(self, outcome: Outcome) -> None:
        """A row has ended."""
        self._rows += 1
        self._errors += outcome.status is Status.ERROR
        self._watch(outcome)

    def check(self) -> None:
        """Goes on, or not.

        Raises:
            RunStopped: there were too many errors.
        """
        if too_many(self._limit, self._errors, self._rows):
            raise RunStopped(
                f"{self._errors} of {self._rows} rows failed, more than max_errors allows. "
                "Look at failed.csv, then go on or start again."
            )

    def _watch(self, outcome: Outcome) -> None:
        words = outcome.message if outcome.reason is Reason.REFUSED else ""
        self._same = self._same + 1 if words and words == self._words else int(bool(words))
        self._words = words
        if self._same == _SAME_WORDS:
            self._note(
                f"Apollo refused {_SAME_WORDS} rows in a row with the same words, so the config is at fault: {words}"
            )
