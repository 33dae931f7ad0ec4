"""Which config a source was written for, when none is named: by its columns, and never by guessing."""

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import NamedTuple

from pipeline.config import Config, column_key, match_columns
from pipeline.errors import ConfigMistake, SourceMistake


class Fit(NamedTuple):
    """How well a config fits: how many of the source's columns it maps, what it lacks, and what it would leave out.

    It fits when nothing is lacking and nothing is left out.
    """

    config: Config
    mapped: int
    lacks: tuple[str, ...]
    loses: tuple[str, ...] = ()


def choose(
    source: Path,
    tiers: Sequence[Sequence[Config]],
    columns_of: Callable[[Config], Sequence[str]],
    precious: Callable[[Sequence[str]], Collection[str]],
) -> Config:
    """The config that fits: of the first tier in which any does, the one that maps most columns.

    `columns_of` reads the source's columns under a config's own source rules; `precious` says which of them hold
    email addresses or phones. A config that would leave one of those out in silence does not fit.

    Raises:
        SourceMistake: none fits, or several fit equally well.
    """
    seen: list[Fit] = []
    for tier in tiers:
        fits = [
            _complete(fit_of(config, columns_of(config)), columns_of(config), precious) for config in tier
        ]
        good = [fit for fit in fits if not (fit.lacks or fit.loses)]
        most = max((fit.mapped for fit in good), default=0)
        best = [fit.config for fit in good if fit.mapped == most]
        if len(best) == 1:
            return best[0]
        if best:
            names = ", ".join(config.name for config in best)
            raise SourceMistake(
                f"{source} fits several configs equally well: {names}. Name one with -c. {_init(source)}"
            )
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


def _complete(fit: Fit, columns: Sequence[str], precious: Callable[[Sequence[str]], Collection[str]]) -> Fit:
    if fit.lacks:
        return fit
    held = precious(columns)
    return fit._replace(loses=tuple(one for one in match_columns(fit.config, columns).unused if one in held))


def _mistakes(config: Config, columns: Sequence[str]) -> tuple[str, ...]:
    try:
        match_columns(config, columns)
    except ConfigMistake as mistake:
        return tuple(one.text for one in mistake.mistakes)
    return ()


def _none(source: Path, seen: Sequence[Fit]) -> str:
    if not seen:
        return f"There is no config for {source}. Name one with -c. {_init(source)}"
    nearest = min(seen, key=lambda fit: (len(fit.lacks), -fit.mapped))
    others = [fit.config.name for fit in seen if fit is not nearest]
    also = f" Looked at as well: {', '.join(others)}." if others else ""
    lacks = ", ".join(nearest.lacks)
    why = f"not in the file: {lacks}" if lacks else f"it would leave out: {', '.join(nearest.loses)}"
    return (
        f"No config fits the columns of {source}. The nearest is {nearest.config.name}; "
        f"{why}.{also} Name a config with -c. {_init(source)}"
    )


def _init(source: Path) -> str:
    return f"`init {source}` writes one for its columns."
