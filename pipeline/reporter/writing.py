"""One pass over the ledger and the kept source, side by side, into every file of the run."""

from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Protocol, Self, cast

from pipeline.errors import BrokenPromise
from pipeline.ledger import Ledger, ResultRow, RunRecord, Runs, iter_counts, results
from pipeline.records import STATUS_OF, Mapped, Reason, Row
from pipeline.reporter.causes import Cause, Causes
from pipeline.reporter.files import Staged
from pipeline.reporter.lines import Line, line_of
from pipeline.reporter.outputs import Columns, Expected, Outputs
from pipeline.reporter.page import page_html
from pipeline.reporter.summary import Counts, Summary, summarize
from pipeline.reporter.timeline import Timeline
from pipeline.reporter.traffic import read_traffic

PAGE = "report.html"
SUMMARY = "summary.json"


class SourceTable(Columns, Protocol):
    """The table of the kept source."""

    def chunks(self) -> Iterator[list[Row]]:
        """The data rows in the file's order."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...


class Material(NamedTuple):
    """What reports are made from. `folder` is the run's.

    `next_command` makes the next command from the name of the file with the rows to mend, "" where nothing is left.
    `open_source` opens the kept copy from its beginning, with the settings the run had; `map_row` is the run's own
    mapping. The ledger is closed for sending by then. With `details` the page quotes faulty cells.
    """

    ledger: Ledger
    run: RunRecord
    folder: Path
    open_source: Callable[[], SourceTable]
    map_row: Callable[[Row], Mapped]
    next_command: Callable[[str], str]
    details: bool = False


class Tally(NamedTuple):
    """What the pass counted."""

    read: int
    reasons: Counter[Reason]
    causes: tuple[Cause, ...]
    timeline: Timeline


def write_reports(material: Material) -> Summary:
    """Writes every file of the run but its log, each whole; former ones are replaced only if all succeed.

    Raises:
        BrokenPromise: a row is missing in the ledger or in the source, or the statuses do not add up.
    """
    run = material.run
    expected = Expected.of(run, list(iter_counts(material.ledger, run.key)))
    with material.open_source() as table, Staged(material.folder) as staged:
        with Outputs(staged, run, table, expected) as outputs:
            tally = _write_rows(material, table, outputs)
            counts = _checked(run, expected, tally)
            summary = summarize(
                run, counts, tally.reasons, tally.causes, material.next_command(outputs.to_mend)
            )
            ending = outputs.finish(summary)
        traffic = read_traffic(material.folder / "run.log")
        html = page_html(summary, tally.timeline, traffic, ending, details=material.details)
        staged.open(PAGE).write(html)
        staged.open(SUMMARY).write(summary.to_json(indent=2) + "\n")
    return summary.model_copy(update={"said": (*ending.said, *staged.said())})


def _write_rows(material: Material, table: SourceTable, outputs: Outputs) -> Tally:
    read = 0
    reasons: Counter[Reason] = Counter()
    causes = Causes()
    timeline = Timeline()
    for line in _lines(material, table):
        read += 1
        reasons[line.outcome.reason] += 1
        causes.add(line.result.row, line.outcome, line.warnings, line.who)
        if line.result.attempts and line.result.finished_at:
            timeline.add(line.result.finished_at, STATUS_OF[line.outcome.reason])
        outputs.add(line)
    return Tally(read, reasons, causes.commonest(), timeline)


def _lines(material: Material, table: SourceTable) -> Iterator[Line]:
    run, map_row = material.run, material.map_row
    run_ids = {one.key: one.run_id for one in Runs(material.ledger).all()}
    stream = cast("Generator[ResultRow]", results(material.ledger, run.key, run_ids))
    with closing(stream) as found:  # else a row that fails keeps the ledger's view open
        for result, row in _paired(found, table, run):
            yield line_of(result, row, run, map_row)


def _paired(
    found: Iterator[ResultRow], table: SourceTable, run: RunRecord
) -> Iterator[tuple[ResultRow, Row]]:
    """Each row of the ledger with its row in the source. What follows the last one was beyond --limit."""
    source = chain.from_iterable(table.chunks())
    for result in found:
        row = next(source, None)
        if row is None or row.number > result.row:
            raise BrokenPromise(
                f"Row {result.row} of run {run.run_id} is not in the kept copy of its source."
            )
        if row.number < result.row:
            raise BrokenPromise(f"Row {row.number} of the source is missing in run {run.run_id}.")
        yield result, row


def _checked(run: RunRecord, expected: Expected, tally: Tally) -> Counts:
    """The counts, after every row that was read, written and kept has been held against the others."""
    counts = Counts.of(tally.read, tally.reasons)
    kept = expected.rows
    read = run.facts.rows if run.prepared else kept
    if not counts.holds or counts.read != kept or counts.read != read:
        raise BrokenPromise(
            f"The rows of run {run.run_id} do not add up: {read} were read, {kept} are recorded, "
            f"{counts.read} were reported: {dict(tally.reasons)}."
        )
    return counts
