"""Files that are whole or not there: written beside their place, synced, and moved into it together."""

import os
from contextlib import ExitStack, suppress
from pathlib import Path
from tempfile import mkstemp
from types import TracebackType
from typing import Self, TextIO

BOM = "\ufeff"
"""Excel takes a CSV for UTF-8 only where it begins with this mark."""


class Staged:
    """New files of a folder that replace their former selves when the block ends, in the order of `open`.

    If the block raises, the folder stays as it was. Every file is readable by its owner only.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: list[tuple[TextIO, Path, str]] = []

    def open(self, name: str, *, mark: str = "") -> TextIO:
        """A new UTF-8 file that will be called `name` and begins with `mark`; line ends are written as given."""
        descriptor, path = mkstemp(prefix=f".{name}.", suffix=".part", dir=self._folder)
        file = open(descriptor, "w", encoding="utf-8", errors="backslashreplace", newline="")  # noqa: PTH123, SIM115
        self._files.append((file, Path(path), name))
        file.write(mark)
        return file

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with ExitStack() as leftovers:
            for _, path, _ in self._files:
                leftovers.callback(path.unlink, missing_ok=True)
            for file, _, _ in self._files:
                leftovers.callback(file.close)
            if kind is None:
                self._move_in()

    def _move_in(self) -> None:
        for file, _, _ in self._files:
            file.flush()
            os.fsync(file.fileno())
            file.close()
        for _, path, name in self._files:
            path.replace(self._folder / name)
        _sync_folder(self._folder)


def _sync_folder(folder: Path) -> None:
    """Makes the new names durable; Windows cannot open a folder, and needs no such thing."""
    with suppress(PermissionError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
