"""A fault of the program itself: exit 70, a sentence, and a file that holds none of the user's data."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import looking, program
from pipeline.errors import BrokenPromise

PRIVATE = "ada@example.com"


def show(monkeypatch: pytest.MonkeyPatch, folder: Path, error: Exception) -> tuple[int, str]:
    def fails(*_: object, **__: object) -> int:
        raise error

    monkeypatch.setattr(looking, "tell_run", fails)
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    result = CliRunner().invoke(program, ["show", "latest"])
    return result.exit_code, result.output


def test_an_unexpected_error_is_exit_70_and_its_file_names_code_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, told = show(monkeypatch, tmp_path, ValueError(f"cannot read {PRIVATE}"))
    kept = next(tmp_path.glob("crash-*.log"))
    assert code == 70
    assert str(kept) in told
    assert "Traceback" not in told
    assert PRIVATE not in told + kept.read_text()
    assert "ValueError" in kept.read_text()
    assert "tests/test_cli_crashes.py:" in kept.read_text()


def test_an_error_of_the_system_is_told_in_its_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, told = show(monkeypatch, tmp_path, OSError(28, "No space left on device"))
    assert (code, "No space left on device" in told) == (70, True)


def test_a_broken_promise_is_exit_70_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, told = show(monkeypatch, tmp_path, BrokenPromise("The rows do not add up."))
    assert code == 70
    assert "The rows do not add up." in told
    assert "Keep the run's folder" in told
    assert not list(tmp_path.iterdir())
