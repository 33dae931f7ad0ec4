"""Whether an export still looks as it did: its columns, how full they are and how many rows it has, run by run."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from math import sqrt
from typing import NamedTuple

from pipeline.config import Config, column_key
from pipeline.config.mistakes import likely, quoted
from pipeline.ledger import Ledger, Profile, Profiles, RunRecord

COMPARED = 5
"""So many earlier sources say what is usual; where they differ among themselves, more is usual."""

_SHIFT = 0.25
_TIMES = 2
_ERRORS = 2.5
_FEWEST = 3
"""A share has to move by a quarter, a number of rows by half or double, and both by more than chance would do;
a share also by some rows at least."""


def mapping_key(config: Config) -> str:
    """The same for configs that map the same columns to the same fields, whatever else they say."""
    rules = sorted(
        (
            column_key(rule.column),
            sorted(target.field or f"={target.custom_field}" for target in rule.targets),
        )
        for rule in config.columns
    )
    return hashlib.sha256(json.dumps(rules).encode()).hexdigest()


def watch(ledger: Ledger, run: RunRecord, config: Config, now: Profile) -> tuple[str, ...]:
    """Keeps what a run's source looks like, and says what is different from the last sources under its config."""
    profiles = Profiles(ledger, mapping_key(config))
    before = profiles.latest(COMPARED, but=run.source_sha256)
    profiles.keep(run.key, now)
    return drift(now, before)


class Fill:
    """Counts of each column how many of its cells hold something."""

    def __init__(self, columns: int) -> None:
        self._filled = [0] * columns

    def add(self, columns: Sequence[Sequence[str]]) -> None:
        """Counts the cells of some rows, column by column."""
        for place, cells in enumerate(columns[: len(self._filled)]):
            self._filled[place] += len(cells) if all(cells) else sum(map(bool, cells))

    def profile(self, rows: int, columns: Sequence[str]) -> Profile:
        """What was counted."""
        return Profile(rows, tuple(columns), tuple(self._filled))


class Changes(NamedTuple):
    """Columns that came, went, and those that stand in the place of one that went (old name -> new name)."""

    new: tuple[str, ...]
    gone: tuple[str, ...]
    renamed: Mapping[str, str]


def changes(columns: Sequence[str], before: Profile) -> Changes:
    """What happened to the columns since an earlier source."""
    now, then = _by_key(columns), _by_key(before.columns)
    new = [name for key, name in now.items() if key not in then]
    gone = [name for key, name in then.items() if key not in now]
    renamed: dict[str, str] = {}
    for name in gone:
        if other := _successor(name, new, columns, before.columns):
            renamed[name] = other
            new.remove(other)
    return Changes(tuple(new), tuple(name for name in gone if name not in renamed), renamed)


def _by_key(columns: Sequence[str]) -> dict[str, str]:
    return {column_key(name): name for name in columns if name}


def _successor(name: str, new: Sequence[str], columns: Sequence[str], before: Sequence[str]) -> str:
    """The new column with nearly the same name, or in the same place between the same neighbours."""
    place = before.index(name)
    beside = columns[place] if len(columns) == len(before) and columns[place] in new else ""
    return likely(name, new) or beside


def fates(columns: Sequence[str], before: Sequence[Profile]) -> Mapping[str, str]:
    """What became of each column that went, as the end of a sentence, by `column_key`."""
    if not before:
        return {}
    found, run = changes(columns, before[0]), before[0].run_id
    said = {
        column_key(name): f"; it was in run {run}. Take it out, or add `optional: true`"
        for name in found.gone
    }
    for name, other in found.renamed.items():
        said[column_key(name)] = f"; it was in run {run}, and now {quoted(other)} seems to stand for it"
    return said


def drift(now: Profile, before: Sequence[Profile]) -> tuple[str, ...]:
    """What is different from the sources of earlier runs, newest first, in sentences."""
    if not before:
        return ()
    return (
        *_columns(changes(now.columns, before[0]), before[0].run_id),
        *_rows(now, before),
        *_fill(now, before),
    )


def _columns(found: Changes, run: str) -> Iterator[str]:
    for name, other in found.renamed.items():
        yield f"column {quoted(name)} of run {run} seems to be called {quoted(other)} now"
    if found.gone:
        yield f"columns of run {run} that are gone: {', '.join(found.gone)}"
    if found.new:
        yield f"columns that run {run} did not have: {', '.join(found.new)}"


def _rows(now: Profile, before: Sequence[Profile]) -> Iterator[str]:
    least, most = min(one.rows for one in before), max(one.rows for one in before)
    near = least if now.rows < least else most
    far = now.rows * _TIMES <= least or now.rows >= most * _TIMES
    if far and abs(now.rows - near) > _ERRORS * sqrt(max(now.rows, near)):
        usual = f"{least:,}" if least == most else f"{least:,} to {most:,}"
        yield f"{now.rows:,} rows, where {_runs(before)} had {usual}"


def _fill(now: Profile, before: Sequence[Profile]) -> Iterator[str]:
    known = [_shares(one) for one in before if one.rows]
    for key, (share, name) in _shares(now).items():
        usual = [shares[key][0] for shares in known if key in shares]
        near = min(max(share, min(usual)), max(usual)) if usual else share
        far = abs(share - near) >= _SHIFT and abs(share - near) * now.rows >= _FEWEST
        if far and not _chance(share, now.rows, near, before[0].rows):
            yield f"{quoted(name)} is filled in {share:.0%} of the rows, where {_runs(before)} had {near:.0%}"


def _shares(one: Profile) -> dict[str, tuple[float, str]]:
    return {
        column_key(name): (filled / one.rows, name)
        for name, filled in zip(one.columns, one.filled, strict=True)
        if name and one.rows
    }


def _chance(share: float, rows: int, other: float, others: int) -> bool:
    """Whether two shares may differ as much by chance (two proportions, pooled)."""
    pooled = (share * rows + other * others) / (rows + others)
    error = sqrt(pooled * (1 - pooled) * (1 / rows + 1 / others)) if rows and others else 1.0
    return abs(share - other) <= _ERRORS * error


def _runs(before: Sequence[Profile]) -> str:
    return f"run {before[0].run_id}" if len(before) == 1 else f"the last {len(before)} runs of this config"
