"""Time and peak memory of a dry run at 10,000 and at 200,000 rows, side by side, each in a process of its own."""

import csv
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SIZES = (10_000, 200_000)
HEADER = ("First", "Last", "Company", "Email", "Title", "Mobile", *(f"Extra {n}" for n in range(24)))
CONFIG = """
columns:
  First: first_name
  Last: last_name
  Company: organization_name
  Email: email
  Title: title
  Mobile: mobile_phone
"""


def write(path: Path, rows: int) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(HEADER)
        for n in range(rows):
            person = (f"Ada{n}", f"Müller{n % 5000}", f"Works {n % 20000} GmbH", f"ada{n}@works.example")
            table.writerow((*person, "Engineer", "+4915112345678", *["some text"] * 24))


def measure(folder: Path, rows: int) -> tuple[float, float]:
    """(seconds, peak MiB) of one dry run; the peak is the largest of all children so far, so sizes go up."""
    write(folder / f"{rows}.csv", rows)
    command = [
        sys.executable,
        "-m",
        "pipeline",
        "run",
        str(folder / f"{rows}.csv"),
        "-c",
        str(folder / "config.yaml"),
    ]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("APOLLO_")}
    began = time.perf_counter()
    subprocess.run(
        [*command, "--dry-run", "--quiet", "-o", str(folder / "output")], check=True, env=environment
    )
    return time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "config.yaml").write_text(CONFIG, encoding="utf-8")
        for rows in SIZES:
            seconds, peak = measure(folder, rows)
            print(f"{rows:>9,} rows  {seconds:6.1f} s  {rows / seconds:>8,.0f} rows/s  peak {peak:6.0f} MiB")


if __name__ == "__main__":
    main()
