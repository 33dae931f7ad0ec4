"""results.csv and failed.csv, line by line."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple, TextIO

from pipeline.guard import protect, protect_all
from pipeline.ledger import ResultRows, RunRecord, Who, Whos
from pipeline.records import Row
from pipeline.reporter.outcomes import Upshot
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
_QUOTABLE = '",\r\n'
_TO_QUOTE = re.compile(f"[{_QUOTABLE}]")
_ALIKE = 1000


class Line(NamedTuple):
    """One row as every report sees it: whom it is about, what became of it, and what stood in the source."""

    row: int
    contact_id: str
    who: Who
    upshot: Upshot
    source: Row


class Lines(NamedTuple):
    """Some rows as every report sees them, a column at a time."""

    rows: Sequence[int]
    contact_ids: Sequence[str]
    whos: Whos
    upshots: Sequence[Upshot]
    sources: Sequence[Row]

    @classmethod
    def of(cls, found: ResultRows, upshots: Sequence[Upshot], sources: Sequence[Row]) -> "Lines":
        """Brings together what is known of rows."""
        pairs = zip(found.contact_ids, upshots, strict=True)
        contact_ids = [contact_id if upshot.has_contact else "" for contact_id, upshot in pairs]
        return cls(found.rows, contact_ids, found.whos, upshots, sources)

    def at(self, place: int) -> Line:
        """One of them."""
        who = self.whos.at(place)
        return Line(self.rows[place], self.contact_ids[place], who, self.upshots[place], self.sources[place])


def record(cells: Sequence[str]) -> str:
    """Cells as `csv.writer` writes them, without the end of the line; quick where none needs quotation marks."""
    line = ",".join(cells)
    if line.count(",") < len(cells) and not ('"' in line or "\n" in line or "\r" in line):
        return line
    return ",".join([_quoted(cell) if _TO_QUOTE.search(cell) else cell for cell in cells])


def _column(texts: Sequence[str]) -> Sequence[str]:
    """Texts as cells, made harmless; all of them together tell whether one of them needs quotation marks."""
    harmless = protect_all(texts)
    if any(map("".join(harmless).__contains__, _QUOTABLE)):
        return [_quoted(text) if _TO_QUOTE.search(text) else text for text in harmless]
    return harmless


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

    def add(self, lines: Lines) -> None:
        """Writes rows; most cells are the same for all rows that stand alike."""
        columns = map(_column, (lines.contact_ids, *lines.whos))
        around = map(self._around, lines.upshots)
        written = [
            f"{row},{before},{contact},{between},{email},{name},{organization},{behind}{_END}"
            for row, (before, between, behind), contact, email, name, organization in zip(
                lines.rows, around, *columns, strict=True
            )
        ]
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
