"""One import: prepare, send, report. The whole program on one screen."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

from pipeline import lookup
from pipeline.apollo import Log
from pipeline.config import Config
from pipeline.errors import ImportFailure, RunInterrupted, RunStopped, UsageMistake
from pipeline.ledger import (
    Count,
    Ledger,
    NewRun,
    Profiles,
    Rows,
    RunRecord,
    Runs,
    RunState,
    Windows,
    prepared_by_one,
)
from pipeline.loader import Charset, open_as_told
from pipeline.reporter import Material, Plan, RunLog, Summary, requests_of_last_start, write_reports
from pipeline.run import copies
from pipeline.run.alongside import reader_of
from pipeline.run.applying import check_applying
from pipeline.run.connecting import Greeting, greet
from pipeline.run.drift import COMPARED, fates, mapping_key, watch
from pipeline.run.endings import next_command, reason_after, state_after
from pipeline.run.job import Access, Board, Job, World
from pipeline.run.kept import Kept, columns_of, rows_of, source_options
from pipeline.run.look import look
from pipeline.run.preparing import Prepared, prepare
from pipeline.run.remembered import Remembered
from pipeline.run.scope import check_retry, reported, scope_of
from pipeline.run.sending import send
from pipeline.sender import too_many

__all__ = ["Access", "Board", "Job", "World", "import_source", "report", "resume", "retry"]


def import_source(job: Job, world: World) -> Summary:
    """Imports one source: its rows become contacts, or are told why not.

    Raises:
        UsageMistake: the source, the config or the key is wrong; nothing was sent, and there is no run.
        BrokenPromise: an internal check failed.
    """
    with Ledger.open(job.output) as ledger:
        seen = _check(job, ledger)
        folder = copies.new_folder(job.output, Path(job.called), world.clock.time(), Runs(ledger).ids())
        try:
            new, greeting = _begin(job, seen, ledger, folder, world)
        except BaseException:
            copies.discard(folder)
            raise
        run = Runs(ledger).enter(new)
        try:
            return _carry_out(run, greeting, job.access, ledger, world)
        except UsageMistake:
            Runs(ledger).discard(run.key)
            copies.discard(folder)
            raise


def retry(run_id: str, output: Path, config: Config | None, access: Access, world: World) -> Summary:
    """A new run of the rows of an earlier one that failed or were not sent, under its config unless given another.

    Raises:
        UsageMistake: there is no such run, it can still be resumed, or none of its rows failed.
    """
    with Ledger.open(output) as ledger:
        old = Runs(ledger).get(run_id)
        check_retry(old, ledger)
        kept = Kept.of(ledger, old)
        source = copies.kept_source(kept.folder)
    rules = {} if config else dict(old.options["rules"])
    applying = bool(old.options.get("apply_suggestions"))
    job = Job(source, output, config or kept.config, rules, access, apply_suggestions=applying, retry_of=old)
    return import_source(job, world)


def resume(run_id: str, output: Path, access: Access, world: World) -> Summary:
    """Goes on with a run that stopped; of a dry run, sends what it showed.

    Raises:
        UsageMistake: there is no such run, it has ended, or the key is another team's.
    """
    with Ledger.open(output) as ledger:
        run = Runs(ledger).get(run_id)
        kept = Kept.of(ledger, run)
        if not access.key:
            raise UsageMistake(_NO_KEY)
        greeting = greet(kept.config, access, ledger, world.clock, world.board.waiting)
        if greeting.team is not None and run.team not in (None, greeting.team):
            raise UsageMistake(f"{run_id} belongs to another team than this key. Use that team's key.")
        afresh = bool(run.options.get("unchecked")) and greeting.tells_enough(kept.config)
        if run.state is RunState.BEGUN:
            Runs(ledger).count(run.key, requests_of_last_start(kept.folder / "run.log"))
        run = Runs(ledger).taken_up(run.key, greeting.team if run.team is None else run.team, afresh=afresh)
        return _carry_out(run, greeting, access, ledger, world)


def report(
    ledger: Ledger,
    run: RunRecord,
    world: World,
    *,
    details: bool = False,
    remembered: Remembered | None = None,
) -> Summary:
    """Writes a run's reports, from the ledger and the run's copy of its source; `details` quotes faulty cells.

    What is `remembered` of the source saves reading it again, where it is enough.
    """
    kept = Kept.of(ledger, run)

    def command(counts: Sequence[Count], failed: str) -> str:
        return next_command(run, counts, kept, world, failed)

    again = world.command(["report", run.run_id, "-o", str(ledger.folder)])
    try:
        source = partial(reported, run, kept, ledger, remembered=remembered)
        return write_reports(Material(ledger, run, kept.folder, source, command, details))
    except KeyboardInterrupt as interrupt:
        raise RunInterrupted(
            f"Interrupted while the results of {run.run_id} were written. What was sent is recorded. "
            f"This writes them: {again}"
        ) from interrupt
    except OSError as error:
        raise RunStopped(
            f"The results of {run.run_id} cannot be written: {error.strerror or error}. What was sent is recorded. "
            f"Make room; then this writes them: {again}"
        ) from error


def _carry_out(run: RunRecord, greeting: Greeting, access: Access, ledger: Ledger, world: World) -> Summary:
    began = world.clock.time()
    kept = Kept.of(ledger, run)
    with RunLog(kept.folder / "run.log", world.clock) as log:
        log("begun", run=run.run_id, dry_run=run.dry_run)
        failure, remembered = _attempt(run, kept, greeting, access, ledger, world, log)
        state, now = state_after(run, failure), world.clock.time()
        Runs(ledger).ended(
            run.key,
            state,
            at=now,
            seconds=now - began,
            exit_code=failure.exit_code if failure else 0,
            reason=reason_after(run, failure),
            message=str(failure or ""),
        )
        log("ended", state=str(state), why=type(failure).__name__ if failure else None)
    return report(ledger, Runs(ledger).get(run.run_id), world, remembered=remembered)


class _Attempt(NamedTuple):
    """Why a run stopped, None when it came to its end; of a dry run what is remembered of its table."""

    failure: ImportFailure | None
    remembered: Remembered | None = None


def _attempt(
    run: RunRecord, kept: Kept, greeting: Greeting, access: Access, ledger: Ledger, world: World, log: Log
) -> _Attempt:
    """Prepares and sends."""
    rows = rows_of(ledger, run, kept.config)
    try:
        if not run.prepared:
            with prepared_by_one(kept.folder, lambda: Runs(ledger).of_key(run.key).prepared):
                prepared = _prepare(run, kept, greeting, access, ledger, rows, world, log)
            if run.dry_run:
                return _Attempt(None, prepared.remembered)
            _hold_to_max_errors(prepared, kept)
        if greeting.failure:
            return _Attempt(greeting.failure)
        _hold_to_names(kept, greeting)
        if not run.prepared:
            _agree(run, ledger, world)
        world.board.sending(sum(rows.open_counts().values()))
        return _Attempt(asyncio.run(send(run, kept.config, greeting.names, access, ledger, rows, world, log)))
    except KeyboardInterrupt:
        return _Attempt(RunInterrupted("Interrupted before anything was sent."))
    except (RunStopped, RunInterrupted) as failure:
        return _Attempt(failure)


def _prepare(
    run: RunRecord,
    kept: Kept,
    greeting: Greeting,
    access: Access,
    ledger: Ledger,
    rows: Rows,
    world: World,
    log: Log,
) -> Prepared:
    rows.forget()
    with kept.open() as table:
        scope = scope_of(run, table, ledger)
        reader = reader_of(kept, table, greeting.names, scope)
        remembered = Remembered(table) if run.dry_run and scope.from_the_top else None
        prepared = prepare(reader, kept.config, rows, world.clock, world.board, remembered)
    drift = watch(ledger, run, kept.config, prepared.profile) if scope.whole else ()
    windows = Windows(ledger, run.team).load() if run.team is not None else []
    plan = prepared.forecast.plan(windows, world.clock.time())
    if run.options.get("look"):
        plan["looked"] = look(run, kept, greeting, access, ledger, rows, world, log)
    again = run.options["retry_of"] is None
    same = Runs(ledger).same_source(run.source_sha256, run.key) if again else []
    notes = (
        *prepared.facts.notes,
        *drift,
        *greeting.notes,
        *_sent_before(same),
    )
    Runs(ledger).prepared(run.key, replace(prepared.facts, notes=notes), plan)
    world.board.planned(Plan.of(plan), prepared.forecast.rows, notes)
    return prepared


def _sent_before(by: list[str]) -> tuple[str, ...]:
    """One note about all earlier runs of the same file, which names the latest."""
    if not by:
        return ()
    *earlier, latest = by
    more = f" and {len(earlier)} earlier one{'s' if len(earlier) > 1 else ''}" if earlier else ""
    return (f"the same file was sent before, by run {latest}{more}",)


def _hold_to_max_errors(prepared: Prepared, kept: Kept) -> None:
    limit = kept.config.send.max_errors
    if too_many(limit, prepared.faulty, prepared.read):
        raise RunStopped(
            f"{prepared.faulty} of {prepared.read} rows are faulty, more than max_errors allows, so nothing was sent. "
            "Correct them in failed.xlsx and run that file, or run the source again with --max-errors 100% to send the "
            "others all the same."
        )


def _hold_to_names(kept: Kept, greeting: Greeting) -> None:
    if missing := lookup.missing(kept.config, greeting.names):
        raise RunStopped(
            f"Apollo did not tell the team's {missing}, which the config names, so no row can be sent now."
        )


def _agree(run: RunRecord, ledger: Ledger, world: World) -> None:
    if not world.agree(Runs(ledger).get(run.run_id)):
        raise RunInterrupted("Nothing was sent.")


class _Seen(NamedTuple):
    """What was found out about a source before it was copied: to find its charset takes a second for 400 MB."""

    stamp: tuple[int, ...]
    charset: Charset | None


def _check(job: Job, ledger: Ledger) -> _Seen:
    stamp = copies.stamp(job.source)
    before = Profiles(ledger, mapping_key(job.config)).latest(COMPARED)
    with open_as_told(job.source, source_options(job.config)) as table:
        columns_of(job.config, table, fates(table.columns, before))
        if job.apply_suggestions and job.retry_of is None:
            check_applying(table.columns, job.called)
        seen = _Seen(stamp, table.charset)
    if not job.access.key and (job.look or not job.dry_run):
        raise UsageMistake(_NO_KEY)
    return seen


def _begin(job: Job, seen: _Seen, ledger: Ledger, folder: Path, world: World) -> tuple[NewRun, Greeting]:
    _, sha256 = copies.keep_source(job.source, folder)
    unchanged = copies.stamp(job.source) == seen.stamp
    copies.keep_config(job.config.text, folder)
    waiting = None if job.dry_run else world.board.waiting
    greeting = greet(job.config, job.access, ledger, world.clock, waiting)
    new = NewRun(
        run_id=folder.name,
        team=greeting.team,
        dry_run=job.dry_run,
        again=job.again,
        source_path=job.called,
        source_file=Path(job.called).name,
        source_sha256=sha256,
        config_sha256=job.config.sha256,
        options={
            "rules": dict(job.options),
            "config": job.config.name,
            "limit": job.limit,
            "look": job.look,
            "apply_suggestions": job.apply_suggestions,
            "retry_of": job.retry_of.key if job.retry_of else None,
            "unchecked": not greeting.tells_enough(job.config),
            "charset": seen.charset if unchanged else None,
        },
        started_at=world.clock.time(),
    )
    return new, greeting


_NO_KEY = (
    "There is no key. Set APOLLO_API_KEY, or APOLLO_API_KEY_FILE to a file that holds it; "
    "--sandbox needs none, and --dry-run without --look."
)
