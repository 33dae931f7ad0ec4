"""Web addresses, kept as typed."""

import re

from pipeline.clean.checked import Checked
from pipeline.clean.text import bare, narrow

PLAIN_URL = re.compile(
    r"(?:[Hh][Tt][Tt][Pp][Ss]?://)?(?:[A-Za-z0-9_-]{1,63}+\.)+[A-Za-z]{2,24}(?::[0-9]{1,5})?(?:[/?#][!-~]*+)?",
    re.ASCII,
)
"""Web addresses that are surely fine: with http, https or no scheme, and a host with a dot.

Both cases are written out: told to ignore case, the pattern takes half as long again.
"""

_ANY_HOST = re.compile(
    r"(?:https?://)?(?:[\w-]{1,63}\.)+[\w-]{2,63}\.?(?::[0-9]{1,5})?(?:[/?#]\S*)?", re.IGNORECASE
)
_SCHEME = re.compile(r"\A([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_AROUND = "<>()[]\"'`\u201c\u201d\u2018\u2019\u00ab\u00bb,;. "


def tidy_url(text: str) -> str:
    """A web address without invisible characters, brackets, quotes and commas around it."""
    return narrow(bare(text)).strip(_AROUND)


def url_host(text: str) -> str:
    """`example.com` of `https://www.example.com/about`; a text that is no web address stays as it is."""
    tidy = tidy_url(text)
    if not _ANY_HOST.fullmatch(tidy):
        return text
    host = _SCHEME.sub("", tidy)
    return re.split(r"[/?#:]", host, maxsplit=1)[0].lower().rstrip(".").removeprefix("www.")


def check_url(text: str) -> Checked:
    """A web address as it was typed, with or without http(s)://; its host needs a dot, blanks are not allowed."""
    if PLAIN_URL.fullmatch(text):
        return Checked(text)
    tidy = tidy_url(text)
    if _ANY_HOST.fullmatch(tidy):
        return Checked(tidy)
    return Checked("", fault=f"is no web address; {_why(tidy)}")


def _why(text: str) -> str:
    scheme = _SCHEME.match(text)
    if " " in text:
        return "there are blanks in it"
    if "@" in text:
        return "it looks like an email address"
    if scheme and scheme[1].lower() not in ("http", "https"):
        return "it must begin with http:// or https://, or with the host"
    return "write one such as https://www.example.com or example.com"
