"""Opens the ledger: private from the first byte, durable on every connection, on a local disk."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from sqlalchemy import Connection, ExceptionContext, create_engine, event
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from pipeline.errors import BrokenPromise, RunStopped, UsageMistake
from pipeline.ledger import schema
from pipeline.ledger.disks import network_file_system

FILE = "ledger.db"
BUSY_SECONDS = 60
"""How long one process waits for another's write transaction; ours last milliseconds."""

_LOG_PAGES = 4_000
"""Of 4 KiB, that stand in the log before they are copied into the file, which waits for the disk twice."""


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

    def __init__(self, connection: Connection, folder: Path, free: Callable[[Path], int]) -> None:
        self._connection = connection
        self._driver = driver_of(connection)
        self._free = free
        self._writing = False
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
        try:
            with _writing_to(path):
                ledger = cls(_connected(path), folder, free)
            found = ledger._migrate()
        except DatabaseError as error:
            raise UsageMistake(
                f"{path} is no ledger of contact-import ({error.orig}). Move it away or choose -o."
            ) from error
        if found > schema.VERSION:
            ledger.close()
            raise UsageMistake(f"{path} was written by a newer contact-import. Update the program.")
        return ledger

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """One write transaction: durable when the block ends, nothing of it if the block raises.

        A transaction or a view within a transaction is a part of it. They are begun and ended by the driver: SQLAlchemy
        takes 70 us for what SQLite does in 5, and a row that is sent needs two of them.
        """
        if self._writing:
            yield self._connection
            return
        with _writing_to(self.folder / FILE):
            # A writer takes the lock at once: two processes then wait for each other instead of failing half way.
            self._driver.execute("BEGIN IMMEDIATE")
            self._writing = True
            try:
                yield self._connection
                self._driver.commit()
            finally:
                self._writing = False
                self._driver.rollback()

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
        if self._writing:
            yield self._connection
            return
        self._driver.execute("BEGIN")
        try:
            yield self._connection
        finally:
            self._driver.rollback()

    def close(self) -> None:
        """Gives the file back; the ledger cannot be used afterwards."""
        self._connection.close()
        self._connection.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _migrate(self) -> int:
        try:
            with self.begin() as connection:
                return schema.migrate(connection)
        except DatabaseError:
            self.close()
            raise


def driver_of(connection: Connection) -> sqlite3.Connection:
    """What SQLAlchemy's connection stands on."""
    driver = connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        raise TypeError("a ledger is SQLite")
    return driver


@contextmanager
def _writing_to(path: Path) -> Iterator[None]:
    try:
        yield
    except (OperationalError, sqlite3.OperationalError) as error:
        said = error.orig if isinstance(error, OperationalError) else error
        raise RunStopped(f"{path} cannot be written: {said}. {_WHEN_FULL}") from error


def _connected(path: Path) -> Connection:
    engine = create_engine(f"sqlite:///{path}", isolation_level="AUTOCOMMIT")
    event.listen(engine, "connect", _durable)
    event.listen(engine, "handle_error", _keep)
    return engine.connect()


def _keep(error: ExceptionContext) -> None:
    """SQLAlchemy gives a connection up on Ctrl-C; but how a run ended is still to be written down."""
    if not isinstance(error.original_exception, Exception):
        error.is_disconnect = False


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
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "foreign_keys=ON",
        f"wal_autocheckpoint={_LOG_PAGES}",
    ):
        connection.execute(f"PRAGMA {pragma}")
    connection.create_function("unhex", 1, bytes.fromhex, deterministic=True)  # SQLite has it from 3.41 on
    if connection.execute("PRAGMA synchronous").fetchone() != (2,):
        raise BrokenPromise("SQLite does not keep its writes durable here (PRAGMA synchronous is not FULL).")
