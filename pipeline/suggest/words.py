"""The words of a column's name -> what they mean, in many languages; data in words.tsv and other_words.tsv.

A name means something only when every word of it is known: wrong is worse than missing.
"""

import functools
import re
import unicodedata
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import NamedTuple

from pipeline.clean import LETTERS, is_one_slip

_FOLDED = str.maketrans({**LETTERS, "\N{APOSTROPHE}": " ", "\N{RIGHT SINGLE QUOTATION MARK}": " "})
_CAMEL = re.compile(r"(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
_WORD = re.compile(r"[^\W_]+")
_NO_SPACES = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uff66-\uff9f々ー]")
_LONGEST = 120
_SHORTEST_MISSPELT = 9
_SHORTEST_GLUED = 4
"""Letters of a word that may stand in pieces, as `Web Site` does; shorter ones come together by chance."""

SECOND = "SECOND"
"""What a number above one says, as in `Email 2`: not the first of its kind."""

UNKNOWN = "UNKNOWN"
NEUTRAL = "NEUTRAL"


class Vocabulary(NamedTuple):
    """Phrase (words joined by one blank) -> meaning, how many words the longest has, and the order of reasons."""

    phrases: Mapping[str, str]
    longest: int
    others: tuple[str, ...]


@functools.cache
def vocabulary() -> Vocabulary:
    """Both tables; a word of a contact field is never one of another column."""
    fields, others = _table("words.tsv"), _table("other_words.tsv")
    phrases = {**others, **fields}
    longest = max(phrase.count(" ") + 1 for phrase in phrases)
    return Vocabulary(phrases, longest, tuple(dict.fromkeys(others.values())))


def meanings(name: str) -> frozenset[str]:
    """The meanings of a column's name, neutral words left out; `UNKNOWN` is one of them when a word is not known."""
    said = "+".join(_meanings(folded(name)))
    return frozenset(said.split("+") if said else ()) - {NEUTRAL}


def languages(name: str) -> frozenset[str]:
    """The languages in which a column is called so; none where English calls it so too."""
    spoken = _languages().get(" ".join(folded(name)), frozenset())
    return frozenset() if "en" in spoken else spoken


def folded(name: str) -> tuple[str, ...]:
    """The words of a name without case, accents, signs and the joints of camelCase."""
    spaced = _CAMEL.sub(" ", unicodedata.normalize("NFKC", name[:_LONGEST]))
    plain = unicodedata.normalize("NFKD", spaced.casefold().translate(_FOLDED))
    return tuple(_WORD.findall("".join(char for char in plain if not unicodedata.combining(char))))


def _meanings(words: tuple[str, ...]) -> Iterator[str]:
    place = 0
    while place < len(words):
        size, meaning = _phrase_at(words, place)
        if size:
            yield meaning
        else:
            yield from _word(words[place])
        place += size or 1


def _phrase_at(words: tuple[str, ...], place: int) -> tuple[int, str]:
    phrases, longest, _ = vocabulary()
    for size in range(min(longest, len(words) - place), 0, -1):
        part = words[place : place + size]
        joined = "".join(part)
        glued = phrases.get(joined, "") if len(joined) >= _SHORTEST_GLUED else ""
        if meaning := phrases.get(" ".join(part)) or glued:
            return size, meaning
    return 0, ""


def _word(word: str) -> Iterator[str]:
    if word.isdecimal():
        yield NEUTRAL if int(word) <= 1 else SECOND
    elif _NO_SPACES.search(word):
        yield from _segments(word)
    else:
        yield _misspelt(word) or UNKNOWN


def _misspelt(word: str) -> str:
    """The meaning of the long word that is a letter off; "" when there is none, or it may be one of several."""
    if len(word) < _SHORTEST_MISSPELT:
        return ""
    near = {meaning for phrase, meaning in vocabulary().phrases.items() if is_one_slip(word, phrase)}
    return near.pop() if len(near) == 1 else ""


def _segments(word: str) -> Iterator[str]:
    """The known parts of a word of a language that is written without spaces, longest first."""
    phrases = vocabulary().phrases
    place = 0
    while place < len(word):
        size = next(
            (end for end in range(len(word) - place, 0, -1) if word[place : place + end] in phrases), 0
        )
        yield phrases[word[place : place + size]] if size else UNKNOWN
        place += size or 1


def _table(name: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for meaning, _, phrase in _phrases(name):
        found.setdefault(phrase, meaning)
    return found


@functools.cache
def _languages() -> Mapping[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for _, language, phrase in _phrases("words.tsv"):
        found[phrase] = found.get(phrase, frozenset()) | {language}
    return found


def _phrases(name: str) -> Iterator[tuple[str, str, str]]:
    """Meaning, language and phrase, of every phrase of a table."""
    for line in files(__package__).joinpath(name).read_text("utf-8").splitlines():
        if not line.startswith("#"):
            meaning, language, written = line.split("\t")
            for phrase in written.split("|"):
                yield meaning, language, " ".join(folded(phrase))
