"""What a config makes of a source, before anything is imported: how full its columns are, and what to expect."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from pipeline.config import Columns, Config, Mode, Phones
from pipeline.fields import PHONES
from pipeline.identity import address_key, named_key
from pipeline.lookup import ListsUsed
from pipeline.mapper import Mapper
from pipeline.records import Mapped, Names, Row, Values

MOST = 200_000
"""Rows that are looked at; a larger file is told by its beginning."""

_SHOWN = 30
_AT_ONCE = 500
_NO_NAMES = Names()


class Survey(NamedTuple):
    """`filled`: the share of each mapped column's cells that hold something, in the config's order.

    `faulty` of `rows` rows could not be sent; `joined` have the names and company of an earlier row, and another
    address; `slips` look right and have a suggestion. `lists` is what there is to say of the Lists that they name.
    """

    rows: int
    faulty: int
    joined: int
    filled: tuple[tuple[str, float], ...]
    slips: int = 0
    lists: tuple[str, ...] = ()


def survey(rows: Iterable[Row], config: Config, columns: Columns, names: Names = _NO_NAMES) -> Survey:
    """Maps the first rows of a source and counts."""
    mapper = Mapper(config, columns, names)
    lists = ListsUsed()
    places = dict.fromkeys(place for place, _ in columns.bound)
    full = dict.fromkeys(places, 0)
    seen: dict[bytes, bytes] = {}
    count = faulty = joined = slips = 0
    for row, mapped in _mapped(islice(rows, MOST), mapper):
        count += 1
        faulty += bool(mapped.problems)
        if not mapped.problems:
            joined += _joins(mapped.values, seen)
            slips += bool(mapped.suggestions)
            lists.add(mapped.values.get("label_names", ()))
        for place in places:
            full[place] += place < len(row.cells) and bool(row.cells[place].strip())
    filled = tuple((columns.names[place], full[place] / count if count else 0.0) for place in places)
    return Survey(count, faulty, joined, filled, slips, tuple(lists.notes(names.lists)))


def _mapped(rows: Iterator[Row], mapper: Mapper) -> Iterator[tuple[Row, Mapped]]:
    while part := list(islice(rows, _AT_ONCE)):
        yield from zip(part, mapper.map_all(part), strict=True)


def _joins(values: Values, seen: dict[bytes, bytes]) -> bool:
    """Whether an earlier row has the same names and company, and another address."""
    person, email = named_key(values), address_key(values)
    if not person or not email:
        return False
    return seen.setdefault(person, email) != email


def told(found: Survey) -> list[str]:
    """A survey in sentences."""
    notes = [_filled(found)] if found.filled else []
    if found.faulty:
        notes.append(
            f"{found.faulty:,} of {found.rows:,} rows cannot be sent as they are; a dry run tells why"
        )
    if found.joined:
        notes.append(
            f"rows with the names and company of another row and a different address: {found.joined:,}; Apollo may "
            "take them for one person"
        )
    if found.slips:
        notes.append(f"rows that look right, but have a suggestion: {found.slips:,}; a dry run shows it")
    return [*notes, *found.lists]


def _filled(found: Survey) -> str:
    shown = ", ".join(f"{column} {share:.0%}" for column, share in found.filled[:_SHOWN])
    more = len(found.filled) - _SHOWN
    return f"filled in {found.rows:,} rows: {shown}" + (f" and {more} more" if more > 0 else "")


def advice(config: Config, columns: Columns) -> list[str]:
    """What follows from the columns alone: those that stand in for each other, and what costs a second call."""
    return [*_stand_ins(columns), *_second_calls(config, columns)]


def _stand_ins(columns: Columns) -> list[str]:
    homes: dict[str, list[str]] = {}
    for place, rule in columns.bound:
        for target in rule.targets:
            if not target.part:
                home = target.field or f"custom field {target.custom_field}"
                homes.setdefault(home, []).append(columns.names[place])
    return [
        f"{first} fills {home}; where it is empty, {_listed(rest)}"
        for home, (first, *rest) in homes.items()
        if rest
    ]


def _second_calls(config: Config, columns: Columns) -> list[str]:
    if config.send.mode is not Mode.BULK or config.send.phones is not Phones.TYPED:
        return []
    phones = [
        columns.names[place]
        for place, rule in columns.bound
        if any(target.field in PHONES for target in rule.targets)
    ]
    if not phones:
        return []
    said = (
        f"a new contact with a phone ({', '.join(phones)}) costs one more call, which keeps the phone's type"
    )
    return [f"{said}; `send: {{phones: untyped}}` saves it"]


def _listed(words: Sequence[str]) -> str:
    return ", then ".join(words)
