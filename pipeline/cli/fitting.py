"""What `check` finds in a source: how a config fits its columns, and what it makes of its rows."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pipeline.cli.speaking import counted
from pipeline.config import Columns, Config
from pipeline.loader import Table, open_as_told
from pipeline.records import Names
from pipeline.run.kept import columns_of, source_options
from pipeline.survey import advice, survey, told


class Fit(NamedTuple):
    """What the source is, and what is worth knowing about it."""

    source: str
    notes: tuple[str, ...]


def fit(source: Path, config: Config, names: Names) -> Fit:
    """Reads the source under the config; `names` are the team's own.

    Raises:
        SourceMistake: it cannot be read.
        ConfigMistake: columns of the config are missing.
    """
    with open_as_told(source, source_options(config)) as table:
        columns = columns_of(config, table)
        rows = (row for chunk in table.chunks() for row in chunk)
        found = survey(rows, config, columns, names)
        return Fit(_described(source, table, columns), (*_notes(table, columns, config), *told(found)))


def _described(source: Path, table: Table, columns: Columns) -> str:
    place = f"sheet {table.sheet}, " if table.sheet else ""
    mapped = len({index for index, _ in columns.bound})
    return (
        f"{source}: {place}header in row {table.header_row}, {counted(len(table.columns), 'column')}, "
        f"{mapped} of them mapped"
    )


def _notes(table: Table, columns: Columns, config: Config) -> Iterator[str]:
    yield from table.notes
    if columns.unused:
        yield f"columns not used: {', '.join(columns.unused)}"
    yield from advice(config, columns)
