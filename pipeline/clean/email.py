"""Email addresses: found in a cell, and checked as far as that goes without asking the network."""

import re

from pipeline.clean.checked import Checked
from pipeline.clean.text import bare, narrow, shown

PLAIN_EMAIL = re.compile(
    r"(?=.{6,64}$)[A-Za-z0-9_%+-][A-Za-z0-9_%+'-]*+(?:\.[A-Za-z0-9_%+'-]++)*+@"
    r"(?:[A-Za-z0-9]++(?:-[A-Za-z0-9]++)*+\.)+"
    r"(?!(?i:test|local|localhost|invalid|onion|arpa)$)[A-Za-z]{2,24}",
    re.ASCII,
)
"""Addresses that are surely valid. email-validator takes 36 us for what this tells of almost all in half of one.

Repeats that give nothing back (`*+`) need nothing remembered: without them it takes seven tenths longer.
"""

_IN_BRACKETS = re.compile(r"<\s*((?:mailto:)?[^<>\s@]+@[^<>\s@]+)\s*>", re.IGNORECASE)
_BETWEEN = re.compile(r"[;,|\s\u060c\u061b\u2022]+|(?<=\w)/(?=\S+@)")
_SCHEME = re.compile(r"\A(?:mailto|e-?mail|smtp)\s*:(?://)?\s*", re.IGNORECASE)
_JOINERS = re.compile("[\u200c\u200d]")
"""email-validator calls them unsafe; domains in Sinhala and Persian have them where RFC 5892 allows it."""
_REMARK = re.compile(r"\([^()@]*\)")
_HARD = re.compile(r"[;,|\u060c\u061b\u2022]")
_BREAKS = re.compile(r"[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
_LABELS = frozenset(
    "email e-mail mail work office home private personal business primary direct and or to und oder privat".split()  # noqa: SIM905 - read as prose
)
_REST = re.compile(r"\.\S*|[a-z]{1,2}|[a-z]{2,3}\.[a-z]{2}")
_ENDING = re.compile(r"[a-z]{2,4}(?:\.[a-z]{2})?")
_AROUND = "<>()[]{}\"'`\u201c\u201d\u2018\u2019\u00ab\u00bb,;:. "
_LONGEST = 2_000


def tidy_email(text: str) -> str:
    """The first address of a cell such as `Jane <mailto:jane@example.com>; joe@example.com`, else the text, tidied."""
    found = _addresses(text)
    return found[0] if found and not _is_half(text) else bare(text)


def check_email(text: str) -> Checked:
    """The first address of a cell, kept as typed; valid as far as email-validator says, unicode included."""
    if PLAIN_EMAIL.fullmatch(text):
        return Checked(text)
    found = _addresses(text)
    if not found:
        return Checked("", fault="is no email address; there is no @ in it", suggestion=_likely(text))
    address, *others = found
    fault = _fault(address)
    if fault:
        other = next((other for other in others if not _fault(other)), "")
        return Checked("", fault=fault, suggestion=_likely(text) or other)
    if _is_half(text):
        return Checked(
            "",
            fault="has a blank in it, which may be a slip; write the whole address, and nothing beside it",
            suggestion=_likely(text),
        )
    left_out = [shown(other) for other in dict.fromkeys(others) if other.casefold() != address.casefold()]
    if left_out:
        return Checked(address, note=f"only the first address is used; left out: {', '.join(left_out)}")
    beside = "" if others else _beside(text)
    return Checked(address, note=f"{shown(beside)} beside the address was left out" if beside else "")


def _addresses(text: str) -> list[str]:
    line = _line(text)
    parts = _IN_BRACKETS.findall(line) + _BETWEEN.split(_IN_BRACKETS.sub(" ", line))
    return [tidy for tidy in map(_tidied, parts) if "@" in tidy]


def _line(text: str) -> str:
    return _SCHEME.sub("", _REMARK.sub(" ", narrow(bare(text[:_LONGEST]))).strip())


def _beside(text: str) -> str:
    """The words next to an address, such as a name without brackets."""
    line = _line(text)
    if any(bracket in line for bracket in "<([{"):
        return ""
    words = [word for word in _BETWEEN.split(line) if "@" not in word and not word.endswith(":")]
    return " ".join(words).strip(_AROUND)


def _is_half(text: str) -> bool:
    """Whether the first address may be what a blank has left of one: `jane doe@example.com`, `jane@example.co m`.

    A name in front is told by its capitals (`Jane Doe info@example.com`) or by what it has in common with the address.
    """
    line = _line(_BREAKS.sub(";", text))
    if any(bracket in line for bracket in "<([{"):
        return False
    words = next(part for part in _HARD.split(line) if "@" in part).split()
    at = next(place for place, word in enumerate(words) if "@" in word)
    before, after = words[:at], words[at + 1 :]
    if _is_first_half(before, words[at]):
        return True
    return bool(after) and not any("@" in word for word in after) and _is_second_half(words[at], after[0])


def _is_first_half(before: list[str], address: str) -> bool:
    if not before or not before[-1].strip(".'_-").isalnum() or before[-1].casefold() in _LABELS:
        return False
    if len(before) > 1 and all(word[:1].isupper() for word in before):
        return False
    local = address.partition("@")[0].casefold()
    return not any(len(word) > 1 and word.casefold() in local for word in before)


def _is_second_half(address: str, rest: str) -> bool:
    return bool(_REST.fullmatch(rest) or (address.endswith(".") and _ENDING.fullmatch(rest)))


def _tidied(part: str) -> str:
    return _SCHEME.sub("", part.strip(_AROUND)).split("?", 1)[0].strip(_AROUND)


def _fault(address: str) -> str:
    if PLAIN_EMAIL.fullmatch(address):
        return ""
    if address.startswith("="):
        return "looks like a formula"
    if "\ufffd" in address:
        return "has a character that was lost (\ufffd); export it again, as UTF-8"
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415 - most runs never need it

    try:
        validate_email(_JOINERS.sub("", address), check_deliverability=False)
    except EmailNotValidError as error:
        return f"is no valid email address. {error}"
    return ""


_SLIPS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<=\w)\s+(?=\w[\w.+\s-]*@)"), "."),
    (re.compile(r"\s+"), ""),
    (re.compile(r"[(\[{]at[)\]}]|@{2,}", re.IGNORECASE), "@"),
    (re.compile(r"[(\[{]dot[)\]}]|,|\.{2,}", re.IGNORECASE), "."),
    (re.compile(r"(?<=@)(gmail|hotmail|yahoo|outlook|icloud)com\Z", re.IGNORECASE), r"\1.com"),
    (re.compile(r"\.+(?=@)|(?<=@)\.+"), ""),
)
"""What people slip on when they type an address, one after the other."""


def _likely(text: str) -> str:
    """The address that is likely meant: a dot for a blank before the @, (at) for @, one of two @, and so on."""
    line = bare(text[:_LONGEST])
    for slip, right in _SLIPS:
        line = slip.sub(right, line)
        tidy = _tidied(line)
        if PLAIN_EMAIL.fullmatch(tidy):
            return tidy
    return ""
