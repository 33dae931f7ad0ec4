"""The config compiled into readers, one a contact field, and the way of a row through them."""

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from pipeline.clean import split_name, trim
from pipeline.config import Columns, Config, Target, column_key
from pipeline.fields import FIELDS, FULL_NAME, Kind
from pipeline.mapper.cells import Cells, Fault, Notes, Place, Read, cell_reader, first_of, guarded, joined
from pipeline.mapper.checks import Check, Checks, checked, checks_of, custom_checks, near_list, region_reader
from pipeline.mapper.likely import Likely
from pipeline.mapper.required import Required
from pipeline.records import Contact, Mapped, Names, Problem, Reason, Row, Suggestion

_Value: TypeAlias = str | tuple[str, ...] | dict[str, str]
_ReadAny: TypeAlias = Callable[[Cells, Notes], _Value]

_NO_NAMES = Names()
_CONTACT = Contact.__pydantic_validator__.validate_python
"""What `Contact.model_validate` calls, a microsecond earlier."""

_SPLIT = ("first_name", "last_name")


class Mapper:
    """Maps the rows of one source; all that does not depend on the row is worked out once, here."""

    def __init__(self, config: Config, columns: Columns, names: Names = _NO_NAMES) -> None:
        places = tuple(_places(columns))
        blanks = {trim(word).casefold(): word for word in config.blank_values}
        compiler = _Compiler(
            blanks,
            checks_of(names.stages, region_reader(config.phone_region, columns.region, columns.names)),
            names,
        )
        self._width = max([place.at for place in places] + [columns.region or 0], default=0) + 1
        self._readers = tuple(compiler.readers(places))
        self._full_name = compiler.full_name(places)
        self._required = Required(config.require, _sources(places), _constant(config))
        self._likely = Likely(places)

    def map(self, row: Row) -> Mapped:
        """The row's values under Apollo's names, what was done to them, and every problem, in the cells' order."""
        cells = row.cells
        if len(cells) < self._width:
            cells += ("",) * (self._width - len(cells))
        notes: Notes = []
        values: dict[str, _Value] = {}
        for field, read in self._readers:
            value = read(cells, notes)
            if value:
                values[field] = value
        if self._full_name is not None and not ("first_name" in values and "last_name" in values):
            _fill_names(values, self._full_name(cells, notes))
        contact = _CONTACT(values)
        lacking = self._required.problem(values.keys())
        likely = self._likely.meant(values, cells)
        if not notes and lacking is None and not row.unreadable:
            return Mapped(row.number, contact, row.warnings, (), likely)
        return self._told(row, contact, values, notes, likely)

    def _told(
        self,
        row: Row,
        contact: Contact,
        values: Mapping[str, _Value],
        notes: Notes,
        likely: tuple[Suggestion, ...],
    ) -> Mapped:
        said = [note for note in notes if isinstance(note, str)]
        faults = sorted((note for note in notes if isinstance(note, Fault)), key=lambda fault: fault.at)
        warnings = tuple(dict.fromkeys((*row.warnings, *said)))
        if row.unreadable:
            unreadable = Problem(Reason.UNREADABLE_ROW, "", "", row.unreadable)
            return Mapped(row.number, contact, warnings, (unreadable,))
        spoilt = {field for fault in faults for field in fault.fields}
        lacking = self._required.problem(spoilt.union(values))
        problems = [*(fault.problem for fault in faults), *([lacking] if lacking else [])]
        meant = [Suggestion(one.column, one.suggestion) for one in problems if one.suggestion]
        suggestions = tuple(dict.fromkeys((*meant, *likely)))
        return Mapped(row.number, contact, warnings, tuple(dict.fromkeys(problems)), suggestions)


def _fill_names(values: dict[str, _Value], full: str) -> None:
    for field, part in zip(_SPLIT, split_name(full), strict=True):
        if part and field not in values:
            values[field] = part


def _places(columns: Columns) -> Iterator[Place]:
    for index, rule in columns.bound:
        column = columns.names[index] if columns.names else rule.column
        for target in rule.targets:
            yield Place(index, column, target)


