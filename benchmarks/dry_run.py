"""A dry run of a CSV of 30 columns, all checks on and all reports written, beside the least one would write by hand.

    python benchmarks/dry_run.py [ROWS]

A million rows unless told. Without a key nobody can send what a dry run showed, so it keeps of a row only whom it is
about; in the sandbox its team is known, and it keeps all values. The ledger's share is what a smaller run takes in it,
by the clock of the processor.
"""

import cProfile
import io
import pstats
import sys
import tempfile
from contextlib import redirect_stdout, suppress
from pathlib import Path
from unittest.mock import patch

from _measure import Cost, cost, importer, machine, rows_wanted
from _people import CONFIG, write_csv

USUAL = 1_000_000
YARDSTICK = Path(__file__).with_name("_minimum.py")
IN_THE_SANDBOX = CONFIG.replace("Industry}", "Segment}").replace("Score}", "Lead Score}")
"""The same with custom fields that the sandbox's team has."""

IN_THE_LEDGER = ("sqlalchemy", "pipeline/ledger/")


def told(name: str, rows: int, found: Cost) -> None:
    each = found.processor / rows * 1e6
    print(
        f"  {name:34}{found.seconds:>8.1f} s{rows / found.seconds:>10,.0f} rows/s"
        f"{each:>8.0f} us of the processor a row{found.memory:>7.0f} MiB"
    )


def ledgers_share(source: Path, config: Path, output: Path) -> float:
    """The part of a dry run in one process that is spent below the ledger's own functions."""
    from pipeline.cli.program import program  # noqa: PLC0415 - only this part runs in our own process

    profile = cProfile.Profile()
    words = ["run", str(source), "-c", str(config), "-o", str(output), "--dry-run", "--quiet"]
    with patch("pipeline.beside.LARGE", 1 << 60), redirect_stdout(io.StringIO()), suppress(SystemExit):
        profile.runcall(program.main, words)
    figures = pstats.Stats(profile).stats  # type: ignore[attr-defined] # it has no other way to its figures
    whole: float = sum(one[2] for one in figures.values())
    inside: float = sum(one[2] for where, one in figures.items() if _in_ledger(where))
    return inside / whole


def _in_ledger(where: tuple[str, int, str]) -> bool:
    return any(part in where[0] for part in IN_THE_LEDGER) or "sqlite3" in where[2]


def main() -> None:
    rows = rows_wanted(USUAL)
    print(f"Dry run, {rows:,} rows of 30 columns ({machine()})")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        source, config, few = folder / "people.csv", folder / "people.yaml", folder / "few.csv"
        config.write_text(CONFIG, encoding="utf-8")
        write_csv(source, rows)
        write_csv(few, 10_000)
        minimum = cost([sys.executable, YARDSTICK, source, folder])
        told("by hand", rows, minimum)
        payloads = folder / "payloads"
        payloads.mkdir()
        keeping = cost([sys.executable, YARDSTICK, source, payloads, "--payloads"])
        told("by hand, values kept to be sent", rows, keeping)
        words = ("--dry-run", "--quiet")
        own = cost(importer("run", source, "-c", config, "-o", folder / "output", *words))
        told("contact-import", rows, own)
        print(f"  ours: {minimum.seconds / own.seconds:.2f} of the rows/s (wanted: 0.6)")
        known = folder / "known.yaml"
        known.write_text(IN_THE_SANDBOX, encoding="utf-8")
        whole = cost(importer("run", source, "-c", known, "-o", folder / "known", "--sandbox", *words))
        told("contact-import, values kept", rows, whole)
        print(
            f"  ours: {keeping.seconds / whole.seconds:.2f} of the rows/s of the yardstick that keeps them too"
        )
        share = ledgers_share(few, config, folder / "few")
        print(f"  the ledger's share: {share:.0%} (wanted: at most 15 %)")


if __name__ == "__main__":
    main()
