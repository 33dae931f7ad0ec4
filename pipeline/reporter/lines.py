"""results.csv and failed.csv, line by line."""

import csv
from collections.abc import Callable
from typing import NamedTuple, TextIO

from pydantic_core import from_json

from pipeline.guard import protect
from pipeline.ledger import ResultRow, RunRecord
from pipeline.records import IMPORT_COLUMNS, Contact, Mapped, Outcome, Row
from pipeline.reporter.outcomes import is_failed, outcome_of, warnings_of
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
    who = _who_of(from_json(result.payload)) if result.payload else _who(map_row(source).contact)
    return Line(result, outcome_of(result, run), warnings_of(result), who, source)


def _who_of(payload: dict[str, str]) -> Who:
    """As `_who`, from the kept values as `Contact.to_json` writes them."""
    return Who(
        payload.get("email", ""),
        f"{payload.get('first_name', '')} {payload.get('last_name', '')}".strip(),
        payload.get("organization_name", ""),
    )


def _who(contact: Contact) -> Who:
    name = f"{contact.first_name or ''} {contact.last_name or ''}".strip()
    return Who(contact.email or "", name, contact.organization_name or "")


class ResultsCsv:
    """Writes results.csv: every row, in order."""

    def __init__(self, file: TextIO, run: RunRecord) -> None:
        self._write = csv.writer(file, lineterminator="\r\n").writerow
        self._source = protect(source_name(run))
        self._sheet = protect(run.facts.sheet)
        self._write(RESULT_COLUMNS)

    def add(self, line: Line) -> None:
        """Writes one row."""
        result, outcome, warnings, who, _ = line
        self._write(
            (
                result.row,
                self._source,
                self._sheet,
                outcome.status,
                outcome.reason,
                protect(outcome.message),
                protect(outcome.column),
                protect(outcome.value),
                protect(outcome.contact_id),
                outcome.matched_row,
                outcome.matched_run,
                outcome.matched_on,
                result.attempts,
                outcome.http_status,
                protect(who.email),
                protect(who.name),
                protect(who.organization_name),
                iso(result.finished_at),
                protect(warnings),
                protect(outcome.suggestion),
            )
        )


class FailedCsv:
    """Writes failed.csv: the rows to be mended, as they stood in the source, with the `import_` columns behind."""

    def __init__(
        self, file: TextIO, run: RunRecord, headers: tuple[str, ...], columns: tuple[str, ...]
    ) -> None:
        """Writes the header, without the `import_` columns of a file that was fed back."""
        self._write = csv.writer(file, lineterminator="\r\n").writerow
        self._run = run
        self._kept = [place for place, name in enumerate(columns) if name.casefold() not in IMPORT_COLUMNS]
        self._write((*(protect(headers[place]) for place in self._kept), *IMPORT_COLUMNS))

    def add(self, line: Line) -> None:
        """Writes one row, if it is one to be mended."""
        outcome, cells = line.outcome, line.source.cells
        if not is_failed(outcome, self._run):
            return
        self._write(
            (
                *(protect(cells[place]) for place in self._kept),
                self._run.run_id,
                line.result.row,
                outcome.status,
                outcome.reason,
                protect(outcome.column),
                protect(outcome.message),
                protect(outcome.contact_id),
                protect(outcome.suggestion),
            )
        )
