"""Dates as people write them -> ISO 8601; the order of day and month is always told, never guessed."""

import datetime as dt
import re
from collections.abc import Callable

_THREE = re.compile(
    r"(\d{1,4})[./\s-]+(\d{1,2}|[A-Za-z]{3,9})\.?,?[./\s-]+(\d{1,4})"
    r"(?:[T,\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*([AaPp][Mm])?)?"
)
_NUMBERS = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})(?:[T,\s].*)?", re.DOTALL)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_FOUR_DIGITS, _PIVOT = 4, 69
_NOON = _MONTHS_A_YEAR = 12


class OrderProof:
    """Which of day and month stands first in the dates of a column: what its values prove, taken together.

    A date proves it whose other number is no month, 31/12/2026; one with two digits for its year proves nothing, as it
    may begin with the year.
    """

    def __init__(self) -> None:
        self.proofs: dict[str, str] = {}
        """The cleaner that reads an order, and a date that can only be read so."""

        self.open = ""
        """A date that can be read in both ways."""

    def look(self, text: str) -> None:
        """Takes a value into account."""
        found = _NUMBERS.fullmatch(text.strip())
        if found is None:
            return
        first, second, year = int(found[1]), int(found[2]), found[3]
        if max(first, second) <= _MONTHS_A_YEAR or len(year) < _FOUR_DIGITS:
            self.open = self.open or text
        elif second <= _MONTHS_A_YEAR:
            self.proofs.setdefault("day_first", text)
        elif first <= _MONTHS_A_YEAR:
            self.proofs.setdefault("month_first", text)

    @property
    def cleaner(self) -> str | None:
        """The cleaner that reads this column's dates; None where nothing is proven, or both orders are."""
        return next(iter(self.proofs)) if len(self.proofs) == 1 else None


def day_first(text: str) -> str:
    """31.12.2026 or 31/12/26 -> 2026-12-31."""
    return _read(text, "dmy")


def month_first(text: str) -> str:
    """12/31/2026 or 12-31-26 -> 2026-12-31."""
    return _read(text, "mdy")


def year_first(text: str) -> str:
    """2026/12/31 or 2026.12.31 -> 2026-12-31."""
    return _read(text, "ymd")


def by_format(pattern: str) -> Callable[[str], str]:
    """Reads dates of one format, written with the codes of strftime (`%d/%m/%Y`); another text stays as it is.

    Raises:
        ValueError: the format has no day, month and year.
    """
    try:
        known = dt.datetime(2026, 11, 23, 21, 43, 59).strftime(pattern)  # noqa: DTZ001 - a trial without a zone
        same = dt.datetime.strptime(known, pattern).date() == dt.date(2026, 11, 23)  # noqa: DTZ007
    except ValueError:
        same = False
    if not same:
        raise ValueError("write a format with day, month and year, such as %d/%m/%Y or %m/%d/%Y")
    timed = any(code in pattern for code in ("%H", "%I", "%X", "%T", "%c"))

    def read(text: str) -> str:
        try:
            moment = dt.datetime.strptime(text.strip(), pattern)  # noqa: DTZ007 - the zone is not in the file
        except ValueError:
            return text
        return moment.isoformat() if timed else moment.date().isoformat()

    return read


def _read(text: str, order: str) -> str:
    """The date in ISO form; a text that is no date in this order, or is in ISO form already, stays as it is."""
    found = _THREE.fullmatch(text.strip())
    if found is None or _ISO.fullmatch(text.strip()):
        return text
    parts = dict(zip(order, found.groups()[:3], strict=True))
    try:
        day = dt.date(_year(parts["y"]), _month(parts["m"]), int(parts["d"]))
        clock = _clock(*found.groups()[3:])
    except ValueError:
        return text
    return f"{day.isoformat()}T{clock.isoformat()}" if clock else day.isoformat()


def _year(text: str) -> int:
    if len(text) == _FOUR_DIGITS:
        return int(text)
    if len(text) != 2:  # noqa: PLR2004 - a year has two or four digits
        raise ValueError(text)
    return int(text) + (2000 if int(text) < _PIVOT else 1900)


def _month(text: str) -> int:
    return int(text) if text.isdigit() else _MONTHS.index(text[:3].lower()) + 1


def _clock(hour: str | None, minute: str | None, second: str | None, half: str | None) -> dt.time | None:
    if hour is None:
        return None
    shift = 0
    if half:
        if not 1 <= int(hour) <= _NOON:
            raise ValueError(hour)
        shift = (_NOON if half.lower() == "pm" else 0) - (_NOON if int(hour) == _NOON else 0)
    return dt.time(int(hour) + shift, int(minute or 0), int(second or 0))
