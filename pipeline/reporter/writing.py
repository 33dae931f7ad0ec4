"""One pass over the ledger and the kept source, side by side, into every file of the run."""

from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from itertools import chain, islice, zip_longest
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Protocol, Self, cast

from pipeline.errors import BrokenPromise
from pipeline.ledger import Count, Ledger, ResultRows, RunRecord, Runs, counted, results
from pipeline.records import Reason, Row
from pipeline.reporter.causes import Cause, Causes
from pipeline.reporter.files import Staged
from pipeline.reporter.lines import Lines
from pipeline.reporter.outcomes import Upshots
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

    `next_command` makes the next command from the ledger's counts and the name of the file with the rows to mend, ""
    where nothing is left. `open_source` opens the source from its beginning, with the settings the run had; rows whose
    cells nobody is expected to see may have none. The ledger is closed for sending by then. With `details` the page
    quotes faulty cells.
    """

    ledger: Ledger
    run: RunRecord
    folder: Path
    open_source: Callable[[Expected], SourceTable]
    next_command: Callable[[Sequence[Count], str], str]
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
    found = counted(material.ledger, run.key)
    expected = Expected.of(run, found)
    with material.open_source(expected) as table, Staged(material.folder) as staged:
        with Outputs(staged, run, table, expected) as outputs:
            tally = _write_rows(material, table, outputs)
            counts = _checked(run, expected, tally)
            command = material.next_command(found, outputs.to_mend)
            summary = summarize(run, counts, tally.reasons, tally.causes, command)
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
    for lines in _lines(material, table):
        read += len(lines.rows)
        for upshot, rows in Counter(lines.upshots).items():
            reasons[upshot.outcome.reason] += rows
            if upshot.attempts and upshot.finished_at:
                timeline.add(upshot.finished_at, upshot.status, rows)
        for place in [place for place, upshot in enumerate(lines.upshots) if upshot.has_cause]:
            line = lines.at(place)
            causes.add(line.row, line.upshot.outcome, line.upshot.warnings, line.who)
        outputs.add(lines)
    return Tally(read, reasons, causes.commonest(), timeline)


def _lines(material: Material, table: SourceTable) -> Iterator[Lines]:
    run = material.run
    run_ids = {one.key: one.run_id for one in Runs(material.ledger).all()}
    upshots = Upshots(run)
    stream = cast("Generator[ResultRows]", results(material.ledger, run.key, run_ids))
    with closing(stream) as found:  # else a row that fails keeps the ledger's view open
        for rows, sources in _paired(found, table, run):
            yield Lines.of(rows, upshots.across(rows), sources)


def _paired(
    found: Iterator[ResultRows], table: SourceTable, run: RunRecord
) -> Iterator[tuple[ResultRows, list[Row]]]:
    """The rows of the ledger with theirs in the source. What follows the last one was beyond --limit."""
    source = chain.from_iterable(table.chunks())
    for part in found:
        rows = list(islice(source, len(part.rows)))
        recorded, read = list(part.rows), [row.number for row in rows]
        if recorded != read:
            raise BrokenPromise(_first_difference(recorded, read, run))
        yield part, rows


def _first_difference(recorded: list[int], read: list[int], run: RunRecord) -> str:
    ours, theirs = next(pair for pair in zip_longest(recorded, read) if pair[0] != pair[1])
    if theirs is None or theirs > ours:
        return f"Row {ours} of run {run.run_id} is not in the kept copy of its source."
    return f"Row {theirs} of the source is missing in run {run.run_id}."


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
