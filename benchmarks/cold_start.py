"""How long the program takes to answer when it was not running: bytecode is there, nothing else.

    python benchmarks/cold_start.py

Shown are the quickest and the median of several starts, beside a bare Python and one that imports pandas.
"""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from _measure import cost, importer, machine
from _people import CONFIG, write_csv

TIMES = 7
NO_LISTS = "\n".join(line for line in CONFIG.splitlines() if "Stage" not in line and "custom" not in line)
"""The sandbox has no custom fields of these names."""


def measured(name: str, command: Sequence[str | Path], goal: float | None = None) -> None:
    cost(command)
    times = [cost(command).seconds for _ in range(TIMES)]
    wanted = f"   wanted: under {goal * 1000:,.0f} ms" if goal else ""
    print(f"  {name:34}{min(times) * 1000:>8,.0f} ms{median(times) * 1000:>8,.0f} ms{wanted}")


def main() -> None:
    print(f"Starts ({machine()}){'':12}quickest    median")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        config, source = folder / "people.yaml", folder / "people.csv"
        config.write_text(NO_LISTS, encoding="utf-8")
        write_csv(source, 100)
        measured("python -c pass", [sys.executable, "-c", "pass"])
        measured("python -c 'import pandas'", [sys.executable, "-c", "import pandas"])
        measured("--help", importer("--help"), 0.1)
        measured("check people.yaml", importer("check", config), 0.3)
        sandbox = importer(
            "run", source, "-c", config, "-o", folder / "output", "--sandbox", "--yes", "--again"
        )
        measured("run, 100 rows into the sandbox", sandbox, 2.0)


if __name__ == "__main__":
    main()
