"""What an import is given: the job, the way to Apollo, and the world around it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import httpx

from pipeline.clock import Clock
from pipeline.config import Config
from pipeline.ledger import RunRecord
from pipeline.reporter import Plan
from pipeline.sender import Board as SenderBoard


class Board(SenderBoard, Protocol):
    """Where the progress of a run is shown."""

    def reading(self, rows: int) -> None:
        """So many rows have been read."""
        ...

    def planned(self, plan: Plan, rows: int, notes: Sequence[str]) -> None:
        """All rows have been read; so many are to be sent, by this plan. `notes` are about the file."""
        ...

    def looking(self, done: int, of: int) -> None:
        """So much of a look at Apollo is done."""
        ...

    def sending(self, rows: int) -> None:
        """So many rows are about to be sent."""
        ...


@dataclass(frozen=True, slots=True)
class Access:
    """The way to Apollo. `host` stands for the service in the ledger; `team_hint` joins keys that cannot tell."""

    base_url: str
    host: str
    key: str = field(default="", repr=False)
    team_hint: str = ""
    transport: httpx.AsyncBaseTransport | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """One import. `config` is what it runs under; `options` are those of the command line that are in it.

    With `look` a dry run also asks Apollo what it has.
    """

    source: Path
    output: Path
    config: Config
    options: Mapping[str, Any]
    access: Access
    limit: int | None = None
    dry_run: bool = False
    look: bool = False
    again: bool = False
    apply_suggestions: bool = False
    retry_of: RunRecord | None = None

    @property
    def called(self) -> str:
        """The source as the user knows it: of a retry, the first run's."""
        return self.retry_of.source_path if self.retry_of else str(self.source)


@dataclass(frozen=True, slots=True)
class World:
    """What surrounds a run. `agree` is asked before the first contact is sent; False sends nothing.

    `command` makes a command line of its words, ready to paste; `locks` is where team locks are kept, None for the
    user's own place.
    """

    clock: Clock
    board: Board
    agree: Callable[[RunRecord], bool]
    command: Callable[[Sequence[str]], str]
    locks: Path | None = None
