"""What the benchmarks have in common: commands measured from outside, peers installed apart, the machine's name."""

import compileall
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from threading import Event, Thread
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
PEERS = ROOT / ".venv" / "peers"
"""Where libraries that are only compared with are installed; `make clean` takes them away."""

_LOOK_EVERY = 0.2
"""Seconds. A look takes some milliseconds of a core, which a program of two processes would miss."""


class Cost(NamedTuple):
    """What a command took: seconds by the clock and of the processor, and the most memory of all its processes, MiB."""

    seconds: float
    processor: float
    memory: float


def cost(
    command: Sequence[str | Path], environment: Mapping[str, str] | None = None, *, watched: bool = True
) -> Cost:
    """Runs a command without a word; exit code 1, rows in error, is no failure.

    Memory shared by its processes counts once (PSS, Linux); elsewhere, and if not `watched`, it is that of the
    largest process.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("APOLLO_")}
    began, looks, ended = time.perf_counter(), [0.0], Event()
    with subprocess.Popen(
        list(map(str, command)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**kept, **(environment or {})},
    ) as process:
        watcher = Thread(target=_watch, args=(process.pid, looks, ended))
        if watched:
            watcher.start()
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        ended.set()
        process.returncode = os.waitstatus_to_exitcode(status)
        said = process.stderr.read().decode() if process.stderr else ""
    if process.returncode not in (0, 1) or "Traceback" in said:
        raise SystemExit(f"{' '.join(map(str, command))} failed ({process.returncode}):\n{said}")
    return Cost(seconds, used.ru_utime + used.ru_stime, max(looks) or used.ru_maxrss / 1024)


def _watch(pid: int, looks: list[float], ended: Event) -> None:
    while not ended.wait(_LOOK_EVERY):
        looks.append(sum(map(_share, _family(pid))))


def _family(pid: int) -> Iterator[int]:
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return
    for child in children:
        yield from _family(int(child))


def _share(pid: int) -> float:
    try:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in told.splitlines() if line.startswith("Pss:")), 0.0)


def importer(*words: str | Path) -> list[str | Path]:
    """The program's own command line; its bytecode is there, as where it is installed."""
    _compile()
    return [sys.executable, "-m", "pipeline", *words]


@cache
def _compile() -> None:
    compileall.compile_dir(ROOT / "pipeline", quiet=1)


def peers(*packages: str) -> Path:
    """Installs packages where the project does not see them; returns the folder to put on the path."""
    folder = PEERS / "-".join(name.partition("=")[0] for name in packages)
    if not folder.exists():
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*command, "--target", str(folder), *packages], check=True)
    return folder


def rows_wanted(usual: int) -> int:
    """The number of rows on the command line, else the usual one."""
    return int(sys.argv[1].replace(",", "").replace("_", "")) if len(sys.argv) > 1 else usual


def machine() -> str:
    """Date and machine, as figures are told."""
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count()
    return f"{datetime.now(UTC):%Y-%m-%d}, {cores} cores, Python {platform.python_version()}, {platform.system()}"
