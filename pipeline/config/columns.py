"""The `columns` part of a config: each column's value in any of its forms -> a rule."""

from collections.abc import Mapping
from typing import TypeAlias

from pydantic import ValidationError

from pipeline.clean import CLEANERS, STEPS
from pipeline.config.mistakes import (
    TARGET_NAMES,
    listed,
    meant,
    of_validation,
    quoted,
    unknown_field,
)
from pipeline.config.model import ColumnRule, Target
from pipeline.config.names import column_key
from pipeline.config.reading import Path, Value, Written
from pipeline.errors import Mistake
from pipeline.fields import FIELDS, Kind

IGNORE = "ignore"

Rules: TypeAlias = tuple[tuple[ColumnRule, ...], list[Mistake]]


def read_columns(written: Written) -> Rules:
    """The rule of every column that has a good one, and a mistake for each thing that is wrong."""
    value = written.top.get("columns")
    line = written.lines.get(("columns",))
    if "columns" not in written.top:
        return (), [Mistake(None, "there is no `columns:`; it says which column holds which contact field")]
    if value is None or value == {}:
        return (), [Mistake(line, "columns has no columns; write lines of the form `Column name: field`")]
    if not isinstance(value, dict):
        return (), [Mistake(line, "columns: a map is expected here: lines of the form `Column name: field`")]
    reader = _Columns(written.lines)
    for name, form in value.items():
        reader.add(name, form)
    return tuple(reader.rules), reader.mistakes


class _Columns:
    """Collects rules and mistakes column by column."""

    def __init__(self, lines: Mapping[Path, int]) -> None:
        self.rules: list[ColumnRule] = []
        self.mistakes: list[Mistake] = []
        self._lines = lines
        self._known: dict[str, ColumnRule] = {}
        self._parts: dict[tuple[str, int], str] = {}

    def add(self, name: str, form: Value) -> None:
        path: Path = ("columns", name)
        line = self._lines[path]
        if form == IGNORE:
            rule = ColumnRule(column=name, line=line, ignored=True)
        else:
            rule = ColumnRule(column=name, line=line, targets=self._targets(path, form))
        twin = self._known.setdefault(column_key(name), rule)
        if not column_key(name):
            self._wrong(path, "a column without a name cannot be mapped; give it a name in the file")
        elif twin is not rule:
            self._wrong(
                path, f"column {quoted(name)} stands here a second time; the first is in line {twin.line}"
            )
        self.rules.append(rule)

    def _targets(self, path: Path, form: Value) -> tuple[Target, ...]:
        if not isinstance(form, list):
            found = [self._target(path, form)]
        elif form:
            found = [self._target((*path, place), item) for place, item in enumerate(form)]
        else:
            self._wrong(path, f"column {quoted(path[1])} has an empty list; write a field, or {IGNORE}")
            found = []
        return tuple(target for target in found if target is not None)

    def _target(self, path: Path, form: Value) -> Target | None:
        if isinstance(form, str):
            form = {"field": form}
        if not isinstance(form, dict):
            what = "has no field" if form is None else "has a list inside a list"
            self._wrong(path, f"column {quoted(path[1])} {what}; write a field, or {IGNORE}")
            return None
        try:
            target = Target.model_validate({"invalid": _when_invalid(form), **form})
        except ValidationError as error:
            self.mistakes += of_validation(error, self._lines, path, Target)
            return None
        good = [self._names_one(path, target), self._cleaners(path, target), self._options(path, target)]
        return target if all(good) else None

    def _names_one(self, path: Path, target: Target) -> bool:
        column = quoted(path[1])
        if (target.field is None) == (target.custom_field is None):
            both = (
                "both field and custom_field; write one of them"
                if target.field
                else "no field or custom_field"
            )
            return self._wrong(path, f"column {column} has {both}")
        if target.field is None or target.field in TARGET_NAMES:
            return True
        if target.field == IGNORE:
            return self._wrong(path, f"column {column}: {IGNORE} stands alone: `{path[1]}: {IGNORE}`")
        if path[1] in TARGET_NAMES:
            return self._wrong(
                path,
                f"column {column}: the other way round, please: `{target.field}: {path[1]}`, "
                "the column's name first, then the contact field",
            )
        return self._wrong(path, f"column {column}: {unknown_field(target.field)}")

    def _cleaners(self, path: Path, target: Target) -> bool:
        unknown = [word for word in target.clean if isinstance(word, str) and word not in CLEANERS]
        for word in unknown:
            self._wrong(
                (*path, "clean"), f"column {quoted(path[1])}: {quoted(word)} cleans nothing{_hint(word)}"
            )
        return not unknown

    def _options(self, path: Path, target: Target) -> bool:
        column = quoted(path[1])
        spec = FIELDS.get(target.field or "")
        if target.split is not None and (spec is None or spec.kind is not Kind.LISTS):
            return self._wrong((*path, "split"), f"column {column}: split is for label_names only")
        if target.part is None:
            return True
        if not target.custom_field and (spec is None or spec.kind not in (Kind.TEXT, Kind.NAME)):
            return self._wrong(
                (*path, "part"),
                f"column {column}: part joins texts by commas, such as present_raw_address; "
                f"{quoted(target.field)} is not joined",
            )
        home = (target.field or f"custom field {target.custom_field}", target.part)
        other = self._parts.setdefault(home, str(path[1]))
        if other == path[1]:
            return True
        taken = f"part {target.part} of {home[0]} is already column {quoted(other)}"
        return self._wrong((*path, "part"), f"column {column}: {taken}")

    def _wrong(self, path: Path, text: str) -> bool:
        line = next(self._lines[path[:end]] for end in range(len(path), -1, -1) if path[:end] in self._lines)
        self.mistakes.append(Mistake(line, text))
        return False


def _hint(word: str) -> str:
    """What is likely meant by a word that is no cleaner."""
    known = (*CLEANERS, *STEPS)
    if word in STEPS:
        return f"; it needs values, such as {_EXAMPLES[word]}"
    return meant(word, known) or f"; there are {listed(known, 'and')}"


_EXAMPLES: Mapping[str, str] = {
    "map": "{map: {old: new}}",
    "regex": "{regex: [pattern, replacement]}",
    "date": '{date: "%d/%m/%Y"}',
}


def _when_invalid(form: Mapping[str, Value]) -> str:
    spec = FIELDS.get(str(form.get("field")))
    return spec.invalid if spec else "drop"
