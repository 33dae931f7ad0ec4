"""Cleaners as a config writes them: a plain name, or one with what it needs, such as `{map: {Mktg: Marketing}}`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from pipeline.clean.dates import by_format
from pipeline.clean.pattern import replacing
from pipeline.clean.text import bare

Cleaner: TypeAlias = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Step:
    """A cleaner with its values: pairs for `map`, pattern and replacement for `regex`, the format for `date`."""

    name: str
    values: tuple[str, ...]

    def cleaner(self) -> Cleaner:
        """The function that it stands for.

        Raises:
            ValueError: the values are wrong; the message says why, in the words of the config.
        """
        return _MAKERS[self.name](self.values)


STEPS = ("map", "regex", "date")
"""The cleaners that need values, by the names that a config gives them."""


def step(form: object) -> Step:
    """The step that a one-key map of the config means.

    Raises:
        ValueError: it is no such map, or its values are wrong.
    """
    if not isinstance(form, Mapping) or len(form) != 1:
        raise ValueError("write the name of a cleaner, or one with its values such as {map: {old: new}}")
    name, given = next(iter(form.items()))
    if name not in STEPS:
        raise ValueError(f"{name} takes no values; those that do are {', '.join(STEPS[:-1])} and {STEPS[-1]}")
    found = Step(name, _READERS[name](given))
    found.cleaner()
    return found


def _pairs(given: object) -> tuple[str, ...]:
    if not isinstance(given, Mapping) or not given:
        raise ValueError("write {map: {old: new}}, with a pair for each value")
    flat = [text for old, new in given.items() for text in (old, "" if new is None else new)]
    return _texts(flat, "write {map: {old: new}}, both of them texts")


def _two(given: object) -> tuple[str, ...]:
    wrong = "write {regex: [pattern, replacement]}, best in single quotes"
    if (
        not isinstance(given, Sequence)
        or isinstance(given, str)
        or len(given) != len(("pattern", "replacement"))
    ):
        raise ValueError(wrong)
    return _texts(["" if text is None else text for text in given], wrong)


def _one(given: object) -> tuple[str, ...]:
    return _texts([given], 'write {date: "%d/%m/%Y"}')


def _texts(values: Sequence[object], wrong: str) -> tuple[str, ...]:
    if not all(isinstance(value, str) for value in values):
        raise ValueError(wrong)
    return tuple(str(value) for value in values)


_READERS: Mapping[str, Callable[[object], tuple[str, ...]]] = {"map": _pairs, "regex": _two, "date": _one}


def _mapping(values: tuple[str, ...]) -> Cleaner:
    table = {bare(old).casefold(): new for old, new in zip(values[::2], values[1::2], strict=True)}
    return lambda text: table.get(bare(text).casefold(), text)


_MAKERS: Mapping[str, Callable[[tuple[str, ...]], Cleaner]] = {
    "map": _mapping,
    "regex": lambda values: replacing(values[0], values[1]),
    "date": lambda values: by_format(values[0]),
}
