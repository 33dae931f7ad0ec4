"""A dry run beside django-import-export's, and beside its bulk mode, which checks nothing.

    python benchmarks/django_import_export.py [ROWS]

100,001 rows unless told, one more than workbooks are written for. Starting is part of all. Theirs runs in one process.
"""

import sys
import tempfile
from pathlib import Path

from _measure import Cost, cost, importer, machine, peers, rows_wanted
from _people import CONFIG, write_csv

USUAL = 100_001
THEIRS = Path(__file__).with_name("_django_rows.py")
WANTED = {"dry": 15, "bulk": 5}


def main() -> None:
    rows = rows_wanted(USUAL)
    path = {"PYTHONPATH": str(peers("django-import-export", "tzdata"))}
    print(f"Dry run beside django-import-export, {rows:,} rows ({machine()})")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        source, config = folder / "people.csv", folder / "people.yaml"
        config.write_text(CONFIG, encoding="utf-8")
        write_csv(source, rows)
        own = cost(importer("run", source, "-c", config, "-o", folder / "output", "--dry-run", "--quiet"))
        told("contact-import", rows, own)
        for way, wanted in WANTED.items():
            found = cost([sys.executable, THEIRS, way, source], path)
            told(f"django, {way}", rows, found)
            print(
                f"    ours: {found.seconds / own.seconds:.1f} times its rows/s (wanted: {wanted}), "
                f"{found.processor / own.processor:.1f} times as little of the processor, "
                f"{own.memory / found.memory:.2f} of its memory (wanted: 0.25)"
            )


def told(name: str, rows: int, found: Cost) -> None:
    each = found.processor / rows * 1e6
    print(
        f"  {name:20}{rows / found.seconds:>10,.0f} rows/s{each:>8,.0f} us of the processor a row"
        f"{found.memory:>7.0f} MiB"
    )


if __name__ == "__main__":
    main()
