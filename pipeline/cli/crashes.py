"""A fault of the program itself: one sentence for the user, and a file for whoever mends it."""

import sys
import tempfile
import time
import traceback
from pathlib import Path

from pipeline import __version__
from pipeline.cli.speaking import tell
from pipeline.errors import BrokenPromise


def crashed(error: BaseException, output: Path | None) -> int:
    """Says that the program failed, keeps where it did for a report, and returns the exit code."""
    kind = type(error).__name__
    # An error of the system names a file or a lack of space; any other text could hold what stands in a row.
    words = f"{kind}: {error}" if isinstance(error, OSError) else kind
    kept = _keep(error, output)
    where = f" {kept} says where, and holds none of your data." if kept else ""
    tell(
        f"contact-import: the program failed ({words}). What was sent is recorded; `runs` shows what can be "
        f"resumed. Please report it.{where}"
    )
    return BrokenPromise.exit_code


def _keep(error: BaseException, output: Path | None) -> Path | None:
    folder = output if output is not None and output.is_dir() else Path(tempfile.gettempdir())
    path = folder / f"crash-{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}.log"
    try:
        path.write_text("\n".join(_places(error)) + "\n", encoding="utf-8")
    except OSError:
        return None
    return path


def _places(error: BaseException) -> list[str]:
    """The kinds of the errors and the places in the code, innermost last; no texts and no values."""
    lines = [f"contact-import {__version__}, Python {sys.version.split()[0]} on {sys.platform}"]
    seen: BaseException | None = error
    while seen is not None:
        lines.append(type(seen).__name__)
        lines += [
            f"  {'/'.join(Path(frame.filename).parts[-2:])}:{frame.lineno} in {frame.name}"
            for frame in traceback.extract_tb(seen.__traceback__)
        ]
        seen = seen.__cause__ or seen.__context__
    return lines
