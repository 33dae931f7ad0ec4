"""Whose phone numbers those without a country code likely are: by the addresses in a file, else by its language."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from pipeline.clean import region_of
from pipeline.suggest.words import languages

_DOMAIN = re.compile(
    r"[^\s@]+@[^\s@]+\.([a-z]{2})|(?:https?://|www\.)[^\s/@]+\.([a-z]{2})(?:[/?#:]\S*)?", re.IGNORECASE
)
_NOBODY_S = frozenset(("io", "ai", "co", "me", "tv", "cc", "fm", "ly", "to", "eu"))
"""Endings that companies of all countries use."""

_REGIONS: Mapping[str, str] = {
    "de": "DE", "fr": "FR", "es": "ES", "pt": "BR", "it": "IT", "nl": "NL", "pl": "PL", "sv": "SE", "da": "DK",
    "no": "NO", "fi": "FI", "cs": "CZ", "hu": "HU", "tr": "TR", "ru": "RU", "ja": "JP", "zh": "CN",
}  # fmt: skip
"""Where most files in a language come from; where names are alike in several, the first is taken."""

_ELSE = "US"


def likely_region(names: Sequence[str], cells: Iterable[Sequence[str]]) -> str:
    """The region that most addresses of a country's own ending point to, else that of the columns' language."""
    found = Counter(
        region
        for values in cells
        for value in values
        if (match := _DOMAIN.fullmatch(value.strip())) and (region := _region(match[1] or match[2]))
    )
    if found:
        return found.most_common(1)[0][0]
    spoken = Counter(language for name in names for language in languages(name))
    likely = max(_REGIONS, key=lambda language: spoken[language])
    return _REGIONS[likely] if spoken[likely] else _ELSE


def _region(ending: str) -> str | None:
    return (
        None if ending.lower() in _NOBODY_S else region_of({"uk": "GB"}.get(ending.lower(), ending.upper()))
    )
