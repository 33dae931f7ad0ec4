"""Which config a source was written for, when none is named: by its columns, and never by guessing."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from pipeline.config import Config, column_key, match_columns
from pipeline.errors import ConfigMistake, SourceMistake


class Fit(NamedTuple):
    """How well a config fits: how many of the source's columns it maps, and what it lacks (empty when it fits)."""

    config: Config
    mapped: int
    lacks: tuple[str, ...]


def choose(
    source: Path, tiers: Sequence[Sequence[Config]], columns_of: Callable[[Config], Sequence[str]]
) -> Config:
    """The config that fits: of the first tier in which any does, the one that maps most columns.

    `columns_of` reads the source's columns under a config's own source rules.

    Raises:
        SourceMistake: none fits, or several fit equally well.
    """
    seen: list[Fit] = []
    for tier in tiers:
        fits = [fit_of(config, columns_of(config)) for config in tier]
        good = [fit for fit in fits if not fit.lacks]
        most = max((fit.mapped for fit in good), default=0)
        best = [fit.config for fit in good if fit.mapped == most]
        if len(best) == 1:
            return best[0]
        if best:
            names = ", ".join(config.name for config in best)
            raise SourceMistake(f"{source} fits several configs equally well: {names}. Name one with -c.")
        seen += fits
    raise SourceMistake(_none(source, seen))


def fit_of(config: Config, columns: Sequence[str]) -> Fit:
    """How a config fits these columns."""
    there = {column_key(name) for name in columns}
    known = [rule for rule in config.columns if not rule.ignored and column_key(rule.column) in there]
    missing = [
        rule.column
        for rule in config.columns
        if not rule.optional and not rule.ignored and column_key(rule.column) not in there
    ]
    return Fit(config, len(known), tuple(missing) or _mistakes(config, columns))


def _mistakes(config: Config, columns: Sequence[str]) -> tuple[str, ...]:
    try:
        match_columns(config, columns)
    except ConfigMistake as mistake:
        return tuple(one.text for one in mistake.mistakes)
    return ()


def _none(source: Path, seen: Sequence[Fit]) -> str:
    if not seen:
        return f"There is no config for {source}. Name one with -c."
    nearest = min(seen, key=lambda fit: (len(fit.lacks), -fit.mapped))
    others = [fit.config.name for fit in seen if fit is not nearest]
    also = f" Looked at as well: {', '.join(others)}." if others else ""
    lacks = ", ".join(nearest.lacks)
    return (
        f"No config fits the columns of {source}. The nearest is {nearest.config.name}; "
        f"not in the file: {lacks}.{also} Name a config with -c."
    )
