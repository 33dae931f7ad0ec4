"""How soon a large run that is resumed sends, and what a long history costs a row.

    python benchmarks/ledger.py [ROWS] [CONTACTS]

20,000 rows and a history of 200,000 contacts unless told; `1000000 5000000` is the real size.
"""

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from _measure import cost, importer, machine, rows_wanted
from _people import CONFIG, write_csv

ROWS, CONTACTS = 20_000, 200_000
SERVER = Path(__file__).with_name("_answering.py")
LEAVING = "Lists", "Stage", "custom"


def environment(url: str, folder: Path) -> dict[str, str]:
    return {"APOLLO_BASE_URL": url, "APOLLO_API_KEY": "none", "XDG_STATE_HOME": str(folder)}


def strangers(count: int) -> Iterator[tuple[object, ...]]:
    for number in range(count):
        yield (1, os.urandom(16), f"name {number}".encode(), f"{number:024x}", os.urandom(16), 1, number)


def resumed(output: Path, config: Path, source: Path) -> float:
    """Seconds from trying the key to the first contact of a run that is prepared, as after Ctrl-C."""
    with subprocess.Popen([sys.executable, SERVER], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout  # noqa: S101 - it was asked for
        url = server.stdout.readline().strip()
        words = ("run", source, "-c", config, "-o", output, "--dry-run", "--quiet")
        cost(importer(*words), environment(url, output))
        [run] = [one.name for one in output.iterdir() if one.is_dir()]
        again = list(map(str, importer("resume", run, "-o", output, "--quiet")))
        with subprocess.Popen(
            again, env={**os.environ, **environment(url, output)}, stdout=subprocess.DEVNULL
        ) as ours:
            times: list[tuple[str, float]] = []
            while not times or times[-1][0] != "/api/v1/contacts/bulk_create":
                path, at = server.stdout.readline().split()
                times.append((path, float(at)))
            ours.kill()
        server.kill()
    return times[-1][1] - times[-2][1]


def dry_run_with_history(folder: Path, config: Path, source: Path, contacts: int) -> float:
    """Seconds of a dry run for a team that was sent so many other contacts."""
    with subprocess.Popen([sys.executable, SERVER], stdout=subprocess.PIPE, text=True) as server:
        url = server.stdout.readline().strip() if server.stdout else ""
        folder.mkdir()
        few = folder / "few.csv"
        write_csv(few, 5)
        words = ("-c", config, "-o", folder / "output", "--dry-run", "--quiet")
        cost(importer("run", few, *words), environment(url, folder))
        ledger = sqlite3.connect(folder / "output" / "ledger.db")
        ledger.executemany("INSERT INTO history VALUES (?, ?, ?, ?, ?, ?, ?)", strangers(contacts))
        ledger.commit()
        ledger.close()
        seconds = cost(importer("run", source, *words), environment(url, folder)).processor
        server.kill()
    return seconds


def main() -> None:
    rows = rows_wanted(ROWS)
    contacts = int(sys.argv[2].replace(",", "")) if len(sys.argv) > 2 else CONTACTS
    print(f"The ledger, {rows:,} rows ({machine()})")
    kept = (line for line in CONFIG.splitlines() if not any(word in line for word in LEAVING))
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        source, config = folder / "people.csv", folder / "people.yaml"
        config.write_text("\n".join(kept), encoding="utf-8")
        write_csv(source, rows)
        seconds = resumed(folder / "resumed", config, source)
        print(f"  resume, trying the key to first contact{seconds:>8.2f} s (wanted: 1)")
        without, with_history = (
            dry_run_with_history(folder / name, config, source, count)
            for name, count in (("none", 0), ("long", contacts))
        )
        print(f"  processor, no history               {without / rows * 1e6:>8.0f} us a row")
        each = with_history / rows * 1e6
        print(f"  processor, {contacts:>9,} contacts       {each:>8.0f} us a row (wanted: 20 % more at most)")


if __name__ == "__main__":
    main()
