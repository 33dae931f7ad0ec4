"""Opens the ledger: private from the first byte, durable on every connection, on a local disk."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry, SingletonThreadPool

from pipeline.errors import BrokenPromise, RunStopped, UsageMistake
from pipeline.ledger import schema
from pipeline.ledger.disks import network_file_system

FILE = "ledger.db"
BUSY_SECONDS = 60
"""How long one process waits for another's write transaction; ours last milliseconds."""


ROOM = 16 << 20
"""Bytes that must be free before a request leaves whose outcome has to be written down."""

_WHEN_FULL = "Make room, then go on with `resume`."


def free_space(folder: Path) -> int:
    """Bytes that are free where a folder is."""
    return shutil.disk_usage(folder).free


class Ledger:
    """The one source of truth for what happened, in `OUTPUT/ledger.db`.

    Every commit is on the disk when it returns: WAL with `synchronous=FULL`
    (sqlite.org/pragma.html#pragma_synchronous).
    """

    def __init__(self, engine: Engine, folder: Path, free: Callable[[Path], int]) -> None:
        self._engine = engine
        self._free = free
        self.folder = folder

    @classmethod
    def open(cls, folder: Path, free: Callable[[Path], int] = free_space) -> Self:
        """Opens the ledger in `folder`, makes or migrates it if needed.

        Raises:
            UsageMistake: the folder is on a network file system, cannot be written, or holds something else.
        """
        _private_folder(folder)
        if kind := network_file_system(folder):
            raise UsageMistake(
                f"{folder} is on a network file system ({kind}), where the record of what was sent is "
                "not safe. Choose a folder on this computer's own disk with -o."
            )
        path = folder / FILE
        _private_file(path)
        engine = create_engine(f"sqlite:///{path}", poolclass=SingletonThreadPool)
        event.listen(engine, "connect", _durable)
        event.listen(engine, "begin", _begin)
        ledger = cls(engine, folder, free)
        ledger._migrate(path)
        return ledger

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """One write transaction: durable when the block ends, nothing of it if the block raises."""
        try:
            with self._engine.begin() as connection:
                yield connection
        except OperationalError as error:
            raise RunStopped(f"{self.folder / FILE} cannot be written: {error.orig}. {_WHEN_FULL}") from error

    def check_room(self) -> None:
        """Makes sure that what is about to be sent can be written down.

        Raises:
            RunStopped: the disk is nearly full.
        """
        if self._free(self.folder) < ROOM:
            raise RunStopped(
                f"The disk of {self.folder} is nearly full, so nothing more is sent. {_WHEN_FULL}"
            )

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One view of the ledger that does not change while the block runs and holds nobody up."""
        with self._engine.connect().execution_options(reading=True) as connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Gives the file back; the ledger cannot be used afterwards."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _migrate(self, path: Path) -> None:
        try:
            with self.begin() as connection:
                found = schema.migrate(connection)
        except DatabaseError as error:
            self.close()
            raise UsageMistake(
                f"{path} is no ledger of contact-import ({error.orig}). Move it away or choose -o."
            ) from error
        if found > schema.VERSION:
            self.close()
            raise UsageMistake(f"{path} was written by a newer contact-import. Update the program.")


def _private_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except (FileExistsError, NotADirectoryError) as error:
        raise UsageMistake(f"{folder} is not a folder; choose another with -o.") from error
    except OSError as error:
        raise UsageMistake(
            f"{folder} cannot be made: {error.strerror}. Choose another folder with -o."
        ) from error


def _private_file(path: Path) -> None:
    """SQLite gives its -wal and -shm files the mode of the database file: one decides for all three."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise UsageMistake(
            f"{path} cannot be written: {error.strerror}. Choose another folder with -o."
        ) from error


def _durable(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")
    if connection.execute("PRAGMA synchronous").fetchone() != (2,):
        raise BrokenPromise("SQLite does not keep its writes durable here (PRAGMA synchronous is not FULL).")


def _begin(connection: Connection) -> None:
    """A writer takes the lock at once: two processes then wait for each other instead of failing half way."""
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
