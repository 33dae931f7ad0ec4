"""Stage 3: a repeated person becomes a duplicate of the row that is kept, and says what it was matched on.

Rows are compared with kept rows, never chained. They are taken one by one: those with an email first, then in
the order that `keep` names. A row that equals no kept row is kept; any other is a duplicate of the first that it
equals.
"""

from array import array
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from pipeline.config.model import DedupeBy, DedupeRules, Keep
from pipeline.identity import address_key, named_key
from pipeline.records import Values

_Digests: TypeAlias = NDArray[
    np.uint64
]  # one row of two numbers each; both are 0 where there is nothing to compare
_Places: TypeAlias = NDArray[np.int32]  # places in the order in which rows were added
_Flags: TypeAlias = NDArray[np.bool_]

_Number = TypeVar("_Number", np.int64, np.uint64)

_AT_ONCE = 1 << 16
_NOTHING = bytes(16)
_BY_NAMES = (DedupeBy.NAME_COMPANY, DedupeBy.EMAIL_OR_NAME_COMPANY)
_KEPT = -1
_OTHER_ADDRESS = (
    "its email address differs from the one in row {}; they were matched by name and company only"
)


class Duplicate(NamedTuple):
    """A row that is not sent, the row that is kept for it, and what they share: `email` or `name_company`."""

    row: int
    matched_row: int
    matched_on: str
    warning: str = ""


class Keys(NamedTuple):
    """What a row is compared by: 16 bytes each for email, and for name and company; how many fields have a value.

    No bytes where there is nothing to compare; names and the number only where rows are compared by them.
    """

    email: bytes
    names: bytes
    filled: int


def keys_of(values: Values, rules: DedupeRules) -> Keys:
    """The keys of the contact with these values."""
    names = named_key(values) if rules.by in _BY_NAMES else b""
    filled = _count_filled(values) if rules.keep is Keep.MOST_COMPLETE else 0
    return Keys(address_key(values), names, filled)


class ManyKeys(NamedTuple):
    """`Keys` of rows as columns; those by which rows are not compared may be empty."""

    emails: Sequence[bytes] = ()
    names: Sequence[bytes] = ()
    filled: Sequence[int] = ()


class Deduper:
    """Takes every valid row, then tells the duplicates in the file's order.

    It holds 24 to 42 bytes a row, and about twice that while it decides.
    """

    def __init__(self, rules: DedupeRules) -> None:
        self._by, self._keep = rules.by, rules.keep
        self._rows = array("q")
        self._filled = array("H")
        self._settled_first = bytearray()
        self._emails = bytearray()
        self._names = bytearray()

    def add(self, row: int, keys: Keys, *, first: bool = False) -> None:
        """Takes a row. Every row number comes once. A `first` one is taken before all others."""
        alone = ManyKeys((keys.email,), (keys.names,), (keys.filled,))
        self.add_all((row,), alone, frozenset((row,) if first else ()))

    def add_all(self, rows: Sequence[int], keys: ManyKeys, first: frozenset[int] = frozenset()) -> None:
        """As `add`, of many rows."""
        if self._by is DedupeBy.NONE:
            return
        self._rows.extend(rows)
        self._settled_first += bytes(map(first.__contains__, rows))
        self._emails += b"".join([key or _NOTHING for key in keys.emails])
        if self._by in _BY_NAMES:
            self._names += b"".join([key or _NOTHING for key in keys.names])
        if self._keep is Keep.MOST_COMPLETE:
            self._filled.extend(keys.filled)

    def duplicates(self) -> Sequence[Duplicate]:
        """The duplicates by row number, made as they are asked for. After the last `add`."""
        emails = _as_numbers(self._emails)
        addressed = _is_there(emails)
        matched = self._matches(emails, addressed)
        rows = np.frombuffer(self._rows, dtype=np.int64)
        places = np.flatnonzero(matched != _KEPT).astype(np.int32)
        places = places[np.argsort(rows[places], kind="stable")]
        kept = matched[places]
        same = addressed[places] & ~_differ(emails[places], emails[kept])
        by_name = self._by is DedupeBy.NAME_COMPANY
        on_email = np.zeros_like(same) if by_name else same
        differs = addressed[places] & addressed[kept] & ~same
        return _Duplicates(rows[places], rows[kept], on_email, differs)

    def _matches(self, emails: _Digests, addressed: _Flags) -> _Places:
        """For each row the place of the kept row that it equals, or `_KEPT`."""
        order = self._order(addressed)
        if self._by is DedupeBy.NAME_COMPANY:
            return _first_equals(_as_numbers(self._names), order)
        matched = _first_equals(emails, order)
        if self._by is DedupeBy.EMAIL_OR_NAME_COMPANY:
            # Two rows with addresses are one person by address only, so names decide for rows without one.
            of_kept = _first_equals(_as_numbers(self._names), order[matched[order] == _KEPT])
            matched[~addressed] = of_kept[~addressed]
        return matched

    def _order(self, addressed: _Flags) -> _Places:
        """The places in the order in which rows are taken."""
        order: _Places = np.argsort(np.frombuffer(self._rows, dtype=np.int64), kind="stable").astype(np.int32)
        if self._keep is Keep.LAST:
            order = order[::-1]
        elif self._keep is Keep.MOST_COMPLETE:
            missing = -np.frombuffer(self._filled, dtype=np.uint16).astype(np.int32)
            order = order[np.argsort(missing[order], kind="stable")]
        with_email = addressed[order]
        order = np.concatenate((order[with_email], order[~with_email]))
        first = np.frombuffer(self._settled_first, dtype=np.bool_)[order]
        return np.concatenate((order[first], order[~first]))


