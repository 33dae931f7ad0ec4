"""The config's columns against those of a source."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pipeline.clean import is_region
from pipeline.config.checks import fillable, missing_sets
from pipeline.config.mistakes import meant, quoted
from pipeline.config.model import ColumnRule, Config
from pipeline.config.names import column_key, column_names
from pipeline.errors import ConfigMistake, Mistake
from pipeline.records import IMPORT_COLUMNS


class Columns(NamedTuple):
    """Which column of a source each rule reads, in the config's order.

    `names` are the source's columns, each with a name of its own; `unused` those that no rule names;
    `region` is the place of the column that says the country of a phone number, None when there is none.
    """

    bound: tuple[tuple[int, ColumnRule], ...]
    unused: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    region: int | None = None


_NONE_KNOWN: Mapping[str, str] = {}


def match_columns(
    config: Config, columns: Sequence[str], instead: Mapping[str, str] = _NONE_KNOWN
) -> Columns:
    """Finds each rule's column, regardless of case and blanks; ignored and missing optional ones are left out.

    `instead` says of columns that were there in earlier runs, by `column_key`, what became of them.

    Raises:
        ConfigMistake: columns of the config are missing, or none that is there can fill a required set.
    """
    names = column_names(columns)
    places = {column_key(name): place for place, name in reversed(list(enumerate(names))) if name}
    found = [(places.get(column_key(rule.column)), rule) for rule in config.columns]
    bound = tuple((place, rule) for place, rule in found if place is not None and not rule.ignored)
    mistakes = [
        Mistake(rule.line, _missing(rule.column, names, instead))
        for place, rule in found
        if place is None and not rule.optional
    ]
    region, wrong = _region(config, places, names)
    mistakes += wrong
    if not mistakes:
        mistakes += missing_sets(config.require, fillable((rule for _, rule in bound), config.constants))
    if mistakes:
        raise ConfigMistake(config.name, tuple(sorted(mistakes, key=lambda mistake: mistake.line or 0)))
    used = {place for place, _ in found if place is not None} | {region}
    unused = (name for place, name in enumerate(names) if place not in used and name)
    return Columns(
        bound, tuple(name for name in unused if name.casefold() not in IMPORT_COLUMNS), names, region
    )


def _missing(column: str, names: Sequence[str], instead: Mapping[str, str]) -> str:
    known = instead.get(column_key(column), "")
    hint = known or meant(column, names) or "; if it may be missing, add `optional: true`"
    return f"column {quoted(column)} is not in the file{hint}"


def _region(config: Config, places: dict[str, int], names: Sequence[str]) -> tuple[int | None, list[Mistake]]:
    region = config.phone_region
    if region is None or is_region(region):
        return None, []
    place = places.get(column_key(region))
    if place is not None:
        return place, []
    text = f"phone_region: {quoted(region)} is neither a region such as DE nor a column of the file"
    return None, [Mistake(config.region_line, text + meant(region, names))]
