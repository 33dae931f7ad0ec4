"""Merged cells: one value over several rows holds for each of them, as a person reads it."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipeline.loader.header import is_blank
from pipeline.loader.reading import RawRow, column_letter

_MOST = 100_000


class Merge(NamedTuple):
    """A range of merged cells; rows from 1, columns from 0, both ends belong to it."""

    top: int
    bottom: int
    left: int
    right: int


class Merges:
    """The merged ranges of a sheet; they may be added while its rows are read, but before their own first row."""

    def __init__(self) -> None:
        self._from: dict[int, list[Merge]] = {}
        self._count = 0

    def add(self, merge: Merge) -> None:
        """Keep a range, unless it is a single cell; of a hundred thousand and more the rest is not looked at."""
        if self._count < _MOST and (merge.top, merge.left) != (merge.bottom, merge.right):
            self._from.setdefault(merge.top, []).append(merge)
            self._count += 1

    def beginning_in(self, row: int) -> list[Merge]:
        """The ranges whose first row this is."""
        return self._from.get(row, [])

    def spread(self, rows: Iterator[RawRow], after: int) -> Iterator[RawRow]:
        """The rows below `after`, with the value of a range that goes down over several rows in each of them."""
        active: list[tuple[Merge, str]] = []
        for raw in rows:
            number = raw.number
            active = [(merge, text) for merge, text in active if merge.bottom >= number]
            yield _filled(raw, active) if active else raw
            if number > after and (beginning := self._from.pop(number, None)):
                active += [
                    (merge, _at(raw.cells, merge.left)) for merge in beginning if merge.bottom > merge.top
                ]


def _filled(raw: RawRow, active: list[tuple[Merge, str]]) -> RawRow:
    """The row with the values of ranges that reach down into it; a row of nothing but those stays blank."""
    if is_blank(raw.cells):
        return raw
    cells, told = list(raw.cells), list(raw.warnings)
    for merge, text in active:
        if text and not _at(cells, merge.left):
            cells += [""] * (merge.left + 1 - len(cells))
            cells[merge.left] = text
            told.append(
                f"{column_letter(merge.left)}{raw.number} is merged with {_name(merge)}, and has its value"
            )
    return raw._replace(cells=tuple(cells), warnings=tuple(told))


def _at(cells: Sequence[str], column: int) -> str:
    return cells[column] if column < len(cells) else ""


def _name(merge: Merge) -> str:
    return f"{column_letter(merge.left)}{merge.top}"
