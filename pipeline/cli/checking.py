"""What `check` does: the config alone, against a source's columns, and against the team's own names."""

from pathlib import Path
from typing import NamedTuple

import click

from pipeline.cli.access import Environment
from pipeline.cli.calling import command
from pipeline.cli.failing import told
from pipeline.cli.options import OUTPUT
from pipeline.cli.speaking import counted, say_notes, say_wrapped
from pipeline.config import Config, load_config, needs_names, with_options
from pipeline.errors import ConfigMistake, SourceMistake, UsageMistake
from pipeline.records import Names

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
    asked = _asked(config, environment, output)
    return max(_check_source(path, config, source, asked.names), _tell_team(config, asked))


class _Asked(NamedTuple):
    """What Apollo said: the team's names, notes, what is wrong with the config or the key; or why it was not asked."""

    host: str = ""
    names: Names = Names()
    notes: tuple[str, ...] = ()
    mistake: UsageMistake | ConfigMistake | None = None
    unasked: str = ""


def _check_order(config: Path, source: Path | None) -> None:
    """Tells when the two were mixed up.

    Raises:
        UsageMistake: the first is a spreadsheet and the second a config.
    """
    if source and source.suffix.lower() in _YAML and config.suffix.lower() not in _YAML:
        raise UsageMistake(f"`check` takes the config first: {command(['check', str(source), str(config)])}")


def _no_mistakes(path: Path, config: Config) -> None:
    say_wrapped(f"{path}: no mistakes, {counted(len(config.columns), 'column')}")
    say_notes(_daily_lists(config))


def _check_source(path: Path, config: Config, source: Path | None, names: Names) -> int:
    if source is None:
        _no_mistakes(path, config)
        return 0
    from pipeline.cli.fitting import fit  # noqa: PLC0415 - slow, and not needed for a config alone

    try:
        found = fit(source, config, names)
    except (SourceMistake, ConfigMistake) as mistake:
        return told(mistake)
    _no_mistakes(path, config)
    say_wrapped(found.source)
    say_notes(found.notes)
    return 0


def _asked(config: Config, environment: Environment, output: Path) -> _Asked:
    environment.base_url()
    if not environment.key():
        return _Asked(unasked="there is no key")
    from pipeline.cli.reaching import reach  # noqa: PLC0415 - slow, and not needed without a key

    access = environment.access()
    try:
        greeting = reach(config, access, output)
    except ConfigMistake as mistake:
        return _Asked(access.host, mistake=mistake)
    failure = greeting.failure
    if getattr(failure, "reason", "") == "unauthorized":
        return _Asked(access.host, mistake=UsageMistake(str(failure)))
    return _Asked(access.host, greeting.names, greeting.notes, unasked=str(failure or ""))


def _tell_team(config: Config, asked: _Asked) -> int:
    if asked.mistake:
        return told(asked.mistake)
    if asked.unasked:
        names = ", names of stages and custom fields were not" if needs_names(config) else ""
        say_wrapped(f"The key was not checked{names}: {asked.unasked}")
    else:
        say_wrapped(f"{asked.host}: the key works")
        say_notes(asked.notes)
    return 0


def _daily_lists(config: Config) -> list[str]:
    return [
        f'the List "{name}" is a new one every day, because of {{date}}'
        for name in config.constants.label_names
        if "{date}" in name
    ]
