"""Headers of two rows: groups of merged cells ("Work", "Home") above the names of the columns."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from pipeline.loader.header import reads_like_names
from pipeline.loader.merged import Merge
from pipeline.loader.reading import RawRow, Reading


class Double(NamedTuple):
    """The places of both rows in the sample, and the names that they give together."""

    first: int
    last: int
    names: list[str]


def double_header(reading: Reading, sample: Sequence[RawRow], place: int) -> Double | None:
    """The header of two rows around the one that was found, if merged cells tell of one."""
    if reading.merges is None:
        return None
    for first in (place - 1, place):
        if first < 0 or first + 1 >= len(sample) or sample[first + 1][0] != sample[first][0] + 1:
            continue
        merges = reading.merges.beginning_in(sample[first][0])
        if _groups(merges, sample[first][1], sample[first + 1][1]):
            upper, lower = sample[first], sample[first + 1]
            reading.notes.append(
                f"The header has two rows, {upper[0]} and {lower[0]}; groups are merged cells."
            )
            return Double(first, first + 1, _names(merges, upper[1], lower[1]))
    return None


def _groups(merges: Sequence[Merge], upper: Sequence[str], lower: Sequence[str]) -> bool:
    """Whether a range over several columns has names of its own under each of them."""
    wide = [merge for merge in merges if merge.right > merge.left and merge.bottom == merge.top]
    named = [
        merge for merge in wide if all(_at(lower, column) for column in range(merge.left, merge.right + 1))
    ]
    several = len([cell for cell in upper if cell.strip()]) > 1
    return bool(named) and several and reads_like_names(lower)


def _names(merges: Sequence[Merge], upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """The lower row's names, under a blank one the upper's; a name that is there twice gets its group in front."""
    names = [_at(lower, column) or _at(upper, column) for column in range(max(len(upper), len(lower)))]
    often = Counter(name.casefold() for name in names)
    for merge in merges:
        group = _at(upper, merge.left)
        for column in range(merge.left, min(merge.right + 1, len(lower))):
            if group and _at(lower, column) and often[names[column].casefold()] > 1:
                names[column] = f"{group} {names[column]}"
    return names


def _at(cells: Sequence[str], column: int) -> str:
    return cells[column].strip() if column < len(cells) else ""
