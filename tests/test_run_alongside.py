"""A large source is read in a process of its own. Nobody can tell, but by the time that it takes."""

import gzip
from pathlib import Path
from unittest.mock import patch

import pytest

from pipeline import beside as module
from pipeline.errors import SourceMistake
from pipeline.reporter import Summary
from pipeline.run.reading import RowMapping
from tests.import_desk import ImportDesk, human

TIMES = ("started_at", "finished_at", "seconds", "run_id", "next_command")
FILES = ("results.csv", "failed.csv")


def rows(count: int) -> list[list[str]]:
    """People of whom some have faults, some repeat others, some are read with a warning, and some are cut short."""
    return [
        human(number)[:4] if number % 50 == 0
        else human(number, Email="nobody") if number % 40 == 0
        else human(number - 1) if number % 30 == 0
        else human(number, Mobile="none", Lists="Fair, Webinar" if number < 700 else "fair, Expo")
        for number in range(2, count + 2)
    ]  # fmt: skip


def imported(desk: ImportDesk, source: Path, *, beside: bool, most: int) -> Summary:
    with (
        patch("pipeline.beside.LARGE", 1 if beside else 1 << 60),
        patch("pipeline.beside._cores", lambda: 2),
        patch("pipeline.reporter.outputs.MOST_ROWS", most),
        patch("pipeline.run.alongside.beside", wraps=module.beside) as asked,
        patch.object(RowMapping, "part", autospec=True, side_effect=RowMapping.part) as mapped_here,
    ):
        done = desk.run(source, dry_run=True)
    assert asked.called is beside
    assert mapped_here.call_count == (1 if beside else 3)
    return done


def left_by(desk: ImportDesk, run: Summary) -> list[str]:
    texts = [(desk.output / run.run_id / name).read_text(encoding="utf-8-sig") for name in FILES]
    return [text.replace(run.run_id, "RUN") for text in texts]


@pytest.mark.parametrize("most", [100, 100_000])
def test_a_source_that_is_read_beside_leaves_the_same_results_though_some_rows_are_mapped_here(
    tmp_path: Path, most: int
) -> None:
    desk = ImportDesk(tmp_path)
    source = desk.write("people.csv", rows(1300))
    here = imported(desk, source, beside=False, most=most)
    there = imported(desk, source, beside=True, most=most)
    assert here.counts.error > 0 < here.counts.duplicate
    assert left_by(desk, here) == left_by(desk, there)
    assert here.model_dump(exclude={*TIMES}) == there.model_dump(exclude={*TIMES})


def test_a_source_that_is_cut_off_is_refused_beside_too(tmp_path: Path) -> None:
    desk = ImportDesk(tmp_path)
    whole = gzip.compress(desk.write("people.csv", rows(3000)).read_bytes())
    source = tmp_path / "people.csv.gz"
    source.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(SourceMistake, match="damaged or cut off"):
        imported(desk, source, beside=True, most=100)
