"""`contact-import report`: write a run's reports again."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.options import output_option, run_argument, telling_options

if TYPE_CHECKING:
    from pipeline.cli.voice import Voice


@click.command()
@run_argument
@output_option
@click.option(
    "--details", is_flag=True, help="Quote faulty cells in report.html; the page then holds personal data."
)
@telling_options
@click.pass_context
def command(context: click.Context, *, run: str, output: Path | None, details: bool, voice: "Voice") -> int:
    """Writes a run's reports again, from the record of what was sent and the run's copy of its source.

    RUN is a run's id, its folder, or latest: the newest run.
    """
    from pipeline.cli.looking import report_run  # noqa: PLC0415 - slow, and not needed for --help

    return report_run(context, run, output, voice, details=details)
