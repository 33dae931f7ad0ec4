"""Which run is meant by RUN: an id, the path of a run's folder, or `latest`."""

from pathlib import Path
from typing import NamedTuple

import click

from pipeline.cli.access import Environment
from pipeline.cli.options import OUTPUT
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


class Sent(NamedTuple):
    """A run that was meant to be sent, named by a command that goes on with it."""

    environment: Environment
    output: Path
    run_id: str


def find_sent(context: click.Context, run: str, output: Path | None) -> Sent:
    """The run that a command is about; `latest` is none that was dry.

    Raises:
        UsageMistake: there is no such run.
    """
    environment = Environment.read()
    place = find(run, environment.output(output))
    context.meta[OUTPUT] = place.output
    with Ledger.open(place.output) as ledger:
        return Sent(environment, place.output, place.record(ledger, dry_runs=False).run_id)


def find(run: str, output: Path) -> Place:
    """Where the run is kept that was named.

    Raises:
        UsageMistake: nothing is kept there.
    """
    folder = Path(run)
    is_id = folder.name == run and (output / run / "config.yaml").is_file()
    if run == LATEST:
        place = Place(output, None)
    elif folder.is_dir() and not is_id:
        folder = folder if folder.name not in ("", "..") else folder.resolve()
        place = Place(folder.parent, folder.name)
    else:
        place = Place(output, run)
    if not (place.output / FILE).is_file():
        raise UsageMistake(f"There is no run in {place.output} yet. Name the folder of your runs with -o.")
    return place
