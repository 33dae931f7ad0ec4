"""A dry run beside django-import-export's, and beside its bulk mode, which checks nothing.

    python benchmarks/django_import_export.py [ROWS]

5,000 rows unless told. Starting is part of all; the more rows, the less it weighs.
"""

import sys
import tempfile
from pathlib import Path

from _measure import cost, importer, machine, peers, rows_wanted
from _people import CONFIG, write_csv

USUAL = 5_000
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
        print(
            f"  contact-import {own.processor / rows * 1e6:>13,.0f} us of the processor a row{own.memory:>6.0f} MiB"
        )
        for way, wanted in WANTED.items():
            found = cost([sys.executable, THEIRS, way, source], path)
            each, times = found.processor / rows * 1e6, found.processor / own.processor
            print(
                f"  {way:5}{each:>23,.0f} us of the processor a row{found.memory:>6.0f} MiB"
                f"   ours: {times:.1f} times as quick (wanted: {wanted})"
            )


if __name__ == "__main__":
    main()
