"""Values of custom fields, brought into the form that their type wants.

Types and forms: POST /fields and GET /typed_custom_fields in Apollo's reference; every value travels as a text.
"""

import datetime as dt
import difflib
import re
from collections.abc import Callable, Iterable, Mapping

from pipeline.clean.checked import Checked
from pipeline.clean.dates import day_first, month_first
from pipeline.clean.text import bare, shown
from pipeline.records import CustomField

_WORDS = """
true yes y 1 x ja oui si sí sim tak on wahr vrai да はい ✓
false no n 0 nein non não nao nie off falsch faux нет いいえ
"""
_TRUE, _FALSE = (frozenset(line.split()) for line in _WORDS.strip().splitlines())
_PLAIN = re.compile(r"[+-]?\d+(?:\.\d+)?")
_ENGLISH = re.compile(r"[+-]?\d{1,3}(?:[, ]\d{3})+(?:\.\d+)?")
_CONTINENTAL = re.compile(r"[+-]?\d{1,3}(?:[. ]\d{3})*,\d+|[+-]?\d{1,3}(?:\.\d{3}){2,}")
_ONE_GROUP = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
_LISTED = 10


def by_name(fields: Iterable[CustomField]) -> Mapping[str, CustomField]:
    """Custom fields by casefolded label and by id; a label that two of them share is left out: it names neither."""
    fields = tuple(fields)
    labels = [field.label.casefold() for field in fields]
    named = {label: field for label, field in zip(labels, fields, strict=True) if labels.count(label) == 1}
    return named | {field.id: field for field in fields}


def check_custom(field: CustomField, text: str) -> Checked:
    """A value in the form of its field's type; of a type that is not known it stays as it is."""
    if field.fixed:
        return Checked(
            "", fault=f"cannot be written: {field.label} is kept by the CRM that your team connected"
        )
    read = _READERS.get(field.kind)
    return read(field, text) if read else Checked(text)


def _text(field: CustomField, text: str) -> Checked:
    if field.longest and len(text) > field.longest:
        return Checked("", fault=f"has {len(text)} characters; {field.label} takes {field.longest}")
    return Checked(text)


def _number(_field: CustomField, text: str) -> Checked:
    plain = bare(text).replace("\u2212", "-")
    if _PLAIN.fullmatch(plain) and not _ONE_GROUP.fullmatch(plain):
        return Checked(plain)
    if _ONE_GROUP.fullmatch(plain) and "," in plain:
        return Checked(
            "", fault=f"is {plain.replace(',', '')} or {plain.replace(',', '.')}; write it without a comma"
        )
    if _ENGLISH.fullmatch(plain):
        return Checked(plain.replace(",", "").replace(" ", ""))
    if _CONTINENTAL.fullmatch(plain):
        return Checked(plain.replace(".", "").replace(" ", "").replace(",", "."))
    return Checked(plain) if _PLAIN.fullmatch(plain) else Checked("", fault="is no number")


def _boolean(_field: CustomField, text: str) -> Checked:
    word = bare(text).casefold()
    if word in _TRUE or word in _FALSE:
        return Checked("true" if word in _TRUE else "false")
    return Checked("", fault="is neither true nor false; write one of them, or yes and no")


def _date(_field: CustomField, text: str) -> Checked:
    moment = _moment(text)
    return Checked(moment.date().isoformat()) if moment else _no_date(text)


def _datetime(_field: CustomField, text: str) -> Checked:
    moment = _moment(text)
    if moment is None:
        return _no_date(text)
    if len(bare(text)) == len("2026-12-31"):
        return Checked(moment.date().isoformat())
    utc = moment.astimezone(dt.UTC) if moment.tzinfo else moment
    return Checked(f"{utc:%Y-%m-%dT%H:%M:%S}Z")


def _moment(text: str) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(bare(text))
    except ValueError:
        return None


def _no_date(text: str) -> Checked:
    likely = {read(bare(text)) for read in (day_first, month_first)} - {bare(text)}
    suggestion = next(iter(likely)) if len(likely) == 1 else ""
    return Checked(
        "",
        fault="is no date such as 2026-12-31; name day_first or month_first under clean in the config",
        suggestion=suggestion,
    )


def _picked(field: CustomField, text: str) -> Checked:
    ids = {label.casefold(): key for label, key in field.choices} | {key: key for _, key in field.choices}
    word = bare(text).casefold()
    if word in ids:
        return Checked(ids[word])
    labels = [label for label, _ in field.choices]
    near = difflib.get_close_matches(word, [label.casefold() for label in labels], n=1)
    likely = next((label for label in labels if near and label.casefold() == near[0]), "")
    if likely:
        fault = f"is no value of {field.label}; did you mean {shown(likely)}?"
        return Checked("", fault=fault, suggestion=likely)
    there = ", ".join(map(shown, labels[:_LISTED])) or "none"
    return Checked("", fault=f"is no value of {field.label}; there are {there}")


def _several(field: CustomField, text: str) -> Checked:
    """Values between semicolons, or commas where there is none; the ids travel between semicolons."""
    words = [word for word in map(bare, text.split(";" if ";" in text else ",")) if word]
    found = [_picked(field, word) for word in words]
    wrong = next((one for one in found if one.fault), None)
    return wrong or Checked(";".join(dict.fromkeys(one.value for one in found)))


_READERS: Mapping[str, Callable[[CustomField, str], Checked]] = {
    **dict.fromkeys(("string", "textarea"), _text),
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
    "picklist": _picked,
    **dict.fromkeys(("multipicklist", "multi_picklist", "picklist_multi"), _several),
}
