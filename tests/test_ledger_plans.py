"""What is asked again and again while a run sends costs the same however many rows it has."""

from pathlib import Path

import pytest
from sqlalchemy import ClauseElement

from pipeline.ledger import Ledger
from pipeline.ledger.database import driver_of
from pipeline.ledger.doubts import _CUT_OFF, _DOUBTFUL
from pipeline.ledger.rows.owing import _OWING_FIELDS, _OWING_LISTS
from pipeline.ledger.statements import _in_words


@pytest.mark.parametrize(
    ("statement", "way"),
    [
        (_CUT_OFF, "rows_open (run=? AND state>? AND state<?)"),
        (_DOUBTFUL, "rows_open (run=? AND state>? AND state<?)"),
        (_OWING_FIELDS, "rows_owed_fields (run=?)"),
        (_OWING_LISTS, "rows_owed_lists (run=?)"),
    ],
)
def test_sqlite_finds_few_rows_among_many_by_the_index_that_has_only_those(
    tmp_path: Path, statement: ClauseElement, way: str
) -> None:
    words = _in_words(statement, way.partition(" ")[0])
    values = words.bound(dict.fromkeys(words.names, 1) | dict(words.fixed))
    with Ledger.open(tmp_path) as ledger, ledger.read() as connection:
        plan = driver_of(connection).execute(f"EXPLAIN QUERY PLAN {words.text}", values).fetchall()
    assert any(step[3].endswith(f"INDEX {way}") for step in plan), plan
