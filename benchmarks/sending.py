"""Sending to a loopback server that answers at once: what a row costs the sender, beside what people use.

    python benchmarks/sending.py [ROWS]

2,500 rows unless told. One by one: pandas with requests. A hundred at a time: a dlt destination. Ours is shown with
httpx alone and with the extra `fast` (httpx over aiohttp). Starting, reading and reports are part of all; since
sending goes on for hours, the second figure is what a further row takes, from a run of a fifth of the rows.
"""

import csv
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from _measure import ROOT, Cost, cost, importer, machine, peers, rows_wanted
from _people import HEADER, people

USUAL = 2_500
HERE = Path(__file__).parent
CONFIG = """\
columns:
  First Name: first_name
  Last Name: last_name
  Title: title
  Company: organization_name
  Email: email
send:
  concurrency: 8
  rate: {minute: 0, hour: 0, day: 0}
  max_errors: 100%
"""
PLAIN = "import sys; sys.modules['httpx_aiohttp'] = None; from pipeline.cli.program import main; main()"
"""The program as if the extra `fast` were not installed, as it is where the tests are."""


@contextmanager
def answering() -> Iterator[str]:
    """The server, in a process of its own; gives its base URL."""
    with subprocess.Popen(
        [sys.executable, HERE / "_answering.py"], stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            yield server.stdout.readline().strip() if server.stdout else ""
        finally:
            server.kill()


class Sent(NamedTuple):
    """What two runs took, one of few rows and one of many."""

    few: int
    many: int
    little: Cost
    much: Cost

    @property
    def processor(self) -> float:
        """Seconds of the processor that a further row takes."""
        return (self.much.processor - self.little.processor) / (self.many - self.few)

    @property
    def seconds(self) -> float:
        """The same by the clock."""
        return (self.much.seconds - self.little.seconds) / (self.many - self.few)


def told(name: str, rows: int, send: Callable[[int], Cost]) -> None:
    """Sends few rows and many, and prints what that took; the better of two times."""
    few = rows // 5
    costs = [[send(count) for _ in range(2)] for count in (few, rows)]
    little, much = (min(two, key=lambda cost: cost.processor) for two in costs)
    sent = Sent(few, rows, little, much)
    print(
        f"  {name:42}{rows / much.seconds:>6,.0f} rows/s{much.processor / rows * 1e3:>7.2f} ms of the processor a row, "
        f"{sent.processor * 1e3:.2f} ms a further one ({1 / sent.seconds:,.0f} rows/s)"
        f"{much.memory:>5.0f} MiB",
        flush=True,
    )


def ours(folder: Path, url: str, mode: str, rows: int, *, fast: bool = False) -> Cost:
    """One run in a ledger of its own."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        words = ("run", folder / f"{rows}.csv", "-c", folder / "people.yaml", "-o", place, "--mode", mode)
        path = f"{ROOT}:{peers('httpx-aiohttp')}" if fast else str(ROOT)
        told_to = {
            "APOLLO_BASE_URL": url,
            "APOLLO_API_KEY": "none",
            "XDG_STATE_HOME": place,
            "PYTHONPATH": path,
        }
        command = importer(*words, "--on-match", "create", "--yes", "--quiet")
        return cost(command if fast else [sys.executable, "-c", PLAIN, *command[3:]], told_to)


def theirs(folder: Path, url: str, sender: str, packages: Sequence[str], rows: int) -> Cost:
    path = f"{peers(*packages)}"
    with tempfile.TemporaryDirectory(dir=folder) as place:
        command: list[str | Path] = [
            sys.executable,
            HERE / "_senders.py",
            sender,
            folder / f"{rows}.csv",
            url,
            place,
        ]
        return cost(command, {"PYTHONPATH": path})


def write(folder: Path, rows: int) -> None:
    """A source of so many rows, none of them faulty."""
    with (folder / f"{rows}.csv").open("w", encoding="utf-8", newline="") as file:
        good = (row for row in people(2 * rows) if "@" in row[4])
        csv.writer(file).writerows([HEADER, *islice(good, rows)])


def main() -> None:
    rows = rows_wanted(USUAL)
    print(f"Sending {rows:,} rows ({machine()})")
    with tempfile.TemporaryDirectory() as place, answering() as url:
        folder = Path(place)
        (folder / "people.yaml").write_text(CONFIG, encoding="utf-8")
        write(folder, rows // 5)
        write(folder, rows)
        mine, peer = partial(ours, folder, url), partial(theirs, folder, url)
        told("pandas + requests, one by one", rows, partial(peer, "requests", ("requests", "pandas")))
        told("contact-import, one by one", rows, partial(mine, "single"))
        told("contact-import, one by one, extra fast", rows, partial(mine, "single", fast=True))
        told("dlt, a hundred at a time", rows, partial(peer, "dlt", ("dlt", "requests", "pandas")))
        told("contact-import, a hundred at a time", rows, partial(mine, "bulk"))


if __name__ == "__main__":
    main()
