"""Latin letters of east and west, which stand in the same bytes: told apart by chardet's models of languages.

Letters beyond ASCII of each alphabet: Unicode CLDR, main exemplar characters.
"""

import re
from collections import Counter
from collections.abc import Iterable

_WESTERN = (
    "äöüß", "àâæçéèêëîïôœùûüÿ", "áéíñóúü", "àáâãçéêíóôõú", "àèéìíîòóùú", "åäöé", "æøåéò", "áðéíóúýþæö", "ëéïóöüè",
    "äöõüšž", "àçèéíïòóúü",
)  # fmt: skip
"""German, French, Spanish, Portuguese, Italian, Swedish, Danish, Icelandic, Dutch, Estonian, Catalan."""

_EASTERN = (
    "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "ąćęłńóśźż", "čćđšž", "áéíóöőúüű", "ăâîşţ", "ąčęėįšųūž", "āčēģīķļņšūž",
)  # fmt: skip
"""Czech, Slovak, Polish, Croatian and its neighbours, Hungarian, Romanian, Lithuanian, Latvian."""

_NEARLY_ALL = 0.9
_EAST = ("cp1250", "iso8859-2", "cp1257")
_WEST = ("cp1252", "iso8859-1", "iso8859-15", "mac-roman", "cp850", "cp1254")
_CLEARLY, _MORE = 2.0, 1.1
"""How many times as likely an encoding of the east has to be: where one alphabet of the west has nearly all letters,
or there are few, and where none has.

Tried on made-up names and towns in 25 languages, 5 to 100 rows each: no Windows text of the west was taken for one of
the east; from 20 rows on nearly all of the east were found, but for half of the short Romanian ones."""

_FEW = 6
_WORD = re.compile(r"[^\W\d_]{2,}")


def eastern(sample: bytes) -> str | None:
    """The encoding of lines in a language between the Baltic and the Black Sea; None where they may be of the west."""
    from chardet import detect_all  # noqa: PLC0415 - rarely needed, 200 ms

    found = detect_all(sample, ignore_threshold=True, include_encodings=(*_EAST, *_WEST), compat_names=False)
    likely = {str(one["encoding"]): one["confidence"] for one in found}
    best = max(_EAST, key=lambda name: likely.get(name, 0.0))
    letters = _letters(sample, best)
    if not _is_of_one(_EASTERN, letters):
        return None
    few = letters.total() < _FEW
    needed = _CLEARLY if few or _is_of_one(_WESTERN, _letters(sample, "cp1252")) else _MORE
    times = likely.get(best, 0.0) / max(1e-9, *(likely.get(name, 0.0) for name in _WEST))
    return best.replace("-", "_") if times > needed else None


def _letters(sample: bytes, encoding: str) -> Counter[str]:
    """The small letters beyond ASCII in words; one that stands alone may be a sign, such as of pounds."""
    words = _WORD.findall(sample.decode(encoding, "replace").lower())
    return Counter(letter for word in words for letter in word if not letter.isascii())


def _is_of_one(alphabets: Iterable[str], letters: Counter[str]) -> bool:
    """Whether nearly all letters are of one alphabet."""
    most = max(sum(letters[letter] for letter in alphabet) for alphabet in alphabets)
    return most > _NEARLY_ALL * letters.total()
