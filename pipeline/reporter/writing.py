"""One pass over the ledger and the kept source, side by side, into every file of the run."""

from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from functools import partial
from itertools import chain, islice, zip_longest
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Protocol, Self, cast

from pipeline.errors import BrokenPromise
from pipeline.ledger import Count, Ledger, ResultRow, RunRecord, Runs, Who, counted, results
from pipeline.records import Mapped, Reason, Row
from pipeline.reporter.causes import Cause, Causes
from pipeline.reporter.files import Staged
from pipeline.reporter.lines import Line, line_of
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
    where nothing is left. `open_source` opens the kept copy from its beginning, with the settings the run had;
    `map_rows` is the run's own mapping of rows under such columns, as far as it says whom they are about. The ledger
    is closed for sending by then. With `details` the page quotes faulty cells.
    """

    ledger: Ledger
    run: RunRecord
    folder: Path
    open_source: Callable[[], SourceTable]
    map_rows: Callable[[tuple[str, ...], Sequence[Row]], Sequence[Mapped]]
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
    with material.open_source() as table, Staged(material.folder) as staged:
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
        read += len(lines)
        for upshot, rows in Counter([line.upshot for line in lines]).items():
            reasons[upshot.outcome.reason] += rows
            if upshot.attempts and upshot.finished_at:
                timeline.add(upshot.finished_at, upshot.status, rows)
        for line in lines:
            if line.upshot.has_cause:
                causes.add(line.row, line.upshot.outcome, line.upshot.warnings, line.who)
        outputs.add(lines)
    return Tally(read, reasons, causes.commonest(), timeline)


def _lines(material: Material, table: SourceTable) -> Iterator[list[Line]]:
    run = material.run
    run_ids = {one.key: one.run_id for one in Runs(material.ledger).all()}
    upshots = Upshots(run)
    stream = cast("Generator[list[ResultRow]]", results(material.ledger, run.key, run_ids))
    with closing(stream) as found:  # else a row that fails keeps the ledger's view open
        for rows, sources in _paired(found, table, run):
            whos = _whos(rows, sources, partial(material.map_rows, table.columns))
            yield list(map(line_of, rows, whos, map(upshots.of, rows), sources))


def _whos(
    rows: list[ResultRow], sources: list[Row], map_rows: Callable[[Sequence[Row]], Sequence[Mapped]]
) -> list[Who]:
    """Whom the rows are about; those whose values are not kept are mapped again."""
    again = [source for row, source in zip(rows, sources, strict=True) if row.who is None]
    mapped = iter(map_rows(again) if again else ())
    return [row.who or Who.of(next(mapped).values) for row in rows]


def _paired(
    found: Iterator[list[ResultRow]], table: SourceTable, run: RunRecord
) -> Iterator[tuple[list[ResultRow], list[Row]]]:
    """The rows of the ledger with theirs in the source. What follows the last one was beyond --limit."""
    source = chain.from_iterable(table.chunks())
    for part in found:
        rows = list(islice(source, len(part)))
        recorded, read = [one.row for one in part], [row.number for row in rows]
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
