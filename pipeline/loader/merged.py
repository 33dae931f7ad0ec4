"""Merged cells: one value over several rows holds for each of them, as a person reads it."""

from collections.abc import Iterator
from typing import NamedTuple

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
            number, cells, told, unreadable = raw
            active = [(merge, text) for merge, text in active if merge.bottom >= number]
            for merge, text in active:
                if text and _put(cells, merge.left, text):
                    told += (
                        f"{column_letter(merge.left)}{number} is merged with {_name(merge)}, and has its value",
                    )
            if number > after:
                active += [
                    (merge, cells[merge.left] if merge.left < len(cells) else "")
                    for merge in self._from.get(number, ())
                    if merge.bottom > merge.top
                ]
            yield number, cells, told, unreadable


def _put(cells: list[str], column: int, text: str) -> bool:
    """Sets a blank cell of a row that has others; a row of nothing but merged cells stays blank."""
    if not any(cells):
        return False
    if column >= len(cells):
        cells += [""] * (column + 1 - len(cells))
    if cells[column]:
        return False
    cells[column] = text
    return True


def _name(merge: Merge) -> str:
    return f"{column_letter(merge.left)}{merge.top}"
