"""What may be taken from any text without loss: blanks and invisible characters around it."""

import re

_INVISIBLE = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
_BLANK = rf"\s\x00-\x1f\x7f-\x9f{_INVISIBLE}"
_EDGES = re.compile(rf"\A[{_BLANK}]+|[{_BLANK}]+\Z")
_HIDDEN = re.compile(rf"(?![\u200c\u200d])[{_INVISIBLE}]")
_STRAY_JOINER = re.compile(r"(?<![^\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\x7f])")
_NOTHING = re.compile("[\u00ad\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_NO_BREAK = re.compile("[\u00a0\u2007\u202f]")
_WIDE = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | dict.fromkeys((0x3002, 0xFF61), ".")
_WIDE |= {0x3000: " "} | dict.fromkeys((0x3001, 0xFF64), ",")
_BREAK = re.compile("[\x0b\x0c\x1c-\x1f]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
_HALVES = re.compile("[\ud800-\udfff]")


def trim(text: str) -> str:
    """The text without blanks around it, and without control and invisible characters; its no-break spaces are plain.

    Signs that databases put between the lines and the parts of a cell (VT, FF, FS to US) are line breaks. Everything
    else stays: joiners (U+200C, U+200D) inside belong to names in Persian and in Indian languages.
    """
    text = text.strip()
    if text.isprintable():
        return text
    text = _BREAK.sub("\n", _CONTROL.sub("", text))
    text = _NO_BREAK.sub(" ", _NOTHING.sub("", text))
    return _EDGES.sub("", _HALVES.sub("\ufffd", text))


def bare(text: str) -> str:
    """The text trimmed, without invisible characters anywhere, its blanks of all sorts made plain ones.

    For addresses, numbers and links, in which no such character means anything; but for joiners between letters that
    are not ASCII, which stand in domains too (RFC 5892, A.1 and A.2).
    """
    return " ".join(_STRAY_JOINER.sub("", _HIDDEN.sub("", trim(text))).split())


def narrow(text: str) -> str:
    """Full-width letters, digits and signs, as Japanese and Chinese keyboards type them, made plain ones."""
    return text if text.isascii() else text.translate(_WIDE)


def first(text: str) -> str:
    """The first of several values that stand in one cell, separated by ; , | or a line break."""
    return next((part for part in map(trim, re.split(r"[;,|\r\n]", trim(text))) if part), "")


def shown(value: str, most: int = 60) -> str:
    """A value in quotes for a message: on one line, cut where it is long."""
    line = " ".join(value.split())
    return f'"{line[:most]}…"' if len(line) > most else f'"{line}"'
