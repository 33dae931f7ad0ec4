"""results.csv as a DataFrame."""

from pathlib import Path

import pytest

import pipeline
from pipeline.errors import UsageMistake
from pipeline.reporter import read_results
from pipeline.reporter.lines import RESULT_COLUMNS

DATA = Path(__file__).parent / "data" / "reporter"


def test_results_are_read_with_their_types() -> None:
    found = read_results(DATA)
    assert tuple(found.columns) == RESULT_COLUMNS
    assert found["row"].tolist() == [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13]
    assert str(found["matched_row"].dtype) == "Int64"
    assert found["finished_at"].dt.year.dropna().unique().tolist() == [2026]
    assert found["status"].value_counts()["error"] == int((found["status"] == "error").sum())


def test_a_cell_that_was_made_harmless_is_read_as_it_was() -> None:
    found = read_results(DATA)
    assert found.loc[found["row"] == 11, "organization_name"].tolist() == ["=Acme"]


def test_nothing_is_taken_for_a_missing_value_that_is_text() -> None:
    assert set(read_results(DATA)["suggestion"]) == {"", "jane@acme.example"}


def test_a_folder_without_results_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageMistake, match=r"There is no .*results\.csv"):
        read_results(tmp_path)


def test_results_are_had_from_the_package_itself() -> None:
    assert pipeline.read_results(DATA).equals(read_results(DATA))
