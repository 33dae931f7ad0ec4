"""Which rows of a source a run takes, and how they are told about."""

from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Self

from pipeline.errors import UsageMistake
from pipeline.ledger import (
    Ledger,
    RunRecord,
    State,
    counted,
    row_numbers,
    unfinished_business,
)
from pipeline.loader import Table, is_fed_back
from pipeline.records import Row
from pipeline.reporter import Expected
from pipeline.run.applying import COLUMN
from pipeline.run.kept import Kept
from pipeline.run.origins import FedBack, Retried
from pipeline.run.reading import Scope
from pipeline.run.remembered import Remembered


def scope_of(run: RunRecord, table: Table, ledger: Ledger) -> Scope:
    """The rows that a run takes of its source: those of a retry, or all up to its limit."""
    applying = bool(run.options.get("apply_suggestions")) and COLUMN in table.columns
    if (old := run.options["retry_of"]) is not None:
        return Scope(only=unfinished_business(ledger, old), origins=Retried(ledger, old), applying=applying)
    origins = FedBack(ledger, run.team, table.columns) if is_fed_back(table.columns) else None
    return Scope(limit=run.options["limit"], origins=origins, applying=applying)


def check_retry(old: RunRecord, ledger: Ledger) -> None:
    """Whether a run can be retried.

    Raises:
        UsageMistake: it was a dry run, it can be resumed, or none of its rows failed.
    """
    if old.dry_run:
        raise UsageMistake(f"{old.run_id} was a dry run; `resume` sends what it showed.")
    if not old.prepared or any(state is not State.DONE for state, _, _ in counted(ledger, old.key)):
        raise UsageMistake(f"{old.run_id} can still be resumed: `resume {old.run_id}` goes on with it.")
    if not unfinished_business(ledger, old.key):
        raise UsageMistake(
            f"{old.run_id} has no rows that failed or were not sent, so there is nothing to retry."
        )


def reported(
    run: RunRecord, kept: Kept, ledger: Ledger, expected: Expected, remembered: Remembered | None
) -> "Table | PartOfTable | Remembered":
    """Opens the table that a run's reports are about; what is remembered of it where that is enough for them."""
    if run.options["retry_of"] is not None:
        return PartOfTable(kept.open(), row_numbers(ledger, run.key))
    return remembered if remembered and remembered.suffices(expected) else kept.open()


class PartOfTable:
    """Those rows of a table that a run took."""

    def __init__(self, table: Table, only: frozenset[int]) -> None:
        self._table = table
        self._only = only
        self.headers = table.headers
        self.columns = table.columns

    @property
    def widths(self) -> Mapping[int, float]:
        """Those of the columns."""
        return self._table.widths

    def chunks(self, size: int = 5000) -> Iterator[list[Row]]:
        """The rows, in order."""
        for chunk in self._table.chunks(size):
            yield [row for row in chunk if row.number in self._only]

    def close(self) -> None:
        """Frees the file."""
        self._table.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
