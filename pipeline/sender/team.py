"""What the rows of a run share with those of other runs of its team: history, and doubts."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from pipeline.clock import Clock
from pipeline.config import SendRules
from pipeline.ledger import (
    History,
    HistoryRules,
    Ledger,
    OpenRow,
    Rows,
    Together,
    doubt_what_was_cut_off,
    doubtful,
)
from pipeline.sender.bodies import Bodies
from pipeline.sender.verdicts import Verdicts


class Terms(NamedTuple):
    """What a run is sent by."""

    rules: SendRules
    bodies: Bodies


class RunDesk(NamedTuple):
    """How one run's rows are moved and judged."""

    rows: Rows
    verdicts: Verdicts


class Doubt(NamedTuple):
    """A row of a run whose answer was lost."""

    run: int
    row: OpenRow


class TeamDesk:
    """The team as one run sees it, while its process holds the team's lock."""

    def __init__(
        self,
        ledger: Ledger,
        team: int,
        run: int,
        terms_of: Callable[[int], Terms],
        clock: Clock,
    ) -> None:
        """`run` is the run that is sent; `terms_of` tells what any run of the team is sent by."""
        self.history = History(ledger, team)
        self.together = Together(ledger, clock)
        self.run = run
        self._ledger = ledger
        self._team = team
        self._terms_of = terms_of
        self._desks: dict[int, RunDesk] = {}

    def doubts(self) -> Sequence[Doubt]:
        """Every row of the team whose answer was lost."""
        return [Doubt(run, row) for run, row in doubtful(self._ledger, self._team)]

    def check_room(self) -> None:
        """Makes sure that what is about to be sent can be written down.

        Raises:
            RunStopped: the disk is nearly full.
        """
        self._ledger.check_room()

    def cut_off(self) -> None:
        """Rows whose requests nobody waits for any more are in doubt."""
        doubt_what_was_cut_off(self._ledger, self._team)

    def desk_of(self, run: int) -> RunDesk:
        """How the rows of a run are moved and judged."""
        if run not in self._desks:
            rules, bodies = self._terms_of(run)
            rows = Rows(self._ledger, run, self._team, HistoryRules(asked=False, updates=False))
            self._desks[run] = RunDesk(rows, Verdicts(bodies, rules))
        return self._desks[run]
