"""`contact-import show`: show a run's summary."""

from pathlib import Path

import click

from pipeline.cli.options import output_option, run_argument, telling_options


@click.command(short_help="Show a run's summary.")
@run_argument
@output_option
@telling_options
@click.pass_context
def command(
    context: click.Context, *, run: str, output: Path | None, as_json: bool, quiet: bool, verbose: bool
) -> int:
    """Shows a run's summary, as its rows stand now; nothing is written or sent.

    RUN is a run's id, its folder, or latest: the newest run.
    """
    from pipeline.cli.looking import tell_run  # noqa: PLC0415 - slow, and not needed for --help
    from pipeline.cli.voice import Voice  # noqa: PLC0415

    return tell_run(context, run, output, Voice(as_json, quiet, verbose), writes=False)
