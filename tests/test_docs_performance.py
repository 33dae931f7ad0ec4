"""The page on speed names every benchmark, says when and where it was measured, and shows what it speaks of."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "performance.md").read_text("utf-8")
TOLD_ELSEWHERE = {"loader_speed", "mapping_accuracy"}
"""On the pages on spreadsheets and in CONTRIBUTING."""


def test_the_page_names_every_benchmark_that_there_is() -> None:
    programs = {path.stem for path in (ROOT / "benchmarks").glob("[a-z]*.py")}
    named = set(re.findall(r"`benchmarks/([a-z]\w*)\.py`", PAGE))
    assert named | TOLD_ELSEWHERE == programs


def test_the_figures_have_a_date_and_a_machine() -> None:
    assert re.search(r"\*\*Two shared cores, .*\d{4}-\d{2}-\d{2}, Python 3\.\d+", PAGE)


def test_the_plot_has_a_point_for_each_of_at_least_four_sizes() -> None:
    plot = (ROOT / "docs" / "assets" / "growth.svg").read_text("utf-8")
    assert plot.count("<circle") >= 2 * 4
