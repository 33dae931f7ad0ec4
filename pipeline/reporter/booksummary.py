"""The Summary sheet of a workbook: counts, reasons, the commonest causes, and what to do next."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from xlsxwriter import Workbook  # type: ignore[import-untyped]

from pipeline.guard import protect
from pipeline.records import STATUS_OF, Reason, Status
from pipeline.reporter.causes import Cause
from pipeline.reporter.palette import TINTS
from pipeline.reporter.reasons import REASONS
from pipeline.reporter.summary import Summary
from pipeline.reporter.times import spoken
from pipeline.reporter.wording import STATUSES, capital, cause_message, headline, plan_lines, rows_words

_WIDTHS = (26, 10, 54, 30, 62)
_ROOM = 4
_WRAP = {"text_wrap": True, "valign": "top", "align": "left", "indent": 1}
_LINE = 15.0
"""Points; programs other than Excel do not fit a row's height to wrapped text by themselves."""


def write_summary(book: Workbook, summary: Summary, steps: Sequence[str], *, taken: str) -> None:
    """Adds the sheet; `steps` are what to do next, `taken` is the name of the sheet that is there."""
    _SummarySheet(book, "Import summary" if taken.casefold() == "summary" else "Summary").write(
        summary, steps
    )


class _SummarySheet:
    """Writes from the top to the bottom, a table after the other."""

    def __init__(self, book: Workbook, name: str) -> None:
        self._sheet: Any = book.add_worksheet(name)
        self._row = 0
        self._title = book.add_format({"bold": True, "font_size": 16})
        self._heading = book.add_format(
            {
                "bold": True,
                "font_size": 12,
            }
        )
        self._head = book.add_format({"bold": True, "bg_color": "#E7E6E6", **_WRAP})
        self._text = book.add_format(_WRAP)
        self._number = book.add_format({"num_format": "#,##0", "valign": "top"})
        self._statuses = {
            STATUSES[status]: book.add_format({"bg_color": TINTS[status], **_WRAP}) for status in Status
        }
        for place, width in enumerate(_WIDTHS):
            self._sheet.set_column(place, place, width)
        self._sheet.set_landscape()
        self._sheet.fit_to_pages(1, 0)

    def write(self, summary: Summary, steps: Sequence[str]) -> None:
        """Writes everything."""
        self._line(headline(summary), self._title)
        sheet = f", sheet “{summary.source.sheet}”" if summary.source.sheet else ""
        self._line(f"{summary.source.name}{sheet} · run {summary.run_id} · begun {summary.started_at}")
        requests = "request" if summary.requests.sent == 1 else "requests"
        self._line(f"It took {spoken(summary.seconds)} and {summary.requests.sent:,} {requests}.")
        for line in plan_lines(summary):
            self._line(line)
        self._table("What happened", ("Status", "Rows", "Why", "Code", "What to do"), _reasons(summary))
        command = (summary.next_command,) if summary.next_command else ()
        self._listed("What to do next", (*steps, *command))
        heads = ("Column", "Rows", "What is wrong", "Where", "What to do")
        self._table("Commonest errors", heads, _causes(c for c in summary.causes if c.reason))
        self._table("Warnings", heads[:4], _causes(c for c in summary.causes if not c.reason))
        self._listed("About the file", summary.source.notes)

    def _line(self, text: str, style: object = None) -> None:
        self._sheet.write_string(self._row, 0, _harmless(text), style)
        self._row += 1

    def _listed(self, title: str, lines: Iterable[str]) -> None:
        found = list(lines)
        if found:
            self._heading_line(title)
            for line in found:
                self._line(line)

    def _table(self, title: str, heads: tuple[str, ...], rows: Iterable[tuple[str | int, ...]]) -> None:
        found = list(rows)
        if not found:
            return
        self._heading_line(title)
        for row in (heads, *found):
            self._sheet.set_row(self._row, _LINE * _lines(row))
            for place, cell in enumerate(row):
                if isinstance(cell, int):
                    self._sheet.write_number(self._row, place, cell, self._number)
                else:
                    style = self._head if row is heads else self._statuses.get(cell, self._text)
                    self._sheet.write_string(self._row, place, _harmless(cell), style)
            self._row += 1

    def _heading_line(self, title: str) -> None:
        self._row += 1
        self._line(title, self._heading)


def _harmless(text: str) -> str:
    """A text that is no formula, and that XlsxWriter does not take for markup, as it does what begins with `<r>`."""
    return protect(f" {text}" if text.startswith("<r>") else text)


def _lines(row: tuple[str | int, ...]) -> int:
    """How many lines the longest cell takes in its column."""
    return max(
        len(textwrap.wrap(str(cell), width - _ROOM)) for cell, width in zip(row, _WIDTHS, strict=False)
    )


def _reasons(summary: Summary) -> Iterator[tuple[str | int, ...]]:
    for reason in Reason:
        if count := summary.reasons.get(reason):
            told = REASONS[reason]
            yield (
                STATUSES[STATUS_OF[reason]],
                count,
                f"{capital(told.title)}. {told.meaning}",
                reason,
                told.next_step,
            )


def _causes(causes: Iterable[Cause]) -> Iterator[tuple[str | int, ...]]:
    for cause in causes:
        steps = (REASONS[cause.reason].next_step,) if cause.reason else ()
        yield cause.column, cause.total, cause_message(cause), rows_words(cause), *steps
