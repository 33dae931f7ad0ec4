"""What `confirm` does, and how it is told."""

import json
from contextlib import closing
from pathlib import Path

import click

from pipeline.cli.failing import told
from pipeline.cli.finding import find_sent
from pipeline.cli.importing import commands_of
from pipeline.cli.progress import board_for
from pipeline.cli.speaking import on_terminal, say, shows_progress, tell
from pipeline.cli.voice import Voice
from pipeline.cli.ways import way
from pipeline.clock import SystemClock
from pipeline.confirm import Confirmation, Via, confirm, created_by
from pipeline.errors import ImportFailure
from pipeline.ledger import Ledger, Runs
from pipeline.run import World


def confirm_run(
    context: click.Context, run: str, output: Path | None, via: str, voice: Voice, *, sandbox: bool, yes: bool
) -> int:
    """Confirms a run; returns the exit code."""
    try:
        sent = find_sent(context, run, output)
        with Ledger.open(sent.output) as ledger:
            count = len(created_by(ledger, Runs(ledger).get(sent.run_id)))
        if not _agreed(count, Via(via), voice, yes=yes):
            return 0
        clock = SystemClock()
        with (
            way(sent.environment, sent.output, sandbox=sandbox, quiet=voice.quiet) as access,
            closing(board_for(clock, lambda *_: None, quiet=voice.quiet, terminal=shows_progress())) as board,
        ):
            world = World(clock, board, lambda _: True, commands_of(sandbox=sandbox))
            done = confirm(sent.run_id, sent.output, Via(via), access, world)
    except ImportFailure as failure:
        return told(failure)
    _say(done, voice)
    return int(done.confirmed < done.asked)


def _agreed(count: int, via: Via, voice: Voice, *, yes: bool) -> bool:
    if via is Via.SEARCH:
        return True
    if not voice.quiet:
        tell(f"{count} contacts are asked for; a person who is not a contact could cost a credit each")
    return yes or not on_terminal() or click.confirm("Go on?", err=True)


def _say(done: Confirmation, voice: Voice) -> None:
    if voice.as_json:
        say(json.dumps({"confirmed": done.confirmed, "asked": done.asked, "file": str(done.path)}))
    elif not voice.quiet or done.confirmed < done.asked:
        say(f"{done.confirmed} of {done.asked} contacts are confirmed: {done.path}")
