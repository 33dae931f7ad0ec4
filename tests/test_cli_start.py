"""How the program starts: fast, complete in its help, and clear about a mistyped command."""

import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import program
from pipeline.cli.calling import called_as, line
from pipeline.cli.program import COMMANDS
from pipeline.config import DedupeBy, Mode, OnMatch, Phones
from pipeline.sandbox import PLANS

HEAVY = (
    *("pandas", "numpy", "openpyxl", "xlsxwriter", "jinja2", "ruamel.yaml", "pydantic", "phonenumbers"),
    *("httpx", "asyncio", "starlette", "uvicorn", "sqlalchemy", "sqlite3", "tqdm", "rich", "dotenv"),
    *("importlib.metadata",),
)
"""What no help needs."""


def test_help_names_every_command_and_exit_code() -> None:
    result = CliRunner().invoke(program, ["--help"])
    assert result.exit_code == 0
    for name in COMMANDS:
        assert f"\n  {name} " in result.stdout
    for code in ("0", "1", "2", "3", "4", "5", "6", "70"):
        assert re.search(rf"^ +{code}  \w", result.stdout, re.MULTILINE), code


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str) -> None:
    result = CliRunner().invoke(program, [name, "--help"])
    assert result.exit_code == 0
    assert result.stdout.startswith(f"Usage: contact-import {name} ")


@pytest.mark.parametrize("words", [["--help"], ["run", "--help"], ["sandbox", "--help"], ["rnu"]])
def test_nothing_heavy_is_imported_for_help_or_a_typing_mistake(words: list[str]) -> None:
    assert not imported_by(*words) & set(HEAVY)


def test_the_list_of_commands_is_shown_without_importing_one() -> None:
    assert not imported_by("--help") & {f"pipeline.cli.{name}" for name in COMMANDS}


def test_a_config_alone_is_checked_without_what_reads_sends_and_records() -> None:
    config = Path(__file__).parents[1] / "configs" / "people.yaml"
    assert imported_by("check", str(config)) & set(HEAVY) == {"pydantic", "ruamel.yaml", "importlib.metadata"}


def test_an_import_under_a_named_config_loads_nothing_that_it_does_not_use(tmp_path: Path) -> None:
    config, source = Path(__file__).parents[1] / "configs" / "people.yaml", tmp_path / "people.csv"
    source.write_text("Email\nada@example.com\n", encoding="utf-8")
    found = imported_by("run", str(source), "-c", str(config), "-o", str(tmp_path), "--sandbox", "--yes")
    assert "sqlalchemy" in found
    assert not found & {"pandas", "openpyxl", "uvicorn", "tqdm", "rich", "phonenumbers", "pipeline.suggest"}


def imported_by(*words: str) -> set[str]:
    """The modules that a command loads in a process of its own, without a key."""
    code = (
        "import sys, pipeline.cli\n"
        f"sys.argv = ['contact-import', *{words!r}]\n"
        "try:\n    pipeline.cli.main()\n"
        "except SystemExit:\n    pass\n"
        "print(*sys.modules, file=sys.stderr)\n"
    )
    bare = {name: value for name, value in os.environ.items() if not name.startswith("APOLLO_")}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=bare)
    return set(done.stderr.splitlines()[-1].split())


def test_options_offer_what_the_config_allows() -> None:
    offered = {
        parameter.name: tuple(getattr(parameter.type, "choices", ()))
        for name in ("run", "sandbox")
        for parameter in import_module(f"pipeline.cli.{name}").command.params
    }
    for name, words in (
        ("dedupe_by", DedupeBy),
        ("on_match", OnMatch),
        ("mode", Mode),
        ("phones", Phones),
        ("plan", PLANS),
    ):
        assert offered[name] == tuple(words), name


@pytest.mark.parametrize(
    "words", [["rnu"], ["run"], ["run", "a.csv", "--limt", "3"], ["run", "a.csv", "--mode", "x"], ["show"]]
)
def test_a_mistyped_command_is_exit_2_with_one_sentence_and_where_help_is(words: list[str]) -> None:
    result = CliRunner().invoke(program, words)
    assert result.exit_code == 2
    assert result.stdout == ""
    first, second = result.stderr.splitlines()
    assert first.startswith("contact-import: ")
    assert second.startswith("Try 'contact-import")


def test_without_a_command_help_is_shown() -> None:
    result = CliRunner().invoke(program, [])
    assert result.exit_code == 2
    assert "Commands:" in result.output


def test_python_m_pipeline_is_the_same_program() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "show"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert f"Try '{line([sys.executable])} -m pipeline show --help'" in done.stderr


def test_a_script_on_the_path_is_called_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "contact-import"
    script.write_text("#!/bin/sh\n")
    script.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "argv", [str(script)])
    assert called_as() == "contact-import"


def test_a_script_elsewhere_is_called_by_its_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(sys, "argv", ["my venv/bin/contact-import"])
    assert called_as() == line(["my venv/bin/contact-import"])


def test_words_with_blanks_are_quoted() -> None:
    assert line(["run", "my file.csv"]) in ("run 'my file.csv'", 'run "my file.csv"')
