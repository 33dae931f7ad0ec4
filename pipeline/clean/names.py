"""Common names of people, and what they say about names that stand in the wrong cell. A proposal, no repair."""

import functools
import unicodedata
from collections.abc import Sequence
from importlib.resources import files

from pipeline.clean.person import split_name

LETTERS = {
    "ß": "ss",
    "ł": "l",
    "ø": "o",
    "đ": "d",
    "æ": "ae",
    "œ": "oe",
    "\N{LATIN SMALL LETTER DOTLESS I}": "i",
}
"""Letters that Unicode does not take apart."""

_LETTERS = str.maketrans(LETTERS)
_NOBODY = frozenset((
    "team", "sales", "office", "support", "service", "info", "admin", "department", "reception", "buro", "vertrieb",
    "unknown", "test", "gmbh", "ltd", "inc", "llc", "ag", "sa", "company", "group", "and", "und", "et", "y", "e", "&",
))  # fmt: skip
"""Words of cells that name no single person."""


@functools.lru_cache(maxsize=1 << 14)
def plain_name(name: str) -> str:
    """A name without case, accents and surrounding blanks, as the lists have it."""
    lower = " ".join(name.split()).casefold()
    if lower.isascii():
        return lower
    apart = unicodedata.normalize("NFKD", lower.translate(_LETTERS))
    return "".join(char for char in apart if not unicodedata.combining(char))


def given_names() -> frozenset[str]:
    """Common given names of many countries, as `plain_name` writes them."""
    return _names("given_names.txt")


def family_names() -> frozenset[str]:
    """Common family names of many countries, as `plain_name` writes them."""
    return _names("family_names.txt")


@functools.cache
def _names(file: str) -> frozenset[str]:
    text = files(__package__).joinpath(file).read_text("utf-8")
    return frozenset(word for line in text.splitlines() for word in line.split() if not line.startswith("#"))


def likely_names(first: str, last: str) -> tuple[str, str]:
    """First and last name as they are likely meant; both "" if they look right.

    Noticed are a full name in one of the cells while the other is empty or repeats a part of it, and names that have
    changed places, as far as the lists can tell. Most slips go unnoticed, so that what is right is left alone.
    """
    if " " in first:
        return _parted(first, last)
    if first and " " in last:
        given, family = split_name(last)
        return (given, family) if given and family and _alike(first, given) else ("", "")
    return (last, first) if _are_exchanged(first, last) else ("", "")


def doubtful_names(first: Sequence[str], last: Sequence[str]) -> list[int]:
    """The places of the names that `likely_names` has others for."""
    only_given = _only_given()
    return [
        place
        for place, (one, other) in enumerate(zip(first, last, strict=True))
        if (
            (other.casefold() in only_given if other.isascii() else plain_name(other) in only_given)
            or " " in other
            or " " in one
        )
        and likely_names(one, other)[0]
    ]


def _parted(first: str, last: str) -> tuple[str, str]:
    if last and plain_name(last).partition(" ")[0] not in plain_name(first):
        return "", ""  # nothing is repeated, which is seen in a tenth of the time
    given, family = split_name(first)
    repeated = _alike(last, family) or _alike(last, first)
    whole = not last and not _may_be_given(family) and _NOBODY.isdisjoint(plain_name(first).split())
    return (given, family) if given and family and (repeated or whole) else ("", "")


def _may_be_given(name: str) -> bool:
    """Whether a word is a second given name, as in Mary Ann, or the letter of one."""
    return len(name.rstrip(".")) == 1 or plain_name(name) in given_names()


def _are_exchanged(first: str, last: str) -> bool:
    return _plain_word(last) in _only_given() and _plain_word(first) in _only_family()


def _plain_word(word: str) -> str:
    lower = word.casefold()
    return lower if lower.isascii() else plain_name(word)


@functools.cache
def _only_given() -> frozenset[str]:
    return given_names() - family_names()


@functools.cache
def _only_family() -> frozenset[str]:
    return family_names() - given_names()


def _alike(one: str, other: str) -> bool:
    return plain_name(one) == plain_name(other)
