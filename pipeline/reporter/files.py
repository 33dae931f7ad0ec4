"""Files that are whole or not there: written in a folder of their own, synced, and moved into place together."""

import os
import shutil
from contextlib import ExitStack, suppress
from pathlib import Path
from tempfile import mkdtemp
from types import TracebackType
from typing import Self, TextIO

from filelock import FileLock, Timeout

BOM = "\ufeff"
"""Excel takes a CSV for UTF-8 only where it begins with this mark."""

_PREFIX, _SUFFIX = ".reports-", ".part"
_LOCK = "lock"
_OTHER_NAMES = range(2, 10)


class Staged:
    """New files of a folder that replace their former selves when the block ends, in the order they were begun.

    If the block raises, the folder stays as it was. Every file is readable by its owner only. What a killed process
    left behind is swept away.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, TextIO | None] = {}
        self._withdrawn: list[str] = []
        self._elsewhere: dict[str, str] = {}

    def open(self, name: str, *, mark: str = "") -> TextIO:
        """A new UTF-8 file that will be called `name` and begins with `mark`; line ends are written as given."""
        file = open(  # noqa: SIM115 - it is closed when the block ends
            self.path(name), "w", encoding="utf-8", errors="backslashreplace", newline="", opener=_private
        )
        self._files[name] = file
        file.write(mark)
        return file

    def path(self, name: str) -> Path:
        """Where somebody else shall write the file that will be called `name`, and close it before the block ends."""
        self._files[name] = None
        return self._stage / name

    def withdraw(self, name: str) -> None:
        """There will be no file of that name, neither a new one nor the former."""
        self._files.pop(name, None)
        self._withdrawn.append(name)

    def said(self) -> tuple[str, ...]:
        """What is to be said, after the block, about files that could not have their own name."""
        return tuple(
            f"{name} is open in another program, so the new one is called {other}."
            for name, other in self._elsewhere.items()
        )

    def __enter__(self) -> Self:
        _sweep(self._folder)
        self._stage = Path(mkdtemp(prefix=_PREFIX, suffix=_SUFFIX, dir=self._folder))
        self._lock = FileLock(self._stage / _LOCK)
        self._lock.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with ExitStack() as leftovers:
            leftovers.callback(shutil.rmtree, self._stage, ignore_errors=True)
            leftovers.callback(self._lock.release)
            for file in self._files.values():
                if file:
                    leftovers.callback(file.close)
            if kind is None:
                self._move_in()

    def _move_in(self) -> None:
        for name, file in self._files.items():
            if file:
                file.close()
            _make_durable(self._stage / name)
        for name in self._files:
            if (found := self._place(name)) != name:
                self._elsewhere[name] = found
        for name in self._withdrawn:
            (self._folder / name).unlink(missing_ok=True)
        _sync_folder(self._folder)

    def _place(self, name: str) -> str:
        """Moves a file to its name, or to another where that one is open in a program that does not let it go."""
        new, wanted = self._stage / name, self._folder / name
        try:
            new.replace(wanted)
        except PermissionError:
            for number in _OTHER_NAMES:
                other = wanted.with_stem(f"{wanted.stem} ({number})")
                with suppress(PermissionError):
                    new.replace(other)
                    return other.name
            raise
        return name


def _sweep(folder: Path) -> None:
    """Takes away what killed processes left: nobody holds its lock any more."""
    for left in folder.glob(f"{_PREFIX}*{_SUFFIX}"):
        with suppress(Timeout, FileNotFoundError), FileLock(left / _LOCK, timeout=0):
            shutil.rmtree(left, ignore_errors=True)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _make_durable(path: Path) -> None:
    path.chmod(0o600)
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    """Makes the new names durable; Windows cannot open a folder, and needs no such thing."""
    with suppress(PermissionError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
