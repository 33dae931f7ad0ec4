"""`contact-import resume`: goes on with a run that stopped."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.options import output_option, run_argument, telling_options

if TYPE_CHECKING:
    from pipeline.cli.voice import Voice


@click.command()
@run_argument
@output_option
@click.option("--sandbox", is_flag=True, help="Of a run that was made with --sandbox.")
@telling_options
@click.pass_context
def command(
    context: click.Context,
    *,
    run: str,
    output: Path | None,
    sandbox: bool,
    voice: "Voice",
) -> int:
    """Goes on with a run that stopped; of a dry run, sends exactly what it showed.

    RUN is a run's id, its folder, or latest: the newest run that is no dry run. The run's own rules hold, and nothing
    that was sent is sent again.
    """
    from pipeline.cli.importing import resume_run  # noqa: PLC0415 - as slow as the import itself

    return resume_run(context, run, output, voice, sandbox=sandbox)
