"""Which encoding a text that is not UTF-8 is in, as far as its own letters tell; else nobody guesses."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

from pipeline.loader.alphabets import eastern

WINDOWS, MAC = "cp1252", "mac_roman"
KNOWN: Mapping[str, str] = {
    WINDOWS: "Windows",
    MAC: "Macintosh",
    "cp1250": "Central European",
    "iso8859_2": "Central European",
    "cp1254": "Turkish",
    "cp1257": "Baltic",
    "cp850": "DOS",
    "cp1251": "Cyrillic",
    "koi8_r": "Cyrillic",
    "cp1253": "Greek",
    "cp1255": "Hebrew",
    "cp1256": "Arabic",
    "cp932": "Japanese",
    "gb18030": "Chinese",
    "big5hkscs": "Chinese",
    "cp949": "Korean",
}
"""The encodings that are guessed, and what to call them."""

_OTHER_SCRIPTS = ["cp1251", "koi8_r", "cp1253", "cp1256", "cp932", "gb18030", "big5hkscs", "cp949"]
_WESTERN = "äöüßéèêëàâçñáíóúïîôûãõåæøÄÖÜÉÅØÁÓÇÑ’–€“”"  # noqa: RUF001 - as typed in names and notes
_LIKELY = {name: frozenset(_WESTERN.encode(name)) for name in (WINDOWS, MAC)}
_LATIN = (WINDOWS, MAC, "cp1250", "iso8859_2", "cp850")
_CENTRAL = ("cp1250", "iso8859_2")
_WINDOWS_ALONE = frozenset("ŠŚŤŽŹšśťžź".encode("cp1250"))
_ISO_ALONE = re.compile(rb"[\xb9\xbe]|[\xa9\xae](?=[a-z\x80-\xff])")
"""š and ž, Š and Ž at the beginning of a word; in Windows ą and ľ, and signs that begin no word."""

_TURKISH, _I_OF_TURKISH = (frozenset(letters.encode("cp1254")) for letters in ("ğışĞİŞ", "ıİ"))
_ICELANDIC = frozenset("áíóúæÁÍÓÚÆ".encode(WINDOWS))
_HIGH_WORD = re.compile(rb"[\x80-\xff][\x80-\xff]{2,}")
_ASCII = bytes(range(128))
_TOGETHER = re.compile(rb"[\x80-\xff](?:[\x00-\x7f]{0,3}[\x80-\xff])*")
_BESIDE = 2
"""Bytes on each side of a letter that tell whether it stands in a word."""
_HEBREW = frozenset(range(0xE0, 0xFB))
"""Its letters, which have no capitals; Cyrillic text has some beside them."""

_MOSTLY, _FEWEST_WORDS = 0.5, 3
_IN_WORDS = frozenset("’‘'`´–—-…·®™°\u00a0\u00ad")  # noqa: RUF001 - what may stand between two letters
_BETWEEN_LETTERS = re.compile(
    r"(?<=[^\W\d_])(?:[^\w\s\x00-\x7f]|[¹²³])(?=[^\W\d_])|(?<!\w)£(?=[^\W\d_]{2})|(?<=[a-zà-ý])[ŸŒŠŽ]"
    r"|(?<=[^\W\d_])[À-ÖØ-Þ](?=[a-zà-ý])|(?<=[a-zà-ý])[À-ÖØ-Þ]"
)
"""Signs in words, and capitals in the middle of them."""


def guessed(sample: bytes) -> str | None:
    """The encoding of lines that hold all sorts of a text's letters; None when they do not tell.

    Where most letters beyond ASCII stand three and more together, the script is none of Latin letters: that is left
    to chardet.
    """
    words = [word for word in _HIGH_WORD.findall(sample) if len(set(word)) > 1]  # not dots or blanks in a row
    high = sample.translate(None, _ASCII)
    if len(set(words)) >= _FEWEST_WORDS and sum(map(len, words)) > _MOSTLY * len(high):
        return _of_another_script(sample)
    east = eastern(sample)
    return _central(sample) if east in _CENTRAL else east or _latin(_around_letters(sample))


def _around_letters(sample: bytes) -> bytes:
    """The parts of a text with letters beyond ASCII, which are a tenth of it."""
    return b" ".join(
        sample[max(0, found.start() - _BESIDE) : found.end() + _BESIDE]
        for found in _TOGETHER.finditer(sample)
    )


def _of_another_script(sample: bytes) -> str | None:
    from chardet import detect  # noqa: PLC0415 - rarely needed, 200 ms

    if _HEBREW.issuperset(byte for found in _HIGH_WORD.findall(sample) for byte in found):
        return "cp1255"
    best = detect(sample, include_encodings=_OTHER_SCRIPTS, compat_names=False, no_match_encoding="ascii")[
        "encoding"
    ]
    name = (best or "").replace("-", "_")
    return name if name in KNOWN else None


def _central(sample: bytes) -> str:
    """Which of the two, which differ in few letters: most of Windows' own stand where ISO 8859-2 has none at all."""
    windows, iso = (_odd_words(sample, name) for name in _CENTRAL)
    if windows == iso:
        polish = _count(sample, "łż".encode("cp1250"))
        windows = 0 if polish or _count(sample, _WINDOWS_ALONE) else len(_ISO_ALONE.findall(sample))
    return _CENTRAL[windows > iso]


def _latin(sample: bytes) -> str:
    """The one under which the fewest words have signs in them; Windows or Macintosh by letters that names have."""
    fits = {name: sum(sample.count(byte) for byte in likely) for name, likely in _LIKELY.items()}
    usual = MAC if fits[MAC] > 2 * fits[WINDOWS] else WINDOWS
    turkish = _count(sample, _I_OF_TURKISH) and _count(sample, _TURKISH) > _count(sample, _ICELANDIC)
    if usual == WINDOWS and turkish:
        return "cp1254"
    odd: dict[str, int] = {}
    for name in (usual, *_LATIN):
        odd[name] = _odd_words(sample, name)
        if not odd[name]:
            return name
    return min(odd, key=odd.__getitem__)


def _count(sample: bytes, these: Iterable[int]) -> int:
    return sum(sample.count(byte) for byte in these)


def _odd_words(sample: bytes, name: str) -> int:
    """How many signs stand where words have none: `Pawe³czyk` and `£ódŸ` are no words, `O’Neil` is one."""  # noqa: RUF002
    found = _BETWEEN_LETTERS.findall(sample.decode(name, "replace"))
    return sum(sign not in _IN_WORDS and not unicodedata.combining(sign) for sign in found)
