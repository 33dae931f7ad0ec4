"""What `run`, `resume` and `retry` do: one import after the other, told as it goes."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import click

from pipeline.cli.access import Environment
from pipeline.cli.asking import Asking
from pipeline.cli.calling import command
from pipeline.cli.failing import told
from pipeline.cli.finding import find_sent
from pipeline.cli.options import OUTPUT
from pipeline.cli.progress import board_for
from pipeline.cli.speaking import on_terminal, shows_progress, tell
from pipeline.cli.voice import Voice
from pipeline.cli.ways import way
from pipeline.clock import SystemClock
from pipeline.config import Config, load_config, parse_config, with_options
from pipeline.errors import (
    BrokenPromise,
    ConfigMistake,
    ImportFailure,
    Mistake,
    RunInterrupted,
    SourceMistake,
    UsageMistake,
)
from pipeline.ledger import Ledger, Runs
from pipeline.reporter import Summary
from pipeline.run import Access, Job, World, import_source, resume, retry

_ENDS_ALL = frozenset((3, 4, 5, 6, BrokenPromise.exit_code))


class Request(NamedTuple):
    """What `run` was asked for; `rules` are the options that stand over the config."""

    config: Path | None
    rules: Mapping[str, Any]
    limit: int | None
    dry_run: bool
    look: bool
    again: bool
    apply_suggestions: bool
    sandbox: bool
    yes: bool


class _Told(NamedTuple):
    """How one source ended, and whether the next is begun."""

    exit_code: int
    go_on: bool = True


def run_sources(
    context: click.Context, sources: Sequence[Path], request: Request, output: Path | None, voice: Voice
) -> int:
    """Imports each source as a run of its own; returns the highest exit code."""
    try:
        environment = Environment.read()
        output = context.meta[OUTPUT] = environment.output(output)
        if request.look and not request.dry_run:
            raise UsageMistake("--look belongs to --dry-run: nothing is sent then, and Apollo is only asked.")
        _check_rules(request.rules)
        config = load_config(request.config) if request.config else None
        with way(environment, output, sandbox=request.sandbox, quiet=voice.quiet) as access:
            return _run_all(sources, config, request, output, access, voice)
    except ImportFailure as failure:
        return told(failure)


def resume_run(context: click.Context, run: str, output: Path | None, voice: Voice, *, sandbox: bool) -> int:
    """Goes on with a run; returns its exit code."""
    try:
        sent = find_sent(context, run, output)
        with way(sent.environment, sent.output, sandbox=sandbox, quiet=voice.quiet) as access:
            asking = Asking(access.host, shows=not voice.quiet, asks=False)
            return _carry_out(
                lambda world: resume(sent.run_id, sent.output, access, world),
                asking,
                sent.output,
                voice,
                sandbox,
            ).exit_code
    except ImportFailure as failure:
        return told(failure)


def retry_run(
    context: click.Context,
    run: str,
    config: Path | None,
    output: Path | None,
    voice: Voice,
    *,
    sandbox: bool,
    yes: bool,
) -> int:
    """Makes a new run of an earlier one's failed rows; returns its exit code."""
    try:
        sent = find_sent(context, run, output)
        other = load_config(config) if config else None
        with way(sent.environment, sent.output, sandbox=sandbox, quiet=voice.quiet) as access:
            asks = on_terminal() and not yes
            asking = Asking(access.host, shows=asks or not voice.quiet, asks=asks)
            return _carry_out(
                lambda world: retry(sent.run_id, sent.output, other, access, world),
                asking,
                sent.output,
                voice,
                sandbox,
            ).exit_code
    except ImportFailure as failure:
        return told(failure)


def _run_all(
    sources: Sequence[Path],
    config: Config | None,
    request: Request,
    output: Path,
    access: Access,
    voice: Voice,
) -> int:
    highest = 0
    for place, source in enumerate(sources):
        ended = _run_one(source, config, request, output, access, voice)
        highest = max(highest, ended.exit_code)
        if not ended.go_on:
            _name_the_rest(sources[place + 1 :])
            break
    return highest


def _run_one(
    source: Path, config: Config | None, request: Request, output: Path, access: Access, voice: Voice
) -> _Told:
    try:
        chosen = config or _config_for(source, request.rules.get("sheet"), voice)
        job = Job(
            source=source,
            output=output,
            config=with_options(chosen, **request.rules),
            options=request.rules,
            access=access,
            limit=request.limit,
            dry_run=request.dry_run,
            look=request.look,
            again=request.again,
            apply_suggestions=request.apply_suggestions,
        )
        asks = on_terminal() and not request.yes and not request.dry_run
        shows = not voice.quiet and not request.dry_run
        asking = Asking(access.host, shows=shows or asks, asks=asks)
        return _carry_out(lambda world: import_source(job, world), asking, output, voice, request.sandbox)
    except (SourceMistake, ConfigMistake) as mistake:
        return _Told(told(mistake))
    except ImportFailure as failure:
        return _Told(told(failure), go_on=False)
    except KeyboardInterrupt:
        return _Told(told(RunInterrupted("Interrupted.")), go_on=False)


def _config_for(source: Path, sheet: str | None, voice: Voice) -> Config:
    from pipeline.cli.configs import config_for  # noqa: PLC0415 - slow, and not needed where a config is named

    return config_for(source, sheet, quiet=voice.quiet)


def _carry_out(
    work: Callable[[World], Summary], asking: Asking, output: Path, voice: Voice, sandbox: bool
) -> _Told:
    clock = SystemClock()
    terminal = shows_progress()
    with closing(board_for(clock, asking.show, quiet=voice.quiet, terminal=terminal)) as board:
        summary = work(World(clock, board, asking.agree, commands_of(sandbox=sandbox)))
    voice.summary(summary, output, _why(summary, output))
    return _Told(summary.exit_code, summary.exit_code not in _ENDS_ALL)


def _why(summary: Summary, output: Path) -> str:
    """Why a run stopped, as the ledger has it."""
    with Ledger.open(output) as ledger:
        return Runs(ledger).get(summary.run_id).message


def commands_of(*, sandbox: bool) -> Callable[[Sequence[str]], str]:
    """Makes the next command; one that belongs to the sandbox says so."""
    return lambda words: command([*words, "--sandbox"] if sandbox else words)


def _check_rules(rules: Mapping[str, Any]) -> None:
    """Holds the options to what the config allows, before any source is opened.

    Raises:
        UsageMistake: naming the options as they were typed.
    """
    try:
        with_options(parse_config("columns: {Email: email}", ""), **rules)
    except ConfigMistake as mistake:
        raise UsageMistake("; ".join(map(_as_typed, mistake.mistakes))) from None


def _as_typed(mistake: Mistake) -> str:
    place, _, words = mistake.text.partition(": ")
    return f"--{place.rpartition('.')[2].replace('_', '-')}: {words}"


def _name_the_rest(rest: Sequence[Path]) -> None:
    if rest:
        tell(f"contact-import: not begun: {', '.join(map(str, rest))}")
