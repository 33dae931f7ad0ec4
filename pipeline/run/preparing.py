"""The first half of a run: every row of the source is read, mapped, compared and entered. Nothing is sent."""

from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple, Protocol, TypeVar

from pipeline.clock import Clock
from pipeline.config import Config
from pipeline.dedupe import Deduper
from pipeline.ledger import Profile, Rows, SourceFacts
from pipeline.run.entries import Part, keyed
from pipeline.run.job import Board
from pipeline.run.needs import Need, Needs
from pipeline.run.planning import Forecast
from pipeline.run.reading import Read
from pipeline.run.remembered import Remembered

_AT_ONCE = 500
_PARTS = 3
"""Parts of rows in a transaction, once they are there: a busy disk takes 15 ms for each.

With more of them the process that reads would wait for the one that writes, as a pipe holds about three.
"""

_Thing = TypeVar("_Thing")


class Reader(Protocol):
    """Reads the rows that a run takes."""

    def parts(self) -> Iterator[Part]:
        """The rows in the source's order, part by part; only once."""
        ...

    def told(self) -> Read:
        """What was found out about the source, when all rows have been read."""
        ...


class Prepared(NamedTuple):
    """What preparing a run found. `faulty` of `read` rows cannot be sent; `profile` is what the source looked like.

    `remembered` is the table as it was read, where somebody asked for it.
    """

    facts: SourceFacts
    forecast: Forecast
    read: int
    faulty: int
    profile: Profile
    remembered: Remembered | None


def prepare(
    reader: Reader, config: Config, rows: Rows, clock: Clock, board: Board, remembered: Remembered | None
) -> Prepared:
    """Enters every row that is read: pending, ended with its reason, or as it came back.

    What reports need of the rows is `remembered`.
    """
    entering = _Entering(config, rows, clock)
    for parts in _several(_told(reader.parts(), board), _PARTS):
        with rows.at_once():
            for part in parts:
                entering.enter(part)
                if remembered:
                    remembered.add(part.numbers, part.faulty)
    entering.compare()
    facts, profile = reader.told()
    forecast = Forecast(config, entering.needs)
    return Prepared(facts, forecast, entering.read, entering.faulty, profile, remembered)


class _Entering:
    """What is counted and compared while rows enter."""

    def __init__(self, config: Config, rows: Rows, clock: Clock) -> None:
        self._rows = rows
        self._clock = clock
        self._deduper = Deduper(config.dedupe)
        self._heirs: set[int] = set()
        self.needs = Needs()
        self.read = self.faulty = 0

    def enter(self, part: Part) -> None:
        """Enters some rows."""
        plain, others = part.plain, part.others
        new_rows, many_keys = keyed(plain)
        not_pending, heirs = self._rows.add([one.new for one in others], self._clock.time(), new_rows)
        self._deduper.add_all(plain.rows, many_keys, heirs)
        self._needs_of(plain.rows, plain.needs, not_pending)
        for new, keys, need, is_faulty in others:
            if keys:
                self._deduper.add(new.row, keys, first=new.row in heirs)
            if need:
                self._needs_of((new.row,), (need,), not_pending)
            self.faulty += is_faulty
        self._heirs |= heirs
        self.read += part.rows

    def compare(self) -> None:
        """Ends the rows that repeat others, once all have entered."""
        duplicates = (one for one in self._deduper.duplicates() if one.row not in self._heirs)
        gone = array("q")
        for repeated in _several(duplicates, _AT_ONCE):
            self._rows.repeat(repeated, self._clock.time())
            gone.extend(one.row for one in repeated)
        self.needs.remove(gone)

    def _needs_of(self, rows: Sequence[int], needs: Sequence[Need], not_pending: Collection[int]) -> None:
        if not_pending:
            places = [place for place, row in enumerate(rows) if row not in not_pending]
            rows, needs = [rows[place] for place in places], [needs[place] for place in places]
        self.needs.add(rows, needs)


def _told(parts: Iterable[Part], board: Board) -> Iterator[Part]:
    read = 0
    for part in parts:
        read += part.rows
        board.reading(read)
        yield part


def _several(things: Iterable[_Thing], count: int) -> Iterator[list[_Thing]]:
    left = iter(things)
    while part := list(islice(left, count)):
        yield part
