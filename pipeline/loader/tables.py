"""Finding the table in a stream of raw rows: its header, its columns, and which rows are data."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from operator import attrgetter, itemgetter
from types import TracebackType
from typing import NamedTuple, Self

from pipeline.errors import SourceMistake
from pipeline.loader.double import double_header
from pipeline.loader.ending import TAIL, find_ending
from pipeline.loader.header import SAMPLE, find_header, is_blank
from pipeline.loader.links import Linked
from pipeline.loader.reading import RawRow, Reading, column_letter
from pipeline.loader.sheets import without_summary
from pipeline.records import Row

_INVISIBLE = re.compile("[\ufeff\u200b\u2060\u00ad]")


_BATCH = 100
_CELLS, _FIRST = attrgetter("cells"), itemgetter(0)
_WIDEST = 255
"""Characters (Excel specifications and limits)."""

_MOST_SHOWN, _LONGEST_SHOWN = 20, 200
"""Cells that stand under no column, and characters of each, that are told of a row."""

_OWN = {"import_run", "import_row"}
"""Columns by which our own results are known, however many of the others the user has deleted."""


class LeftOut(NamedTuple):
    """A row of the file that is no data row, and why."""

    row: int
    why: str


class Table:
    """The table of a file: what its columns are called, and its data rows in order.

    `notes`, `blank` and `left_out` are complete when `chunks` is exhausted. To be closed, best by `with`.
    """

    def __init__(self, reading: Reading, header_row: int | None = None) -> None:
        """Find the header.

        Raises:
            SourceMistake: there is no table, or no row of that number.
        """
        self._reading = reading
        self._left_out: list[LeftOut] = []
        self._blank = 0
        sample, rest = _split_at_header(reading, header_row)
        place = _told_header(reading, sample) if header_row else _found_header(reading, sample)
        double = None if header_row else double_header(reading, sample, place)
        self._leave_out_above(sample[: double.first if double else place])
        place = double.last if double else place
        self.header_row = sample[place][0]
        self.headers = _headers(
            sample[place:], double.names if double else sample[place][1], grid=reading.grid
        )
        self.columns = _unique_names(self.headers)
        self._names = [header.strip() for header in self.headers]
        if is_fed_back(self.columns):
            without_summary(reading.notes)
        self.sheet = reading.sheet
        self.charset = reading.charset
        self.encoding = reading.charset.name if reading.charset else ""
        self.delimiter = reading.delimiter
        self._rest: Iterator[RawRow] = chain(sample[place + 1 :], rest)
        if reading.merges is not None:
            self._rest = reading.merges.spread(self._rest, self.header_row)
        self._links = Linked(reading, self.columns)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Free the file."""
        self._reading.close()

    @property
    def notes(self) -> tuple[str, ...]:
        """What holds for the file: the sheet that was chosen, a guessed encoding, what is hidden."""
        return tuple(self._reading.notes)

    @property
    def widths(self) -> dict[int, float]:
        """How wide the columns are in characters, by their place from 0; those that are known."""
        return {
            place: width
            for first, last, width in self._reading.widths
            if 0 < width <= _WIDEST
            for place in range(first, min(last + 1, len(self.columns)))
        }

    @property
    def blank(self) -> int:
        """Wholly blank rows below the header."""
        return self._blank

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """Rows that hold something and are no data: above the header, a repeated header, a total at the end."""
        return tuple(self._left_out)

    def chunks(self, size: int = 100) -> Iterator[list[Row]]:
        """The data rows in the file's order, `size` at a time; only once.

        Raises:
            SourceMistake: the file is damaged further down.
        """
        kept: list[Row] = []
        for batch in self._data_rows():
            kept += batch
            while len(kept) >= size + TAIL:
                yield kept[:size]
                del kept[:size]
        ending = find_ending(kept, self.header_row)
        self._left_out += map(LeftOut, (row.number for row in kept[ending.place :]), ending.why)
        del kept[ending.place :]
        for place in range(0, len(kept), size):
            yield kept[place : place + size]

    def _data_rows(self) -> Iterator[list[Row]]:
        """The rows in batches. This is the loader's inner loop: where all is as it should be, a batch passes whole."""
        last = self.header_row
        while batch := list(islice(self._rest, _BATCH)):
            gaps = _gaps(last, batch)
            if gaps or self._links or not self._all_filled(batch):
                yield [row for raw in batch if (row := self._data_row(raw)) is not None]
                self._blank += gaps
            else:
                yield batch
            last = batch[-1][0]

    def _all_filled(self, batch: Sequence[RawRow]) -> bool:
        """Whether all rows are as wide as the table, and begin with a text that is not the first column's name."""
        cells = list(map(_CELLS, batch))
        if set(map(len, cells)) != {len(self.columns)}:
            return False
        first = list(map(str.strip, map(_FIRST, cells)))
        return all(first) and self._names[0] not in first

    def _data_row(self, raw: RawRow) -> Row | None:
        if is_blank(raw.cells):
            self._blank += 1
            return None
        if raw.cells[0].strip() == self._names[0] and self._repeats_header(raw.cells):
            self._left_out.append(LeftOut(raw.number, "the header again"))
            return None
        if self._links and raw.number in self._links:
            raw = self._links.read(raw)
        return raw if len(raw.cells) == len(self.columns) else self._fitted(raw)

    def _repeats_header(self, cells: Sequence[str]) -> bool:
        width = len(self._names)
        texts = [cell.strip() for cell in cells]
        return texts[:width] + [""] * (width - len(texts)) == self._names and not any(texts[width:])

    def _fitted(self, raw: RawRow) -> Row:
        """The row brought to the table's width; what stands beyond is told, never moved."""
        number, cells, warnings, unreadable = raw
        width = len(self.columns)
        beyond = [place for place in range(width, len(cells)) if not is_blank([cells[place]])]
        if beyond and self._reading.grid:
            letters = ", ".join(map(column_letter, beyond))
            warnings += (f"column {letters} has no header, so what stands there was left out",)
        elif beyond:
            unreadable = unreadable or (
                f"has {len(cells)} cells where the header has {width}, so it is not clear which cell belongs to "
                "which column; put quotation marks round a cell that has the delimiter in it"
            )
            unreadable += f"; beyond the last column stands {_quoted(cells[place] for place in beyond)}"
        fitted = cells[:width] + ("",) * (width - len(cells))
        return Row(number, fitted, warnings, unreadable)

    def _leave_out_above(self, rows: Sequence[RawRow]) -> None:
        self._left_out += [LeftOut(row[0], "above the header") for row in rows if not is_blank(row[1])]


