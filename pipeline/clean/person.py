"""Full names -> first and last name, by a small table; wrong for names that no table can know.

Limits: middle names stay with the first name; two family names without a particle ("García Márquez") are parted,
the first of them going to the first name; names written family name first are only known by their comma.
Titles before a name and degrees after it (Dr., PhD) are no part of it and are left out; Jr. and III stay.
"""

import re

_PARTICLES = frozenset(
    re.findall(
        r"\S+",
        "van von de del della di da dos das do du des der den ter ten te zu zum zur vom la le el al bin ibn ben abu "
        "af av san santa st st. saint y e",
    )
)
_GENERATION = re.compile(r"(?:jr|sr|jnr|snr|ii|iii|iv)\.?", re.IGNORECASE)
_DEGREE = re.compile(r"(?:ph\.?d|m\.?d|mba|esq|cpa|dds|msc|bsc|rn|ll\.?m)\.?", re.IGNORECASE)
_TITLE = re.compile(r"(?:mr|mrs|ms|miss|mx|dr|prof|sir|dame|herr|frau|ing|dipl\.-ing|mag)\.?", re.IGNORECASE)
_TWO = 2


def split_name(text: str) -> tuple[str, str]:
    """First and last name of `Jane van der Berg Jr.` or `van der Berg, Jane`; one word alone is a first name."""
    family, _, given = text.partition(",")
    if given.strip() and not all(_is_suffix(word) for word in _words(given)):
        given, _, after = given.strip().partition(",")
        return _line(given), _line(f"{family} {' '.join(filter(_GENERATION.fullmatch, _words(after)))}")
    return _in_order(_words(text))


def _in_order(words: list[str]) -> tuple[str, str]:
    while len(words) > _TWO and _TITLE.fullmatch(words[0]):
        words = words[1:]
    end = len(words)
    while end > 1 and _is_suffix(words[end - 1]):
        end -= 1
    if end <= 1:
        return (words[0] if words else ""), ""
    start = end - 1
    while start > 1 and words[start - 1].casefold() in _PARTICLES:
        start -= 1
    if start == 1 and words[0] in _PARTICLES:
        start = 0
    last = [*words[start:end], *filter(_GENERATION.fullmatch, words[end:])]
    return " ".join(words[:start]), " ".join(last)


def _words(text: str) -> list[str]:
    return text.replace(",", " ").split()


def _is_suffix(word: str) -> bool:
    return bool(_GENERATION.fullmatch(word) or _DEGREE.fullmatch(word))


def _line(text: str) -> str:
    return " ".join(text.split())
