"""The storm: the program as a process, over a socket, with every fault on, killed at random and resumed until done.

    python -m tests.storm --kills 50 --seed 7

Each run draws its on_match, mode and faults from the seed, which is printed; the same seed repeats it. Apollo's times
are scaled down: two seconds to end a request, one second of search lag, windows of a minute last three seconds.
"""

import argparse
import csv
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.import_desk import COLUMNS, HEADER
from tests.invariants import broken

WAYS = [(on_match, mode) for on_match in ("skip", "update", "create") for mode in ("bulk", "single")]
KEY = "storm-key"
CONFIG = f"""{COLUMNS}send:
  on_match: ON_MATCH
  mode: MODE
  server_deadline: 3s
  settle_after: 2s
  max_wait: 2m
  max_errors: 100%
  rate: {{minute: 300, hour: 0, day: 0}}
"""
FAULTS = (
    *("reset_before=0.03", "reset_after=0.03", "error_before=0.02", "error_after=0.02", "html_before=0.01"),
    *("html_after=0.01", "late_commit=0.03:1.5", "slow=0.02:0.3", "truncated=0.02", "unreadable=0.02"),
    *(
        "bare_429=0.003",
        "item_dropped=0.05",
        "partial_422=0.05",
        "partial_500=0.05",
        "company_rewritten=0.02",
    ),
    *("lists_replaced=0.02", "email_normalised=0.02", "lagging_dedupe=0.02:0.5"),
    *("teammate_changes=0.03", "teammate_deletes=0.01", "teammate_drains=0.01:100"),
)
RIVAL = "teammate_makes=0.05"
"""Who made a contact of the same person in the same seconds can only be told by a mark."""

MARKER = "Import Reference"


@dataclass
class Tally:
    """What the storm has seen so far."""

    runs: int = 0
    kills: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    lost: int = 0
    broken: list[str] = field(default_factory=list)


def people(rows: int, chance: random.Random) -> list[list[str]]:
    """Rows 2, 3 …; some share a name and company, some an address, some have none."""
    made = []
    for number in range(2, rows + 2):
        who = number if chance.random() > 0.15 else chance.randint(2, number)
        email = "" if chance.random() < 0.1 else f"ada{number}@works{who}.example"
        phone = "+1 212 555 0100" if chance.random() < 0.3 else ""
        lists = "Fair" if chance.random() < 0.3 else ""
        made.append([f"Ada{who}", f"Example{who}", f"Works {who} Ltd", email, f"Row {number}", phone, lists])
    return made


@contextmanager
def sandbox(folder: Path, seed: int, *faults: str, limits: str = "300/-/-") -> Iterator[str]:
    """A sandbox as a process of its own; yields its base URL."""
    command = [sys.executable, "-m", "pipeline.sandbox", "--port", "0", "--state", str(folder / "sandbox.db")]
    command += [
        "--key",
        KEY,
        "--seed",
        str(seed),
        f"--limits={limits}",
        "--window-scale",
        "0.05",
        "--search-lag",
        "1",
    ]
    for fault in faults:
        command += ["--fault", fault]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait(20)
        process.stdout.close()


def contacts_in(folder: Path, seed: int) -> tuple[Sequence[Mapping[str, Any]], frozenset[str]]:
    """What the sandbox holds when everything is over, and the ids of what was deleted."""
    from pipeline.sandbox import Settings, build  # noqa: PLC0415

    held = build(Settings(keys={KEY: "master"}), state=folder / "sandbox.db", seed=seed)
    try:
        return held.contacts, held.deleted
    finally:
        held.close()


