"""Languages whose letters stand in the same bytes as others of the west: one that explains every letter of a text.

Letters beyond ASCII of each alphabet: Unicode CLDR, main exemplar characters.
"""

from collections import Counter
from collections.abc import Mapping

_EASTERN: Mapping[str, tuple[str, ...]] = {
    "áčďéěíňóřšťúůýž": ("cp1250", "iso8859_2"),  # Czech
    "áäčďéíĺľňóôŕšťúýž": ("cp1250", "iso8859_2"),  # Slovak
    "ąćęłńóśźż": ("cp1250", "iso8859_2"),  # Polish
    "čćđšž": ("cp1250", "iso8859_2"),  # Croatian, Slovenian, Bosnian
    "ąčęėįšųūž": ("cp1257",),  # Lithuanian
    "āčēģīķļņšūž": ("cp1257",),  # Latvian
}
_WESTERN = (
    "äöüß", "àâæçéèêëîïôœùûüÿ", "áéíñóúü", "àáâãçéêíóôõú", "àèéìíîòóùú", "åäöé", "æøåéò", "áðéíóúýþæö", "ëéïóöüè",
    "äöõüšž", "àçèéíïòóúü",
)  # fmt: skip
"""German, French, Spanish, Portuguese, Italian, Swedish, Danish, Icelandic, Dutch, Estonian, Catalan."""

_FEWEST, _FEWEST_OWN = 10, 4
_MOST_WESTERN = 0.9


def eastern(letters: bytes) -> str | None:
    """The encoding under which one language of the east explains all letters beyond ASCII, and none of the west does.

    None where there are few letters, where several languages are mixed, or where two encodings do.
    """
    often = Counter(letters)
    if any(_share(often, "cp1252", alphabet) > _MOST_WESTERN for alphabet in _WESTERN):
        return None
    found = {
        encoding
        for alphabet, encodings in _EASTERN.items()
        for encoding in encodings
        if _is(often, encoding, alphabet)
    }
    readings = {letters.decode(encoding): encoding for encoding in sorted(found, reverse=True)}
    return next(iter(readings.values())) if len(readings) == 1 else None


def _is(often: Counter[int], encoding: str, alphabet: str) -> bool:
    letters = _letters(often, encoding)
    own = {letter for letter in letters if letter not in "".join(_WESTERN)}
    return letters.total() >= _FEWEST and len(own) >= _FEWEST_OWN and _share(often, encoding, alphabet) == 1


def _share(often: Counter[int], encoding: str, alphabet: str) -> float:
    letters = _letters(often, encoding)
    return sum(letters[letter] for letter in alphabet) / max(1, letters.total())


def _letters(often: Counter[int], encoding: str) -> Counter[str]:
    """How often each stands there beyond ASCII, in small letters, without signs that are no part of words."""
    found: Counter[str] = Counter()
    for byte, times in often.items():
        for letter in bytes([byte]).decode(encoding, "replace").lower():
            if not letter.isascii() and letter not in _SIGNS:
                found[letter] += times
    return found


_SIGNS = frozenset("“”„‘’–—…€\u00a0\u00ad")  # noqa: RUF001 - as typed in texts
