"""How much a command tells, and in which form."""

from pathlib import Path
from typing import NamedTuple

from pipeline.cli.speaking import say, tell
from pipeline.cli.telling import failures_text, summary_text
from pipeline.reporter import Summary


class Voice(NamedTuple):
    """What the options --json, --quiet and --verbose ask for."""

    as_json: bool = False
    quiet: bool = False
    verbose: bool = False

    def summary(self, summary: Summary, output: Path, why: str = "") -> None:
        """Tells how a run ended; `why` is the reason why it stopped."""
        folder = output / summary.run_id
        if why:
            tell(f"contact-import: {why}")
        if self.as_json:
            say(summary.to_json())
        elif not self.quiet:
            say(summary_text(summary, folder, verbose=self.verbose))
        elif text := failures_text(summary, folder):
            say(text)