class Storm:
    """One run of one file, killed again and again."""

    def __init__(self, folder: Path, seed: int, way: tuple[str, str], rows: int) -> None:
        self.folder = folder
        self.seed = seed
        self.on_match, self.mode = way
        self.chance = random.Random(seed)
        self.rows = people(rows, self.chance)
        self.kills = 0
        self.marked = self.on_match != "update" and self.chance.random() < 0.5
        folder.mkdir(parents=True)
        (folder / "config.yaml").write_text(
            CONFIG.replace("ON_MATCH", self.on_match).replace("MODE", self.mode)
            + (f"  marker: {MARKER}\n" if self.marked else "")
        )
        self.write("people.csv", self.rows)

    def write(self, name: str, rows: Sequence[Sequence[str]]) -> None:
        with (self.folder / name).open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([HEADER, *rows])

    def carry_out(self, kills: int) -> list[str]:
        """Runs, kills and resumes; returns the promises that do not hold."""
        with sandbox(self.folder, self.seed) as url:
            before = self.make_old_contacts(url)
        time.sleep(11)  # what is older than the slack of two clocks was surely there before
        with sandbox(self.folder, self.seed, *FAULTS, *([RIVAL] if self.marked else [])) as url:
            self.until_done(url, kills)
        contacts, deleted = contacts_in(self.folder, self.seed)
        numbers = [str(number) for number in range(2, len(self.rows) + 2)]
        return broken(self.results(), numbers, contacts, before, self.on_match, deleted)

    def make_old_contacts(self, url: str) -> dict[str, Mapping[str, Any]]:
        for row in self.chance.sample(self.rows, len(self.rows) // 6):
            body = {"first_name": "Old", "last_name": "Friend", "title": "Before", "email": row[3] or None}
            httpx.post(
                f"{url}/contacts", json=body, headers={"X-Api-Key": KEY}, trust_env=False
            ).raise_for_status()
        return {contact["id"]: contact for contact in contacts_after_stop(self.folder, self.seed, url)}

    def until_done(self, url: str, kills: int) -> None:
        command = ["run", str(self.folder / "people.csv"), "-c", str(self.folder / "config.yaml"), "--yes"]
        deadline = time.monotonic() + 600
        while True:
            patience = self.chance.uniform(1.0, 6.0) if self.kills < kills else 240.0
            code = self.start(command, url, patience)
            if code in (0, 1):
                return
            self.kills += code == -signal.SIGKILL
            if time.monotonic() > deadline:
                raise TimeoutError(f"seed {self.seed}: not done after 600 s")
            command = ["resume", self.run_id()] if self.run_id() else command

    def start(self, command: Sequence[str], url: str, patience: float) -> int:
        environment = {
            **os.environ,
            "APOLLO_BASE_URL": url,
            "APOLLO_API_KEY": KEY,
            "XDG_STATE_HOME": str(self.folder / "state"),
        }
        with (self.folder / "program.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "pipeline", *command, "-o", str(self.folder / "output")],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                env=environment,
            )
            try:
                return process.wait(patience)
            except subprocess.TimeoutExpired:
                process.kill()
                return process.wait()

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        ledger = self.folder / "output" / "ledger.db"
        if not ledger.exists():
            return []
        connection = sqlite3.connect(ledger)
        try:
            return connection.execute(query).fetchall()
        except sqlite3.OperationalError:  # killed before the tables were made
            return []
        finally:
            connection.close()

    def run_id(self) -> str:
        found = self.ask("SELECT run_id FROM runs")
        return str(found[0][0]) if found else ""

    def lost_answers(self) -> int:
        return sum(
            len(doubts.split(","))
            for (doubts,) in self.ask("SELECT doubts FROM rows WHERE doubts IS NOT NULL")
        )

    def results(self) -> list[Mapping[str, str]]:
        path = self.folder / "output" / self.run_id() / "results.csv"
        with path.open(newline="", encoding="utf-8-sig") as file:
            return list(csv.DictReader(file))


def contacts_after_stop(folder: Path, seed: int, url: str) -> list[Mapping[str, Any]]:
    """The contacts that a running sandbox has, by its own search."""
    del folder, seed
    time.sleep(1.5)
    headers = {"X-Api-Key": KEY}
    found = httpx.post(f"{url}/contacts/search", json={"per_page": 100}, headers=headers, trust_env=False)
    return list(found.json()["contacts"])


def main(argv: Sequence[str] | None = None) -> int:
    """Storms until the kills are spent; 0 if every promise held."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--kills", type=int, default=60, help="in all")
    parser.add_argument("--rows", type=int, default=40, help="of each run")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args(argv)
    tally = Tally()
    with tempfile.TemporaryDirectory() as place:
        while tally.kills < options.kills and not tally.broken:
            one_run(Path(place), options.seed + tally.runs, options.rows, options.kills - tally.kills, tally)
    print(f"{tally.runs} runs, {tally.kills} kills, {tally.lost} lost answers, {dict(tally.reasons)}")
    for sentence in tally.broken:
        print("BROKEN", sentence)
    return bool(tally.broken)


def one_run(place: Path, seed: int, rows: int, kills: int, tally: Tally) -> None:
    """Adds one run to the tally."""
    way = WAYS[seed % len(WAYS)]
    storm = Storm(place / str(seed), seed, way, rows)
    tally.broken += [f"seed {seed}, {way}: {sentence}" for sentence in storm.carry_out(min(kills, 10))]
    reasons = Counter(row["reason"] for row in storm.results())
    tally.runs, tally.kills = tally.runs + 1, tally.kills + storm.kills
    tally.lost += storm.lost_answers()
    tally.reasons += reasons
    print(
        f"seed {seed} {way}{' marked' if storm.marked else ''}: {storm.kills} kills, {dict(reasons)}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
