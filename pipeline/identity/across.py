"""Many contacts at once, given as columns: their JSON and keys, as `values_json` and `keys` make them one by one.

Half of what it costs to make each by itself is making and taking apart a dict for it.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import repeat
from typing import Any

from pipeline.identity.keys import address_text, digest, digests, lists_in_order, named_text
from pipeline.records import PlainRows, Shape, values_json

_ALIKE = 1_000


def payloads(plain: PlainRows) -> list[str]:
    """The values of each row, as `values_json` writes them."""
    names = (*plain.fields, *repeat("", len(plain.custom)))
    columns = map(_written, names, plain.columns)
    templates = {shape: _template(plain.fields, plain.custom, shape) for shape in set(plain.shapes)}
    texts = zip(*columns, strict=True) if plain.columns else repeat(())
    return [templates[shape] % values for shape, values in zip(plain.shapes, texts, strict=False)]


def contents(written: Iterable[str], lists: Iterable[Sequence[str]]) -> list[str]:
    """What `content_key` digests of each row; `written` are its `payloads`, `lists` its Lists."""
    return list(map(lists_in_order, written, lists))


def address_keys(emails: Iterable[str]) -> list[bytes]:
    """`address_key` of each row."""
    return digests(map(address_text, emails))


def named_keys(first: Iterable[str], last: Iterable[str], company: Iterable[str]) -> list[bytes]:
    """`named_key` of each row."""
    return digests(map(named_text, first, last, company))


def person_keys(emails: Sequence[bytes], names: Sequence[bytes], said: Iterable[str]) -> list[bytes]:
    """`person_key` of each row, from its other keys and its `contents`."""
    known = zip(emails, names, said, strict=True)
    return [email or named or digest(f"content {content}") for email, named, content in known]


def _written(name: str, values: Sequence[Any]) -> Iterable[str]:
    """The values between their quotation marks. They are printable, so nothing else needs an escape in JSON."""
    if name == "label_names":
        return map(_list, values)
    line = "".join(values)
    if '"' not in line and "\\" not in line:
        return values
    return [value.replace("\\", "\\\\").replace('"', '\\"') for value in values]


@lru_cache(_ALIKE)
def _list(words: tuple[str, ...]) -> str:
    return values_json({"": words})[4:-1]


@lru_cache(_ALIKE)
def _template(fields: tuple[str, ...], custom: tuple[str, ...], shape: Shape) -> str:
    """The JSON of a row of this shape, to be filled by `%`; a value that is not there takes no place."""
    known, own = shape[: len(fields)], shape[len(fields) :]
    inner = _members(custom, own)
    if any(own):
        inner = f'"custom_fields":{{{_without_last_comma(inner)}}},'
    return f"{{{_without_last_comma(_members(fields, known) + inner)}}}"


def _members(names: Sequence[str], shape: Shape) -> str:
    return "".join([_member(name) if there else "%.0s" for name, there in zip(names, shape, strict=True)])


def _member(name: str) -> str:
    begin = values_json({name: ""})[1:-3].replace("%", "%%")
    return f"{begin}%s," if name == "label_names" else f'{begin}"%s",'


def _without_last_comma(members: str) -> str:
    before, _, behind = members.rpartition(",")
    return before + behind
