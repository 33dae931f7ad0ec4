"""results.csv and failed.csv, line by line."""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple, TextIO

from pipeline.guard import protect, protect_all
from pipeline.ledger import ResultRow, RunRecord, Who
from pipeline.records import Mapped, Row
from pipeline.reporter.outcomes import Upshot, Upshots
from pipeline.reporter.summary import source_name
from pipeline.reporter.times import iso

RESULT_COLUMNS = (
    "row",
    "source",
    "sheet",
    "status",
    "reason",
    "message",
    "column",
    "value",
    "contact_id",
    "matched_row",
    "matched_run",
    "matched_on",
    "attempts",
    "http_status",
    "email",
    "name",
    "organization_name",
    "finished_at",
    "warnings",
    "suggestion",
)

_END = "\r\n"
_TO_QUOTE = re.compile('[",\r\n]')
_ALIKE = 1000


class Line(NamedTuple):
    """One row as every report sees it: whom it is about, what became of it, and what stood in the source."""

    row: int
    contact_id: str
    who: Who
    upshot: Upshot
    source: Row


def line_of(found: ResultRow, source: Row, upshots: Upshots, map_row: Callable[[Row], Mapped]) -> Line:
    """Brings together what is known of a row; only a row whose values are not kept is mapped again."""
    row, contact_id, who, _ = found
    upshot = upshots.of(found)
    who = who or Who.of(map_row(source).values)
    return Line(row, contact_id if upshot.has_contact else "", who, upshot, source)


def record(cells: Sequence[str]) -> str:
    """Cells as `csv.writer` writes them, without the end of the line; quick where none needs quotation marks."""
    line = ",".join(cells)
    if line.count(",") < len(cells) and not ('"' in line or "\n" in line or "\r" in line):
        return line
    return ",".join([_quoted(cell) if _TO_QUOTE.search(cell) else cell for cell in cells])


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


class ResultsCsv:
    """Writes results.csv: every row, in order."""

    def __init__(self, file: TextIO, run: RunRecord) -> None:
        self._file = file
        self._source = protect(source_name(run))
        self._sheet = protect(run.facts.sheet)
        self._around = lru_cache(_ALIKE)(self._cells_around)
        file.write(record(RESULT_COLUMNS) + _END)

    def add(self, lines: Iterable[Line]) -> None:
        """Writes rows; most cells are the same for all rows that stand alike."""
        around = self._around
        written = []
        for row, contact_id, (email, name, organization), upshot, _ in lines:
            before, between, behind = around(upshot)
            contact = contact_id and record((protect(contact_id),))
            who = record(protect_all((email, name, organization)))
            written.append(f"{row},{before},{contact},{between},{who},{behind}{_END}")
        self._file.write("".join(written))

    def _cells_around(self, upshot: Upshot) -> tuple[str, str, str]:
        """The cells before, between and behind the contact and whom the row is about."""
        (reason, message, column, value, _, row, run, on, http_status, suggestion) = upshot.outcome
        ended = (self._source, self._sheet, upshot.status, reason, *protect_all((message, column, value)))
        matched = ("" if row is None else str(row), run, on)
        tried = (str(upshot.attempts), "" if http_status is None else str(http_status))
        told = (iso(upshot.finished_at), protect(upshot.warnings), protect(suggestion))
        return record(ended), record((*matched, *tried)), record(told)


class FailedCsv:
    """Writes failed.csv: the rows to be mended, as `FedBack` lays them out."""

    def __init__(self, file: TextIO, header: tuple[str, ...]) -> None:
        self._file = file
        self.add([header])

    def add(self, rows: Iterable[tuple[str, ...]]) -> None:
        """Writes rows."""
        self._file.write("".join([record(cells) + _END for cells in rows]))
