"""The plan, shown before the first request, and the question whether to go on."""

import sys
from collections.abc import Sequence

from pipeline.cli.progress import rows_of
from pipeline.cli.speaking import tell, wrapped
from pipeline.ledger import RunRecord
from pipeline.reporter import Plan


class Asking:
    """Shows the plan of each run, and asks where somebody is there to answer."""

    def __init__(self, host: str, *, shows: bool, asks: bool) -> None:
        """`host` is where the rows would go."""
        self._host = host
        self._shows = shows
        self._asks = asks
        self._rows: int | None = None

    def show(self, plan: Plan, rows: int, notes: Sequence[str]) -> None:
        """The plan in words; where an answer may hang on it, also the other ways, and the notes about the file."""
        self._rows = rows
        if not self._shows:
            return
        words = f": {plan.words}" if rows else ""
        lines = wrapped(f"{rows_of(rows)} to send to {self._host}{words}", "")
        if self._asks:
            lines += [line for sentence in plan.beside() for line in wrapped(sentence)]
            lines += [line for note in notes for line in wrapped(f"note: {note}")]
        tell("\n".join(lines))

    def agree(self, _run: RunRecord) -> bool:
        """Whether to go on; yes where nothing is to be sent, or nobody is there."""
        if not self._asks or self._rows == 0:
            return True
        return asked("Go on?")


def asked(question: str) -> bool:
    """Whether the answer on stdin is yes; an end of input is a no. Nothing of it touches stdout."""
    while True:
        tell(f"{question} [y/N] ", end="")
        answer = sys.stdin.readline()
        word = answer.strip().lower()
        if not answer or word in ("", "n", "no"):
            return False
        if word in ("y", "yes"):
            return True
