"""Delimited text: opened, decoded and split into one raw row for each record.

The csv module and not pandas: pandas moves the cells of a table whose first row is too long, and drops blank lines,
so that its row numbers are not the spreadsheet's.
"""

import csv
import zlib
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from io import TextIOWrapper
from itertools import chain, islice
from pathlib import Path

from pipeline.errors import SourceMistake
from pipeline.loader.charset import BOM, Charset, charset_of
from pipeline.loader.dialect import Dialect, find_dialect
from pipeline.loader.kinds import open_bytes
from pipeline.loader.reading import RawRow, Reading, SourceOptions
from pipeline.loader.splitting import split

_BLOCK = 1 << 20
_SAMPLE_LINES = 1000
_SAMPLE_CHARACTERS = 1 << 18


def read_text(path: Path, options: SourceOptions) -> Reading:
    """The records of a text file, with its encoding and delimiter found or as told.

    Raises:
        SourceMistake: the encoding or the delimiter that was told cannot be used, or the archive is damaged.
    """
    with _faults(path), open_bytes(path) as file:
        charset = charset_of(iter(partial(file.read, _BLOCK), b""), options.encoding, str(path))
    dialect = _dialect(path, charset, options.delimiter)
    rows = _rows(path, charset, dialect)
    return Reading(
        path=path,
        rows=rows,
        close=rows.close,
        notes=_notes(charset, options),
        encoding=charset.name,
        delimiter=dialect.delimiter,
    )


@contextmanager
def _faults(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, EOFError, zlib.error, csv.Error, UnicodeError) as error:
        raise SourceMistake(
            f"{path} is damaged or cut off and cannot be read to its end ({error}). Fetch or save it again."
        ) from error


def _open_text(path: Path, charset: Charset) -> TextIOWrapper:
    return TextIOWrapper(open_bytes(path), encoding=charset.name, errors=charset.errors, newline="")


def _lines(text: TextIOWrapper, charset: Charset) -> Iterator[str]:
    """The lines without the byte order mark and NULs, as the csv module wants them: with their ends."""
    lines = chain((text.readline().removeprefix(BOM),), text)
    return map(_without_zeros, lines) if charset.zeros else lines


def _without_zeros(line: str) -> str:
    return line.replace("\0", "")


def _dialect(path: Path, charset: Charset, told: str | None) -> Dialect:
    if told is not None and (len(told) != 1 or told in '"\r\n'):
        raise SourceMistake(
            f"{path} cannot be split by “{told}”: a delimiter is one character, such as ; or |."
        )
    with _faults(path), _open_text(path, charset) as text:
        return find_dialect(_sample(_lines(text, charset)), told)


def _sample(lines: Iterable[str]) -> list[str]:
    sample = []
    room = _SAMPLE_CHARACTERS
    for line in islice(lines, _SAMPLE_LINES):
        sample.append(line)
        room -= len(line)
        if room < 0:
            break
    return sample


def _notes(charset: Charset, options: SourceOptions) -> list[str]:
    notes = []
    if charset.guessed:
        notes.append(
            "The text is not UTF-8; it was read as Windows text (cp1252). Look at a name with an accent."
        )
    if charset.zeros:
        notes.append("The text has NUL characters in it, which no program shows; they were left out.")
    if options.sheet is not None:
        notes.append(f"A text file has no sheets; the sheet “{options.sheet}” was not looked for.")
    return notes


def _rows(path: Path, charset: Charset, dialect: Dialect) -> Generator[RawRow, None, None]:
    with _faults(path), _open_text(path, charset) as text:
        lines = islice(_lines(text, charset), dialect.skipped, None)
        yield from split(lines, dialect.delimiter, dialect.width)
