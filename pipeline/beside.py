"""Work in a process of its own, beside the one that asked for it, so that both use a core.

The worker is a copy of the one that asked (fork), which has all imported already, where that is safe: on Linux, while
Python has no other thread. Elsewhere it is a new program, which takes a second to start, and gets its function and
arguments by pickle on its standard input. Item after item comes back through a pipe. When the one that asked dies, the
worker dies of the broken pipe; when it dies itself, that is told.
"""

import gc
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, Any, NoReturn, TypeVar

from pipeline.errors import RunStopped

LARGE = 4 << 20
"""Bytes of a source. With a smaller one a worker that is a program would take longer to start than it saves."""

_PACKAGE = Path(__file__).parents[1]
_COMMAND = "from pipeline.beside import main; main()"
_OPEN_FILES = Path("/proc/self/fd")
"""Those of this process (proc(5)): to try all numbers takes minutes where the system allows for a thousand million."""

_OWN_FILES = 3
"""Where they begin, behind standard input and output."""

_AHEAD = 1 << 20
"""Bytes that the worker may be ahead, where the system lets us choose (Linux); elsewhere it is 64 KiB."""

_Item = TypeVar("_Item")
_Work = Callable[..., Iterator[Any]]


def worthwhile(source: Path) -> bool:
    """Whether the work on a source is worth a process: it is large, and there is another core."""
    return source.stat().st_size >= LARGE and _cores() > 1


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


@contextmanager
def beside(work: Callable[..., Iterator[_Item]], *arguments: object) -> Iterator[Iterator[_Item]]:
    """What `work(*arguments)` yields, made in another process; what it raises is raised here.

    Function, arguments and items have to be picklable. Where the system has no room for another process, it is made
    in this one.

    Raises:
        RunStopped: the other process was killed.
    """
    start = _copy if _alone() else _program
    with ExitStack() as until_read:
        try:
            answers = until_read.enter_context(start(work, arguments))
        except OSError:
            items = work(*arguments)
        else:
            items = _items(answers)
        yield items


def _alone() -> bool:
    """Whether a copy of this process can work, and be waited for.

    Of Python's other threads it would only have the locks that they hold. Those of libraries (numpy's) are asleep, and
    are not needed there. Where SIGCHLD is ignored, the number of a worker that ended may soon be somebody else's.
    """
    return (
        sys.platform == "linux"
        and _OPEN_FILES.is_dir()
        and threading.active_count() == 1
        and signal.getsignal(signal.SIGCHLD) is signal.SIG_DFL
    )


@contextmanager
def _copy(work: _Work, arguments: Sequence[object]) -> Iterator[IO[bytes]]:
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as answers:
        before = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        try:
            worker = os.fork()
        except OSError:
            os.close(writing)
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            raise
        if worker == 0:
            _be_the_copy(work, arguments, answers, writing, before)
        try:
            os.close(writing)
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            yield answers
        finally:
            os.kill(worker, signal.SIGKILL)
            os.waitpid(worker, 0)


def _be_the_copy(
    work: _Work,
    arguments: Sequence[object],
    answers: IO[bytes],
    writing: int,
    signals: Iterable[int | signal.Signals],
) -> NoReturn:
    """Never comes back to what the one who asked was doing, and has no hand in its files, locks and objects."""
    try:
        gc.freeze()  # what is let go might tell SQLite or a lock that it was
        answers.close()
        writing = _let_go_of_all_but(writing)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        _ignore_ctrl_c()
        signal.pthread_sigmask(signal.SIG_SETMASK, signals)
        _serve(work, arguments, writing)
    finally:
        os._exit(1)


def _let_go_of_all_but(needed: int) -> int:
    """Closes all files but one, and has nothing stand in for standard input and output; returns that file's number.

    Whoever reads what we say would wait for the worker too.
    """
    import fcntl  # noqa: PLC0415 - not on Windows

    kept = fcntl.fcntl(needed, fcntl.F_DUPFD_CLOEXEC, _OWN_FILES)
    os.close(needed)
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in range(_OWN_FILES):
        os.dup2(nothing, number)
    if nothing >= _OWN_FILES:
        os.close(nothing)
    for number in [int(file.name) for file in _OPEN_FILES.iterdir()]:
        if number >= _OWN_FILES and number != kept:
            with suppress(OSError):  # the listing's own
                os.close(number)
    return kept


@contextmanager
def _program(work: _Work, arguments: Sequence[object]) -> Iterator[IO[bytes]]:
    paths = [str(_PACKAGE), *filter(None, [os.environ.get("PYTHONPATH")])]
    with subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-c", _COMMAND],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
    ) as process:
        try:
            with suppress(BrokenPipeError), _stream(process.stdin) as orders:
                pickle.dump((work, arguments), orders)
            yield _stream(process.stdout)
        finally:
            process.kill()


def _stream(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise ValueError("the process was started without pipes")
    return pipe


def _items(answers: IO[bytes]) -> Generator[Any, None, None]:
    _widen(answers)
    while True:
        try:
            item, failure = pickle.load(answers)  # noqa: S301 - from our own process
        except (EOFError, pickle.UnpicklingError):
            raise RunStopped(
                "The part of the program that reads the file was ended, perhaps for lack of memory. What was sent is "
                "recorded. `resume` goes on; where only the reports are missing, `report` writes them."
            ) from None
        if failure:
            raise failure
        if item is None:
            return
        yield item


def _widen(pipe: IO[bytes]) -> None:
    if sys.platform == "linux":
        import fcntl  # noqa: PLC0415 - not on Windows

        with suppress(OSError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _AHEAD)


def main() -> None:
    """The worker that is a program of its own: does what it was told, and ends with None or with what was raised."""
    _ignore_ctrl_c()
    gc.set_threshold(50_000)  # as cli/program.py does
    work, arguments = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own process
    _serve(work, arguments, sys.stdout.fileno())


def _ignore_ctrl_c() -> None:
    """It is for the one who asked."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _serve(work: _Work, arguments: Sequence[object], writing: int) -> NoReturn:
    answers = os.fdopen(writing, "wb", _AHEAD)  # sys.stdout has no buffer under PYTHONUNBUFFERED
    with suppress(BrokenPipeError):
        failure: BaseException | None = None
        try:
            for item in work(*arguments):
                _answer(answers, item, None)
        except BrokenPipeError:
            raise
        except Exception as error:  # noqa: BLE001 - it is raised again where it is awaited
            failure = error
        _answer(answers, None, failure)
    os._exit(0)  # what is left in the pipe's buffer has no reader any more


def _answer(answers: IO[bytes], item: object, failure: BaseException | None) -> None:
    pickle.dump((item, failure), answers, pickle.HIGHEST_PROTOCOL)
    answers.flush()
