"""When two column names are one: regardless of case and of surrounding and repeated blanks."""

import unicodedata
from collections.abc import Sequence

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u2060\ufeff\u00ad"))


def column_key(name: str) -> str:
    """The form of a column's name in which it is compared."""
    visible = unicodedata.normalize("NFC", name).translate(_INVISIBLE)
    return " ".join(visible.split()).casefold()


def column_names(columns: Sequence[str]) -> tuple[str, ...]:
    """The columns of a source, each with a name of its own: the second `Email` is `Email (2)`; "" stays ""."""
    taken = {column_key(name) for name in columns}
    seen: set[str] = set()
    names: list[str] = []
    for written in columns:
        name = " ".join(written.split())
        if column_key(name) in seen and name:
            name = _free(name, taken | seen)
        seen.add(column_key(name))
        names.append(name)
    return tuple(names)


def _free(name: str, taken: set[str]) -> str:
    number = 2
    while column_key(f"{name} ({number})") in taken:
        number += 1
    return f"{name} ({number})"
