"""How long the program takes to answer when it was not running: bytecode is there, nothing else.

    python benchmarks/cold_start.py

Shown are the quickest and the median of several starts, and the least of the processor's time, beside a bare Python
and one that imports pandas. Every import goes into a sandbox of its own, which has none of the contacts.
"""

import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from _measure import cost, importer, machine
from _people import CONFIG, write_csv

TIMES = 7
NO_LISTS = "\n".join(line for line in CONFIG.splitlines() if "Stage" not in line and "custom" not in line)
"""The sandbox has no custom fields of these names."""


def measured(name: str, command: Callable[[int], Sequence[str | Path]], goal: float | None = None) -> None:
    """Runs `command(n)` for the nth time."""
    _, *found = [cost(command(time), watched=False) for time in range(TIMES + 1)]
    seconds = (min(one.seconds for one in found), median(one.seconds for one in found))
    shown = "".join(f"{each * 1000:>9,.0f} ms" for each in (*seconds, min(one.processor for one in found)))
    print(f"  {name:34}{shown}" + (f"   wanted: under {goal * 1000:,.0f} ms" if goal else ""))


def main() -> None:
    print(f"Starts ({machine()})\n{'':36}{'quickest':>12}{'median':>12}{'processor':>12}")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        config, source = folder / "people.yaml", folder / "people.csv"
        config.write_text(NO_LISTS, encoding="utf-8")
        write_csv(source, 100)
        measured("python -c pass", lambda _: [sys.executable, "-c", "pass"])
        measured("python -c 'import pandas'", lambda _: [sys.executable, "-c", "import pandas"])
        measured("--help", lambda _: importer("--help"), 0.1)
        measured("check people.yaml", lambda _: importer("check", config), 0.3)
        words = ("run", source, "-c", config, "--sandbox", "--yes", "-o")
        measured("run, 100 rows into the sandbox", lambda time: importer(*words, folder / str(time)), 2.0)


if __name__ == "__main__":
    main()
