"""The spine: what happened to every row of every run, durable, in one SQLite file."""

from pipeline.ledger.database import FILE, Ledger
from pipeline.ledger.doubts import doubt_what_was_cut_off, doubtful, take_over
from pipeline.ledger.earlier import (
    EarlierRow,
    earlier_rows,
    row_numbers,
    run_keys,
    unfinished_business,
)
from pipeline.ledger.entries import (
    NOTHING,
    WHO,
    Claim,
    Ending,
    Leftover,
    NewRow,
    NewRows,
    OpenRow,
    Owed,
    OwingRow,
    Written,
    names_key,
)
from pipeline.ledger.history import History, HistoryRules, Known
from pipeline.ledger.lock import TeamLock, prepared_by_one
from pipeline.ledger.lookups import Lookups
from pipeline.ledger.profiles import Profile, Profiles
from pipeline.ledger.results import Count, ResultRow, ResultRows, Standing, Who, Whos, counted, results
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
from pipeline.ledger.together import Together
from pipeline.ledger.windows import Windows

__all__ = [
    "FILE",
    "NOTHING",
    "WHO",
    "Claim",
    "Count",
    "EarlierRow",
    "Ending",
    "History",
    "HistoryRules",
    "Known",
    "Ledger",
    "Leftover",
    "Lookups",
    "NewRow",
    "NewRows",
    "NewRun",
    "OpenRow",
    "Owed",
    "OwingRow",
    "Profile",
    "Profiles",
    "RequestCounts",
    "ResultRow",
    "ResultRows",
    "Rows",
    "RunRecord",
    "RunState",
    "Runs",
    "SourceFacts",
    "Standing",
    "State",
    "TeamLock",
    "Teams",
    "Together",
    "Who",
    "Whos",
    "Windows",
    "Written",
    "counted",
    "doubt_what_was_cut_off",
    "doubtful",
    "earlier_rows",
    "names_key",
    "prepared_by_one",
    "results",
    "row_numbers",
    "run_id_for",
    "run_keys",
    "take_over",
    "unfinished_business",
]