class _Duplicates(Sequence[Duplicate]):
    """Duplicates as columns: a file of nothing but duplicates takes a tenth of what a list of them would."""

    def __init__(
        self, rows: NDArray[np.int64], kept: NDArray[np.int64], on_email: _Flags, differs: _Flags
    ) -> None:
        self._rows, self._kept, self._on_email, self._differs = rows, kept, on_email, differs

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> Duplicate: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Duplicate]: ...
    def __getitem__(self, index: int | slice) -> Duplicate | Sequence[Duplicate]:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self)))]
        kept = int(self._kept[index])
        warning = _OTHER_ADDRESS.format(kept) if self._differs[index] else ""
        return Duplicate(
            int(self._rows[index]), kept, "email" if self._on_email[index] else "name_company", warning
        )


def _first_equals(digests: _Digests, order: _Places) -> _Places:
    """For each row the place of the first in `order` with its digest; `_KEPT` for the first and those without."""
    matched: _Places = np.full(len(digests), _KEPT, dtype=np.int32)
    order = order[_is_there(digests[order])]
    order = order[_may_repeat(digests[order, 0])]
    if not len(order):
        return matched
    by_digest = order[np.lexsort(digests[order].T)]  # stable: equal digests stay in order
    keys = digests[by_digest]
    begins = np.concatenate(([True], _differ(keys[1:], keys[:-1])))
    firsts = by_digest[begins]
    matched[by_digest] = firsts[np.cumsum(begins, dtype=np.int32) - 1]
    matched[firsts] = _KEPT
    return matched


def _may_repeat(halves: NDArray[np.uint64]) -> _Flags:
    """Whether another digest begins alike. That takes a tenth of the time that it takes to sort all of them."""
    in_order = np.sort(halves)
    return are_among(halves, in_order[1:][in_order[1:] == in_order[:-1]])


def are_among(numbers: NDArray[_Number], some: NDArray[_Number]) -> _Flags:
    """Whether each number is one of `some`, which are in order; in parts, as `numpy.isin` takes 50 bytes a number."""
    found = np.zeros(len(numbers), dtype=np.bool_)
    for start in range(0, len(numbers) if len(some) else 0, _AT_ONCE):
        part = numbers[start : start + _AT_ONCE]
        places = np.minimum(np.searchsorted(some, part), len(some) - 1)
        found[start : start + _AT_ONCE] = some[places] == part
    return found


def _as_numbers(digests: bytearray) -> _Digests:
    return np.frombuffer(digests, dtype=np.uint64).reshape(-1, 2)


def _is_there(digests: _Digests) -> _Flags:
    there: _Flags = (digests[:, 0] != 0) | (digests[:, 1] != 0)
    return there


def _differ(some: _Digests, others: _Digests) -> _Flags:
    differ: _Flags = (some[:, 0] != others[:, 0]) | (some[:, 1] != others[:, 1])
    return differ


def _count_filled(values: Values) -> int:
    """How many fields have a value; each custom field counts."""
    custom = values.get("custom_fields") or ()
    return sum(map(bool, values.values())) - bool(custom) + len(custom)
