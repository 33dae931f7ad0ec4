"""A suggestion as the YAML of a config, with a reason behind every column."""

import json
import re
from collections.abc import Iterator, Sequence

from pipeline.suggest.choices import Choice, Suggestion

_PLAIN = re.compile(r"[^\W\d_](?:[\w ./()+'-]*[\w.)])?")
_WORDS_OF_YAML = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf"})
_WIDEST = 60


def to_yaml(suggestion: Suggestion, source: str = "", schema: str = "schema.json", sheet: str = "") -> str:
    """The config as text.

    `source` is the file's name for the comment on top, `schema` where the JSON Schema is, `sheet` the workbook's sheet
    if it is not the first.
    """
    return "\n".join(
        [*_head(source, schema, sheet), *_region(suggestion), *_columns(suggestion), *_tail(suggestion), ""]
    )


def _head(source: str, schema: str, sheet: str) -> Iterator[str]:
    yield f"# yaml-language-server: $schema={schema}"
    origin = f" for {_one_line(source)}" if source else ""
    yield f"# Suggested{origin}; please read it once. Behind each column stand what decided, how many cells are"
    yield "# filled, and the shape of one of them. A line that begins with # is not in force: it was not sure enough."
    yield ""
    yield "version: 1"
    yield ""
    if sheet:
        yield "source:"
        yield f"  sheet: {_quoted(sheet)}"
        yield ""


def _region(suggestion: Suggestion) -> Iterator[str]:
    if suggestion.phone_region:
        yield "# The country of phone numbers that have no country code: a region (DE) or a column with it."
        yield f"phone_region: {_quoted(suggestion.phone_region)}"
        yield ""
    elif suggestion.national:
        yield "# Some phone numbers have no country code, and Apollo reads those as US ones. Write your country here:"
        yield f"# phone_region: {suggestion.national}"
        yield ""


def _columns(suggestion: Suggestion) -> Iterator[str]:
    yield "columns:"
    lines = [(_line(choice), _comment(choice, suggestion.rows)) for choice in suggestion.choices]
    width = min(max((len(line) for line, _ in lines), default=0), _WIDEST)
    for line, comment in lines:
        yield f"  {line.ljust(width)}  # {comment}"


def _line(choice: Choice) -> str:
    line = f"{_quoted(choice.column)}: {_target(choice)}"
    return line if choice.sure else f"# {line}"


def _target(choice: Choice) -> str:
    if not choice.field:
        return "ignore"
    options = [
        f"part: {choice.part}" if choice.part else "",
        f"split: {json.dumps(choice.split)}" if choice.split else "",
        "optional: true" if choice.optional else "",
    ]
    said = [option for option in options if option]
    return f"{{field: {', '.join([choice.field, *said])}}}" if said else choice.field


def _comment(choice: Choice, rows: int) -> str:
    told = choice.why if choice.sure else f"not sure: {choice.why}; or: {', '.join(choice.others)}"
    return "; ".join([_one_line(told), *_fullness(choice, rows)])


def _fullness(choice: Choice, rows: int) -> Iterator[str]:
    if not rows or choice.full is None:
        return
    yield f"{choice.full:.0%} filled" if choice.full else "empty in the rows read"
    if choice.shape:
        yield f'like "{choice.shape}"'


def _tail(suggestion: Suggestion) -> Iterator[str]:
    if suggestion.require:
        yield ""
        yield "# The usual rule (an email, or a first name, a last name and a company) cannot be met by this file."
        yield f"require: {_joined(suggestion.require)}"


def _joined(sets: Sequence[Sequence[str]]) -> str:
    inner = ("[" + ", ".join(fields) + "]" for fields in sets)
    return "[" + ", ".join(inner) + "]"


def _quoted(name: str) -> str:
    """A column's name as YAML: bare where that is surely the same text, else in double quotes."""
    if _PLAIN.fullmatch(name) and name.isprintable() and name.casefold() not in _WORDS_OF_YAML:
        return name
    escaped = json.dumps(name, ensure_ascii=False)
    return "".join(char if char.isprintable() else f"\\U{ord(char):08x}" for char in escaped)


def _one_line(text: str) -> str:
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
