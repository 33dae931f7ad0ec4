"""Delimited text: opened, decoded and split into one raw row for each record.

The csv module and not pandas: pandas moves the cells of a table whose first row is too long, and drops blank lines,
so that its row numbers are not the spreadsheet's.
"""

import codecs
import csv
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from functools import partial
from gzip import GzipFile
from io import BufferedReader
from itertools import chain
from pathlib import Path

from pipeline.errors import SourceMistake
from pipeline.loader.charset import BOM, Charset, charset_of
from pipeline.loader.dialect import Dialect, find_dialect
from pipeline.loader.guessing import KNOWN
from pipeline.loader.kinds import open_bytes
from pipeline.loader.lines import Lines, lines_of
from pipeline.loader.reading import RawRow, Reading, SourceOptions
from pipeline.loader.splitting import split

_BLOCK = 1 << 16
_ROWS = 1 << 15
"""Bytes that are made rows at a time: a hundred rows and more, which stay in the processor's cache."""

_SUSPICIOUS, _MOST_TIMES = 256 << 20, 200
_DAMAGED = {
    True: "The text is UTF-8 but for some bytes, which were read as Windows text; the rows with them have a warning.",
    False: "The text is {} with some damaged characters in it; they stand as \ufffd.",
}
_SAMPLE_LINES = 1000
_SAMPLE_CHARACTERS = 1 << 18


def read_text(path: Path, options: SourceOptions) -> Reading:
    """The records of a text file, with its encoding and delimiter found or as told.

    Raises:
        SourceMistake: the encoding or the delimiter that was told cannot be used, or the archive is damaged.
    """
    with _faults(path):
        charset = options.charset or charset_of(partial(_blocks, path), options.encoding, str(path))
    dialect = _dialect(path, charset, options.delimiter)
    batches = _batches(path, charset, dialect)
    return Reading(
        path=path,
        rows=chain.from_iterable(batches),
        close=batches.close,
        notes=_notes(charset, options),
        charset=charset,
        delimiter=dialect.delimiter,
    )


def _blocks(path: Path) -> Iterator[bytes]:
    unpacked, most = 0, max(_SUSPICIOUS, _MOST_TIMES * path.stat().st_size)
    with open_bytes(path) as file:
        for block in iter(partial(file.read, _BLOCK), b""):
            yield block
            unpacked += len(block)
            if unpacked > most:
                raise SourceMistake(
                    f"{path} is refused: it unpacks to more than {_MOST_TIMES} times its size, as no table does. "
                    "Unpack it and look whether it is the right file."
                )


@contextmanager
def _faults(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, EOFError, zlib.error, csv.Error, UnicodeError) as error:
        raise SourceMistake(
            f"{path} is damaged or cut off and cannot be read to its end ({error}). Fetch or save it again."
        ) from error


def _lines(file: GzipFile | BufferedReader, charset: Charset) -> Lines:
    texts = _texts(file, charset)
    first = next(texts, "").removeprefix(BOM)
    return Lines(map(_seen, chain((first,), texts)) if charset.unseen else chain((first,), texts))


def _texts(file: GzipFile | BufferedReader, charset: Charset) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(charset.name)(charset.errors)
    for block in iter(partial(file.read, _ROWS), b""):
        yield decoder.decode(block)
    yield decoder.decode(b"", final=True)


def _seen(text: str) -> str:
    """The text without NUL and Ctrl-Z."""
    return text.replace("\0", "").replace("\x1a", "")


def _dialect(path: Path, charset: Charset, told: str | None) -> Dialect:
    if told is not None and (len(told) != 1 or told in '"\r\n'):
        raise SourceMistake(
            f"{path} cannot be split by “{told}”: a delimiter is one character, such as ; or |."
        )
    with _faults(path), open_bytes(path) as file:
        return find_dialect(_sample(_lines(file, charset)), told)


def _sample(lines: Lines) -> list[str]:
    sample: list[str] = []
    room = _SAMPLE_CHARACTERS
    while room > 0 and len(sample) < _SAMPLE_LINES and (block := lines.block()):
        sample += lines_of(block)
        room -= len(block)
    return sample[:_SAMPLE_LINES]


def _notes(charset: Charset, options: SourceOptions) -> list[str]:
    notes = []
    if charset.guessed:
        notes.append(
            f"The text is not UTF-8; it was read as {KNOWN[charset.name]} text ({charset.name}). "
            "Look at a name with an accent; if it is wrong, say the encoding with source.encoding in the config."
        )
    if charset.damaged:
        notes.append(_DAMAGED[charset.name == "utf-8"].format(charset.name))
    if charset.odd:
        notes.append("The text ends with half a character, which was left out. Was it cut off?")
    if charset.broken:
        notes.append(
            f"Some text looks as if it had been saved in a wrong encoding before, such as “{charset.broken}”; "
            "it was left as it is. Export the data again, as UTF-8."
        )
    if charset.unseen:
        notes.append(
            "The text has NUL or Ctrl-Z characters in it, which no program shows; they were left out."
        )
    if options.sheet is not None:
        notes.append(f"A text file has no sheets; the sheet “{options.sheet}” was not looked for.")
    return notes


def _batches(path: Path, charset: Charset, dialect: Dialect) -> Generator[list[RawRow], None, None]:
    with _faults(path), open_bytes(path) as file:
        lines = _lines(file, charset)
        for _ in range(dialect.skipped):
            next(lines)
        yield from split(lines, dialect.delimiter, dialect.width, mend=charset.damaged)
