"""The rows as they go back to the user and come in again: the source's own cells, the `import_` columns behind."""

from pipeline.guard import protect
from pipeline.ledger import RunRecord
from pipeline.records import IMPORT_COLUMNS, Row
from pipeline.reporter.lines import Line

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
        self.header = (*(protect(headers[place]) for place in kept), *IMPORT_COLUMNS)
        self.status = len(kept) + STATUS

    def cells(self, line: Line) -> tuple[str, ...]:
        """A row, made harmless for spreadsheet programs."""
        outcome = line.outcome
        return (
            *[cell and protect(cell) for cell in self._own(line.source)],
            self._run_id,
            str(line.result.row),
            outcome.status,
            outcome.reason,
            protect(outcome.column),
            protect(outcome.message),
            protect(outcome.contact_id),
            protect(outcome.suggestion),
        )

    def place(self, column: str) -> int | None:
        """Where a column stands, None if it does not."""
        return self._places.get(column.casefold()) if column else None

    def _own(self, row: Row) -> tuple[str, ...]:
        return row.cells if self._all else tuple(row.cells[place] for place in self.kept)
