"""The run's own copies of source and config: complete, on the disk, with their checksums."""

import hashlib
import os
import shutil
from pathlib import Path
from typing import BinaryIO

from pipeline.errors import SourceMistake, UsageMistake
from pipeline.ledger import run_id_for

_BLOCK = 1 << 20


def new_folder(output: Path, source: Path, now: float, taken: frozenset[str]) -> Path:
    """Makes the folder of a new run; no other run or process has it."""
    while True:
        folder = output / run_id_for(source, now, taken)
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            taken |= {folder.name}
        except OSError as error:
            raise UsageMistake(
                f"{folder} cannot be made: {error.strerror}. Choose another folder with -o."
            ) from error
        else:
            return folder


def stamp(source: Path) -> tuple[int, ...]:
    """The same as long as nobody writes to the file or puts another in its place; nothing where there is none."""
    try:
        found = source.stat()
    except OSError:
        return ()
    return found.st_ino, found.st_size, found.st_mtime_ns


def keep_source(source: Path, folder: Path) -> tuple[Path, str]:
    """Copies the source to `source.<ext>`; returns the copy and its sha256.

    Raises:
        SourceMistake: it cannot be read.
    """
    name = source.name.lower()
    ending = "".join(Path(name).suffixes[-2:]) if name.endswith(".gz") else Path(name).suffix
    copy = folder / f"source{ending}"
    digest = hashlib.sha256()
    try:
        with source.open("rb") as original, _private(copy) as kept:
            while block := original.read(_BLOCK):
                digest.update(block)
                kept.write(block)
            _sync(kept.fileno())
    except OSError as error:
        raise SourceMistake(f"{source} cannot be copied to {folder}: {error.strerror}.") from error
    sync_folder(folder)
    return copy, digest.hexdigest()


def keep_config(text: str, folder: Path) -> None:
    """Writes the config as it was read to `config.yaml`."""
    with _private(folder / "config.yaml") as kept:
        kept.write(text.encode())
        _sync(kept.fileno())
    sync_folder(folder)


def kept_source(folder: Path) -> Path:
    """The copy of the source in a run's folder.

    Raises:
        UsageMistake: it is gone.
    """
    found = sorted(folder.glob("source*"))
    if not found:
        raise UsageMistake(f"{folder} has no copy of the source any more, so its rows cannot be told.")
    return found[0]


def discard(folder: Path) -> None:
    """Takes away the folder of a run that never came to be."""
    shutil.rmtree(folder, ignore_errors=True)


def _private(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def _sync(descriptor: int) -> None:
    os.fsync(descriptor)


def sync_folder(folder: Path) -> None:
    """Makes the folder's entries durable; where folders cannot be opened (Windows), the system does it itself."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
