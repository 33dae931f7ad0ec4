"""`contact-import show`: show a run's summary."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.options import output_option, run_argument, telling_options

if TYPE_CHECKING:
    from pipeline.cli.voice import Voice


@click.command()
@run_argument
@output_option
@telling_options
@click.pass_context
def command(context: click.Context, *, run: str, output: Path | None, voice: "Voice") -> int:
    """Shows a run's summary, as its rows stand now; nothing is written or sent.

    RUN is a run's id, its folder, or latest: the newest run.
    """
    from pipeline.cli.looking import tell_run  # noqa: PLC0415 - slow, and not needed for --help

    return tell_run(context, run, output, voice)
