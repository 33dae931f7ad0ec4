"""Whole imports in process: a sandbox, a clock, an output folder, and a way to die at any moment."""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import Connection

from pipeline.config import parse_config, with_options
from pipeline.ledger import Ledger
from pipeline.reporter import Summary
from pipeline.run import Access, Job, World, import_source, resume, retry
from pipeline.sandbox import SANDBOX_KEY, Faults, Sandbox, Settings, build
from tests.fakes import FakeClock, Line, SilentBoard

COLUMNS = """
columns:
  First: first_name
  Last: last_name
  Company: organization_name
  Email: email
  Title: title
  Mobile: {field: mobile_phone, optional: true}
  Lists: {field: label_names, split: ",", optional: true}
"""
CONFIG = f"{COLUMNS}send:\n  max_errors: 100%\n"

HEADER = ("First", "Last", "Company", "Email", "Title", "Mobile", "Lists")


class Killed(BaseException):
    """The process is gone: nothing of it runs any more, no finally, no except."""


class Board(SilentBoard):
    """Tells nobody."""

    def reading(self, rows: int) -> None: ...

    def planned(self, _plan: object, _rows: int, notes: Sequence[str]) -> None:
        self.notes += notes

    def looking(self, done: int, of: int) -> None: ...

    def sending(self, rows: int) -> None: ...


@dataclass
class ImportDesk:
    """Imports files into one sandbox."""

    folder: Path
    settings: Settings = field(default_factory=Settings)
    faults: Faults = field(default_factory=Faults)
    clock: FakeClock = field(default_factory=FakeClock)
    board: Board = field(default_factory=Board)
    key: str = SANDBOX_KEY
    config: str = CONFIG
    agree: Callable[[Any], bool] = lambda _run: True
    sandbox: Sandbox = field(init=False)
    line: Line = field(init=False)

    def __post_init__(self) -> None:
        self.output.mkdir(parents=True, exist_ok=True)
        self.sandbox = build(
            self.settings,
            clock=self.clock.time,
            sleep=self.clock.sleep,
            faults=self.faults,
            keep_traffic=True,
        )
        self.line = Line(self.sandbox, self.clock)

    @property
    def output(self) -> Path:
        return self.folder / "output"

    @property
    def access(self) -> Access:
        return Access("http://sandbox.example/api/v1", "sandbox", self.key, transport=self.line)

    @property
    def world(self) -> World:
        return World(self.clock, self.board, self.agree, " ".join, self.folder / "locks")

    def run(
        self, source: Path, *, dry_run: bool = False, look: bool = False, again: bool = False, **rules: Any
    ) -> Summary:
        config = with_options(parse_config(self.config, "test.yaml"), **rules)
        job = Job(source, self.output, config, rules, self.access, dry_run=dry_run, look=look, again=again)
        return import_source(job, self.world)

    def resume(self, run_id: str) -> Summary:
        return resume(run_id, self.output, self.access, self.world)

    def retry(self, run_id: str, config: str | None = None) -> Summary:
        other = parse_config(config, "other.yaml") if config else None
        return retry(run_id, self.output, other, self.access, self.world)

    def write(self, name: str, rows: Sequence[Sequence[str]], header: Sequence[str] = HEADER) -> Path:
        path = self.folder / name
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([header, *rows])
        return path

    def results(self, run_id: str) -> list[Mapping[str, str]]:
        return self.table(self.output / run_id / "results.csv")

    @staticmethod
    def table(path: Path) -> list[Mapping[str, str]]:
        with path.open(newline="", encoding="utf-8-sig") as file:
            return list(csv.DictReader(file))

    def calls(self, endpoint: str) -> int:
        return sum(request.endpoint == endpoint for request in self.sandbox.requests)

    @property
    def last_run(self) -> str:
        return max(
            (path for path in self.output.iterdir() if path.is_dir()), key=lambda p: p.stat().st_mtime_ns
        ).name


def codes(desk: ImportDesk, summary: Summary) -> list[str]:
    """How the rows of a run ended, in their order."""
    return [row["reason"] for row in desk.results(summary.run_id)]


def human(number: int, **more: str) -> list[str]:
    """A row of the file; its title says which row it is."""
    values = {
        "First": f"Ada{number}",
        "Last": f"Example{number}",
        "Company": f"Works {number} Ltd",
        "Email": f"ada{number}@works{number}.example",
        "Title": f"Row {number}",
        "Mobile": "",
        "Lists": "",
        **more,
    }
    return [values[name] for name in HEADER]


class CrashPoint:
    """Kills the process right before or right after its n-th commit; a dead process commits nothing more."""

    def __init__(self, at: int, *, after: bool) -> None:
        self.at = at
        self.after = after
        self.commits = 0
        self.dead = False

    @contextmanager
    def armed(self) -> Iterator[None]:
        begin = Ledger.begin

        @contextmanager
        def counted(ledger: Ledger) -> Iterator[Connection]:
            if self.dead:
                raise Killed
            if ledger._writing:  # a part of a commit that was counted
                with begin(ledger) as connection:
                    yield connection
                return
            self.commits += 1
            if self.commits == self.at and not self.after:
                self.dead = True
            with begin(ledger) as connection:
                yield connection
                if self.dead:
                    raise Killed
            if self.commits == self.at:
                self.dead = True
                raise Killed

        with patch.object(Ledger, "begin", counted):
            yield
