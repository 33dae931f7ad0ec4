"""The configs and sample files that travel with the program, from the checkout as from the wheel."""

from importlib.resources import files
from pathlib import Path


def configs() -> list[Path]:
    """The shipped configs, one YAML file a spreadsheet layout, by name."""
    return sorted(_folder("configs").glob("*.yaml"))


def sample_data() -> Path:
    """The folder of the small made-up spreadsheets that `make demo` imports."""
    return _folder("sample_data")


def _folder(name: str) -> Path:
    # The wheel carries both folders beside this file; a checkout has them at its root.
    shipped = Path(str(files(__name__)))
    installed = shipped / name
    return installed if installed.is_dir() else shipped.parents[1] / name
