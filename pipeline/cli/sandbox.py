"""`contact-import sandbox`: serves the stand-in for Apollo."""

from pathlib import Path

import click

from pipeline.cli.options import output_option


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, metavar="N", help="[default: any free one]")
@output_option
@click.option(
    "--plan",
    type=click.Choice(("free", "basic", "organization", "unlimited")),
    default="unlimited",
    show_default=True,
    help="Whose quotas hold.",
)
@click.option(
    "--latency", type=click.FloatRange(min=0), default=0, metavar="MS", help="How long each request takes."
)
@click.option("--seed", type=int, default=0, metavar="N", help="Of all that is left to chance.")
@click.pass_context
def command(
    context: click.Context, *, port: int, output: Path | None, plan: str, latency: float, seed: int
) -> int:
    """Serves a stand-in for Apollo on this machine until it is stopped with Ctrl+C.

    The first line is its base URL; then come a key, and the lines that tell other commands of it. Its contacts are
    kept in sandbox.db of the output folder, the same that `run --sandbox` uses.
    """
    from pipeline.cli.serving import serve_sandbox  # noqa: PLC0415 - slow, and not needed for --help

    return serve_sandbox(context, port, output, plan=plan, latency=latency / 1000, seed=seed)
