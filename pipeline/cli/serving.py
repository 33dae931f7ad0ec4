"""What `sandbox` does: the stand-in on a socket of this machine."""

import os
from pathlib import Path

import click

from pipeline.cli.access import Environment
from pipeline.cli.options import OUTPUT
from pipeline.cli.speaking import say, tell
from pipeline.cli.ways import opened_sandbox
from pipeline.errors import UsageMistake
from pipeline.sandbox import SANDBOX_KEY, Settings, serve

_HERE = "127.0.0.1"


def serve_sandbox(
    context: click.Context, port: int, output: Path | None, *, plan: str, latency: float, seed: int
) -> int:
    """Serves until stopped.

    Raises:
        UsageMistake: the port is taken, or another process has the sandbox.
    """
    output = context.meta[OUTPUT] = Environment.read().output(output)
    with opened_sandbox(output, Settings(plan=plan, latency=latency), seed) as stand_in:
        try:
            serve(stand_in, _HERE, port, _announce)
        except OSError as error:
            raise UsageMistake(
                f"Port {port} cannot be used: {error.strerror}. Choose another one."
            ) from error
    return 0


def _announce(url: str) -> None:
    word = "set" if os.name == "nt" else "export"
    say(f"{url}\n{SANDBOX_KEY}\n\n{word} APOLLO_BASE_URL={url}\n{word} APOLLO_API_KEY={SANDBOX_KEY}")
    tell("\nPaste the last two lines into another terminal. Ctrl+C stops the sandbox.")
