"""Every file that a row goes into."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import NamedTuple, Protocol, Self

from pipeline.ledger import Count, RunRecord, State
from pipeline.records import STATUS_OF, Reason, Status
from pipeline.reporter.book import RowsBook
from pipeline.reporter.feedback import FedBack
from pipeline.reporter.files import BOM, Staged
from pipeline.reporter.lines import FailedCsv, Lines, ResultsCsv
from pipeline.reporter.summary import Summary
from pipeline.reporter.wording import advice

RESULTS = "results.csv"
FAILED = "failed.csv"
RESULTS_BOOK = "results.xlsx"
FAILED_BOOK = "failed.xlsx"

MOST_ROWS = 100_000
"""More than that spreadsheet programs open slowly or not at all, and people do not look through."""

_INSTEAD: Mapping[str, str] = {RESULTS_BOOK: RESULTS, FAILED_BOOK: FAILED}


class Columns(Protocol):
    """The columns of a source: `headers` as they stand there, `columns` as the config calls them."""

    @property
    def headers(self) -> tuple[str, ...]:
        """The cells of the header row."""
        ...

    @property
    def columns(self) -> tuple[str, ...]:
        """One name for each header, all different."""
        ...

    @property
    def widths(self) -> Mapping[int, float]:
        """How wide columns are in characters, by their place; those that are known."""
        ...


class Expected(NamedTuple):
    """How many rows there will be in all, and how many of them are to be mended."""

    rows: int
    failed: int

    @classmethod
    def of(cls, run: RunRecord, counts: Sequence[Count]) -> "Expected":
        """Counted from the ledger's counts by state and reason."""
        rows = sum(count for _, _, count in counts)
        failed = sum(count for state, code, count in counts if _will_fail(run, state, code))
        return cls(rows, failed)

    @property
    def few_cells(self) -> bool:
        """Whether only rows to be mended are told about with their cells, as there are too many in all."""
        return self.rows > MOST_ROWS


class Ending(NamedTuple):
    """What is to be done next, and what is to be said about files that are left out."""

    steps: tuple[str, ...]
    said: tuple[str, ...]


class Outputs:
    """results.csv, failed.csv and, where the rows are not too many, the workbooks of both."""

    def __init__(self, staged: Staged, run: RunRecord, source: Columns, expected: Expected) -> None:
        self._staged = staged
        self._run = run
        self._layout = FedBack(run, source.headers, source.columns)
        self._results_csv = ResultsCsv(staged.open(RESULTS, mark=BOM), run)
        self._failed_csv = FailedCsv(staged.open(FAILED, mark=BOM), self._layout.header)
        self._open_books = ExitStack()
        self._widths = source.widths
        self._left_out: dict[str, str] = {}
        self._books: dict[str, RowsBook] = {}
        self._results_book = self._book(RESULTS_BOOK, expected.rows)
        self._failed_book = self._book(FAILED_BOOK, expected.failed)

    def add(self, lines: Lines) -> None:
        """Takes rows to where they belong."""
        self._results_csv.add(lines)
        to_mend = []
        for place, upshot in enumerate(lines.upshots):
            if not (self._results_book or upshot.to_mend):
                continue
            line = lines.at(place)
            cells = self._layout.cells(line)
            if self._results_book:
                self._results_book.add(line, cells)
            if upshot.to_mend:
                to_mend.append(cells)
                if self._failed_book:
                    self._failed_book.add(line, cells)
        self._failed_csv.add(to_mend)

    @property
    def to_mend(self) -> str:
        """Which file has the rows to mend, once all rows are in: the workbook, unless it is left out."""
        return FAILED_BOOK if self._failed_book and not self._failed_book.left_out else FAILED

    def finish(self, summary: Summary) -> Ending:
        """Completes the workbooks."""
        for name, book in self._books.items():
            if book.left_out:
                self._left_out[name] = book.left_out
        steps = advice(summary, workbook=FAILED_BOOK not in self._left_out)
        for book in self._books.values():
            book.finish(summary, steps)
        for name in self._left_out:
            self._staged.withdraw(name)
        said = (
            f"{name} was left out: {why}. {_INSTEAD[name]} has every row."
            for name, why in self._left_out.items()
        )
        return Ending(tuple(steps), tuple(said))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open_books.close()

    def _book(self, name: str, rows: int) -> RowsBook | None:
        if rows > MOST_ROWS:
            self._left_out[name] = f"{rows:,} rows are more than the {MOST_ROWS:,} that a workbook takes"
            return None
        book = RowsBook(self._staged.path(name), self._run, self._layout, self._widths)
        self._open_books.callback(book.close)
        self._books[name] = book
        return book


def _will_fail(run: RunRecord, state: State, code: str | None) -> bool:
    if state is State.PENDING or (run.dry_run and state is not State.DONE):
        return not run.dry_run
    if state in (State.SENDING, State.DOUBT):
        return True
    status = STATUS_OF[Reason(code)] if code else None
    return status is Status.ERROR or (status is Status.NOT_SENT and not run.dry_run)
