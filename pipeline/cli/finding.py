"""Which run is meant by RUN: an id, the path of a run's folder, or `latest`."""

from pathlib import Path
from typing import NamedTuple

from pipeline.errors import UsageMistake
from pipeline.ledger import FILE, Ledger, RunRecord, Runs

LATEST = "latest"


class Place(NamedTuple):
    """Where a run is kept; `run_id` is None for the newest."""

    output: Path
    run_id: str | None

    def record(self, ledger: Ledger, *, dry_runs: bool) -> RunRecord:
        """The run; of the newest, whether dry runs count.

        Raises:
            UsageMistake: there is no such run.
        """
        runs = Runs(ledger)
        return runs.get(self.run_id) if self.run_id else runs.newest(dry_runs=dry_runs)


def find(run: str, output: Path) -> Place:
    """Where the run is kept that was named.

    Raises:
        UsageMistake: nothing is kept there.
    """
    if run == LATEST:
        place = Place(output, None)
    elif not (output / run / "config.yaml").is_file() and Path(run).is_dir():
        folder = Path(run) if Path(run).name not in ("", "..") else Path(run).resolve()
        place = Place(folder.parent, folder.name)
    else:
        place = Place(output, run)
    if not (place.output / FILE).is_file():
        raise UsageMistake(f"There is no run in {place.output} yet. Name the folder of your runs with -o.")
    return place
