"""A worksheet whose rows are texts only, each written out at once.

XlsxWriter stores, looks at and formats every cell by itself, which takes a minute for two workbooks of 100,000 rows,
and takes a text that begins with `<r>` for markup. Here a row becomes XML in one go, by `worksheet_class`, its way to
be extended; everything else about the workbook is XlsxWriter's. Inline strings: ECMA-376 part 1, 18.3.1.53.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from itertools import chain, compress
from pathlib import Path
from shutil import copyfileobj

from xlsxwriter import Workbook, workbook  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.utility import xl_col_to_name  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

LONGEST = 32_767
"""UTF-16 units that a cell holds (Excel specifications and limits)."""

WIDEST = 16_384
"""Columns of a sheet."""

_LEVEL = 3
"""Of zlib. The usual 6 takes 22 us a row of 38 cells instead of 11, for 167 bytes instead of 192."""

_SPECIAL = re.compile(r"[&<>\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
_MARKUP = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_CLOSED = "</t></is></c>"
_ROW = "\0"
"""Stands for the row's number until its cells are joined; no text has it."""

_BLANKS_COUNT = ' xml:space="preserve"'


class TextSheet(Worksheet):  # type: ignore[misc]
    """A worksheet in constant memory that is filled by `write_texts` alone, from the top."""

    def write_texts(
        self, row: int, texts: Sequence[str], style: Format, special: Mapping[int, Format]
    ) -> None:
        """Writes a row, counted from 0. `special` cells have their own format; other blank ones stay unwritten."""
        self._check_dimensions(row, 0)
        self._check_dimensions(row, len(texts) - 1)
        self.fh.write(f'<row r="{row + 1}">{_cells(texts, style, special).replace(_ROW, str(row + 1))}</row>')

    def _write_single_row(self, current_row_num: int = 0) -> None:
        """Has nothing to do: `write_texts` wrote the row."""

    def _write_optimized_sheet_data(self) -> None:
        """As XlsxWriter's, but the rows are copied as bytes, in a tenth of the time."""
        self._xml_start_tag("sheetData")
        self.fh.flush()
        self.row_data_fh.flush()
        self.row_data_fh.buffer.seek(0)
        copyfileobj(self.row_data_fh.buffer, self.fh.buffer)
        self.row_data_fh.close()
        Path(self.row_data_filename).unlink()
        self._xml_end_tag("sheetData")


class SlightlyPacked(Workbook):  # type: ignore[misc]
    """A workbook that is compressed in half the time, and is a seventh larger for it."""

    def _store_workbook(self) -> None:
        """XlsxWriter lets nobody choose the level."""
        usual = workbook.ZipFile
        workbook.ZipFile = partial(usual, compresslevel=_LEVEL)
        try:
            super()._store_workbook()
        finally:
            workbook.ZipFile = usual


def fits(texts: Sequence[str]) -> bool:
    """Whether every text fits into a cell."""
    if sum(map(len, texts)) <= LONGEST // 2:
        return True
    return all(len(text.encode("utf-16-le", "surrogatepass")) // 2 <= LONGEST for text in texts)


def _cells(texts: Sequence[str], style: Format, special: Mapping[int, Format]) -> str:
    """The cells of a row; what stands around their texts is made once for all rows, and all is joined at once."""
    joined = f"|{'|'.join(texts)}|"
    printable = joined.isprintable()
    edges = "" if printable and not ("| " in joined or " |" in joined) else _BLANKS_COUNT
    before = _before(len(texts), style, tuple(special.items()), edges)
    texts = _escaped(texts, joined, markup_only=printable and "_x" not in joined)
    filled = texts if all(map(texts.__getitem__, special)) else _with(special, texts)
    cells = "".join(chain.from_iterable(zip(compress(before, filled), compress(texts, filled), strict=True)))
    return f"{cells[len(_CLOSED) :]}{_CLOSED}" if cells else ""


def _with(special: Mapping[int, Format], texts: Sequence[str]) -> list[str | bool]:
    return [text or place in special for place, text in enumerate(texts)]


@lru_cache(maxsize=32)
def _before(
    width: int, style: Format, special: tuple[tuple[int, Format], ...], edges: str
) -> tuple[str, ...]:
    """The end of the cell before, and the beginning of each cell, in its format."""
    formats = dict.fromkeys(range(width), style) | dict(special)
    return tuple(
        f'{_CLOSED}<c r="{xl_col_to_name(place)}{_ROW}" s="{one._get_xf_index()}" t="inlineStr"><is><t{edges}>'  # noqa: SLF001
        for place, one in formats.items()
    )


def _escaped(texts: Sequence[str], joined: str, *, markup_only: bool) -> Sequence[str]:
    """The texts in XML; several times as fast where no other character is special, as in most rows."""
    if not markup_only:
        return [_SPECIAL.sub(_written, text) for text in texts]
    for sign, written in _MARKUP.items():
        if sign in joined:
            texts = [text.replace(sign, written) for text in texts]
    return texts


def _written(found: re.Match[str]) -> str:
    """A character that XML gives a meaning or cannot hold; the latter as Excel does (part 1, 22.9.2.19)."""
    text = found[0]
    if text in _MARKUP:
        return _MARKUP[text]
    if len(text) > 1:
        return f"_x005F{text}"
    half = "\ud800" <= text <= "\udfff"
    return f"\\u{ord(text):04x}" if half else f"_x{ord(text):04X}_"
