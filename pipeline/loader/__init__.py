"""Stage 1: a spreadsheet file becomes a `Table` of rows, every cell as the text a person sees.

`kinds` says what the file is, by its content. One reader for each family yields raw rows (`text`, `openxml`, `ods`,
`oldbooks`, `xml2003`, `web`), `sheets` chooses among several sheets, `tables` finds the header and brings the rows
under it.
"""

import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path

from pipeline.errors import SourceMistake
from pipeline.loader.charset import Charset
from pipeline.loader.kinds import Kind, kind_of, password_protected
from pipeline.loader.reading import Reading, SourceOptions
from pipeline.loader.tables import LeftOut, Table, is_fed_back
from pipeline.loader.text import read_text

__all__ = ["Charset", "LeftOut", "SourceOptions", "Table", "is_fed_back", "open_as_told", "open_source"]


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


def open_as_told(path: Path, told: SourceOptions) -> Table:
    """As `open_source`, unless the file is one of our results that was fed back.

    What is told of sheet, header row, delimiter and encoding is about the original; our own files have a header in
    row 1 and need no such help.

    Raises:
        SourceMistake: as `open_source`.
    """
    plain = SourceOptions(charset=told.charset)
    return (_fed_back(path, plain) if told != plain else None) or open_source(path, told)


def _fed_back(path: Path, plain: SourceOptions) -> Table | None:
    try:
        table = open_source(path, plain)
    except SourceMistake:
        return None
    if table.header_row == 1 and is_fed_back(table.columns):
        return table
    table.close()
    return None


def _read_openxml(path: Path, options: SourceOptions) -> Reading:
    from pipeline.loader.openxml import read_openxml  # noqa: PLC0415 - openpyxl takes 150 ms to import

    return read_openxml(path, options)


def _read_locked(path: Path, options: SourceOptions) -> Reading:
    from pipeline.loader.openxml import read_openxml  # noqa: PLC0415
    from pipeline.loader.unlocked import unlock  # noqa: PLC0415 - rarely needed, 100 ms

    with ExitStack() as until_read:
        clear = until_read.enter_context(tempfile.TemporaryFile())
        if not unlock(path, clear):
            raise password_protected(path)
        reading = read_openxml(path, options, clear)
        until_read.pop_all()
    return reading


def _read_xls(path: Path, options: SourceOptions) -> Reading:
    from pipeline.loader.oldbooks import read_xls  # noqa: PLC0415 - starts a process

    return read_xls(path, options)


def _read_ods(path: Path, options: SourceOptions) -> Reading:
    from pipeline.loader.ods import read_ods  # noqa: PLC0415 - openpyxl takes 150 ms to import

    return read_ods(path, options)


def _read_xml(path: Path, options: SourceOptions) -> Reading:
    from pipeline.loader.xml2003 import read_xml2003  # noqa: PLC0415 - openpyxl takes 150 ms to import

    return read_xml2003(path, options)


def _read_web(path: Path, options: SourceOptions) -> Reading:
    from pipeline.loader.web import read_web  # noqa: PLC0415 - rarely needed

    return read_web(path, options)


_READERS: Mapping[Kind, Callable[[Path, SourceOptions], Reading]] = {
    Kind.TEXT: read_text,
    Kind.OPENXML: _read_openxml,
    Kind.LOCKED: _read_locked,
    Kind.XLS: _read_xls,
    Kind.ODS: _read_ods,
    Kind.XML: _read_xml,
    Kind.HTML: _read_web,
}
