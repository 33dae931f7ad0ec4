"""Reports of a large dry run are made from what was remembered of its rows while they were read."""

from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from pipeline.loader import Table
from pipeline.reporter import Summary
from pipeline.run.remembered import Remembered
from tests.import_desk import ImportDesk, human

ROWS = [human(1), human(2, Email="nobody"), [""] * 7, human(4), human(1), human(6, Email="@"), human(7)]


@pytest.fixture
def desk(tmp_path: Path) -> ImportDesk:
    return ImportDesk(tmp_path)


def dry_run(desk: ImportDesk, source: Path, *, most: int, **rules: Any) -> tuple[Summary, int]:
    """A dry run that makes workbooks of `most` rows, and how often the rows of a source were gone through."""
    with (
        patch("pipeline.reporter.outputs.MOST_ROWS", most),
        patch.object(Table, "chunks", autospec=True, side_effect=Table.chunks) as read,
    ):
        return desk.run(source, dry_run=True, **rules), read.call_count


def lines(desk: ImportDesk, run: Summary, name: str) -> list[str]:
    text = (desk.output / run.run_id / name).read_text(encoding="utf-8-sig")
    return text.replace(run.run_id, "RUN").splitlines()


def test_its_source_is_read_once_and_its_reports_say_the_same(desk: ImportDesk) -> None:
    source = desk.write("people.csv", ROWS)
    few, twice = dry_run(desk, source, most=100)
    many, once = dry_run(desk, source, most=3)
    assert (once, twice) == (1, 2)
    assert lines(desk, many, "results.csv") == lines(desk, few, "results.csv")
    assert lines(desk, many, "failed.csv") == lines(desk, few, "failed.csv")
    assert len(lines(desk, many, "failed.csv")) == 3


def test_its_source_is_read_again_where_rows_are_to_be_mended_that_were_not_faulty(desk: ImportDesk) -> None:
    add = Remembered.add
    with patch.object(Remembered, "add", lambda of, rows, faulty: add(of, rows, faulty[1:])):
        run, read = dry_run(desk, desk.write("people.csv", ROWS), most=3)
    assert read == 2
    assert len(lines(desk, run, "failed.csv")) == 3


def test_its_source_is_read_again_where_more_rows_are_faulty_than_memory_has_room_for(
    desk: ImportDesk,
) -> None:
    source = desk.write("people.csv", ROWS)
    whole, _ = dry_run(desk, source, most=3)
    with patch("pipeline.run.remembered.ROOM", 100):
        run, read = dry_run(desk, source, most=3)
    assert read == 2
    assert lines(desk, run, "failed.csv") == lines(desk, whole, "failed.csv")
