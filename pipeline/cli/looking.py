"""What `runs`, `show` and `report` do: they tell from the ledger what happened, and send nothing."""

import json
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, cast

import click

from pipeline.cli import ways
from pipeline.cli.access import Environment
from pipeline.cli.calling import command
from pipeline.cli.failing import told
from pipeline.cli.finding import find
from pipeline.cli.options import OUTPUT
from pipeline.cli.progress import Silence
from pipeline.cli.speaking import say, tell
from pipeline.cli.voice import Voice
from pipeline.clock import SystemClock
from pipeline.errors import ImportFailure
from pipeline.ledger import FILE, Ledger, RunRecord, Runs, State, Teams, counted, results
from pipeline.records import STATUS_OF, Reason, Status
from pipeline.reporter import FAILED, FAILED_BOOK, Counts, Summary, Upshots
from pipeline.reporter.causes import Causes
from pipeline.reporter.summary import source_name, state_of, summarize
from pipeline.reporter.times import iso, local, spoken
from pipeline.run import World, report
from pipeline.run.endings import next_command
from pipeline.run.kept import Kept

_LEFT_OUT = ("config", "checksum", "source", "started", "took")
"""Columns of `runs` that a narrow terminal does without, in this order."""

_WORDS = ("run", "started", "took", "state", "source", "checksum", "config")
_CHECKSUM = 12
"""Digits that tell files apart; `show` has them all."""

_UNDER_WAY = {State.PENDING: Status.NOT_SENT, State.SENDING: Status.ERROR, State.DOUBT: Status.ERROR}


def list_runs(output: Path | None, *, as_json: bool) -> int:
    """Tells every run, the newest first."""
    output = Environment.read().output(output)
    if not (output / FILE).is_file():
        tell(f"There are no runs in {output} yet.")
        return 0
    with Ledger.open(output) as ledger:
        found = [(run, counts_of(ledger, run)) for run in Runs(ledger).all()]
    if as_json:
        for run, counts in found:
            say(json.dumps(_as_json(run, counts, output), ensure_ascii=False))
    else:
        say("\n".join(table(found, _room())))
    return 0


def tell_run(context: click.Context, run: str, output: Path | None, voice: Voice) -> int:
    """Tells one run's summary."""
    return _tell(context, run, output, voice, summary_of)


def report_run(context: click.Context, run: str, output: Path | None, voice: Voice, *, details: bool) -> int:
    """Writes one run's reports again, and tells its summary."""
    return _tell(context, run, output, voice, partial(report, details=details))


def _tell(
    context: click.Context,
    run: str,
    output: Path | None,
    voice: Voice,
    summarized: Callable[[Ledger, RunRecord, World], Summary],
) -> int:
    try:
        place = find(run, Environment.read().output(output))
        context.meta[OUTPUT] = place.output
        with Ledger.open(place.output) as ledger:
            record = place.record(ledger, dry_runs=True)
            summary = summarized(ledger, record, _world(ledger, record))
        voice.summary(summary, place.output, record.message)
    except ImportFailure as failure:
        return told(failure)
    return 0


def summary_of(ledger: Ledger, run: RunRecord, world: World) -> Summary:
    """A run's summary as its rows stand now; no file is written."""
    reasons: Counter[Reason] = Counter()
    causes = Causes()
    run_ids = {one.key: one.run_id for one in Runs(ledger).all()}
    upshots = Upshots(run)
    with closing(cast("Any", results(ledger, run.key, run_ids))) as parts:
        for row in chain.from_iterable(part.each() for part in parts):
            upshot = upshots.of(row)
            reasons[upshot.outcome.reason] += 1
            causes.add(row.row, upshot.outcome, upshot.warnings)
    counts = Counts.of(reasons.total(), reasons)
    kept = Kept.of(ledger, run)
    failed = FAILED_BOOK if (kept.folder / FAILED_BOOK).is_file() else FAILED
    command_line = next_command(run, counted(ledger, run.key), kept, world, failed)
    told = f"config {run.options['config']}, checksum of the source {run.source_sha256}"
    summary = summarize(run, counts, reasons, causes.commonest(), command_line)
    return summary.model_copy(update={"said": (told,)})


def counts_of(ledger: Ledger, run: RunRecord) -> Counts:
    """How many rows of a run there are by status, without looking at each."""
    reasons: Counter[Status] = Counter()
    for state, reason, count in counted(ledger, run.key):
        status = _UNDER_WAY.get(state) or STATUS_OF[Reason(str(reason))]
        reasons[status] += count
    return Counts(read=reasons.total(), **{status.value: count for status, count in reasons.items()})


def table(found: Sequence[tuple[RunRecord, Counts]], room: int | None) -> list[str]:
    """The runs as lines; where they do not fit into `room` columns, what `show` tells as well is left out."""
    heads = (
        *("run", "started", "took", "state", "rows", "created", "duplicate", "error", "not sent"),
        *("source", "checksum", "config"),
    )
    lines = [heads, *(_cells(run, counts) for run, counts in found)]
    for places in range(len(_LEFT_OUT) + 1):
        left_out = _LEFT_OUT[:places]
        kept = [place for place, head in enumerate(heads) if head not in left_out]
        widths = {place: max(len(line[place]) for line in lines) for place in kept}
        if room is None or sum(widths.values()) + 2 * len(kept) - 2 <= room:
            break
    return ["  ".join(_aligned(line[place], widths[place], heads[place]) for place in kept).rstrip()
            for line in lines]  # fmt: skip


def _aligned(cell: str, width: int, head: str) -> str:
    return cell.ljust(width) if head in _WORDS else cell.rjust(width)


def _cells(run: RunRecord, counts: Counts) -> tuple[str, ...]:
    numbers = (counts.read, counts.created, counts.duplicate, counts.error, counts.not_sent)
    state = state_of(run).replace("_", " ")
    words = (run.run_id, local(run.started_at), spoken(run.seconds), state)
    return (
        *words,
        *map(str, numbers),
        source_name(run),
        run.source_sha256[:_CHECKSUM],
        run.options["config"],
    )


def _as_json(run: RunRecord, counts: Counts, output: Path) -> dict[str, Any]:
    return {
        "run_id": run.run_id,
        "state": state_of(run).value,
        "started_at": iso(run.started_at),
        "finished_at": iso(run.finished_at) or None,
        "seconds": run.seconds,
        "source": source_name(run),
        "source_sha256": run.source_sha256,
        "config": run.options["config"],
        "config_sha256": run.config_sha256,
        "counts": counts.model_dump(),
        "folder": str(output / run.run_id),
    }


def _room() -> int | None:
    """The terminal's columns; None where the table goes to a file, which has room for everything."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def _world(ledger: Ledger, run: RunRecord) -> World:
    sandbox = run.team is not None and Teams(ledger).name(run.team)[0] == ways.HOST
    return World(
        SystemClock(),
        Silence(),
        lambda _run: False,
        lambda words: command([*words, "--sandbox"] if sandbox else words),
    )
