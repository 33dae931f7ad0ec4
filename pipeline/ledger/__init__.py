"""The spine: what happened to every row of every run, durable, in one SQLite file."""

from pipeline.ledger.database import FILE, Ledger
from pipeline.ledger.doubts import doubt_what_was_cut_off, doubtful
from pipeline.ledger.entries import (
    NOTHING,
    Claim,
    Ending,
    Leftover,
    NewRow,
    OpenRow,
    Owed,
    OwingRow,
    names_key,
)
from pipeline.ledger.history import History, HistoryRules, Known
from pipeline.ledger.lock import TeamLock
from pipeline.ledger.lookups import Lookups
from pipeline.ledger.results import ResultRow, iter_counts, results
from pipeline.ledger.rows import Rows
from pipeline.ledger.runs import (
    NewRun,
    RequestCounts,
    RunRecord,
    Runs,
    RunState,
    SourceFacts,
    run_id_for,
)
from pipeline.ledger.schema import State
from pipeline.ledger.teams import Teams
from pipeline.ledger.windows import Windows

__all__ = [
    "FILE",
    "NOTHING",
    "Claim",
    "Ending",
    "History",
    "HistoryRules",
    "Known",
    "Ledger",
    "Leftover",
    "Lookups",
    "NewRow",
    "NewRun",
    "OpenRow",
    "Owed",
    "OwingRow",
    "RequestCounts",
    "ResultRow",
    "Rows",
    "RunRecord",
    "RunState",
    "Runs",
    "SourceFacts",
    "State",
    "TeamLock",
    "Teams",
    "Windows",
    "doubt_what_was_cut_off",
    "doubtful",
    "iter_counts",
    "names_key",
    "results",
    "run_id_for",
]
