"""A worksheet whose rows are texts only, each written out at once.

XlsxWriter stores, looks at and formats every cell by itself, which takes a minute for two workbooks of 100,000 rows,
and takes a text that begins with `<r>` for markup. Here a row becomes XML in one go, by `worksheet_class`, its way to
be extended; everything else about the workbook is XlsxWriter's. Inline strings: ECMA-376 part 1, 18.3.1.53.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache

from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.utility import xl_col_to_name  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

LONGEST = 32_767
"""UTF-16 units that a cell holds (Excel specifications and limits)."""

WIDEST = 16_384
"""Columns of a sheet."""

_SPECIAL = re.compile(r"[&<>\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
_CLOSED = "</t></is></c>"
_MARKUP = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


class TextSheet(Worksheet):  # type: ignore[misc]
    """A worksheet in constant memory that is filled by `write_texts` alone, from the top."""

    def write_texts(
        self, row: int, texts: Sequence[str], style: Format, special: Mapping[int, Format]
    ) -> None:
        """Writes a row, counted from 0. `special` cells have their own format; other blank ones stay unwritten."""
        width = len(texts)
        self._check_dimensions(row, 0)
        self._check_dimensions(row, width - 1)
        if _may_be_special("".join(texts)):
            texts = [_SPECIAL.sub(_written, text) for text in texts]
        columns, number = _columns(width), row + 1
        usual = _behind_column(number, style)
        cells = [
            f"{column}{usual}{text}{_CLOSED}" if text else ""
            for column, text in zip(columns, texts, strict=True)
        ]
        for place, one in special.items():
            cells[place] = f"{columns[place]}{_behind_column(number, one)}{texts[place]}{_CLOSED}"
        self.fh.write(f'<row r="{number}">{"".join(cells)}</row>')

    def _write_single_row(self, current_row_num: int = 0) -> None:
        """Has nothing to do: `write_texts` wrote the row."""


def fits(texts: Sequence[str]) -> bool:
    """Whether every text fits into a cell."""
    longest = max(texts, key=len, default="")
    if len(longest) <= LONGEST // 2:
        return True
    return all(len(text.encode("utf-16-le", "surrogatepass")) // 2 <= LONGEST for text in texts)


def _may_be_special(text: str) -> bool:
    """Whether `_SPECIAL` could find something; the most common answer, no, comes several times as fast."""
    return "&" in text or "<" in text or ">" in text or "_x" in text or not text.isprintable()


@cache
def _columns(width: int) -> tuple[str, ...]:
    return tuple(f'<c r="{xl_col_to_name(place)}' for place in range(width))


def _behind_column(number: int, style: Format) -> str:
    index = style._get_xf_index()  # noqa: SLF001 - as XlsxWriter's own cells do
    return f'{number}" s="{index}" t="inlineStr"><is><t xml:space="preserve">'


def _written(found: re.Match[str]) -> str:
    """A character that XML gives a meaning or cannot hold; the latter as Excel does (part 1, 22.9.2.19)."""
    text = found[0]
    if text in _MARKUP:
        return _MARKUP[text]
    if len(text) > 1:
        return f"_x005F{text}"
    half = "\ud800" <= text <= "\udfff"
    return f"\\u{ord(text):04x}" if half else f"_x{ord(text):04X}_"
