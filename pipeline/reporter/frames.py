"""results.csv for whoever goes on with pandas."""

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import UsageMistake
from pipeline.guard import unprotect
from pipeline.reporter.outputs import RESULTS

if TYPE_CHECKING:
    from pandas import DataFrame

_NUMBERS = ("row", "matched_row", "attempts", "http_status")
_WORDS = ("status", "reason", "matched_on")
_TIMES = ("finished_at",)


def read_results(run_folder: str | Path) -> "DataFrame":
    """The results of a run, one line a row of the source, as `docs/results.md` describes the columns.

    Numbers are `Int64`, `finished_at` is a UTC time, status, reason and matched_on are categories, everything else
    is text as it stood in the source, "" where there is nothing.

    Raises:
        UsageMistake: the folder has no results.
    """
    import pandas as pd  # noqa: PLC0415 - it takes 300 ms to import

    path = Path(run_folder) / RESULTS
    try:
        found = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise UsageMistake(f"There is no {path}. `contact-import report` writes it.") from error
    for name in found.columns:
        if name in _NUMBERS:
            found[name] = pd.to_numeric(found[name]).astype("Int64")
        elif name in _TIMES:
            found[name] = pd.to_datetime(found[name], utc=True)
        elif name in _WORDS:
            found[name] = found[name].astype("category")
        else:
            found[name] = found[name].map(unprotect).astype("str")
    return found
