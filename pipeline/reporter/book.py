"""results.xlsx and failed.xlsx: rows for people, as text that no spreadsheet program changes, and fed back as it is."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from xlsxwriter.exceptions import XlsxWriterException  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]

from pipeline.ledger import RunRecord
from pipeline.records import Status
from pipeline.reporter.booksummary import write_summary
from pipeline.reporter.feedback import FedBack
from pipeline.reporter.lines import Line
from pipeline.reporter.palette import TINTS
from pipeline.reporter.summary import Summary, source_name
from pipeline.reporter.textsheet import WIDEST, SlightlyPacked, TextSheet, fits

MOST_NOTES = 5_000
"""Spreadsheet programs become slow with more; the message stands in import_message as well."""

_TEXT = {"num_format": "@", "valign": "top"}
_SHORTEST, _LONGEST = 6, 45
_LOOKED_AT = 200
_PADDING = 5 / 7
"""Characters that a file's width has more than the width that a person sees, which XlsxWriter asks for."""
_A3 = 8
_LONGEST_NAME = 31
_LONGEST_NOTE = 2_000
_UNSPEAKABLE = "\\x00-\\x08\\x0b-\\x1f\ufffe\uffff"
_NOT_IN_NOTES = re.compile(f"[{_UNSPEAKABLE}]")
"""Characters that XML cannot hold; in a note XlsxWriter would write them all the same."""
_NOT_IN_NAMES = re.compile(rf"[\[\]:*?/\\\t\n{_UNSPEAKABLE}]")


class RowsBook:
    """Writes rows to a workbook in bounded memory, with a Summary sheet behind them."""

    def __init__(self, path: Path, run: RunRecord, layout: FedBack, widths: Mapping[int, float]) -> None:
        """`widths` of the source's columns, by their place in it, in characters; others follow the contents."""
        self._book = SlightlyPacked(str(path), {"constant_memory": True, "tmpdir": str(path.parent)})
        self._book.set_properties(
            {"created": datetime.fromtimestamp(run.started_at, UTC), "title": run.run_id}
        )
        self._sheet: Any = self._book.add_worksheet(sheet_name(run), TextSheet)
        self._layout = layout
        self._own_widths = {
            at: max(widths[place] - _PADDING, 0) for at, place in enumerate(layout.kept) if place in widths
        }
        self._text = self._format()
        self._red = self._format(bg_color="#FFC7CE", font_color="#9C0006", border=2, border_color="#C00000")
        self._statuses = {status: self._format(bg_color=TINTS[status]) for status in Status}
        self._seen = [len(name) for name in layout.header]
        self._rows = 0
        self._notes = 0
        self.left_out = "" if len(layout.header) <= WIDEST else "the source has too many columns"
        header = self._format(bold=True, bottom=1, bg_color="#E7E6E6")
        self._sheet.write_texts(0, layout.header[:WIDEST], header, {})

    def add(self, line: Line, cells: tuple[str, ...]) -> None:
        """Writes one row, laid out as `cells`."""
        if self.left_out or not fits(cells):
            self.left_out = self.left_out or f"row {line.row} has a cell too long for a workbook"
            return
        self._rows += 1
        if self._rows <= _LOOKED_AT:
            self._seen = list(map(max, self._seen, map(len, cells)))
        status = line.upshot.status
        special = {self._layout.status: self._statuses[status]}
        if status is Status.ERROR and (place := self._layout.place(line.upshot.outcome.column)) is not None:
            special[place] = self._red
            self._note(place, line)
        self._sheet.write_texts(self._rows, cells, self._text, special)

    def finish(self, summary: Summary, steps: Sequence[str]) -> None:
        """Adds what stands above and behind the rows, with the next `steps`, and closes the file."""
        self._sheet.freeze_panes(1, 0)
        self._sheet.autofilter(0, 0, self._rows, len(self._layout.header[:WIDEST]) - 1)
        self._sheet.set_landscape()
        self._sheet.set_paper(_A3)
        self._sheet.fit_to_pages(1, 0)
        self._sheet.repeat_rows(0)
        for place, seen in enumerate(self._seen[:WIDEST]):
            width = self._own_widths.get(place, min(max(seen + 2, _SHORTEST), _LONGEST))
            self._sheet.set_column(place, place, width, self._text)
        write_summary(self._book, summary, steps, taken=self._sheet.get_name())
        self._book.close()

    def close(self) -> None:
        """Gives the files back, whatever became of them."""
        with suppress(OSError, ValueError, XlsxWriterException):  # ValueError: a file that is closed already
            if not self._book.fileclosed:
                self._book.close()

    def _format(self, **properties: object) -> Format:
        return self._book.add_format({**_TEXT, **properties})

    def _note(self, place: int, line: Line) -> None:
        self._notes += 1
        if self._notes > MOST_NOTES:
            return
        outcome = line.upshot.outcome
        told = [outcome.message, f"Suggestion: {outcome.suggestion}" if outcome.suggestion else ""]
        text = _NOT_IN_NOTES.sub("�", "\n".join(part for part in told if part))
        size = {"width": 260, "height": 40 + 18 * (len(text) // 38)}
        self._sheet.write_comment(self._rows, place, text[:_LONGEST_NOTE], size)


def sheet_name(run: RunRecord) -> str:
    """The source's own sheet name, or the file's name without its ending, as far as Excel allows it."""
    name = run.facts.sheet or source_name(run).split(".")[0]
    allowed = _NOT_IN_NAMES.sub("_", name)[:_LONGEST_NAME].strip("'").strip()
    return "Rows" if allowed.casefold() in ("", "history") else allowed
