"""Numbers and dates as a cell shows them: what Excel's number formats mean (ECMA-376 part 1, 18.8.31), in part.

Shown are leading zeros, the punctuation of phones and other codes, percent, and which parts of a date. Not shown is
decoration that would make a number unreadable to a machine or take digits away: thousands separators, currency,
rounding.
"""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

Moment = datetime | date | time | timedelta
_ALL_DIGITS = 1e15
_TOKEN = re.compile(r'"([^"]*)"|\\(.)|_(?:.)|\*(?:.)|\[([^\]]*)\]|([0#?])|(.)', re.DOTALL)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)(-?[\d.]+)")
_PHONE_MARKS = frozenset(" +-()./")
_PLAIN = re.compile(r"[eE][+-]|general|\.|[0#?],|/\s*[\d#?]|[@]", re.IGNORECASE)
_DATE_LETTERS = re.compile(r"[yd]", re.IGNORECASE)
_TIME_LETTERS = re.compile(r"[hs]", re.IGNORECASE)
_MONTH = re.compile(r"m", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!(?:h+|m+|s+)\])[^\]]*\]|am/pm|a/p', re.IGNORECASE)


class _Section(NamedTuple):
    """One of the up to four parts of a format: for which numbers, and how they look."""

    condition: tuple[str, float] | None
    mask: tuple[tuple[str, bool], ...]
    """Characters in order; True for a place that takes a digit, else it stands for itself."""
    zeros: int
    percent: bool
    plain: bool


def number_text(value: float, code: str = "General") -> str:
    """A number as its cell shows it under a number format: 2134 under 00000 is 02134."""
    if code == "General" or isinstance(value, bool):
        return plain_text(value)
    section = _section_for(value, code)
    if section.percent:
        return f"{_plain_decimal(Decimal(plain_text(value)) * 100)}%"
    if section.plain or value < 0 or value != int(value):
        return plain_text(value)
    return _masked(str(int(value)), section)


def plain_text(value: float) -> str:
    """A number without decoration: whole numbers without a point, others with the 15 digits that Excel keeps."""
    if isinstance(value, int):
        return str(int(value))
    if value.is_integer() and abs(value) < _ALL_DIGITS:
        return str(int(value))
    return f"{value:.15g}".upper()


def moment_text(value: Moment, code: str = "") -> str:
    """A date or time in ISO 8601, with the parts that the cell shows; both where its format tells nothing."""
    shown = _QUOTED.sub("", code)
    with_time = bool(_TIME_LETTERS.search(shown))
    with_date = bool(_DATE_LETTERS.search(shown)) or (not with_time and bool(_MONTH.search(shown)))
    if isinstance(value, timedelta):
        return _duration_text(value)
    if isinstance(value, time):
        return _time_text(value, seconds="s" in shown.lower() or value.second > 0)
    if not isinstance(value, datetime):
        return value.isoformat()
    if not with_time and not with_date:
        with_date, with_time = True, value.time() != time()
    seconds = "s" in shown.lower() or (not _TIME_LETTERS.search(shown) and value.second > 0)
    parts = [value.date().isoformat()] if with_date else []
    return " ".join([*parts, _time_text(value.time(), seconds=seconds)] if with_time else parts)


def _time_text(value: time, *, seconds: bool) -> str:
    return value.strftime("%H:%M:%S" if seconds else "%H:%M")


def _duration_text(value: timedelta) -> str:
    minutes, seconds = divmod(round(value.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"


def _plain_decimal(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _section_for(value: float, code: str) -> _Section:
    sections = _sections(code)
    for section in sections:
        if section.condition and _holds(value, section.condition):
            return section
    return next((section for section in sections if not section.condition), sections[0])


def _holds(value: float, condition: tuple[str, float]) -> bool:
    sign, limit = condition
    return {
        "<": value < limit,
        ">": value > limit,
        "=": value == limit,
        "<=": value <= limit,
        ">=": value >= limit,
        "<>": value != limit,
    }[sign]


@lru_cache(maxsize=1000)
def _sections(code: str) -> tuple[_Section, ...]:
    parts = re.findall(r'(?:"[^"]*"|\\.|\[[^\]]*\]|[^;])+', code) or [code]
    return tuple(_section(part) for part in parts)


def _section(part: str) -> _Section:
    condition = None
    mask: list[tuple[str, bool]] = []
    bare = []
    for match in _TOKEN.finditer(part):
        quoted, escaped, bracket, digit, other = match.groups()
        if bracket is not None and (said := _CONDITION.fullmatch(bracket)):
            condition = (said[1], float(said[2]))
        elif digit:
            mask.append((digit, True))
            bare.append(digit)
        elif literal := quoted or escaped or other:
            mask += [(character, False) for character in literal]
            bare.append(other or "")
    return _judged(condition, mask, "".join(bare))


def _judged(condition: tuple[str, float] | None, mask: list[tuple[str, bool]], bare: str) -> _Section:
    """Whether the section tells more than the number: by two leading zeros, or by punctuation as phones have it."""
    zeros = sum(is_digit and character == "0" for character, is_digit in mask)
    literals = {character for character, is_digit in mask if not is_digit}
    percent = "%" in bare
    telling = zeros > 1 or bool(literals and literals <= _PHONE_MARKS)
    has_place = any(is_digit for _, is_digit in mask)
    plain = not telling or not has_place or bool(_PLAIN.search(bare))
    return _Section(condition, tuple(mask), zeros, percent and has_place, plain)


def _masked(digits: str, section: _Section) -> str:
    """The digits put into the places of the mask from the right; the leftmost place takes all that are left."""
    digits = digits.zfill(section.zeros)
    places = sum(is_digit for _, is_digit in section.mask)
    if (
        len(digits) < places
    ):  # a short number would stand among punctuation that is not its own: “() 555-0123”
        return digits
    shown: list[str] = []
    for character, is_digit in reversed(section.mask):
        if not is_digit:
            shown.append(character)
        elif places > 1:
            places -= 1
            shown.append(digits[-1:])
            digits = digits[:-1]
        else:
            shown.append(digits)
            digits = ""
    return "".join(reversed(shown)).strip()
