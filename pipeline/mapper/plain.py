"""Cells that are plainly good, taken a whole column at a time; all others are read one by one, with care.

Reading with care takes half a microsecond a cell and decides everything. Here is only decided, in a third of that,
which cells it would leave as they are.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from pipeline.mapper.cells import Value

_BEFORE = "\N{BROKEN BAR}"
"""Stands before each cell where a column is looked at as one text; a sign that hardly stands before = or #."""

_SPECIAL = ("=", "#")
"""What formulas and errors of the spreadsheet begin with."""


class Plain(NamedTuple):
    """How the plain cells of a field are taken. `blanks` are the casefolded words for nothing.

    `clean` is what the config's cleaners make of a text. Several `places` are made one text by `merge`. `fine` tells
    that a text is good as it is, None that any is; `value` makes the field's value of it, or None where it has to be
    read with care; without one it is the text.
    """

    places: tuple[int, ...]
    blanks: frozenset[str]
    clean: Callable[[str], str] | None = None
    merge: Callable[[tuple[str, ...]], str] | None = None
    fine: Callable[[str], object] | None = None
    value: Callable[[str], Value | None] | None = None

    def values(self, columns: Sequence[Sequence[str]]) -> Sequence[Value | None]:
        """A value for each row, "" where the cells are empty; None where they have to be read with care."""
        found: Sequence[str | None]
        if self.merge is None:
            found = self._cleaned(self._trimmed(columns[self.places[0]]))
        else:
            found = _merged(self.merge, [self._trimmed(columns[place]) for place in self.places])
        if (fine := self.fine) and not all(map(fine, filter(None, found))):
            found = [text if not text or fine(text) else None for text in found]
        if value := self.value:
            return [value(text) if text else text for text in found]
        return found

    def _trimmed(self, cells: Sequence[str]) -> Sequence[str | None]:
        texts = list(map(str.strip, cells))
        line = _BEFORE + _BEFORE.join(texts)
        special = any(_BEFORE + sign in line for sign in _SPECIAL)
        if line.isprintable() and not special and self.blanks.isdisjoint(map(str.casefold, texts)):
            return texts
        return [text if self._is_plain(text) else None for text in texts]

    def _cleaned(self, texts: Sequence[str | None]) -> Sequence[str | None]:
        if self.clean is None:
            return texts
        cleaned = [self.clean(text) if text else text for text in texts]
        return [text if not text or ("=" not in text and text.isprintable()) else None for text in cleaned]

    def _is_plain(self, text: str) -> bool:
        return text.isprintable() and not text.startswith(_SPECIAL) and text.casefold() not in self.blanks


def has_gaps(column: Sequence[object]) -> bool:
    """Whether None is among the values; most columns are full, which is seen in a fifth of the time."""
    return not all(column) and None in column


def _merged(
    merge: Callable[[tuple[str, ...]], str], columns: Sequence[Sequence[str | None]]
) -> list[str | None]:
    if any(map(has_gaps, columns)):
        return [None if None in texts else merge(texts) for texts in zip(*columns, strict=True)]
    return list(map(merge, zip(*columns, strict=True)))
