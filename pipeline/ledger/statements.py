"""Statements by the driver itself, for what is done for every row that is sent or told.

SQLAlchemy composes them, once: to do that and to bind their values takes it 30 to 700 us each time, SQLite then
carries them out in 4. To bind by name takes a third longer than by position, and rows that SQLAlchemy hands on twice
as long as the driver's.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from functools import lru_cache, partial
from typing import Any, NamedTuple, cast

from sqlalchemy import ClauseElement, Connection, ScalarSelect, bindparam, func, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql.compiler import SQLCompiler

from pipeline.ledger.database import driver_of

_DIALECT = sqlite.dialect()
_ROWS = re.compile(r"\b(?:FROM|UPDATE) rows\b")


class _Words(NamedTuple):
    """A statement as SQLite reads it, its parameters in their order, and those whose values stand in it already."""

    text: str
    names: tuple[str, ...]
    fixed: Mapping[str, object]

    def bound(self, values: Mapping[str, object]) -> tuple[object, ...]:
        """Values for all parameters, in their order."""
        return tuple(map({**self.fixed, **values}.__getitem__, self.names))


def one_of(name: str, *, keys: bool = False) -> ScalarSelect[Any]:
    """The values of a parameter that is a JSON array; `keys` (of 16 bytes) stand in it as `hexadecimal` writes them.

    One question about a hundred values takes a third of a hundred questions.
    """
    each = func.json_each(bindparam(name)).table_valued("value").c.value
    return select(func.unhex(each) if keys else each).scalar_subquery()


def hexadecimal(keys: Sequence[bytes]) -> str:
    """Keys as a JSON array."""
    return json.dumps([key.hex() for key in keys])


def ask(
    connection: Connection, query: ClauseElement, *, index: str = "", **values: object
) -> list[tuple[Any, ...]]:
    """What a query finds; it is one that is asked again and again, with other values for its parameters.

    `index` is the one of `rows` to use. Where few of a run's rows are wanted, SQLite looks at all of them otherwise,
    90 ms for 200,000: it cannot know how few an index has.
    """
    words = _in_words(query, index)
    return driver_of(connection).execute(words.text, words.bound(values)).fetchall()


def ask_in_parts(
    connection: Connection, query: ClauseElement, size: int, **values: object
) -> Iterator[list[tuple[Any, ...]]]:
    """As `ask`, so many rows at a time."""
    words = _in_words(query)
    found = driver_of(connection).execute(words.text, words.bound(values))
    return iter(partial(found.fetchmany, size), [])


def carry_out(
    connection: Connection, statement: ClauseElement, values: Sequence[Mapping[str, object]], index: str = ""
) -> int:
    """Carries a statement out once for each set of values; returns how many rows that touched in all.

    `index` as for `ask`.
    """
    words = _in_words(statement, index)
    return driver_of(connection).executemany(words.text, map(words.bound, values)).rowcount


@lru_cache(maxsize=128)
def _in_words(statement: ClauseElement, index: str = "") -> _Words:
    compiled = cast(SQLCompiler, statement.compile(dialect=_DIALECT))
    text = _ROWS.sub(rf"\g<0> INDEXED BY {index}", str(compiled), count=1) if index else str(compiled)
    # The driver takes an enum's member for a type that it may have to adapt, each time it is bound.
    fixed = {name: one.value if isinstance(one, Enum) else one for name, one in compiled.params.items()}
    return _Words(text, tuple(compiled.positiontup or ()), fixed)
