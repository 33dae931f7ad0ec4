"""What holds of any file, however it was damaged."""

from pathlib import Path

from pipeline.errors import SourceMistake
from pipeline.loader import SourceOptions, open_source


def refused_or_in_order(path: Path, options: SourceOptions = SourceOptions()) -> bool:  # noqa: B008 - a frozen value
    """Whether the file is refused by its name, or read as rows in their order, each as wide as the header."""
    try:
        with open_source(path, options) as table:
            rows = [row for chunk in table.chunks() for row in chunk]
    except SourceMistake as mistake:
        return str(path) in str(mistake)
    numbers = [row.number for row in rows]
    whole = all(len(row.cells) == len(table.columns) or row.unreadable for row in rows)
    return whole and numbers == sorted(set(numbers)) and all(number > table.header_row for number in numbers)