def is_fed_back(columns: Iterable[str]) -> bool:
    """Whether these are the columns of failed.csv, failed.xlsx or results.xlsx."""
    return _OWN.issubset(columns)


def _quoted(cells: Iterable[str]) -> str:
    shown = [f"“{cell[:_LONGEST_SHOWN].strip()}”" for cell in islice(cells, _MOST_SHOWN + 1)]
    return ", ".join(shown[:_MOST_SHOWN]) + (" and more" if len(shown) > _MOST_SHOWN else "")


def _split_at_header(reading: Reading, header_row: int | None) -> tuple[list[RawRow], Iterator[RawRow]]:
    """The first rows, to look at, and those that follow; a header that was told is the first to look at."""
    rows = reading.rows
    if header_row is None:
        return list(islice(rows, SAMPLE)), rows
    for row in rows:
        if row[0] >= header_row:
            if row[0] == header_row:
                return [row, *islice(rows, SAMPLE)], rows
            break
    raise SourceMistake(f"{reading.where} has nothing in row {header_row}, where the header should be.")


def _gaps(last: int, batch: Sequence[RawRow]) -> int:
    """How many rows between `last` and the end of the batch are not in the file at all."""
    return batch[-1].number - last - len(batch)


def _told_header(reading: Reading, sample: Sequence[RawRow]) -> int:
    if is_blank(sample[0][1]):
        raise SourceMistake(f"{reading.where} has nothing in row {sample[0][0]}, where the header should be.")
    return 0


def _found_header(reading: Reading, sample: Sequence[RawRow]) -> int:
    found = find_header([row[1] for row in sample])
    if found is None:
        raise SourceMistake(f"{reading.where} has no table in it: its rows are all blank.")
    number = sample[found.place][0]
    if not found.sure:
        reading.notes.append(
            f"No row looks like column names; row {number} was taken for them. `header_row` says otherwise."
        )
    elif any(not is_blank(row[1]) for row in sample[: found.place]):
        reading.notes.append(f"The header is row {number}; what stands above it was left out.")
    return found.place


def _headers(sample: Sequence[RawRow], cells: Sequence[str], *, grid: bool) -> tuple[str, ...]:
    """The header's cells. In a grid, blank ones behind the last name count only where rows have something there."""
    if not grid:
        return tuple(cells)
    width = max(_span(cells), *(_span(row[1]) for row in sample))
    return tuple(cells[:width]) + ("",) * (width - len(cells))


def _span(cells: Sequence[str]) -> int:
    return max((place for place, cell in enumerate(cells, 1) if not is_blank([cell])), default=0)


def _unique_names(headers: Sequence[str]) -> tuple[str, ...]:
    """The names of the columns: blanks collapsed, a repeated name counted, a missing one by its letter."""
    wanted = [
        " ".join(_INVISIBLE.sub("", header).split()) or f"Column {column_letter(place)}"
        for place, header in enumerate(headers)
    ]
    taken = {name.casefold() for name in wanted}
    seen: Counter[str] = Counter()
    names = []
    for name in wanted:
        key = name.casefold()
        seen[key] += 1
        names.append(name if seen[key] == 1 else _numbered(name, seen, taken))
    return tuple(names)


def _numbered(name: str, seen: Counter[str], taken: set[str]) -> str:
    key = name.casefold()
    while f"{key} ({seen[key]})" in taken:
        seen[key] += 1
    taken.add(f"{key} ({seen[key]})")
    return f"{name} ({seen[key]})"
