"""`contact-import confirm`: asks Apollo whether the created contacts are there."""

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
    "--via",
    type=click.Choice(("match", "search")),
    default="match",
    show_default=True,
    help="People Enrichment, or a search of your contacts, which costs no credit.",
)
@click.option("--sandbox", is_flag=True, help="Of a run that was made with --sandbox.")
@click.option("--yes", is_flag=True, help="Do not ask first.")
@telling_options
@click.pass_context
def command(
    context: click.Context,
    *,
    run: str,
    output: Path | None,
    via: str,
    sandbox: bool,
    yes: bool,
    voice: "Voice",
) -> int:
    """Asks Apollo for each contact with an email address that RUN created, and writes confirmed.csv into its folder.

    RUN is a run's id, its folder, or latest. People Enrichment shows a contact's data without a new charge, but a
    person who turns out not to be a contact could cost a credit; so it is asked first. Exit code 1 when a contact
    could not be confirmed.
    """
    from pipeline.cli.confirming import confirm_run  # noqa: PLC0415 - as slow as the import itself

    return confirm_run(context, run, output, via, voice, sandbox=sandbox, yes=yes)
