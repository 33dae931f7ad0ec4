"""Cells that are plainly good, taken a whole column at a time; all others are read one by one, with care.

Reading with care takes half a microsecond a cell and decides everything. Here is only decided, in a third of that,
which cells it would leave as they are.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from pipeline.mapper.cells import Value

_BEFORE = "\N{BROKEN BAR}"
"""Stands before each cell where a column is looked at as one text; a sign that hardly stands before = or #."""

_SAMPLE = 50
"""Cells of a column that show whether it is worth the time to bring together those that say the same."""

_SPECIAL = ("=", "#")
"""What formulas and errors of the spreadsheet begin with."""


class Plain(NamedTuple):
    """How the plain cells of a field are taken. `blanks` are the casefolded words for nothing.

    `clean` is what the config's cleaners make of a text. Several `places` are made one text by `merge`. `fine` tells of
    texts which are good as they are, None that all are; `value` makes the field's value of one, or None where it has to
    be read with care; without it that is the text.
    """

    places: tuple[int, ...]
    blanks: frozenset[str]
    clean: Callable[[str], str] | None = None
    merge: Callable[[tuple[str, ...]], str] | None = None
    fine: Callable[[Sequence[str]], Iterable[object]] | None = None
    value: Callable[[str], Value | None] | None = None

    def values(self, columns: Sequence[Sequence[str]]) -> Sequence[Value | None]:
        """A value for each row, "" where the cells are empty; None where they have to be read with care."""
        found: Sequence[str | None]
        if self.merge is None:
            found = self._cleaned(self._trimmed(columns[self.places[0]]))
        else:
            found = _merged(self.merge, [self._trimmed(columns[place]) for place in self.places])
        if self.fine:
            found = _good(found, self.fine)
        if value := self.value:
            return [value(text) if text else text for text in found]
        return found

    def _trimmed(self, cells: Sequence[str]) -> Sequence[str | None]:
        """Cells that say the same are looked at once: countries, stages and the like say little that is new."""
        if _differ(cells[:_SAMPLE]) or _differ(cells):
            return self._plainly(cells)
        few = list(set(cells))
        known = dict(zip(few, self._plainly(few), strict=True))
        return [known[cell] for cell in cells]

    def _plainly(self, cells: Sequence[str]) -> Sequence[str | None]:
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


def _differ(cells: Sequence[str]) -> bool:
    """Whether most of the cells say something of their own."""
    return len(set(cells)) > len(cells) // 2


def has_gaps(column: Sequence[object]) -> bool:
    """Whether None is among the values; most columns are full, which is seen in a fifth of the time."""
    return not all(column) and None in column


def _good(
    found: Sequence[str | None], fine: Callable[[Sequence[str]], Iterable[object]]
) -> Sequence[str | None]:
    told = list(fine([text for text in found if text]))
    if all(told):
        return found
    good = iter(told)
    return [text if not text or next(good) else None for text in found]


def _merged(
    merge: Callable[[tuple[str, ...]], str], columns: Sequence[Sequence[str | None]]
) -> list[str | None]:
    if any(map(has_gaps, columns)):
        return [None if None in texts else merge(texts) for texts in zip(*columns, strict=True)]
    return list(map(merge, zip(*columns, strict=True)))
