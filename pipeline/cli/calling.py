"""How the program was called, so that the commands it prints can be pasted."""

import os
import shlex
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import click


def called_as() -> str:
    """The words that start the program: its name where the shell finds it by that, else what was typed."""
    script = Path(sys.argv[0])
    if script.name == "__main__.py":
        return line([sys.orig_argv[0], "-m", "pipeline"])
    found = shutil.which(script.name)
    same = found is not None and Path(found).with_suffix("") == Path(os.path.abspath(script))  # noqa: PTH100
    return line([script.name if same else str(script)])


def command(words: Sequence[str]) -> str:
    """A line that can be pasted: the program as it was called, with these words."""
    return f"{click.get_current_context().find_root().info_name} {line(words)}"


def line(words: Sequence[str]) -> str:
    """Words as the system's shell takes them."""
    if os.name == "nt":
        from subprocess import list2cmdline  # noqa: PLC0415 - 5 ms that no other system has to spend

        return list2cmdline(words)
    return shlex.join(words)
