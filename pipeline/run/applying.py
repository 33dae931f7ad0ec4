"""`--apply-suggestions`: what results suggested is put into the rows that come back, unless they have changed since."""

from collections.abc import Callable, Collection, Sequence

from pipeline.clean import shown
from pipeline.config import column_names
from pipeline.errors import UsageMistake
from pipeline.ledger.entries import SEPARATOR
from pipeline.records import Mapped, Row

COLUMN = "import_suggestion"


def check_applying(columns: Sequence[str], source: str) -> None:
    """Whether a source can have suggestions that are to be applied.

    Raises:
        UsageMistake: it has no column with them.
    """
    if COLUMN not in columns:
        raise UsageMistake(
            f"{source} has no column {COLUMN}, so there are no suggestions to apply. --apply-suggestions is for "
            "failed.xlsx, failed.csv and results.xlsx of an earlier run."
        )


class Applying:
    """Applies a suggestion only where the row, as it stands, suggests the same: an edited cell is left alone."""

    def __init__(self, columns: Sequence[str], map_row: Callable[[Row], Mapped]) -> None:
        self._map = map_row
        self._from = columns.index(COLUMN)
        self._places = {name: place for place, name in enumerate(column_names(columns)) if name}
        self.applied = 0

    def to(self, rows: Sequence[Row], finished: Collection[int]) -> list[Row]:
        """The rows with their suggestions applied, but for those that were `finished` before."""
        return [row if row.number in finished or row.unreadable else self._one(row) for row in rows]

    def _one(self, row: Row) -> Row:
        told = list(filter(None, row.cells[self._from].split(SEPARATOR)))
        if not told:
            return row
        cells, said = list(row.cells), []
        for one in self._map(row).suggestions:
            if str(one) in told:
                told.remove(str(one))
                place = self._places[one.column]
                said.append(
                    f"{one.column}: {shown(one.value)} instead of {shown(cells[place])}, as suggested"
                )
                cells[place] = one.value
        self.applied += bool(said)
        said += [
            f"{COLUMN}: {shown(text)} was not applied; the row has changed since" for text in self._ours(told)
        ]
        return row._replace(cells=tuple(cells), warnings=(*row.warnings, *said))

    def _ours(self, told: Sequence[str]) -> list[str]:
        """Those texts that are about a cell; a dry run that looks also tells what would happen to a row."""
        return [text for text in told if any(text.startswith(f"{name}: ") for name in self._places)]
