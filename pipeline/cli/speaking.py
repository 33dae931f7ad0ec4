"""Where the program's words go: results to stdout, everything else to stderr."""

import os
import sys
import textwrap
from collections.abc import Iterable
from typing import TextIO

WIDTH = 80

_LOST: list[OSError] = []


def say(text: str) -> None:
    """Writes a result: what a script would read."""
    _write(sys.stdout, text + "\n")


def tell(text: str, end: str = "\n") -> None:
    """Writes what a person should know, beside the results."""
    _write(sys.stderr, text + end)


def results_lost() -> bool:
    """Whether results could not be written, as the disk behind stdout is full."""
    return bool(_LOST)


def wrapped(text: str, indent: str = "  ") -> list[str]:
    """A text in lines of the terminal's width, those behind the first set in further."""
    return textwrap.wrap(
        text, WIDTH, initial_indent=indent, subsequent_indent=indent + "  ", break_on_hyphens=False
    )


def say_wrapped(text: str) -> None:
    """Writes a result in lines of the terminal's width."""
    say("\n".join(wrapped(text, "")))


def say_notes(notes: Iterable[str]) -> None:
    """Writes what is worth knowing, each set in."""
    for note in notes:
        say("\n".join(wrapped(f"note: {note}")))


def counted(count: int, noun: str) -> str:
    """`1 row`, `2 rows`."""
    return f"{count} {noun}" + ("" if count == 1 else "s")


def on_terminal() -> bool:
    """Whether somebody sits there who sees stderr and can answer."""
    return _is_terminal(sys.stdin) and _is_terminal(sys.stderr)


def shows_progress() -> bool:
    """Whether stderr is a terminal, on which a line can be written over."""
    return _is_terminal(sys.stderr)


def _is_terminal(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # closed
        return False


def _write(stream: TextIO, text: str) -> None:
    try:
        stream.write(text)
        stream.flush()
    except OSError as error:
        # The reader has gone, as `head` does, or the disk is full. The import goes on, and Python must not fail again
        # when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if not isinstance(error, BrokenPipeError):
            if stream is sys.stdout:
                _LOST.append(error)
            tell(f"contact-import: the output cannot be written: {error.strerror}.")
