"""`init`: a config for a file, which is never written over another."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import Workbook

from pipeline.cli import program
from pipeline.config import load_config

Typed = Callable[..., Result]
SAMPLES = Path(__file__).parents[1] / "sample_data"


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Types `init` in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("APOLLO_API_KEY", raising=False)

    def run(*words: object) -> Result:
        return CliRunner().invoke(program, ["init", *map(str, words)])

    return run


@pytest.mark.parametrize("sample", sorted(SAMPLES.iterdir()), ids=lambda path: path.name)
def test_a_config_for_every_sample_is_written_without_mistakes(typed: Typed, sample: Path) -> None:
    result = typed(sample, "-o", "mine.yaml")

    assert result.exit_code == 0
    assert {"email", "first_name"} <= {
        target.field for rule in load_config(Path("mine.yaml")).columns for target in rule.targets
    }


def test_it_is_named_after_the_source_and_what_comes_next_is_said(typed: Typed) -> None:
    result = typed(SAMPLES / "people.xlsx")

    assert load_config(Path("configs/people.yaml")).phone_region == "Country"
    assert "configs/people.yaml: 17 columns: 13 mapped, 3 ignored, 1 unsure" in result.stdout
    assert "check configs/people.yaml" in result.stdout
    assert "-c configs/people.yaml --dry-run" in result.stdout


def test_a_config_that_is_there_is_left_as_it_is(typed: Typed) -> None:
    Path("mine.yaml").write_text("columns: {Email: email}\n")

    result = typed(SAMPLES / "people.csv", "-o", "mine.yaml")

    assert result.exit_code == 2
    assert "mine.yaml is there already" in result.stderr
    assert Path("mine.yaml").read_text() == "columns: {Email: email}\n"


def test_no_cell_of_the_file_stands_in_the_config(typed: Typed) -> None:
    typed(SAMPLES / "people.csv", "-o", "mine.yaml")

    text = Path("mine.yaml").read_text("utf-8")
    assert not [word for word in ("Henrike", "nordlicht", "66969", "Hamburg") if word in text]


def test_a_file_in_which_nothing_is_known_gets_a_config_that_says_what_is_missing(typed: Typed) -> None:
    Path("odd.csv").write_text("a;b\n1;2\n")

    result = typed("odd.csv")

    assert result.exit_code == 0
    assert "2 ignored" in result.stdout
    assert "It is not complete yet" in result.stdout


def test_of_several_sheets_it_is_said_which_one_was_read(typed: Typed) -> None:
    book = Workbook()
    rooms = book.worksheets[0]
    rooms.title = "Rooms"
    rooms.append(["Room", "Floor", "Seats"])
    rooms.append(["A", "1", "20"])
    people = book.create_sheet("People")
    people.append(["Email", "First name"])
    people.append(["ada@example.com", "Ada"])
    book.save("book.xlsx")
    said = typed("book.xlsx").stdout
    assert "3 columns:" in said
    assert "The sheet “Rooms” was read; others with a table: “People”." in said
    assert "It is not complete yet. configs/book.yaml has a mistake:\n  line " in said


def test_the_sheet_that_was_named_stands_in_the_config(typed: Typed) -> None:
    typed(SAMPLES / "people.xlsx", "--sheet", "People", "-o", "mine.yaml")

    assert load_config(Path("mine.yaml")).source.sheet == "People"


def test_a_fed_back_file_gives_the_config_of_its_data(typed: Typed) -> None:
    Path("failed.csv").write_text("Email,import_run,import_row,import_message\na@example.com,r,2,x\n")

    typed("failed.csv", "-o", "mine.yaml")

    assert [rule.column for rule in load_config(Path("mine.yaml")).columns] == ["Email"]


def test_a_source_that_is_not_there_is_one_message(typed: Typed) -> None:
    result = typed("nobody.csv")

    assert result.exit_code == 2
    assert "nobody.csv" in result.stderr
    assert not list(Path().iterdir())
