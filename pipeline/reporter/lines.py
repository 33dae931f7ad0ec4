"""results.csv and failed.csv, line by line."""

import csv
from collections.abc import Callable
from typing import NamedTuple, TextIO

from pydantic_core import from_json

from pipeline.guard import protect
from pipeline.ledger import ResultRow, RunRecord
from pipeline.records import STATUS_OF, Contact, Mapped, Outcome, Row
from pipeline.reporter.outcomes import outcome_of, warnings_of
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


class Who(NamedTuple):
    """Whom a row is about."""

    email: str
    name: str
    organization_name: str


class Line(NamedTuple):
    """One row as every report sees it: what happened, what it amounts to, and what stood in the source."""

    result: ResultRow
    outcome: Outcome
    warnings: str
    who: Who
    source: Row


def line_of(result: ResultRow, source: Row, run: RunRecord, map_row: Callable[[Row], Mapped]) -> Line:
    """Brings together what is known of a row; only a row whose values are not kept is mapped again."""
    who = (
        _who_of(from_json(result.payload, cache_strings="keys"))
        if result.payload
        else _who(map_row(source).contact)
    )
    return Line(result, outcome_of(result, run), warnings_of(result, run), who, source)


def _who_of(payload: dict[str, str]) -> Who:
    """As `_who`, from the kept values as `Contact.to_json` writes them."""
    get = payload.get
    first, last = get("first_name", ""), get("last_name", "")
    name = f"{first} {last}" if first and last else first or last
    return Who(get("email", ""), name, get("organization_name", ""))


def _who(contact: Contact) -> Who:
    name = f"{contact.first_name or ''} {contact.last_name or ''}".strip()
    return Who(contact.email or "", name, contact.organization_name or "")


class CsvLines:
    """Writes records as `csv.writer` does, several times as fast where no cell needs quotation marks."""

    def __init__(self, file: TextIO) -> None:
        self._file = file.write
        self._quoting = csv.writer(file, lineterminator=_END).writerow

    def add(self, cells: tuple[str, ...]) -> None:
        """Writes one record of at least two cells."""
        line = ",".join(cells)
        if '"' in line or "\n" in line or "\r" in line or line.count(",") >= len(cells):
            self._quoting(cells)
        else:
            self._file(line + _END)


class ResultsCsv:
    """Writes results.csv: every row, in order."""

    def __init__(self, file: TextIO, run: RunRecord) -> None:
        self._write = CsvLines(file).add
        self._source = protect(source_name(run))
        self._sheet = protect(run.facts.sheet)
        self._write(RESULT_COLUMNS)

    def add(self, line: Line) -> None:
        """Writes one row; most cells are empty, and an empty one needs no look."""
        result, outcome, warnings, (email, name, organization_name), _ = line
        (reason, message, column, value, contact_id, row, run, on, http_status, suggestion) = outcome
        self._write(
            (
                str(result.row),
                self._source,
                self._sheet,
                STATUS_OF[reason],
                reason,
                message and protect(message),
                column and protect(column),
                value and protect(value),
                contact_id and protect(contact_id),
                "" if row is None else str(row),
                run,
                on,
                str(result.attempts),
                "" if http_status is None else str(http_status),
                email and protect(email),
                name and protect(name),
                organization_name and protect(organization_name),
                iso(result.finished_at),
                warnings and protect(warnings),
                suggestion and protect(suggestion),
            )
        )
