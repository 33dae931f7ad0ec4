"""How numbers look under the styles of a workbook: for each style a function from the stored number to its text."""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import TypeAlias

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

from pipeline.loader.formats import moment_text, number_text, plain_text
from pipeline.loader.markup import Element

Look: TypeAlias = Callable[[str], str]
"""From the text of a stored number to the text that the cell shows. Raises ValueError when it is no number."""

_GENERAL = frozenset({"", "general", "standard", "@"})
_CACHED = 10_000
_ALL_DIGITS = 16


class Looks:
    """The looks of a workbook's styles; an unknown style is General."""

    def __init__(self, styles: Iterable[Element] = (), *, since_1904: bool = False) -> None:
        own: dict[str, str] = {}
        self._formats: list[str] = []
        for name, parent, said in styles:
            if name == "numFmt":
                own[said.get("numFmtId", "")] = said.get("formatCode", "")
            elif name == "xf" and parent == "cellXfs":
                self._formats.append(said.get("numFmtId", "0"))
        self._own = own
        self._since_1904 = since_1904
        self._made: dict[str | None, Look] = {}

    def code(self, style: str | None) -> str:
        """The number format of a style."""
        place = int(style) if style else 0
        number = self._formats[place] if place < len(self._formats) else "0"
        known: Mapping[int, str] = BUILTIN_FORMATS
        return self._own.get(number) or known.get(int(number), "General")

    def of(self, style: str | None) -> Look:
        """The look of a style, made once."""
        look = self._made.get(style)
        if look is None:
            look = self._made[style] = look_of(self.code(style), since_1904=self._since_1904)
        return look


def look_of(code: str, *, since_1904: bool = False) -> Look:
    """The look of a number format."""
    if code.casefold() in _GENERAL:
        return _general
    if is_date_format(code):
        return lru_cache(_CACHED)(_moment_look(code, since_1904=since_1904))
    return lru_cache(_CACHED)(lambda stored: number_text(number_of(stored), code))


def number_of(stored: str) -> float:
    """A stored number, as a whole one where it is."""
    try:
        return int(stored)
    except ValueError:
        return float(stored)


def _general(stored: str) -> str:
    if stored.isdecimal() and len(stored) < _ALL_DIGITS and stored[0] != "0":
        return stored
    return plain_text(number_of(stored))


def _moment_look(code: str, *, since_1904: bool) -> Look:
    epoch = MAC_EPOCH if since_1904 else WINDOWS_EPOCH
    lasting = is_timedelta_format(code)

    def look(stored: str) -> str:
        number = float(stored)
        if number < 0 and not lasting:
            return plain_text(number)
        try:
            moment = from_excel(number, epoch, lasting)
        except (OverflowError, ValueError):
            return plain_text(number)  # a spreadsheet shows ##### for such a date
        return moment_text(moment, code) if moment is not None else ""

    return look
