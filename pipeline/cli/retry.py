"""`contact-import retry`: a new run of the rows that failed."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.options import PATH, output_option, run_argument, telling_options

if TYPE_CHECKING:
    from pipeline.cli.voice import Voice


@click.command()
@run_argument
@click.option("-c", "--config", type=PATH, metavar="CONFIG", help="Another config. [default: the run's own]")
@output_option
@click.option("--sandbox", is_flag=True, help="Of a run that was made with --sandbox.")
@click.option("--yes", is_flag=True, help="Do not ask before the first request.")
@telling_options
@click.pass_context
def command(
    context: click.Context,
    *,
    run: str,
    config: Path | None,
    output: Path | None,
    sandbox: bool,
    yes: bool,
    voice: "Voice",
) -> int:
    """Makes a new run of the rows of RUN that ended as error or not sent, and of duplicates of such rows.

    RUN is a run's id, its folder, or latest: the newest run that is no dry run. Rows come from the run's own copy of
    its file. A row of which it is not known whether it was created is looked for in Apollo before it is sent again.
    """
    from pipeline.cli.importing import retry_run  # noqa: PLC0415 - as slow as the import itself

    return retry_run(context, run, config, output, voice, sandbox=sandbox, yes=yes)
