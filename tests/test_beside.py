"""Work in another process: what it yields and raises arrives, and it never outlives or hides anything."""

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from filelock import FileLock, Timeout

from pipeline import beside as module
from pipeline.beside import beside
from pipeline.errors import RunStopped, SourceMistake

ROOT = Path(__file__).parents[1]


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


@pytest.fixture(autouse=True, params=["a copy", "a program"])
def _way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways in which a worker is started, each where it can be."""
    if request.param == "a copy" and sys.platform != "linux":
        pytest.skip("fork")
    monkeypatch.setattr(module, "_alone", lambda: request.param == "a copy")


def busy() -> Iterator[int]:
    yield os.getpid()
    time.sleep(60)


def tell(place: Path, workers: Iterator[int]) -> None:
    """Says which process works, and dies at once."""
    place.write_text(str(next(workers)))
    os.kill(os.getpid(), signal.SIGKILL)


def ended(worker: int) -> bool:
    """Whether a process is gone, or is only left to be waited for."""
    state = Path(f"/proc/{worker}/stat")
    try:
        os.kill(worker, 0)
        return sys.platform == "linux" and state.read_text().rpartition(")")[2].split()[0] == "Z"
    except (ProcessLookupError, FileNotFoundError):
        return True


def ends(worker: int) -> bool:
    """Whether a process ends within ten seconds."""
    for _ in range(1000):
        if ended(worker):
            return True
        time.sleep(0.01)
    return False


def test_everything_that_is_made_beside_arrives_in_order() -> None:
    with beside(numbers, 1000) as items:
        assert list(items) == list(range(1000))


def test_what_is_raised_beside_is_raised_here_after_what_came_before_it() -> None:
    with beside(damaged) as items:
        assert next(items) == 1
        with pytest.raises(SourceMistake, match=r"people.csv is damaged"):
            next(items)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("missing", [0, 1, 2])
def test_a_worker_dies_with_one_who_has_no_standard_input_or_output(missing: int, tmp_path: Path) -> None:
    found = tmp_path / "worker"
    lines = (
        f"os.close({missing})",
        "with beside(process_ids) as items:",
        f"    tell(Path({str(found)!r}), items)",
    )
    with asking(*lines) as process:
        process.wait()
    assert ends(int(found.read_text()))


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_nobody_waits_for_a_worker_to_say_something(tmp_path: Path) -> None:
    found = tmp_path / "worker"
    lines = "with beside(busy) as items:", f"    tell(Path({str(found)!r}), items)"
    with asking(*lines) as process:
        assert process.stdout
        assert process.stdout.read() == ""
        worker = int(found.read_text())
        assert not ended(worker)
    os.kill(worker, signal.SIGKILL)


@pytest.mark.skipif(sys.platform != "linux", reason="fork")
def test_a_worker_is_a_copy_only_where_that_can_work_and_be_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.undo()
    monkeypatch.setattr("threading.active_count", lambda: 1)
    assert module._alone()
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        assert not module._alone()
        with beside(numbers, 10) as items:
            assert list(items) == list(range(10))
    finally:
        signal.signal(signal.SIGCHLD, before)
    monkeypatch.setattr("threading.active_count", lambda: 2)
    assert not module._alone()


def test_without_room_for_another_process_the_work_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(*_: object, **__: object) -> int:
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", no_room)
    monkeypatch.setattr(subprocess, "Popen", no_room)
    with beside(process_ids) as items:
        assert next(items) == os.getpid()


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


@contextmanager
def asking(*lines: str) -> Iterator[subprocess.Popen[str]]:
    """A program that has asked for work, in the way that is tested, with that work's first item on its output."""
    program = [
        "from pipeline import beside as module",
        f"module._alone = lambda: {module._alone()}",
        "from tests.test_beside import *",
        *lines,
        "    print(next(items), flush=True)",
        "    input()",
    ]
    command = [sys.executable, "-c", "\n".join(program)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def worker_of(process: subprocess.Popen[str]) -> int:
    assert process.stdout
    return int(process.stdout.readline())


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_worker_dies_with_the_one_who_asked() -> None:
    with asking("with beside(process_ids) as items:") as process:
        worker = worker_of(process)
        process.kill()
    assert ends(worker)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_worker_that_has_not_noticed_yet_holds_no_lock_of_the_one_who_was_killed(tmp_path: Path) -> None:
    place = tmp_path / "team.lock"
    with asking(f"with FileLock({str(place)!r}), beside(busy) as items:") as process:
        worker = worker_of(process)
        with pytest.raises(Timeout):
            FileLock(place).acquire(timeout=0)
        process.kill()
    FileLock(place).acquire(timeout=0)
    os.kill(worker, signal.SIGKILL)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_is_for_the_one_who_asked() -> None:
    with beside(process_ids) as items:
        os.kill(next(items), signal.SIGINT)
        assert next(items) == next(items)


def test_a_small_source_is_not_worth_a_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "people.csv"
    source.write_text("Email\n")
    assert not module.worthwhile(source)
    monkeypatch.setattr(module, "LARGE", 1)
    monkeypatch.setattr(module, "_cores", lambda: 2)
    assert module.worthwhile(source)
    monkeypatch.setattr(module, "_cores", lambda: 1)
    assert not module.worthwhile(source)
