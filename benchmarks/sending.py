"""Sending to a loopback server that answers at once: what a row costs the sender, beside what people use.

    python benchmarks/sending.py [ROWS]

2,000 rows unless told. One by one: pandas with requests. A hundred at a time: a dlt destination. Ours is shown with
httpx alone and with the extra `fast` (httpx over aiohttp). Starting and reading are part of all.
"""

import csv
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from _measure import ROOT, Cost, cost, importer, machine, peers, rows_wanted
from _people import HEADER, people

USUAL = 2_000
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


def told(name: str, rows: int, found: Cost) -> Cost:
    each = found.processor / rows * 1e3
    print(
        f"  {name:42}{rows / found.seconds:>8,.0f} rows/s{each:>8.2f} ms of the processor a row{found.memory:>6.0f} MiB"
    )
    return found


def ours(folder: Path, url: str, mode: str, *, fast: bool) -> Cost:
    """One run in a ledger of its own."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        words = ("run", folder / "people.csv", "-c", folder / "people.yaml", "-o", place, "--mode", mode)
        path = f"{ROOT}:{peers('httpx-aiohttp')}" if fast else str(ROOT)
        told_to = {
            "APOLLO_BASE_URL": url,
            "APOLLO_API_KEY": "none",
            "XDG_STATE_HOME": place,
            "PYTHONPATH": path,
        }
        return cost(importer(*words, "--on-match", "create", "--yes", "--quiet"), told_to)


def theirs(folder: Path, url: str, sender: str, *packages: str) -> Cost:
    path = f"{peers(*packages)}"
    with tempfile.TemporaryDirectory(dir=folder) as place:
        command: list[str | Path] = [
            sys.executable,
            HERE / "_senders.py",
            sender,
            folder / "people.csv",
            url,
            place,
        ]
        return cost(command, {"PYTHONPATH": path})


def main() -> None:
    rows = rows_wanted(USUAL)
    print(f"Sending {rows:,} rows ({machine()})")
    with tempfile.TemporaryDirectory() as place, answering() as url:
        folder = Path(place)
        (folder / "people.yaml").write_text(CONFIG, encoding="utf-8")
        with (folder / "people.csv").open("w", encoding="utf-8", newline="") as file:
            good = (row for row in people(2 * rows) if "@" in row[4])
            csv.writer(file).writerows([HEADER, *islice(good, rows)])
        told("pandas + requests, one by one", rows, theirs(folder, url, "requests", "requests", "pandas"))
        told("contact-import, one by one", rows, ours(folder, url, "single", fast=False))
        told("contact-import, one by one, extra fast", rows, ours(folder, url, "single", fast=True))
        told("dlt, a hundred at a time", rows, theirs(folder, url, "dlt", "dlt", "requests", "pandas"))
        told("contact-import, a hundred at a time", rows, ours(folder, url, "bulk", fast=False))


if __name__ == "__main__":
    main()
