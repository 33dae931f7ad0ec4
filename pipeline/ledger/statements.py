"""Statements by the driver itself, for what is done for every row that is sent or told.

SQLAlchemy composes them, once: to do that and to bind their values takes it 30 to 700 us each time, SQLite then
carries them out in 4. Rows that SQLAlchemy hands on take twice as long as the driver's.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import ClauseElement, Connection
from sqlalchemy.dialects import sqlite

from pipeline.ledger.database import driver_of

_DIALECT = sqlite.dialect(paramstyle="named")


def ask(connection: Connection, query: ClauseElement, **values: object) -> list[tuple[Any, ...]]:
    """What a query finds; it is one that is asked again and again, with other values for its parameters."""
    words, fixed = _in_words(query)
    return driver_of(connection).execute(words, {**fixed, **values}).fetchall()


def ask_in_parts(
    connection: Connection, query: ClauseElement, size: int, **values: object
) -> Iterator[list[tuple[Any, ...]]]:
    """As `ask`, so many rows at a time."""
    words, fixed = _in_words(query)
    found = driver_of(connection).execute(words, {**fixed, **values})
    return iter(partial(found.fetchmany, size), [])


def carry_out(
    connection: Connection, statement: ClauseElement, values: Sequence[Mapping[str, object]]
) -> int:
    """Carries a statement out once for each set of values; returns how many rows that touched in all."""
    words, fixed = _in_words(statement)
    return driver_of(connection).executemany(words, [{**fixed, **one} for one in values]).rowcount


@lru_cache(maxsize=128)
def _in_words(statement: ClauseElement) -> tuple[str, Mapping[str, object]]:
    """A statement as SQLite reads it, and the values that stand in it already."""
    compiled = statement.compile(dialect=_DIALECT)
    return str(compiled), compiled.params
