"""What every reader of a file hands to `tables`: raw rows, and what is known about the file."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from pipeline.loader.charset import Charset
from pipeline.records import Row

if TYPE_CHECKING:
    from pipeline.loader.merged import Merges

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
"""Where Excel's sheets end."""

Links: TypeAlias = dict[int, dict[int, str]]
"""Where cells lead: row -> column from 0 -> address."""

Widths: TypeAlias = list[tuple[int, int, float]]
"""How wide columns are in characters: (first, last, width), columns from 0."""

RawRow: TypeAlias = Row
"""A row as it stands in the file: its cells from column A on, however many, before they are brought under columns."""


class SourceOptions(NamedTuple):
    """What the user says about a file; None is found out. `charset` is what was found out about its text before."""

    sheet: str | None = None
    header_row: int | None = None
    delimiter: str | None = None
    encoding: str | None = None
    charset: Charset | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A file that is open: its rows in order, and how it is read. `notes` may grow while rows are read.

    In a `grid` a cell stands in its column whatever is beside it; in delimited text an extra cell means that the
    cells of the row may have shifted.
    """

    path: Path
    rows: Iterator[RawRow]
    close: Callable[[], None]
    notes: list[str] = field(default_factory=list)
    sheet: str = ""
    charset: Charset | None = None
    delimiter: str = ""
    grid: bool = False
    merges: "Merges | None" = None
    links: Links = field(default_factory=dict)
    widths: Widths = field(default_factory=list)

    @property
    def where(self) -> str:
        """The file and sheet, as messages name them."""
        return f"{self.path}, sheet “{self.sheet}”" if self.sheet else str(self.path)


def column_letter(index: int) -> str:
    """The letters over a column, from 0: A, B … Z, AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
