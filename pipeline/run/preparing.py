"""The first half of a run: every row of the source is read, mapped, compared and entered. Nothing is sent."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple, Protocol

from pipeline.clock import Clock
from pipeline.config import Config
from pipeline.dedupe import Deduper, Duplicate
from pipeline.ledger import Profile, Rows, SourceFacts
from pipeline.run.entries import Part
from pipeline.run.job import Board
from pipeline.run.planning import Forecast, Need
from pipeline.run.reading import Read

_AT_ONCE = 500


class Reader(Protocol):
    """Reads the rows that a run takes."""

    def parts(self) -> Iterator[Part]:
        """The rows in the source's order, part by part; only once."""
        ...

    def told(self) -> Read:
        """What was found out about the source, when all rows have been read."""
        ...


class Prepared(NamedTuple):
    """What preparing a run found. `faulty` of `read` rows cannot be sent; `profile` is what the source looked like."""

    facts: SourceFacts
    forecast: Forecast
    read: int
    faulty: int
    profile: Profile


def prepare(reader: Reader, config: Config, rows: Rows, clock: Clock, board: Board) -> Prepared:
    """Enters every row that is read: pending, ended with its reason, or as it came back."""
    deduper = Deduper(config.dedupe)
    forecast = Forecast(config)
    inherited: set[int] = set()
    read = faulty = 0
    for plain, others in reader.parts():
        not_pending, heirs = rows.add([one.new for one in others], clock.time(), plain.new)
        deduper.add_all(plain.new.rows, plain.keys, heirs)
        needs = zip(plain.new.rows, plain.needs, strict=True)
        forecast.add(need for row, need in needs if row not in not_pending)
        for new, keys, need, is_faulty in others:
            if keys:
                deduper.add(new.row, keys, first=new.row in heirs)
            if need and new.row not in not_pending:
                forecast.add((need,))
            faulty += is_faulty
        inherited |= heirs
        read += len(plain.new.rows) + len(others)
        board.reading(read)
    for repeated in _parts(one for one in deduper.duplicates() if one.row not in inherited):
        for contact in rows.repeat(repeated, clock.time()):
            forecast.remove(Need.of(contact.values))
    facts, profile = reader.told()
    return Prepared(facts, forecast, read, faulty, profile)


def _parts(duplicates: Iterable[Duplicate]) -> Iterator[Sequence[Duplicate]]:
    found = iter(duplicates)
    while part := list(islice(found, _AT_ONCE)):
        yield part
