"""`contact-import run`: imports spreadsheets."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.options import PATH, output_option, telling_options

if TYPE_CHECKING:
    from pipeline.cli.voice import Voice

_RULES = ("sheet", "dedupe_by", "on_match", "mode", "phones", "max_wait", "max_errors", "concurrency")
"""Options that stand over the config, by their names there."""


@click.command()
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True, type=PATH)
@click.option(
    "-c", "--config", type=PATH, metavar="CONFIG",
    help="Which column holds which contact field. Without it, the one config of ./configs, then of those shipped, "
    "that fits the columns best.",
)  # fmt: skip
@output_option
@click.option(
    "--sheet", metavar="NAME", help="The sheet to read. [default: the first visible one with a table]"
)
@click.option(
    "--dedupe",
    "dedupe_by",
    type=click.Choice(("none", "email", "name-company", "email-or-name-company")),
    help="What makes two rows one person. [default: email-or-name-company]",
)
@click.option(
    "--on-match",
    type=click.Choice(("skip", "update", "create")),
    help="What happens to a contact that Apollo has already. [default: skip]",
)
@click.option(
    "--mode", type=click.Choice(("bulk", "single")), help="Up to 100 contacts a call, or one. [default: bulk]"
)
@click.option(
    "--phones",
    type=click.Choice(("typed", "untyped")),
    help="In bulk: typed needs one more call for each contact made with phones. [default: typed]",
)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Read so many rows, and no more.")
@click.option("--dry-run", is_flag=True, help="Check every row and show the plan; send nothing.")
@click.option(
    "--look",
    is_flag=True,
    help="With --dry-run: ask Apollo what it has, by searches that cost no credit, and tell what would become of each "
    "row, as its suggestion.",
)
@click.option("--sandbox", is_flag=True, help="Send to a stand-in for Apollo, kept in DIR; needs no key.")
@click.option("--again", is_flag=True, help="Send also rows that were sent before.")
@click.option(
    "--apply-suggestions",
    is_flag=True,
    help="Of results that are fed back: put the values of import_suggestion into rows that have not changed since.",
)
@click.option(
    "--max-wait",
    metavar="DURATION",
    help="Longest wait for the quota or for another process of the team, such as 30s, 5m, 1h30m. [default: 1h]",
)
@click.option("--max-errors", metavar="N|N%", help="Stop after so many faulty rows. [default: 20%]")
@click.option("--concurrency", type=int, metavar="N", help="Requests at once. [default: 4]")
@click.option("--yes", is_flag=True, help="Do not ask before the first request.")
@telling_options
@click.pass_context
def command(
    context: click.Context,
    /,
    *,
    sources: tuple[Path, ...],
    output: Path | None,
    voice: "Voice",
    **asked: Any,  # noqa: ANN401 - values as click gives them
) -> int:
    """Imports each SOURCE (.csv .tsv .txt, also .gz, .xlsx .xlsm .xlsb .xls .ods) as a run of its own.

    Every row ends as created, duplicate, error or not sent, and the run's folder tells which and why. Options that
    the config has too, such as --on-match, are stronger than the config.
    """
    from pipeline.cli.importing import Request, run_sources  # noqa: PLC0415 - as slow as the import itself

    rules = {name: asked.pop(name) for name in _RULES}
    given = {name: value for name, value in rules.items() if value is not None}
    return run_sources(context, sources, Request(rules=given, **asked), output, voice)
