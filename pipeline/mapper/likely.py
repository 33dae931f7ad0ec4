"""What is likely meant by cells that look valid: proposed to the user, never done."""

from collections.abc import Iterable, Sequence

from pipeline.clean import doubtful_addresses, doubtful_names, likely_address, likely_names
from pipeline.mapper.cells import Cells, Place
from pipeline.records import Suggestion, Values


class Likely:
    """Looks at the address and the name of a row; at names only where each has one column of its own."""

    def __init__(self, places: Iterable[Place]) -> None:
        of = {field: [place for place in places if place.target.field == field] for field in LOOKED_AT}
        self._emails = of["email"]
        self._first, self._last = (of[field][0].column if len(of[field]) == 1 else "" for field in _NAMES)

    def meant(self, values: Values, cells: Cells) -> tuple[Suggestion, ...]:
        """The cells of a row that are likely meant otherwise: first that of the address, then those of the name."""
        email, first, last = (
            values.get("email", ""),
            values.get("first_name", ""),
            values.get("last_name", ""),
        )
        address = likely_address(email)
        given, family = likely_names(first, last) if self._first and self._last else _AS_THEY_ARE
        if not (address or given):
            return ()
        cell = next((place.column for place in self._emails if cells[place.at].strip()), "")
        found = ((cell, address, email), (self._first, given, first), (self._last, family, last))
        return tuple(
            Suggestion(column, meant) for column, meant, now in found if column and meant and meant != now
        )

    def doubtful(self, emails: Sequence[str], first: Sequence[str], last: Sequence[str]) -> set[int]:
        """The places in these columns of rows to which `meant` may have something to say."""
        names = doubtful_names(first, last) if self._first and self._last else ()
        return {*doubtful_addresses(emails), *names}


_AS_THEY_ARE = ("", "")
_NAMES = ("first_name", "last_name")
LOOKED_AT = ("email", *_NAMES)
"""The fields that `Likely` looks at."""
