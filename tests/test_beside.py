"""Work in another process: what it yields and raises arrives, and it never outlives or hides anything."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import beside as module
from pipeline.beside import beside
from pipeline.errors import RunStopped, SourceMistake


def numbers(count: int) -> Iterator[int]:
    yield from range(count)


def damaged() -> Iterator[int]:
    yield 1
    raise SourceMistake("people.csv is damaged")


def deadly() -> Iterator[int]:
    yield 1
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(60)


def process_ids() -> Iterator[int]:
    while True:
        yield os.getpid()


def test_everything_that_is_made_beside_arrives_in_order() -> None:
    with beside(numbers, 1000) as items:
        assert list(items) == list(range(1000))


def test_what_is_raised_beside_is_raised_here_after_what_came_before_it() -> None:
    with beside(damaged) as items:
        assert next(items) == 1
        with pytest.raises(SourceMistake, match=r"people.csv is damaged"):
            next(items)


def test_a_worker_that_is_killed_stops_the_run_and_says_so() -> None:
    with beside(deadly) as items:
        assert next(items) == 1
        with pytest.raises(RunStopped, match="was ended"):
            next(items)


def test_a_worker_that_is_not_listened_to_any_more_ends() -> None:
    with beside(process_ids) as items:
        worker = next(items)
        assert worker != os.getpid()
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_worker_dies_with_the_one_who_asked() -> None:
    program = (
        "from pipeline.beside import beside\n"
        "from tests.test_beside import process_ids\n"
        "with beside(process_ids) as items:\n"
        "    print(next(items), flush=True)\n"
        "    input()\n"
    )
    root = str(Path(__file__).parents[1])
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root
    ) as asking:
        assert asking.stdout
        worker = int(asking.stdout.readline())
        asking.kill()
    for _ in range(1000):
        try:
            os.kill(worker, 0)
        except ProcessLookupError:
            return
        time.sleep(0.01)
    pytest.fail("the worker lives on")


def test_a_small_source_is_not_worth_a_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "people.csv"
    source.write_text("Email\n")
    assert not module.worthwhile(source)
    monkeypatch.setattr(module, "LARGE", 1)
    monkeypatch.setattr(module, "_cores", lambda: 2)
    assert module.worthwhile(source)
    monkeypatch.setattr(module, "_cores", lambda: 1)
    assert not module.worthwhile(source)
