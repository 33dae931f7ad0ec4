"""Stage 1: a spreadsheet file becomes a `Table` of rows, every cell as the text a person sees.

`kinds` says what the file is, by its content. One reader for each family yields raw rows (`text`, `openxml`,
`oldbooks`), `sheets` chooses among several sheets, `tables` finds the header and brings the rows under it.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from pipeline.loader.kinds import Kind, kind_of
from pipeline.loader.reading import Reading, SourceOptions
from pipeline.loader.tables import LeftOut, Table
from pipeline.loader.text import read_text

__all__ = ["LeftOut", "SourceOptions", "Table", "open_source"]


def open_source(path: Path, options: SourceOptions = SourceOptions()) -> Table:  # noqa: B008 - a frozen value
    """The table in a file, opened and with its header found; rows are read when `Table.chunks` is.

    Raises:
        SourceMistake: the file cannot be read, holds no table, or not the sheet, row or encoding that was told.
    """
    reading = _READERS[kind_of(path, told_text=options.encoding is not None)](path, options)
    try:
        return Table(reading, options.header_row)
    except BaseException:
        reading.close()
        raise


def _read_openxml(path: Path, options: SourceOptions) -> Reading:
    from pipeline.loader.openxml import read_openxml  # noqa: PLC0415 - openpyxl takes 150 ms to import

    return read_openxml(path, options)


def _read_oldbook(path: Path, options: SourceOptions) -> Reading:
    from pipeline.loader.oldbooks import read_oldbook  # noqa: PLC0415 - pandas takes 300 ms to import

    return read_oldbook(path, options)


_READERS: Mapping[Kind, Callable[[Path, SourceOptions], Reading]] = {
    Kind.TEXT: read_text,
    Kind.OPENXML: _read_openxml,
    Kind.OLDBOOK: _read_oldbook,
}
