"""Options that several commands have."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

OUTPUT = "contact-import.output"
"""Under this key of click's context stands the output folder, once it is known."""

PATH = click.Path(path_type=Path)


def output_option(command: Decorated) -> Decorated:
    """`-o`: where runs and the record of what was sent are kept."""
    return click.option(
        "-o", "--output", type=PATH, metavar="DIR",
        help="Where runs are kept, with the record of what was sent. [default: CONTACT_IMPORT_OUTPUT, or output]",
    )(command)  # fmt: skip


def telling_options(command: Callable[..., int]) -> Callable[..., int]:
    """How much is said, and in which form; the command gets it as `voice`."""

    @functools.wraps(command)
    def with_voice(*args: Any, as_json: bool, quiet: bool, verbose: bool, **asked: Any) -> int:  # noqa: ANN401
        from pipeline.cli.voice import Voice  # noqa: PLC0415 - slow, and not needed for --help

        if quiet and verbose:
            raise click.UsageError("--quiet and --verbose exclude each other.")
        return command(*args, voice=Voice(as_json, quiet, verbose), **asked)

    for option in (
        click.option("--verbose", is_flag=True, help="Tell more: every cause, and what each reason means."),
        click.option("--quiet", is_flag=True, help="Tell only what went wrong."),
        click.option(
            "--json", "as_json", is_flag=True,
            help="One JSON object a run, one a line, on stdout, and nothing else there. A SOURCE of which no run "
            "could be made has an object with source, error and exit_code instead.",
        ),
    ):  # fmt: skip
        with_voice = option(with_voice)
    return with_voice


def run_argument(command: Decorated) -> Decorated:
    """RUN: which run it is about."""
    return click.argument("run", metavar="RUN")(command)
