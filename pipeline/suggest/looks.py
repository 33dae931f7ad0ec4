"""What the values of a column look like: shares of the cells that are filled."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from pipeline.clean import PLAIN_EMAIL, family_names, given_names, plain_name, region_of, trim

_URL = re.compile(r"(?:https?://)?(?:[\w-]{1,63}\.)+[a-z]{2,24}(?:[/?#:]\S*)?", re.IGNORECASE)
_LINKEDIN_PERSON = re.compile(r"(?:https?://)?(?:[\w-]+\.)?linkedin\.[\w.-]+/(?:in|pub)/\S+", re.IGNORECASE)
_LINKEDIN = re.compile(r"(?:https?://)?(?:[\w-]+\.)?linkedin\.[\w.-]+/\S*", re.IGNORECASE)
_EMAIL = re.compile(r"[^\s@]@[^\s@.]+\.[^\s@]")
_SURE_PHONE = re.compile(
    r"'?(?:\+\d[\d\s()./-]{6,20}|\(?0\d{1,5}\)?[\s/-]\s*[\d\s/-]{3,14}|\(\d{3}\)\s*\d{3}-\d{4})"
)
_NUMBER = re.compile(r"[+-]?[\d.,\s%€$£]*\d[\d.,\s%€$£]*")
_DATE = re.compile(r"\d{4}-\d\d?-\d\d?(?:[T\s].*)?|\d\d?[./-]\d\d?[./-]\d{2,4}(?:\s.*)?")
_FLAG = re.compile(r"true|false|yes|no|ja|nein|oui|non|si|tak|nie|y|n|0|1", re.IGNORECASE)
_ID = re.compile(r"[0-9a-f]{24}")
_HONORIFIC = re.compile(
    r"(?:(?:mr|mrs|ms|miss|mx|dr|prof|sir|dame|herr|frau|herrn|monsieur|madame|mme|mlle|m|sr|sra|srta|don|doña|"
    r"sig|sig\.ra|signor|signora|dott|dott\.ssa|ing|dipl\.?-ing|mag|pan|pani|dhr|mevr|mw|rev|hon|phd|ph\.d|med|h\.?c|"
    r"professor|doctor|doktor|bc|mgr|\u0433-\u043d|\u0433-\u0436\u0430|様|さん)\.?[\s./]*){1,4}",
    re.IGNORECASE,
)
_PERSON = re.compile(r"[^\W\d_][\w'\u2019.-]*(?:[ ,]+[^\W\d_][\w'\u2019.-]*){1,4}")
_LONGEST = 300
_NOTHING = frozenset({"", "n/a", "#n/a", "-"})


_FEWEST_DIGITS, _MOST_LETTERS = 6, 10


def _is_like_phone(text: str) -> bool:
    """Whether a text may be a phone, or several, where the column's name says so."""
    digits, letters = sum(map(str.isdigit, text)), sum(map(str.isalpha, text))
    return digits >= _FEWEST_DIGITS and letters <= _MOST_LETTERS and not _DATE.fullmatch(text)


_SHAPES: Mapping[str, Callable[[str], object]] = {
    "email": lambda text: PLAIN_EMAIL.fullmatch(text) or _EMAIL.search(text),
    "phone": _is_like_phone,
    "sure_phone": _SURE_PHONE.fullmatch,
    "url": _URL.fullmatch,
    "linkedin": _LINKEDIN.fullmatch,
    "linkedin_person": _LINKEDIN_PERSON.fullmatch,
    "number": _NUMBER.fullmatch,
    "date": _DATE.fullmatch,
    "flag": _FLAG.fullmatch,
    "id": _ID.fullmatch,
    "honorific": _HONORIFIC.fullmatch,
    "country": region_of,
    "person": _PERSON.fullmatch,
    "given": lambda text: plain_name(text) in given_names(),
    "family": lambda text: plain_name(text) in family_names(),
    "given_and_more": lambda text: _PERSON.fullmatch(text) and plain_name(text.split()[0]) in given_names(),
    "comma": lambda text: "," in text,
}


class Look(NamedTuple):
    """How many cells were read, the share of them that is filled, and shares of the filled ones by shape."""

    cells: int
    full: float
    shares: Mapping[str, float]
    example: str = ""

    @property
    def known(self) -> bool:
        """Whether there is any value to look at."""
        return self.full > 0

    def mostly(self, shape: str, least: float = 0.5) -> bool:
        """Whether at least this share of the values has a shape."""
        return self.shares.get(shape, 0.0) >= least and self.known


def look(values: Iterable[str]) -> Look:
    """The look of a column's sample."""
    cells = [trim(value[:_LONGEST]) for value in values]
    filled = [cell for cell in cells if cell.casefold() not in _NOTHING]
    shares = {name: _share(filled, fits) for name, fits in _SHAPES.items()} if filled else {}
    return Look(len(cells), len(filled) / len(cells) if cells else 0.0, shares, _shape(filled))


def _share(filled: Sequence[str], fits: Callable[[str], object]) -> float:
    return sum(bool(fits(cell)) for cell in filled) / len(filled)


_RUN = re.compile(r"(.)\1{4,}")
_MOST = 28


def _shape(filled: Sequence[str]) -> str:
    """One value without what it says: letters are a, digits 0, long runs and long texts cut."""
    if not filled:
        return ""
    text = sorted(filled, key=len)[len(filled) // 2]
    shape = _RUN.sub(lambda run: run[1] * 4, "".join(map(_mark, " ".join(text.split()))))
    return f"{shape[:_MOST].rstrip()} …" if len(shape) > _MOST else shape


def _mark(char: str) -> str:
    if char.isalpha():
        return "A" if char.isupper() else "a"
    if char.isnumeric():
        return "0"
    return char if char in " .,;:@+-/()&'_|#%" else "?"
