"""The state file: everything that was answered is in it before the answer leaves.

A transaction a request, without waiting for the disk: a killed process loses nothing, a power cut may.
"""

import json
import os
import secrets
import sqlite3
from contextlib import suppress
from pathlib import Path

from pipeline.sandbox.exchange import Json
from pipeline.sandbox.settings import Settings
from pipeline.sandbox.workspace import Contact, Logged, Overwrite, Workspace

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS contacts (number INTEGER PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS objects (number INTEGER PRIMARY KEY, kind TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS windows (endpoint TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS requests (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL, at REAL NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL,
    endpoint TEXT NOT NULL, status INTEGER NOT NULL
);
"""


_STORED = ("id", "made_at", "made_by", "values", "overwritten_by", "deleted")
_ENCODE = json.JSONEncoder(ensure_ascii=False).encode


class StateUnusable(Exception):  # noqa: N818 - said as the user meets it
    """The state file is in use by another sandbox, or is not one."""


class Store:
    """Keeps a workspace in a file; without one it keeps nothing.

    Raises:
        StateUnusable: The file cannot be opened as a state file.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._db = None if path is None else _opened(path)
        self._credits_saved = 0

    def load(self, settings: Settings, seed: int) -> tuple[Workspace, list[Logged]]:
        """Return the team as it was left, or a new one, and its log of requests."""
        if self._db is None:
            return Workspace(secrets.token_hex(12), settings, seed), []
        meta = dict(self._db.execute("SELECT key, value FROM meta"))
        team_id = meta.get("team_id") or secrets.token_hex(12)
        self._db.execute("INSERT OR IGNORE INTO meta VALUES ('team_id', ?)", (team_id,))
        workspace = Workspace(team_id, settings, seed)
        workspace.credits_used = self._credits_saved = int(meta.get("credits_used", "0"))
        workspace.revealed = set(json.loads(meta.get("revealed", "[]")))
        for kind, body in self._db.execute("SELECT kind, body FROM objects ORDER BY number"):
            _restore_object(workspace, kind, json.loads(body))
        for number, body in self._db.execute("SELECT number, body FROM contacts ORDER BY number"):
            workspace.add(_contact(number, json.loads(body)))
        for endpoint, dumped in self._db.execute("SELECT endpoint, body FROM windows"):
            workspace.windows.load(endpoint, dumped)
        rows = self._db.execute("SELECT id, at, method, path, endpoint, status FROM requests ORDER BY number")
        return workspace, [Logged(*row) for row in rows]

    def save(self, workspace: Workspace, logged: Logged | None) -> None:
        """Store what has changed, and the request, in one transaction."""
        if self._db is None:
            workspace.unsaved_contacts.clear()
            workspace.unsaved_objects.clear()
            return
        self._db.execute("BEGIN")
        self._save_contents(self._db, workspace)
        if logged is not None:
            self._db.execute(
                "INSERT INTO requests (id, at, method, path, endpoint, status) VALUES (?, ?, ?, ?, ?, ?)",
                logged[:6],
            )
            dumped = workspace.windows.dump(logged.endpoint)
            self._db.execute("INSERT OR REPLACE INTO windows VALUES (?, ?)", (logged.endpoint, dumped))
        self._db.execute("COMMIT")

    def close(self) -> None:
        """Close the file."""
        if self._db is not None:
            self._db.close()
            self._db = None

    def _save_contents(self, db: sqlite3.Connection, workspace: Workspace) -> None:
        if workspace.unsaved_contacts:
            rows = [(contact.number, _dumped(contact)) for contact in workspace.unsaved_contacts.values()]
            db.executemany("INSERT OR REPLACE INTO contacts VALUES (?, ?)", rows)
            workspace.unsaved_contacts.clear()
        for kind, thing in workspace.unsaved_objects.values():
            db.execute(
                "INSERT OR REPLACE INTO objects VALUES (?, ?, ?)", (thing["number"], kind, json.dumps(thing))
            )
        workspace.unsaved_objects.clear()
        if workspace.credits_used != self._credits_saved:
            self._credits_saved = workspace.credits_used
            db.execute(
                "INSERT OR REPLACE INTO meta VALUES ('credits_used', ?)", (str(workspace.credits_used),)
            )
            revealed = json.dumps(sorted(workspace.revealed))
            db.execute("INSERT OR REPLACE INTO meta VALUES ('revealed', ?)", (revealed,))


def _opened(path: Path) -> sqlite3.Connection:
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=0.2)
    try:
        db.execute("PRAGMA locking_mode=EXCLUSIVE")
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=OFF")
        db.executescript(_SCHEMA)
    except sqlite3.DatabaseError as error:
        db.close()
        raise StateUnusable(f"{path} cannot be used as the state of a sandbox: {error}") from error
    return db


def _dumped(contact: Contact) -> str:
    return _ENCODE({key: getattr(contact, key) for key in _STORED})


def _contact(number: int, body: Json) -> Contact:
    history = [Overwrite(request, tuple(keys)) for request, keys in body.pop("overwritten_by")]
    return Contact(number=number, overwritten_by=history, **body)


def _restore_object(workspace: Workspace, kind: str, thing: Json) -> None:
    workspace.made = max(workspace.made, thing.pop("number"))
    if kind == "label":
        workspace.add_label(thing)
    else:
        workspace.add_custom_field(thing)
