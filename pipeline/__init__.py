"""contact-import: spreadsheets of enriched people become Apollo.io contacts."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from pandas import DataFrame

__version__ = "0.1.0"
__all__ = ["__version__", "read_results"]


def read_results(run_folder: "str | Path") -> "DataFrame":
    """The results of a run, one line a row of the source; see `pipeline.reporter.read_results`.

    Raises:
        UsageMistake: the folder has no results.
    """
    # Not imported at the top, because the program reads __version__ from here before it may become slow.
    found: DataFrame = import_module("pipeline.reporter").read_results(run_folder)
    return found
