"""`check`: everything wrong with a config, a source's columns, and the key."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import Workbook

from pipeline.cli import program

Typed = Callable[..., Result]


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Types `check` in a folder with good.yaml and people.csv."""
    monkeypatch.chdir(tmp_path)
    for name in ("APOLLO_API_KEY", "APOLLO_API_KEY_FILE", "APOLLO_BASE_URL", "CONTACT_IMPORT_OUTPUT"):
        monkeypatch.delenv(name, raising=False)
    Path("good.yaml").write_text("columns:\n  Email: email\n  Stage: contact_stage\n")
    Path("people.csv").write_text("Email,Stage,Shoe size\nada@example.com,Cold,38\n")

    def run(*words: str, **variables: str) -> Result:
        return CliRunner().invoke(program, ["check", *words], env=variables)

    return run


def test_a_good_config_is_exit_0_and_says_what_was_not_checked(typed: Typed) -> None:
    result = typed("good.yaml")
    assert result.exit_code == 0
    assert "good.yaml: no mistakes, 2 columns" in result.stdout
    assert "names of stages and custom fields were not: there is no key" in " ".join(result.stdout.split())


def test_check_leaves_nothing_behind(typed: Typed) -> None:
    before = sorted(Path().rglob("*"))
    typed("good.yaml", "people.csv", APOLLO_API_KEY="k", APOLLO_BASE_URL="http://127.0.0.1:9/api/v1")
    assert sorted(Path().rglob("*")) == before


def test_every_mistake_is_told_at_once(typed: Typed) -> None:
    Path("bad.yaml").write_text("columns: {Email: emial, City: cty}\nsend: {mode: fast}\n")
    result = typed("bad.yaml")
    assert result.exit_code == 2
    assert "3 mistakes" in result.stderr


def test_a_source_is_held_against_the_config(typed: Typed) -> None:
    result = typed("good.yaml", "people.csv")
    assert result.exit_code == 0
    assert "header in row 1, 3 columns, 2 of them mapped" in result.stdout
    assert "columns not used: Shoe size" in result.stdout


def test_a_missing_column_is_a_mistake_with_the_likely_one(typed: Typed) -> None:
    Path("other.csv").write_text("E-mail,Stage\nada@example.com,Cold\n")
    result = typed("good.yaml", "other.csv")
    assert result.exit_code == 2
    assert 'column "Email" is not in the file; did you mean "E-mail"?' in result.stderr


def test_where_columns_are_missing_it_is_said_in_which_sheet_and_row_they_were_looked_for(
    typed: Typed,
) -> None:
    book = Workbook()
    cover = book.worksheets[0]
    cover.title = "Cover"
    cover.append(["Confidential"])
    cover.append(["As of today"])
    book.create_sheet("People").append(["Email", "Stage"])
    book.save("book.xlsx")
    assert "looked for in row 1 of sheet “Cover”; `source.sheet`" in typed("good.yaml", "book.xlsx").stderr
    Path("other.csv").write_text("Fruit,Price\nApple,3\n")
    assert "looked for in row 1; `source.header_row`" in typed("good.yaml", "other.csv").stderr


def test_a_config_that_is_not_there_is_said_to_be_so(typed: Typed) -> None:
    assert "gone.yaml is not there. Is the name right?" in typed("gone.yaml").stderr


def test_a_source_that_is_not_there_is_a_mistake(typed: Typed) -> None:
    assert typed("good.yaml", "gone.csv").exit_code == 2


def test_without_a_network_the_key_is_not_checked_and_that_is_no_mistake(typed: Typed) -> None:
    result = typed("good.yaml", APOLLO_API_KEY="k", APOLLO_BASE_URL="http://127.0.0.1:9/api/v1")
    assert result.exit_code == 0
    assert "not checked" in result.stdout


def test_a_list_that_is_new_every_day_is_pointed_out(typed: Typed) -> None:
    Path("daily.yaml").write_text('columns: {Email: email}\nconstants: {label_names: ["Import {date}"]}\n')
    assert "new one every day" in typed("daily.yaml").stdout


def test_a_missing_column_is_not_told_beside_no_mistakes(typed: Typed) -> None:
    Path("short.csv").write_text("First Name\nAda\n")
    result = typed("good.yaml", "short.csv")
    assert result.exit_code == 2
    assert "no mistakes" not in result.stdout


def test_config_and_file_in_the_wrong_order_are_told(typed: Typed) -> None:
    result = typed("people.csv", "good.yaml")
    assert result.exit_code == 2
    assert "the config first" in result.stderr
    assert "check good.yaml people.csv" in result.stderr
