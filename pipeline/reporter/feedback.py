"""The rows as they go back to the user and come in again: the source's own cells, the `import_` columns behind."""

from functools import lru_cache

from pipeline.errors import BrokenPromise
from pipeline.guard import protect, protect_all
from pipeline.ledger import RunRecord
from pipeline.records import IMPORT_COLUMNS, Row
from pipeline.reporter.lines import Line
from pipeline.reporter.outcomes import Upshot

_ALIKE = 1000
STATUS = IMPORT_COLUMNS.index("import_status")


class FedBack:
    """Lays rows out for failed.csv and the workbooks; the `import_` columns of a file fed back are replaced."""

    def __init__(self, run: RunRecord, headers: tuple[str, ...], columns: tuple[str, ...]) -> None:
        """`headers` as they stand in the source, `columns` as the config calls them."""
        self._run_id = run.run_id
        kept = [place for place, name in enumerate(columns) if name.casefold() not in IMPORT_COLUMNS]
        self._all = len(kept) == len(columns)
        self.kept = kept
        self._places = {columns[place].casefold(): at for at, place in enumerate(kept)}
        self.header = (*protect_all([headers[place] for place in kept]), *IMPORT_COLUMNS)
        self.status = len(kept) + STATUS
        self._told = lru_cache(_ALIKE)(_told)

    def cells(self, line: Line) -> tuple[str, ...]:
        """A row, made harmless for spreadsheet programs.

        Raises:
            BrokenPromise: its cells are not there.
        """
        *told, suggestion = self._told(line.upshot)
        return (
            *protect_all(self._own(line.source)),
            self._run_id,
            str(line.row),
            *told,
            protect(line.contact_id),
            suggestion,
        )

    def place(self, column: str) -> int | None:
        """Where a column stands, None if it does not."""
        return self._places.get(column.casefold()) if column else None

    def _own(self, row: Row) -> tuple[str, ...]:
        if not row.cells:
            raise BrokenPromise(f"The cells of row {row.number} of run {self._run_id} were not read.")
        return row.cells if self._all else tuple(row.cells[place] for place in self.kept)


def _told(upshot: Upshot) -> tuple[str, ...]:
    outcome = upshot.outcome
    told = (outcome.column, outcome.message, outcome.suggestion)
    return (upshot.status, outcome.reason, *protect_all(told))
