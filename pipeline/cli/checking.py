"""What `check` does: the config alone, against a source's columns, and against the team's own names."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from pipeline import lookup
from pipeline.cli.access import Environment, unsafe
from pipeline.cli.calling import command
from pipeline.cli.failing import told
from pipeline.cli.options import OUTPUT
from pipeline.cli.speaking import say, tell
from pipeline.cli.telling import wrapped
from pipeline.clock import SystemClock
from pipeline.config import Columns, Config, load_config, match_columns, with_options
from pipeline.errors import ConfigMistake, SourceMistake, UsageMistake
from pipeline.ledger import FILE, Ledger
from pipeline.loader import Table
from pipeline.run import Access
from pipeline.run.connecting import greet
from pipeline.run.kept import open_as_told
from pipeline.survey import advice, survey
from pipeline.survey import told as survey_told

_YAML = (".yaml", ".yml")


def check(
    context: click.Context, path: Path, source: Path | None, output: Path | None, sheet: str | None
) -> int:
    """Tells what is wrong and what is worth knowing; 2 with mistakes, else 0.

    Raises:
        UsageMistake: the config cannot be read or has mistakes, or the environment has.
    """
    environment = Environment.read()
    output = context.meta[OUTPUT] = environment.output(output)
    _check_order(path, source)
    config = with_options(load_config(path), sheet=sheet)
    codes = (_check_source(path, config, source), _check_team(config, environment, output))
    return max(codes)


def _check_order(config: Path, source: Path | None) -> None:
    """Tells when the two were mixed up.

    Raises:
        UsageMistake: the first is a spreadsheet and the second a config.
    """
    if source and source.suffix.lower() in _YAML and config.suffix.lower() not in _YAML:
        raise UsageMistake(f"`check` takes the config first: {command(['check', str(source), str(config)])}")


def _no_mistakes(path: Path, config: Config) -> None:
    _say(f"{path}: no mistakes, {_counted(len(config.columns), 'column')}")
    _notes(_daily_lists(config))


def _check_source(path: Path, config: Config, source: Path | None) -> int:
    if source is None:
        _no_mistakes(path, config)
        return 0
    try:
        with open_as_told(source, config) as table:
            columns = match_columns(config, table.columns)
            _no_mistakes(path, config)
            _tell_source(source, table, columns)
            _notes(advice(config, columns))
            rows = (row for chunk in table.chunks() for row in chunk)
            _notes(survey_told(survey(rows, config, columns)))
    except (SourceMistake, ConfigMistake) as mistake:
        return told(mistake)
    return 0


def _tell_source(source: Path, table: Table, columns: Columns) -> None:
    place = f"sheet {table.sheet}, " if table.sheet else ""
    _say(
        f"{source}: {place}header in row {table.header_row}, {_counted(len(table.columns), 'column')}, "
        f"{len({index for index, _ in columns.bound})} of them mapped"
    )
    _notes(list(table.notes))
    if columns.unused:
        _notes([f"columns not used: {', '.join(columns.unused)}"])


def _check_team(config: Config, environment: Environment, output: Path) -> int:
    access = environment.access()
    if not access.key:
        return _unchecked(config, "there is no key")
    if warning := unsafe(access):
        tell(warning)
    try:
        with _ledger(output) as ledger:
            return _tell_team(config, access, ledger)
    except ConfigMistake as mistake:
        return told(mistake)


def _tell_team(config: Config, access: Access, ledger: Ledger) -> int:
    greeting = greet(config, access, ledger, SystemClock(), None)
    failure = greeting.failure
    if failure is None:
        _say(f"{access.host}: the key works")
        _notes(list(greeting.notes))
        return 0
    if getattr(failure, "reason", "") == "unauthorized":
        return told(UsageMistake(str(failure)))
    return _unchecked(config, str(failure))


def _unchecked(config: Config, why: str) -> int:
    names = ", names of stages and custom fields were not" if lookup.needed(config) else ""
    _say(f"The key was not checked{names}: {why}")
    return 0


@contextmanager
def _ledger(output: Path) -> Iterator[Ledger]:
    """The ledger that is there; where there is none, one that is gone afterwards, because `check` leaves nothing."""
    if (output / FILE).is_file():
        with Ledger.open(output) as ledger:
            yield ledger
        return
    with tempfile.TemporaryDirectory() as folder, Ledger.open(Path(folder)) as ledger:
        yield ledger


def _daily_lists(config: Config) -> list[str]:
    return [
        f'the List "{name}" is a new one every day, because of {{date}}'
        for name in config.constants.label_names
        if "{date}" in name
    ]


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" + ("" if count == 1 else "s")


def _say(text: str) -> None:
    say("\n".join(wrapped(text, "")))


def _notes(notes: list[str]) -> None:
    for note in notes:
        say("\n".join(wrapped(f"note: {note}")))
