"""The config compiled into readers: one a contact field, and one a custom field."""

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple, TypeAlias

from pipeline.clean import trim
from pipeline.config import Target, column_key
from pipeline.fields import FIELDS, FULL_NAME, Kind
from pipeline.mapper.cells import (
    Cells,
    Notes,
    Place,
    Read,
    ReadAny,
    Value,
    cell_reader,
    cleaning,
    first_of,
    first_there,
    guarded,
    joined,
    together,
)
from pipeline.mapper.checks import Check, Checks, checked, custom_checks, near_list
from pipeline.mapper.plain import Plain
from pipeline.records import Names

_Words: TypeAlias = tuple[str, ...]


class FieldReader(NamedTuple):
    """How the value of a field is had: by `plain` for many rows at once, and where that has none, by `read`."""

    name: str
    read: ReadAny
    plain: Plain | None = None

    def values(self, columns: Sequence[Sequence[str]], rows: int) -> Sequence[Value | None]:
        """A value for each row, None where it has to be read from the row's cells."""
        return self.plain.values(columns) if self.plain else (None,) * rows


class Compiler:
    """Makes the readers of a config's fields."""

    def __init__(self, blanks: Mapping[str, str], checks: Checks, names: Names) -> None:
        self._blanks = blanks
        self._checks = checks
        self._custom_checks = custom_checks(names.described)
        self._similar_list = near_list(names.lists)

    def fields(self, places: Sequence[Place]) -> Iterator[FieldReader]:
        """A reader for each contact field that has a column."""
        for field, spec in FIELDS.items():
            mine = [place for place in places if place.target.field == field]
            if mine and spec.kind is Kind.LISTS:
                yield self._lists(field, mine)
            elif mine:
                yield self._field(field, mine)

    def custom_fields(self, places: Sequence[Place]) -> Iterator[FieldReader]:
        """A reader for each custom field, under the label that stands first in the config, in alphabetical order."""
        mine: dict[str, list[Place]] = {}
        for place in places:
            if place.target.custom_field is not None:
                mine.setdefault(column_key(place.target.custom_field), []).append(place)
        named = [(same[0].target.custom_field or "", same) for same in mine.values()]
        return (self._field(name, same) for name, same in sorted(named))

    def full_name(self, places: Sequence[Place]) -> FieldReader | None:
        """The reader of the column that holds first and last name together, if there is one."""
        mine = [place for place in places if place.target.field == FULL_NAME]
        if not mine:
            return None
        found = self._field(FULL_NAME, mine)
        plain = found.plain and found.plain._replace(fine=partial(map, _without_formula))
        return found._replace(plain=plain)

    def _field(self, name: str, places: Sequence[Place]) -> FieldReader:
        """Columns in the config's order; those with a part count as one, where the first of them stands."""
        parts = sorted(
            (place for place in places if place.target.part), key=lambda place: place.target.part or 0
        )
        readers: list[Read] = []
        rest = parts
        for place in places:
            if not place.target.part:
                readers.append(self._cell(place))
            elif rest:
                readers.append(joined(tuple(self._cell(part) for part in rest)))
                rest = []
        return FieldReader(name, first_of(tuple(readers)), self._plain(places, parts))

    def _plain(self, places: Sequence[Place], parts: Sequence[Place]) -> Plain | None:
        """None where one of several cells is cleaned, or only some are parts: then each is read with care."""
        check, several = self._check(places[0].target), len(places) > 1
        cleaned = several and any(place.target.clean for place in places)
        if cleaned or (parts and (check or len(parts) < len(places))):
            return None
        clean = None if several else cleaning(places[0].target)
        merge: Callable[[_Words], str] | None = None
        if several:
            merge = together if parts else first_there
        at = tuple(place.at for place in parts or places)
        fine = check.fine_together if check and not check.value else None
        return Plain(at, self._blanks_of(places[0]), clean, merge, fine, check.value if check else None)

    def _blanks_of(self, place: Place) -> frozenset[str]:
        return frozenset() if place.target.kind is Kind.NAME else frozenset(self._blanks)

    def _cell(self, place: Place) -> Read:
        return guarded(checked(cell_reader(place, self._blanks), place, self._check(place.target)), place)

    def _check(self, target: Target) -> Check | None:
        """Parts of a text are not checked for themselves: only what they make together has a type."""
        if target.custom_field is None:
            return self._checks.get(target.kind)
        return None if target.part else self._custom_checks.get(target.custom_field.casefold())

    def _lists(self, name: str, places: Sequence[Place]) -> FieldReader:
        readers = [self._list(name, place) for place in places]
        return readers[0] if len(readers) == 1 else FieldReader(name, _first_list(readers))

    def _list(self, name: str, place: Place) -> FieldReader:
        read, split = self._cell(place), place.target.split

        @functools.lru_cache(maxsize=1_000)
        def words(text: str) -> _Words:
            found = map(trim, text.split(split)) if split else (text,)
            return tuple(dict.fromkeys(word for word in found if word))

        @functools.lru_cache(maxsize=1_000)
        def doubts(text: str) -> _Words:
            return tuple(
                f"{place.column}: {note}" for word in words(text) if (note := self._similar_list(word))
            )

        def read_list(cells: Cells, notes: Notes) -> _Words:
            text = read(cells, notes)
            notes += doubts(text)
            return words(text)

        @functools.lru_cache(maxsize=1_000)
        def sure(text: str) -> _Words | None:
            return words(text) if _without_formula(text) and not doubts(text) else None

        return FieldReader(
            name, read_list, Plain((place.at,), self._blanks_of(place), cleaning(place.target), value=sure)
        )


def _without_formula(text: str) -> bool:
    """A formula behind a blank or comma would begin one of the parts."""
    return "=" not in text


def _first_list(readers: Sequence[FieldReader]) -> ReadAny:
    def read(cells: Cells, notes: Notes) -> Value:
        found: Iterator[Value] = filter(None, (reader.read(cells, notes) for reader in readers))
        return next(found, ())

    return read
