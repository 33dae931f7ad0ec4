"""The way of rows through the readers of a config."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import Any, TypeAlias

from pipeline.clean import split_name, trim
from pipeline.config import Columns, Config
from pipeline.mapper.cells import Cells, Fault, Notes, Place, Value
from pipeline.mapper.checks import checks_of, region_reader
from pipeline.mapper.compiling import Compiler, FieldReader
from pipeline.mapper.likely import Likely
from pipeline.mapper.required import Required
from pipeline.records import Mapped, Names, Problem, Reason, Row, Suggestion, Values

_Found: TypeAlias = tuple[Value | None, ...]

_NO_NAMES = Names()
_SPLIT = ("first_name", "last_name")


class _Readers:
    """Readers of several fields."""

    def __init__(self, readers: Iterable[FieldReader]) -> None:
        self.readers = tuple(readers)
        self._names = tuple(reader.name for reader in self.readers)

    def across(self, columns: Sequence[Sequence[str]], rows: int) -> list[_Found]:
        """Row by row what each reader has of it."""
        if not self.readers:
            return [()] * rows
        return list(zip(*(reader.values(columns, rows) for reader in self.readers), strict=True))

    def there(self, found: _Found, cells: Cells, notes: Notes) -> dict[str, Value]:
        """The values that are there, by field; those that are not known yet are read with care."""
        if None in found:
            pairs = zip(self.readers, found, strict=True)
            found = tuple([one.read(cells, notes) if value is None else value for one, value in pairs])
        return {name: value for name, value in zip(self._names, found, strict=True) if value}


class Mapper:
    """Maps the rows of one source; all that does not depend on the row is worked out once, here."""

    def __init__(self, config: Config, columns: Columns, names: Names = _NO_NAMES) -> None:
        places = tuple(_places(columns))
        blanks = {trim(word).casefold(): word for word in config.blank_values}
        compiler = Compiler(
            blanks,
            checks_of(names.stages, region_reader(config.phone_region, columns.region, columns.names)),
            names,
        )
        self._width = max([place.at for place in places] + [columns.region or 0], default=0) + 1
        self._fields = _Readers(compiler.fields(places))
        self._custom = _Readers(compiler.custom_fields(places))
        self._full_name = compiler.full_name(places)
        self._required = Required(config.require, _sources(places), _constant(config))
        self._likely = Likely(places)

    def map(self, row: Row) -> Mapped:
        """As `map_all`, of one row."""
        return self.map_all((row,))[0]

    def map_all(self, rows: Sequence[Row]) -> list[Mapped]:
        """Each row's values under Apollo's names, what was done to them, and every problem, in the cells' order."""
        columns = list(zip_longest(*(row.cells for row in rows), fillvalue=""))
        columns += [("",) * len(rows)] * (self._width - len(columns))
        fields = self._fields.across(columns, len(rows))
        custom = self._custom.across(columns, len(rows))
        return list(map(self._one, rows, fields, custom))

    def _one(self, row: Row, fields: _Found, custom: _Found) -> Mapped:
        notes: Notes = []
        cells = row.cells
        if len(cells) < self._width:
            cells += ("",) * (self._width - len(cells))
        values: dict[str, Any] = self._fields.there(fields, cells, notes)
        if found := self._custom.there(custom, cells, notes):
            values["custom_fields"] = found
        if self._full_name is not None and not ("first_name" in values and "last_name" in values):
            values = _named(values, self._full_name(cells, notes))
        lacking = self._required.problem(values.keys())
        likely = self._likely.meant(values, cells)
        if not notes and lacking is None and not row.unreadable:
            return Mapped(row.number, values, row.warnings, (), likely)
        return self._told(row, values, notes, likely)

    def _told(self, row: Row, values: Values, notes: Notes, likely: tuple[Suggestion, ...]) -> Mapped:
        said = [note for note in notes if isinstance(note, str)]
        faults = sorted((note for note in notes if isinstance(note, Fault)), key=lambda fault: fault.at)
        warnings = tuple(dict.fromkeys((*row.warnings, *said)))
        if row.unreadable:
            unreadable = Problem(Reason.UNREADABLE_ROW, "", "", row.unreadable)
            return Mapped(row.number, values, warnings, (unreadable,))
        spoilt = {field for fault in faults for field in fault.fields}
        lacking = self._required.problem(spoilt.union(values))
        problems = [*(fault.problem for fault in faults), *([lacking] if lacking else [])]
        meant = [Suggestion(one.column, one.suggestion) for one in problems if one.suggestion]
        suggestions = tuple(dict.fromkeys((*meant, *likely)))
        return Mapped(row.number, values, warnings, tuple(dict.fromkeys(problems)), suggestions)


def _named(values: dict[str, Any], full: str) -> dict[str, Any]:
    """The values with the names that a full name gives where there are none."""
    parts = zip(_SPLIT, split_name(full), strict=True)
    names = {field: part for field, part in parts if part or field in values}  # they stand before all others
    return {**names, **values}


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
