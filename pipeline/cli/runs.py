"""`contact-import runs`: lists the runs."""

from pathlib import Path

import click

from pipeline.cli.options import output_option


@click.command()
@output_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object a run, one a line.")
def command(*, output: Path | None, as_json: bool) -> int:
    """Lists the runs of an output folder, the newest first, with how many rows ended in which way."""
    from pipeline.cli.looking import list_runs  # noqa: PLC0415 - slow, and not needed for --help

    return list_runs(output, as_json=as_json)
