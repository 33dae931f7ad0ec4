"""Normal forms: two texts that a person takes for the same email, name or company have the same one."""

import unicodedata
from functools import lru_cache

from pipeline.identity.legal_forms import GLUED_FORMS, LONGEST_FORM_ENDING, LONGEST_SPACED, WORD_FORMS

_DROPPED = "'.`\u00b4\u2018\u2019\u201b\u02b9\u02bb\u02bc\u02bd\u2032\uff07\uff0e"
"""Apostrophes and full stops hold a word together: O'Neil is ONeil, A.B.C. is ABC."""

_BEFORE_FOLDING = str.maketrans({**dict.fromkeys(_DROPPED), **dict.fromkeys("\u2122\u2120\u00ae\u00a9", " ")})
"""What NFKC would tear apart: an acute accent used as apostrophe, or a trade mark that becomes letters."""


class _Separators(dict[int, str | None]):
    """What becomes of each character, asked of Unicode once: punctuation and symbols separate words."""

    def __missing__(self, code: int) -> str | None:
        category = unicodedata.category(chr(code))
        invisible = category == "Cf" or 0xFE00 <= code <= 0xFE0F  # noqa: PLR2004 - the variation selectors
        kept = chr(code) if category[0] not in "PSC" else " "
        return self.setdefault(code, None if invisible else kept)


_SEPARATORS = _Separators(dict.fromkeys(map(ord, _DROPPED)))
_ASCII_DROPPED = b"'.`"
_ASCII_FOLDED = (
    bytes(ord(char) if char.isalnum() else ord(" ") for char in map(chr, range(128))).lower().ljust(256)
)
"""The same for ASCII, in one step: lower case, and a blank for what is neither letter nor digit."""


def email_key(email: str | None) -> str:
    """The address without case, unicode form and surrounding blanks; "" if there is none.

    Lower case rather than casefold: `strasse@` and `straße@` are two mailboxes.
    """
    if not email:
        return ""
    if email.isascii():
        return email.strip().lower()
    lower = unicodedata.normalize("NFKC", email).strip().lower()
    return unicodedata.normalize("NFKC", lower.replace("\u03c2", "\u03c3"))  # final sigma


def folded_email(email: str | None) -> str:
    """`email_key` without the plus-suffix of the local part, which Apollo may not tell apart; "" if none."""
    key = email_key(email)
    local, at, domain = key.rpartition("@")
    base = local.partition("+")[0]
    return f"{base}@{domain}" if at and base else key


def full_name_key(first: str | None, last: str | None) -> str:
    """First and last name as one; "" unless both are there. Where the name was split does not matter."""
    if not first or not last:
        return ""
    first_key, last_key = _name_key(first), _name_key(last)
    return f"{first_key} {last_key}" if first_key and last_key else ""


def company_key(company: str | None) -> str:
    """The company without the legal forms at its end, unless nothing else would remain; "" if none."""
    return _without_legal_form(_text_key(company)) if company else ""


def name_company_key(first: str | None, last: str | None, company: str | None) -> str:
    """Full name and company; "" if any part is empty."""
    name = full_name_key(first, last)
    place = company_key(company) if name else ""
    return f"{name}\n{place}" if place else ""


def _text_key(text: str) -> str:
    """Words without case, unicode form and punctuation; accents count. Without any word it stays as it is."""
    if text.isascii():
        words = text.encode().translate(_ASCII_FOLDED, _ASCII_DROPPED).decode().split()
        return " ".join(words) or " ".join(text.split())
    return _unicode_key(text)


_name_key = lru_cache(maxsize=1 << 14)(_text_key)
"""Names come again and again, companies less."""


@lru_cache(maxsize=1 << 14)
def _unicode_key(text: str) -> str:
    """Takes five times as long as ASCII does, and names in other letters come again and again."""
    visible = unicodedata.normalize("NFKC", text.translate(_BEFORE_FOLDING))
    folded = unicodedata.normalize("NFKC", visible.casefold())
    return " ".join(folded.translate(_SEPARATORS).split()) or " ".join(folded.split())


def _without_legal_form(name: str) -> str:
    """Takes off one legal form after the other, so that "GmbH & Co. KG" goes whole."""
    while True:
        before, _, last = name.rpartition(" ")
        if len(last) > 1 and last.isascii() and last not in LONGEST_FORM_ENDING:
            return name
        shorter = before if LONGEST_FORM_ENDING.get(last) == 1 else " ".join(_one_form_less(name.split(" ")))
        if not shorter or shorter == "the":  # "The Limited" is a name
            return name
        name = shorter


def _one_form_less(words: list[str]) -> list[str]:
    """The words without the longest legal form at their end; [] when there is none or nothing else."""
    last = words[-1]
    longest = LONGEST_SPACED if len(last) == 1 else LONGEST_FORM_ENDING.get(last, 0)
    for size in range(min(longest, len(words) - 1), 0, -1):
        tail = words[-size:]
        if " ".join(tail) in WORD_FORMS or (len(tail[0]) == 1 and _is_spaced_form(tail)):
            return words[:-size]
    return [] if last.isascii() else _unglued(words)


def _is_spaced_form(tail: list[str]) -> bool:
    """Whether the words are the letters of a legal form, as in "S. A." or "G m b H"."""
    return max(map(len, tail)) == 1 and "".join(tail) in WORD_FORMS


def _unglued(words: list[str]) -> list[str]:
    """The words without a form that is written onto the last of them; [] when there is none."""
    *before, last = words
    form = next((form for form in GLUED_FORMS if last.endswith(form) and last != form), "")
    return [*before, last.removesuffix(form)] if form else []
