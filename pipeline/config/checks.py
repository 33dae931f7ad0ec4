"""What must hold between the parts of a config, beyond the form of each."""

import re
from collections.abc import Iterable, Sequence

from pipeline.clean import is_region
from pipeline.config.mistakes import likely, listed, quoted, unknown_field
from pipeline.config.model import PLACEHOLDER, PLACEHOLDERS, ColumnRule, Constants, Document
from pipeline.config.names import column_key
from pipeline.config.reading import Written
from pipeline.errors import Mistake
from pipeline.fields import FIELDS, FULL_NAME, Kind

_NAMES = ("first_name", "last_name")
_ID = re.compile(r"[0-9a-fA-F]{24}")
_REGION = re.compile(r"[A-Za-z]{2}")
_OFTEN_MEANT = {"UK": "GB", "EN": "GB", "EL": "GR"}


def fillable(rules: Iterable[ColumnRule], constants: Constants) -> set[str]:
    """The contact fields that may have a value."""
    fields = {target.field for rule in rules for target in rule.targets if target.field is not None}
    split = _NAMES if FULL_NAME in fields else ()
    labels = ("label_names",) if constants.label_names else ()
    return fields.union(split, labels, constants.fields)


def missing_sets(
    require: Sequence[Sequence[str]], fields: set[str], line: int | None = None
) -> list[Mistake]:
    """A mistake when none of the required sets can ever be filled."""
    if any(fields.issuperset(needed) for needed in require):
        return []
    sets = listed([" + ".join(needed) for needed in require])
    lacking = min((sorted(set(needed) - fields) for needed in require), key=len)
    return [Mistake(line, f"a row needs {sets}, and no column gives {listed(lacking, 'and')}")]


def cross_checks(document: Document, rules: tuple[ColumnRule, ...], written: Written) -> list[Mistake]:
    """Every mistake that the form of each part alone does not show."""
    return [
        *_required(document, written),
        *_phone_region(document, rules, written),
        *_constants(document, written),
    ]


def never_filled(document: Document, rules: tuple[ColumnRule, ...], written: Written) -> list[Mistake]:
    """A mistake when no row could ever be complete; asked only of parts that have no mistakes of their own."""
    line = written.lines.get(("require",)) or written.lines.get(("columns",))
    return missing_sets(document.require, fillable(rules, document.constants.constants()), line)


def _required(document: Document, written: Written) -> list[Mistake]:
    mistakes = []
    if not all(document.require) or not document.require:
        line = written.lines.get(("require",))
        mistakes.append(Mistake(line, "require: an empty list requires nothing; write at least [[email]]"))
    for place, needed in enumerate(document.require):
        line = written.lines.get(("require", place))
        for name in needed:
            if name == FULL_NAME:
                mistakes.append(
                    Mistake(line, f"require: write first_name and last_name instead of {FULL_NAME}")
                )
            elif name not in FIELDS:
                mistakes.append(Mistake(line, f"require: {unknown_field(name)}"))
    return mistakes


def _phone_region(document: Document, rules: tuple[ColumnRule, ...], written: Written) -> list[Mistake]:
    """A word of two letters is a region or a column of the config; every other one is looked for in the source."""
    region = document.phone_region
    columns = {column_key(rule.column) for rule in rules}
    if (
        region is None
        or _REGION.fullmatch(region) is None
        or is_region(region)
        or column_key(region) in columns
    ):
        return []
    hint = _OFTEN_MEANT.get(region.upper())
    what = f"did you mean {hint}?" if hint else "write one such as DE, GB or US, or a column that holds one"
    return [
        Mistake(written.lines.get(("phone_region",)), f"phone_region: {quoted(region)} is no region; {what}")
    ]


def _constants(document: Document, written: Written) -> list[Mistake]:
    mistakes = []
    for name, text in _constant_texts(document.constants.constants()):
        line = written.lines.get(("constants", *name)) or written.lines.get(("constants", name[0]))
        spec = FIELDS.get(str(name[0]))
        place = f"constants.{'.'.join(str(part) for part in name if isinstance(part, str))}"
        if not text.strip():
            mistakes.append(Mistake(line, f"{place} is empty; write a value, or delete the line"))
        elif text.startswith("="):
            mistakes.append(Mistake(line, f'{place}: a value that begins with "=" is never sent'))
        elif spec is not None and spec.kind is Kind.ID and _ID.fullmatch(text) is None:
            mistakes.append(Mistake(line, f"{place}: an id is 24 characters 0-9 and a-f, not {quoted(text)}"))
        else:
            mistakes += [Mistake(line, f"{place}: {wrong}") for wrong in _placeholders(text)]
    return mistakes


def _constant_texts(constants: Constants) -> list[tuple[tuple[str | int, ...], str]]:
    return [
        *(((name,), text) for name, text in constants.fields.items()),
        *((("label_names", place), text) for place, text in enumerate(constants.label_names)),
        *((("custom_fields", name), text) for name, text in constants.custom_fields.items()),
    ]


def _placeholders(text: str) -> list[str]:
    unknown = (word for word in PLACEHOLDER.findall(text) if word not in PLACEHOLDERS)
    near = ((word, likely(word, PLACEHOLDERS)) for word in unknown)
    return [f"{word} is not filled in; did you mean {hint}?" for word, hint in near if hint]
