"""Texts that a spreadsheet program would run as formulas: made harmless on the way out, restored on the way in.

Which first characters are dangerous: OWASP, "CSV Injection"; the full-width forms start formulas in East Asian
versions of Excel.
"""

import re
from collections.abc import Sequence

_FORMULA = "=+\\-@\t\r\n＝＋－＠"  # noqa: RUF001 - the full-width forms are meant
_STARTS = frozenset("=+-@")
_SPECIAL = frozenset("=+-@\t\r\n＝＋－＠' \u00a0\u3000\v\f")  # noqa: RUF001
_DANGEROUS = re.compile(rf"\s*[{_FORMULA}]")
_PHONE = re.compile(r"\+\s?\(?\d[\d ().\-/]*(?:\s?(?:x|ext\.?|#)\s?\d+)?", re.ASCII | re.IGNORECASE)
_NUMBER = re.compile(r"[+-]\d[\d.,]*\s?%?|-+", re.ASCII)
_GUARDED = re.compile(rf"'+(?:\s*[{_FORMULA}]|[+(]?\d[\d ().\-/]{{4,}}\Z)")
_BETWEEN = "\x1f"
_ANY_SPECIAL = re.compile(
    rf"{_BETWEEN}(?:[{''.join(sorted(_SPECIAL - {'+', '-'}))}\-]|\+(?! ?\(?\d[\d ().\-/]*(?:{_BETWEEN}|\Z)))",
    re.ASCII,
)
"""A special character behind a separator; the plus of a plain phone number is none here.

A text that holds the separator itself could hide behind such a number.
"""

_QUOTED = re.compile(r'="((?:[^"]|"")*)"', re.DOTALL)


def protect(text: str) -> str:
    """The text so that no spreadsheet takes it for a formula; `unprotect` gives the text back.

    A phone number's plus, a plain signed number and a lone dash are harmless and stay as they are.
    """
    if text[:1] not in _SPECIAL:
        return text
    if text[0] == "'":
        return "'" + text if _GUARDED.match(text) else text
    if _DANGEROUS.match(text) and not (_PHONE.fullmatch(text) or _NUMBER.fullmatch(text)):
        return "'" + text
    return text


def protect_all(texts: Sequence[str]) -> Sequence[str]:
    """As `protect`, for many texts of which few need it: whether any does is seen at once."""
    line = _BETWEEN.join(("", *texts))
    if line.count(_BETWEEN) == len(texts) and not _ANY_SPECIAL.search(line):
        return texts
    return [protect(text) if text[:1] in _SPECIAL else text for text in texts]


def unprotect(text: str) -> str:
    """The text behind a guard: what `protect` added, an apostrophe before a number, or `="…"`; else the text."""
    first = text[:1]
    if first == "'":
        return text[1:] if text[1:2] in _STARTS or _GUARDED.match(text) else text
    if first == "=" and (quoted := _QUOTED.fullmatch(text)):
        return quoted[1].replace('""', '"')
    return text
