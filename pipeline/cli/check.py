"""`contact-import check`: everything that is wrong with a config."""

from pathlib import Path

import click

from pipeline.cli.options import PATH, output_option


@click.command()
@click.argument("config", metavar="CONFIG", type=PATH)
@click.argument("source", metavar="[SOURCE]", required=False, type=PATH)
@output_option
@click.option(
    "--sheet", metavar="NAME", help="The sheet to read. [default: the first visible one with a table]"
)
@click.pass_context
def command(
    context: click.Context, *, config: Path, source: Path | None, output: Path | None, sheet: str | None
) -> int:
    """Tells everything that is wrong with CONFIG, with SOURCE's columns against it, and whether the key works.

    Nothing is changed in Apollo. Without a key or a network it says what was not checked, which is no mistake.
    """
    from pipeline.cli.checking import check  # noqa: PLC0415 - slow, and not needed for --help

    return check(context, config, source, output, sheet)
