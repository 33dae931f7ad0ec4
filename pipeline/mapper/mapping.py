"""The way of rows through the readers of a config."""

import functools
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import zip_longest
from operator import itemgetter
from typing import Any, TypeAlias

from pipeline.clean import split_name, trim
from pipeline.config import Columns, Config
from pipeline.mapper.cells import Cells, Fault, Notes, Place, Value
from pipeline.mapper.checks import checks_of, region_reader
from pipeline.mapper.compiling import Compiler, FieldReader
from pipeline.mapper.likely import LOOKED_AT, Likely
from pipeline.mapper.plain import has_gaps
from pipeline.mapper.required import Required
from pipeline.records import Mapped, Names, PlainRows, Problem, Reason, Row, Shape, Suggestion, Values

_Found: TypeAlias = tuple[Value | None, ...]

_NO_NAMES = Names()
_SPLIT = ("first_name", "last_name")
_ROW = itemgetter(0)
_SHAPES = 1_000


class _Readers:
    """Readers of several fields."""

    def __init__(self, readers: Iterable[FieldReader]) -> None:
        self.readers = tuple(readers)
        self.names = tuple(reader.name for reader in self.readers)

    def across(self, columns: Sequence[Sequence[str]], rows: int) -> list[Sequence[Value | None]]:
        """What each reader has of the rows."""
        return [reader.values(columns, rows) for reader in self.readers]

    def there(self, found: _Found, cells: Cells, notes: Notes) -> dict[str, Value]:
        """The values that are there, by field; those that are not known yet are read with care."""
        if None in found:
            pairs = zip(self.readers, found, strict=True)
            found = tuple([one.read(cells, notes) if value is None else value for one, value in pairs])
        return {name: value for name, value in zip(self.names, found, strict=True) if value}


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
        self._enough = functools.lru_cache(_SHAPES)(self._is_enough)

    @property
    def names(self) -> tuple[str, ...]:
        """The contact fields that have columns, in their order."""
        fields = self._fields.names
        return tuple(dict.fromkeys((*_SPLIT, *fields))) if self._full_name else fields

    def map(self, row: Row) -> Mapped:
        """As `map_all`, of one row."""
        return self.map_all((row,))[0]

    def map_all(self, rows: Sequence[Row]) -> list[Mapped]:
        """Each row's values under Apollo's names, what was done to them, and every problem, in the cells' order."""
        plain, others = self.map_together(rows, cells_by_column(rows))
        return sorted([*_one_by_one(plain), *others], key=_ROW)

    def map_together(
        self, rows: Sequence[Row], columns: Sequence[Sequence[str]]
    ) -> tuple[PlainRows, list[Mapped]]:
        """As `map_all`, but rows of which nothing is to be told a column at a time; `columns` have the rows' cells."""
        columns = [*columns, *[("",) * len(rows)] * (self._width - len(columns))]
        fields, custom = self._fields.across(columns, len(rows)), self._custom.across(columns, len(rows))
        found = self._with_names(fields, columns, len(rows)) + custom
        shapes = list(zip(*(map(bool, column) for column in found), strict=True)) or [()] * len(rows)
        careful = self._careful(rows, found, shapes)
        others = [self._one(rows[at], _at(fields, at), _at(custom, at)) for at in sorted(careful)]
        plain = PlainRows(self.names, self._custom.names, [row.number for row in rows], found, shapes)
        return (_without(plain, careful) if careful else plain), others

    def _careful(
        self, rows: Sequence[Row], found: Sequence[Sequence[Value | None]], shapes: Sequence[Shape]
    ) -> set[int]:
        """The places of rows that are to be read with care, or that there is something to say about."""
        careful = {at for at, row in enumerate(rows) if row.warnings or row.unreadable}
        for column in found:
            if has_gaps(column):
                careful.update(at for at, value in enumerate(column) if value is None)
        if lacking := {shape for shape in set(shapes) if not self._enough(shape)}:
            careful.update(at for at, shape in enumerate(shapes) if shape in lacking)
        return careful.union(self._likely.doubtful(*self._looked_at(found, len(rows))))

    def _is_enough(self, shape: Shape) -> bool:
        filled = {name for name, there in zip(self.names, shape, strict=False) if there}
        return self._required.problem(filled) is None

    def _looked_at(self, found: Sequence[Sequence[Value | None]], rows: int) -> Iterator[list[Any]]:
        columns = dict(zip(self.names, found, strict=False))
        for name in LOOKED_AT:
            yield [text or "" for text in columns.get(name, ())] or [""] * rows

    def _with_names(
        self, fields: list[Sequence[Value | None]], columns: Sequence[Sequence[str]], rows: int
    ) -> list[Sequence[Value | None]]:
        """The columns of `names`: the fields, and names from full names where there are none."""
        if self._full_name is None or not rows:
            return fields
        known = dict(zip(self._fields.names, fields, strict=True))
        first, last = (known.pop(name, ("",) * rows) for name in _SPLIT)
        names = map(_completed, first, last, self._full_name.values(columns, rows))
        return [*zip(*names, strict=True), *known.values()]

    def _one(self, row: Row, fields: _Found, custom: _Found) -> Mapped:
        notes: Notes = []
        cells = row.cells
        if len(cells) < self._width:
            cells += ("",) * (self._width - len(cells))
        values: dict[str, Any] = self._fields.there(fields, cells, notes)
        if found := self._custom.there(custom, cells, notes):
            values["custom_fields"] = found
        if self._full_name is not None and not ("first_name" in values and "last_name" in values):
            values = _named(values, str(self._full_name.read(cells, notes)))
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


def cells_by_column(rows: Sequence[Row]) -> list[tuple[str, ...]]:
    """The cells of rows by column."""
    return list(zip_longest(*(row.cells for row in rows), fillvalue=""))


def _at(columns: Iterable[Sequence[Value | None]], place: int) -> _Found:
    return tuple([column[place] for column in columns])


def _without(plain: PlainRows, places: Collection[int]) -> PlainRows:
    kept = [list(column) for column in (plain.rows, plain.shapes, *plain.columns)]
    for at in sorted(places, reverse=True):
        for column in kept:
            del column[at]
    rows, shapes, *columns = kept
    return plain._replace(rows=rows, shapes=shapes, columns=columns)


def _one_by_one(plain: PlainRows) -> Iterator[Mapped]:
    fields = len(plain.fields)
    for row, values in zip(plain.rows, zip(*plain.columns, strict=True), strict=True):
        known: dict[str, Any] = {
            name: value for name, value in zip(plain.fields, values, strict=False) if value
        }
        custom = {name: value for name, value in zip(plain.custom, values[fields:], strict=True) if value}
        yield Mapped(row, {**known, "custom_fields": custom} if custom else known)


def _completed(
    first: Value | None, last: Value | None, full: Value | None
) -> tuple[Value | None, Value | None]:
    """First and last name, from the full name where there is none; None where that has to be read with care."""
    if (first and last) or first is None or last is None:
        return first, last
    if full is None:
        return None, None
    given, family = split_name(str(full))
    return first or given, last or family


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