def _sources(places: Iterable[Place]) -> dict[str, list[str]]:
    """Contact field -> the names of the columns that may fill it."""
    sources: dict[str, list[str]] = {}
    for place in places:
        for field in place.fields:
            sources.setdefault(field, []).append(place.column)
    return sources


def _constant(config: Config) -> set[str]:
    labels = ("label_names",) if config.constants.label_names else ()
    return {*config.constants.fields, *labels}


class _Compiler:
    """Makes the readers of a config's fields."""

    def __init__(self, blanks: Mapping[str, str], checks: Checks, names: Names) -> None:
        self._blanks = blanks
        self._checks = checks
        self._custom_checks = custom_checks(names.described)
        self._similar_list = near_list(names.lists)

    def readers(self, places: Sequence[Place]) -> Iterator[tuple[str, _ReadAny]]:
        """A reader for each contact field that has a column, and one for all custom fields together."""
        for field, spec in FIELDS.items():
            mine = [place for place in places if place.target.field == field]
            if mine and spec.kind is Kind.LISTS:
                yield field, _first_list([self._list(place) for place in mine])
            elif mine:
                yield field, self._field(mine)
        custom = self._custom(places)
        if custom:
            yield "custom_fields", _gathered(custom)

    def full_name(self, places: Sequence[Place]) -> Read | None:
        """The reader of the column that holds first and last name together, if there is one."""
        mine = [place for place in places if place.target.field == FULL_NAME]
        return first_of(tuple(self._cell(place) for place in mine)) if mine else None

    def _custom(self, places: Sequence[Place]) -> tuple[tuple[str, Read], ...]:
        labels: dict[str, str] = {}
        for place in places:
            if place.target.custom_field is not None:
                labels.setdefault(column_key(place.target.custom_field), place.target.custom_field)
        return tuple(
            (
                label,
                self._field(
                    [place for place in places if column_key(place.target.custom_field or "") == key]
                ),
            )
            for key, label in labels.items()
        )

    def _field(self, places: Sequence[Place]) -> Read:
        """Columns in the config's order; those with a part count as one, where the first of them stands."""
        parts = sorted(
            (place for place in places if place.target.part), key=lambda place: place.target.part or 0
        )
        readers: list[Read] = []
        for place in places:
            if not place.target.part:
                readers.append(self._cell(place))
            elif parts:
                readers.append(joined(tuple(self._cell(part) for part in parts)))
                parts = []
        return first_of(tuple(readers))

    def _cell(self, place: Place) -> Read:
        return guarded(checked(cell_reader(place, self._blanks), place, self._check(place.target)), place)

    def _check(self, target: Target) -> Check | None:
        """Parts of a text are not checked for themselves: only what they make together has a type."""
        if target.custom_field is None:
            return self._checks.get(target.kind)
        return None if target.part else self._custom_checks.get(target.custom_field.casefold())

    def _list(self, place: Place) -> Callable[[Cells, Notes], tuple[str, ...]]:
        read, split = self._cell(place), place.target.split

        @functools.lru_cache(maxsize=1_000)
        def words(text: str) -> tuple[str, ...]:
            found = map(trim, text.split(split)) if split else (text,)
            return tuple(dict.fromkeys(word for word in found if word))

        @functools.lru_cache(maxsize=1_000)
        def doubts(text: str) -> tuple[str, ...]:
            return tuple(
                f"{place.column}: {note}" for word in words(text) if (note := self._similar_list(word))
            )

        def read_list(cells: Cells, notes: Notes) -> tuple[str, ...]:
            text = read(cells, notes)
            notes += doubts(text)
            return words(text)

        return read_list


def _first_list(readers: Sequence[Callable[[Cells, Notes], tuple[str, ...]]]) -> _ReadAny:
    if len(readers) == 1:
        return readers[0]

    def read(cells: Cells, notes: Notes) -> tuple[str, ...]:
        return next(filter(None, (reader(cells, notes) for reader in readers)), ())

    return read


def _gathered(custom: tuple[tuple[str, Read], ...]) -> _ReadAny:
    def read(cells: Cells, notes: Notes) -> dict[str, str]:
        found: dict[str, str] = {}
        for label, reader in custom:
            value = reader(cells, notes)
            if value:
                found[label] = value
        return found

    return read
