"""5,000 rows over a real socket: what the results say is what the stand-in holds, contact by contact."""

import csv
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.import_desk import COLUMNS, HEADER
from tests.storm import KEY, WAYS, contacts_in, sandbox

ROWS = 5000
CONFIG = f"""{COLUMNS}send:
  rate: {{minute: 0, hour: 0, day: 0}}
"""


def write(path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(HEADER)
        for number in range(2, ROWS + 2):
            who = number if number % 50 else number - 1
            phone = "+1 212 555 0100" if number % 7 == 0 else ""
            lists = "Fair" if number % 5 == 0 else ""
            table.writerow(
                (
                    f"Ada{who}",
                    "Example",
                    f"Works {who}",
                    f"ada{who}@works.example",
                    f"Row {number}",
                    phone,
                    lists,
                )
            )


@pytest.mark.storm
@pytest.mark.parametrize(("on_match", "mode"), WAYS)
def test_the_results_of_5000_rows_equal_what_apollo_holds(tmp_path: Path, on_match: str, mode: str) -> None:
    write(tmp_path / "people.csv")
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    with sandbox(tmp_path, 1, limits="-/-/-") as url:
        environment = {
            **os.environ,
            "APOLLO_BASE_URL": url,
            "APOLLO_API_KEY": KEY,
            "XDG_STATE_HOME": str(tmp_path),
        }
        command = [
            sys.executable,
            "-m",
            "pipeline",
            "run",
            "people.csv",
            "-c",
            "config.yaml",
            "-o",
            "output",
            "--yes",
        ]
        command += ["--on-match", on_match, "--mode", mode, "--quiet"]
        path = os.pathsep.join([str(Path(__file__).parents[1]), environment.get("PYTHONPATH", "")])
        done = subprocess.run(
            command, cwd=tmp_path, env={**environment, "PYTHONPATH": path}, timeout=300, check=False
        )
    assert done.returncode == 0
    [results] = tmp_path.glob("output/*/results.csv")
    with results.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    made = {
        row["contact_id"]: (row["email"], f"Row {row['row']}") for row in rows if row["status"] == "created"
    }
    held = {contact["id"]: (contact["email"], contact["title"]) for contact in contacts_in(tmp_path, 1)[0]}
    assert Counter(row["status"] for row in rows) == {"created": 4900, "duplicate": 100}
    assert made == held
