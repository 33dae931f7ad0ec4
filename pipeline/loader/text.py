"""Delimited text: decoded, split by the csv module, one raw row for each record.

The csv module and not pandas: pandas moves the cells of a table whose first row is too long, and drops blank lines,
so that its row numbers are not the spreadsheet's.
"""

import csv
import re
import zlib
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from io import TextIOWrapper
from itertools import chain, islice
from pathlib import Path

from pipeline.errors import SourceMistake
from pipeline.loader.charset import BOM, Charset, charset_of
from pipeline.loader.dialect import find_delimiter, said_delimiter
from pipeline.loader.kinds import open_bytes
from pipeline.loader.reading import RawRow, Reading, SourceOptions

_BLOCK = 1 << 20
_SAMPLE_LINES = 1000
_SAMPLE_CHARACTERS = 1 << 18
_MOST_OPEN_QUOTES = 100
_LINE_END = re.compile(r"\r\n|\r|\n")
_OPEN_QUOTE = (
    "a quotation mark opens in this row and never closes, so its cells cannot be told apart; "
    "close or remove the mark"
)


def read_text(path: Path, options: SourceOptions) -> Reading:
    """The records of a text file, with its encoding and delimiter found or as told.

    Raises:
        SourceMistake: the encoding or the delimiter that was told cannot be used, or the archive is damaged.
    """
    with _faults(path), open_bytes(path) as file:
        charset = charset_of(iter(partial(file.read, _BLOCK), b""), options.encoding, str(path))
    delimiter, skipped = _delimiter(path, charset, options.delimiter)
    rows = _rows(path, charset, delimiter, skipped)
    return Reading(
        path=path,
        rows=rows,
        close=rows.close,
        notes=_notes(charset, options),
        encoding=charset.name,
        delimiter=delimiter,
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


def _delimiter(path: Path, charset: Charset, told: str | None) -> tuple[str, int]:
    """The delimiter, and how many lines stand above the first row (a `sep=` line)."""
    with _faults(path), _open_text(path, charset) as text:
        sample = _sample(_lines(text, charset))
    said = said_delimiter(sample[0]) if sample else None
    delimiter = told or said or find_delimiter(sample)
    if len(delimiter) != 1 or delimiter in '"\r\n':
        raise SourceMistake(
            f"{path} cannot be split by “{delimiter}”: a delimiter is one character, such as ; or |."
        )
    return delimiter, 1 if said else 0


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


def _rows(path: Path, charset: Charset, delimiter: str, skipped: int) -> Generator[RawRow, None, None]:
    """Every record of the file; after an open quote the file is read again from the line below it."""
    number = 0
    start: int | None = skipped
    for _ in range(_MOST_OPEN_QUOTES):
        with _faults(path), _open_text(path, charset) as text:
            lines = islice(_lines(text, charset), start, None)
            number, below = yield from _until_open_quote(lines, delimiter, number)
        if below is None:
            return
        start = (start or 0) + below
    raise SourceMistake(
        f"{path} has too many quotation marks that never close. Save it again as .csv or .xlsx."
    )


def _until_open_quote(
    lines: Iterable[str], delimiter: str, number: int
) -> Generator[RawRow, None, tuple[int, int | None]]:
    """The records up to the end, or to a quote that swallowed it: then how many lines were good is returned.

    The csv module asks for a line beyond the last only from inside a quoted field.
    """
    ended: list[bool] = []

    def note_the_end() -> Iterator[str]:
        ended.append(True)
        yield from ()

    reader = csv.reader(chain(lines, note_the_end()), delimiter=delimiter)
    for cells in reader:
        number += 1
        if ended:
            *good, last = cells
            cut = _LINE_END.split(last, maxsplit=1)
            yield number, [*good, cut[0]], (), _OPEN_QUOTE
            return number, reader.line_num - _count_lines(cut[1]) if cut[1:] and cut[1] else None
        yield number, cells, (), ""
    return number, None


def _count_lines(text: str) -> int:
    return len(_LINE_END.findall(text)) + (not text.endswith(("\r", "\n")))
