"""What the rows to be sent need beside a contact each."""

from array import array
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.dedupe import are_among
from pipeline.fields import PHONES
from pipeline.records import PlainRows, Values


class Need(NamedTuple):
    """What a row needs beside its contact: numbers with their kinds, a website of its own, its Lists."""

    phones: bool
    website: bool
    lists: tuple[str, ...]

    @classmethod
    def of(cls, values: Values) -> "Need":
        """What the contact with these values needs."""
        get = values.get
        website = get("website_url") and not get("email")
        return cls(any(map(get, PHONES)), bool(website), tuple(get("label_names") or ()))

    @classmethod
    def across(cls, plain: PlainRows) -> list["Need"]:
        """What each of these rows needs; few kinds of rows are ever seen."""
        kinds = list(zip(plain.shapes, plain.column("label_names"), strict=True))
        known = {
            kind: cls.of({**dict(zip(plain.fields, kind[0], strict=False)), "label_names": kind[1]})
            for kind in set(kinds)
        }
        return [known[kind] for kind in kinds]


class Needs:
    """The needs of many rows, of which some turn out not to be sent. It holds 12 bytes a row."""

    def __init__(self) -> None:
        self._kinds: dict[Need, int] = {}
        self._rows = array("q")
        self._of = array("I")
        self._gone: NDArray[np.uint32] = np.empty(0, dtype=np.uint32)

    def add(self, rows: Iterable[int], needs: Iterable[Need]) -> None:
        """Takes rows with the need of each. Every row number comes once."""
        kinds = self._kinds
        self._rows.extend(rows)
        self._of.extend([kinds.setdefault(need, len(kinds)) for need in needs])

    def remove(self, rows: Sequence[int]) -> None:
        """These rows are not to be sent; those that were never added change nothing. Once, after the last `add`."""
        numbers = np.frombuffer(self._rows, dtype=np.int64)
        gone = are_among(numbers, np.sort(np.asarray(rows, dtype=np.int64)))
        self._gone = np.frombuffer(self._of, dtype=np.uint32)[gone]

    def counts(self) -> list[tuple[Need, int]]:
        """How many rows there are of each need."""
        found = self._counted(np.frombuffer(self._of, dtype=np.uint32)) - self._counted(self._gone)
        return [(need, count) for need, count in zip(self._kinds, found.tolist(), strict=True) if count]

    def __len__(self) -> int:
        return len(self._of) - len(self._gone)

    def _counted(self, kinds: NDArray[np.uint32]) -> NDArray[np.intp]:
        return np.bincount(kinds, minlength=len(self._kinds))
