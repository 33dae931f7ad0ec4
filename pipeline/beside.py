"""Work in a process of its own, beside the one that asked for it, so that both use a core.

The worker gets its function and arguments by pickle on its standard input, and gives back item after item on its
standard output. When the one that asked dies, it dies of the broken pipe; when it dies itself, that is told.
"""

import gc
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, TypeVar

from pipeline.errors import RunStopped

LARGE = 4 << 20
"""Bytes of a source. With a smaller one the worker would take longer to start than it saves."""

_PACKAGE = Path(__file__).parents[1]
_PROGRAM = "from pipeline.beside import main; main()"
_AHEAD = 1 << 20
"""Bytes that the worker may be ahead, where the system lets us choose (Linux); elsewhere it is 64 KiB."""

_Item = TypeVar("_Item")


def worthwhile(source: Path) -> bool:
    """Whether the work on a source is worth a process: it is large, and there is another core."""
    return source.stat().st_size >= LARGE and _cores() > 1


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


@contextmanager
def beside(work: Callable[..., Iterator[_Item]], *arguments: object) -> Iterator[Iterator[_Item]]:
    """What `work(*arguments)` yields, made in another process; what it raises is raised here.

    Function, arguments and items have to be picklable.

    Raises:
        RunStopped: the other process was killed.
    """
    paths = [str(_PACKAGE), *filter(None, [os.environ.get("PYTHONPATH")])]
    with subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-c", _PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
    ) as process:
        try:
            with suppress(BrokenPipeError), _stream(process.stdin) as orders:
                pickle.dump((work, arguments), orders)
            yield _items(_stream(process.stdout))
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
                "The part of the program that reads the file was ended, perhaps for lack of memory. "
                "Nothing was sent; `resume` begins again."
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
    """The worker: does what it was told, and ends with None or with what was raised."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one who asked
    gc.set_threshold(50_000)  # as cli/program.py does
    work, arguments = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own process
    answers = os.fdopen(sys.stdout.fileno(), "wb", _AHEAD)  # sys.stdout has no buffer under PYTHONUNBUFFERED
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
