"""The tables of the ledger, and how an older ledger becomes a newer one."""

from enum import IntEnum

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
    text,
)

VERSION = 2
"""Stored as SQLite's `user_version`; each step to it stands in `_STEPS`."""


class State(IntEnum):
    """Where a row is on its way; every row is in exactly one."""

    PENDING = 0
    SENDING = 1
    DOUBT = 2
    OWING = 3
    DONE = 4


metadata = MetaData()

teams = Table(
    "teams",
    metadata,
    Column("team", Integer, primary_key=True),
    Column("host", Text, nullable=False),
    Column("team_id", Text, nullable=False),
    UniqueConstraint("host", "team_id"),
)

keys = Table(
    "keys",
    metadata,
    Column("fingerprint", Text, primary_key=True),
    Column("host", Text, primary_key=True),
    Column("team", Integer, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("run", Integer, primary_key=True),
    Column("run_id", Text, nullable=False, unique=True),
    Column("team", Integer),
    Column("dry_run", Integer, nullable=False),
    Column("again", Integer, nullable=False),
    Column("prepared", Integer, nullable=False, server_default="0"),
    Column("state", Text, nullable=False),
    Column("source_path", Text, nullable=False),
    Column("source_file", Text, nullable=False),
    Column("source_sha256", Text, nullable=False),
    Column("config_sha256", Text, nullable=False),
    Column("options", Text, nullable=False),
    Column("facts", Text),
    Column("plan", Text),
    Column("started_at", Float, nullable=False),
    Column("finished_at", Float),
    Column("seconds", Float, nullable=False, server_default="0"),
    Column("sent", Integer, nullable=False, server_default="0"),
    Column("retried", Integer, nullable=False, server_default="0"),
    Column("rate_limited", Integer, nullable=False, server_default="0"),
    Column("stop_reason", Text),
    Column("message", Text),
    Column("exit_code", Integer),
)

rows = Table(
    "rows",
    metadata,
    Column("run", Integer, primary_key=True),
    Column("row", Integer, primary_key=True),
    Column("state", Integer, nullable=False),
    Column("reason", Text),
    Column("message", Text),
    Column("column", Text),
    Column("value", Text),
    Column("contact_id", Text),
    Column("matched_run", Integer),
    Column("matched_row", Integer),
    Column("matched_on", Text),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("http_status", Integer),
    Column("person", LargeBinary),
    Column("content", LargeBinary),
    Column("payload", Text),
    Column("owed_fields", Text),
    Column("owed_lists", Text),
    Column("t0", Float),
    Column("doubts", Text),
    Column("old_payload", Text),
    Column("old_run", Integer),
    Column("old_row", Integer),
    Column("warnings", Text),
    Column("suggestion", Text),
    Column("finished_at", Float),
    sqlite_with_rowid=False,
)
_OPEN = rows.c.state < literal_column(str(State.DONE.value))

Index("rows_open", rows.c.run, rows.c.state, rows.c.row, sqlite_where=_OPEN)
Index("rows_owed_fields", rows.c.run, rows.c.row, sqlite_where=rows.c.owed_fields.is_not(None))
Index("rows_owed_lists", rows.c.run, rows.c.row, sqlite_where=rows.c.owed_lists.is_not(None))
Index(
    "rows_left_open",
    rows.c.person,
    sqlite_where=rows.c.reason.in_([literal_column("'outcome_unknown'"), literal_column("'email_dropped'")]),
)
Index("rows_contact", rows.c.contact_id, sqlite_where=rows.c.contact_id.is_not(None))


def open_in(state: State) -> ColumnElement[bool]:
    """Of a row: whether it is in this state, said so that SQLite finds it by `rows_open`.

    It uses the index only where a query says in the same words which rows the index has, and then looks for a range
    of states, never for one.
    """
    return rows.c.state.between(state, state) & _OPEN


OPEN_COLUMNS = (
    rows.c.row,
    rows.c.person,
    rows.c.content,
    rows.c.payload,
    rows.c.attempts,
    rows.c.doubts,
    rows.c.t0,
    rows.c.old_payload,
)
"""What an `OpenRow` is made of."""

history = Table(
    "history",
    metadata,
    Column("team", Integer, primary_key=True),
    Column("person", LargeBinary, primary_key=True),
    Column("names", LargeBinary),
    Column("contact_id", Text, nullable=False),
    Column("content", LargeBinary),
    Column("run", Integer, nullable=False),
    Column("row", Integer, nullable=False),
    sqlite_with_rowid=False,
)
Index("history_names", history.c.team, history.c.names, sqlite_where=history.c.names.is_not(None))

windows = Table(
    "windows",
    metadata,
    Column("team", Integer, primary_key=True),
    Column("call", Text, primary_key=True),
    Column("span", Integer, primary_key=True),
    Column("allowed", Integer),
    Column("used", Integer, nullable=False),
    Column("ends_at", Float),
    sqlite_with_rowid=False,
)

lookups = Table(
    "lookups",
    metadata,
    Column("team", Integer, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("fetched_at", Float, nullable=False),
    Column("names", Text, nullable=False),
)

profiles = Table(
    "profiles",
    metadata,
    Column("run", Integer, primary_key=True),
    Column("mapping", Text, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("columns", Text, nullable=False),
    Column("filled", Text, nullable=False),
)
Index("profiles_mapping", profiles.c.mapping, profiles.c.run)


def _first_tables(connection: Connection) -> None:
    metadata.create_all(connection)


def _profiles(connection: Connection) -> None:
    profiles.create(connection, checkfirst=True)


_STEPS = (_first_tables, _profiles)
"""Step n brings a ledger of version n to version n + 1; a released step is never edited."""


def migrate(connection: Connection) -> int:
    """Brings the ledger to `VERSION`; returns the version it had. The caller holds the write transaction."""
    found: int = connection.execute(text("PRAGMA user_version")).scalar_one()
    for step in _STEPS[found:]:
        step(connection)
    if found < VERSION:
        connection.execute(text(f"PRAGMA user_version = {VERSION}"))
    return found
