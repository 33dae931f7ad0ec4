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
from pipeline.loader.guessing import KNOWN
from pipeline.loader.kinds import open_bytes
from pipeline.loader.reading import RawRow, Reading, SourceOptions
from pipeline.loader.splitting import split

_BLOCK = 1 << 16
_SUSPICIOUS, _MOST_TIMES = 256 << 20, 200
_UNSEEN = dict.fromkeys(map(ord, "\0\x1a"))
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
        charset = charset_of(partial(_blocks, path), options.encoding, str(path))
    dialect = _dialect(path, charset, options.delimiter)
    batches = _batches(path, charset, dialect)
    return Reading(
        path=path,
        rows=chain.from_iterable(batches),
        close=batches.close,
        notes=_notes(charset, options),
        encoding=charset.name,
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


def _open_text(path: Path, charset: Charset) -> TextIOWrapper:
    return TextIOWrapper(open_bytes(path), encoding=charset.name, errors=charset.errors, newline="")


def _lines(text: TextIOWrapper, charset: Charset) -> Iterator[str]:
    """The lines without the byte order mark and NULs, as the csv module wants them: with their ends."""
    lines = chain((text.readline().removeprefix(BOM),), text)
    return map(_seen, lines) if charset.unseen else lines


def _seen(line: str) -> str:
    return line.translate(_UNSEEN)


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
    with _faults(path), _open_text(path, charset) as text:
        lines = islice(_lines(text, charset), dialect.skipped, None)
        yield from split(lines, dialect.delimiter, dialect.width, mend=charset.damaged)
