"""`contact-import init`: a config for a file, as a beginning."""

from pathlib import Path

import click

from pipeline.cli.options import PATH


@click.command()
@click.argument("source", metavar="SOURCE", type=PATH)
@click.option(
    "-o",
    "--output",
    "file",
    type=PATH,
    metavar="FILE",
    help="The config to write; never one that is there. [default: configs/ and the source's name]",
)
@click.option(
    "--sheet", metavar="NAME", help="The sheet to read. [default: the first visible one with a table]"
)  # fmt: skip
def command(*, source: Path, file: Path | None, sheet: str | None) -> int:
    """Writes a config for SOURCE: which column holds which contact field, by its name and its values.

    Columns that are no contact field stand as `ignore` with the reason; unsure ones are commented out. Read it once
    before the first import. Nothing is sent to Apollo, and no cell's text is written to the config.
    """
    from pipeline.cli.beginning import begin  # noqa: PLC0415 - slow, and not needed for --help

    return begin(source, file, sheet)
