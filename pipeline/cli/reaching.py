"""What `check` asks Apollo: whether the key works, and whether the team has the names that a config uses."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.cli.access import unsafe
from pipeline.cli.speaking import tell
from pipeline.clock import SystemClock
from pipeline.config import Config
from pipeline.ledger import FILE, Ledger
from pipeline.run import Access
from pipeline.run.connecting import Greeting, greet


def reach(config: Config, access: Access, output: Path) -> Greeting:
    """What Apollo says to the key.

    Raises:
        ConfigMistake: the team does not have what the config names.
    """
    if warning := unsafe(access):
        tell(warning)
    with _ledger(output) as ledger:
        return greet(config, access, ledger, SystemClock(), None)


@contextmanager
def _ledger(output: Path) -> Iterator[Ledger]:
    """The ledger that is there; where there is none, one that is gone afterwards, because `check` leaves nothing."""
    if (output / FILE).is_file():
        with Ledger.open(output) as ledger:
            yield ledger
        return
    with tempfile.TemporaryDirectory() as folder, Ledger.open(Path(folder)) as ledger:
        yield ledger
