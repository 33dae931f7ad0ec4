"""run.log: what a run did, one JSON object a line, for whoever looks into it later."""

import json
import os
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO, TypeAlias

from pipeline.clock import Clock
from pipeline.reporter.times import iso_milliseconds

Fact: TypeAlias = "str | int | float | bool | list[Fact] | dict[str, Fact] | None"


class RunLog:
    """Appends events to a private file; each line is written whole before the call returns.

    Whoever logs gives row numbers, counts, codes and durations, never names, addresses or keys: the log is what
    people pass on when they ask for help.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        """Opens the log, to go on behind what a former start of the run wrote."""
        self._clock = clock
        self._file = _open(path)

    def __call__(self, event: str, **fields: Fact) -> None:
        """Notes that something happened, and when; on a full disk that is lost, and nothing else."""
        line = {"at": iso_milliseconds(self._clock.time()), "event": event, **fields}
        with suppress(OSError):
            self._file.write(json.dumps(line, ensure_ascii=False) + "\n")

    def close(self) -> None:
        """Gives the file back."""
        with suppress(OSError):
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _open(path: Path) -> TextIO:
    torn = _is_torn(path)
    file = open(  # noqa: SIM115 - it stays open as long as the run
        path, "a", encoding="utf-8", errors="backslashreplace", newline="\n", buffering=1, opener=_private
    )
    if torn:
        file.write("\n")
    return file


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _is_torn(path: Path) -> bool:
    """Whether a former start was killed in the middle of a line."""
    if not path.exists() or not path.stat().st_size:
        return False
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read() != b"\n"
