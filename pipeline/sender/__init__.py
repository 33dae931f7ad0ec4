"""Stage 4: pending rows leave the ledger, outcomes enter it."""

from pipeline.sender.bodies import Bodies, Marker
from pipeline.sender.complete import stopped
from pipeline.sender.crew import Stop
from pipeline.sender.foresight import Fate, Foreseen, Foresight
from pipeline.sender.health import Health
from pipeline.sender.limits import ErrorLimit, too_many
from pipeline.sender.scopes import needs_of, try_scopes
from pipeline.sender.searches import MOST_PAGES, Searches
from pipeline.sender.sending import Sender
from pipeline.sender.shown import Match, Shown
from pipeline.sender.team import TeamDesk, Terms
from pipeline.sender.ways import Board

__all__ = [
    "MOST_PAGES",
    "Board",
    "Bodies",
    "ErrorLimit",
    "Fate",
    "Foreseen",
    "Foresight",
    "Health",
    "Marker",
    "Match",
    "Searches",
    "Sender",
    "Shown",
    "Stop",
    "TeamDesk",
    "Terms",
    "needs_of",
    "stopped",
    "too_many",
    "try_scopes",
]
