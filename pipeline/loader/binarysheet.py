"""The cells of one sheet of an .xlsb workbook, streamed, as a person sees them ([MS-XLSB] 2.1.7.62)."""

import struct
from collections.abc import Callable, Iterator, Mapping
from typing import IO

from pipeline.guard import unprotect
from pipeline.loader.binary import ERRORS, records, wide_text
from pipeline.loader.looks import Looks
from pipeline.loader.reading import LAST_COLUMN, LAST_ROW, RawRow, Widths, column_letter
from pipeline.loader.strings import Strings

_ROW, _COLUMNS, _DATA_ENDS = 0, 60, 146
_HIDDEN_ROW, _HIDDEN_COLUMN = 0x10, 1
_CELL = struct.Struct("<I")
_DOUBLE, _INTEGER = struct.Struct("<d"), struct.Struct("<i")
_STYLE_BITS = 0xFF_FFFF
_WIDTH = 256
"""Parts of a character in which widths are counted ([MS-XLSB] 2.4.318, BrtColInfo)."""


class BinaryRows:
    """The rows of a sheet; `hidden_columns` and `hidden_rows` grow while they are read.

    Raises:
        EOFError, LookupError, ValueError, struct.error: the sheet is damaged.
    """

    def __init__(self, source: IO[bytes], strings: Strings, looks: Looks) -> None:
        self.hidden_columns: list[tuple[int, int]] = []
        self.widths: Widths = []
        self.hidden_rows: list[int] = []
        self._source = source
        self._strings = strings
        self._looks = looks
        self._number = 0
        self._cells: list[str] = []
        self._told: list[str] = []
        self._readers: Mapping[int, Callable[[bytes], str]] = {
            2: self._packed,
            3: self._error,
            4: self._truth,
            5: self._number_text,
            6: lambda data: unprotect(wide_text(data, 8)[0]),
            7: lambda data: self._strings[_CELL.unpack_from(data, 8)[0]],
            8: lambda data: unprotect(wide_text(data, 8)[0]),
            9: self._number_text,
            10: self._truth,
            11: self._error,
            62: lambda data: unprotect(wide_text(data, 9)[0]),
        }

    def __iter__(self) -> Iterator[RawRow]:
        readers = self._readers
        for kind, data in records(self._source):
            if read := readers.get(kind):
                if text := read(data):
                    self._put(_CELL.unpack_from(data)[0], text)
            elif kind == _ROW:
                yield from self._ended()
                self._begin_row(data)
            elif kind == _COLUMNS:
                self._add_columns(data)
            elif kind == _DATA_ENDS:
                break
        yield from self._ended()

    def _add_columns(self, data: bytes) -> None:
        first, last, width = struct.unpack_from("<III", data)
        if data[16] & _HIDDEN_COLUMN:
            self.hidden_columns.append((first, min(last, LAST_COLUMN - 1)))
        else:
            self.widths.append((first, last, width / _WIDTH))

    def _begin_row(self, data: bytes) -> None:
        number = _CELL.unpack_from(data)[0] + 1
        if not self._number < number <= LAST_ROW:
            raise ValueError(f"a row {number:,} below row {self._number:,}")
        self._number = number
        if data[11] & _HIDDEN_ROW:
            self.hidden_rows.append(number)
            self._told.append("the row is hidden in the spreadsheet")

    def _ended(self) -> Iterator[RawRow]:
        if self._number:
            yield RawRow(self._number, tuple(self._cells), tuple(self._told))
        self._cells, self._told = [], []

    def _put(self, column: int, text: str) -> None:
        if not len(self._cells) <= column < LAST_COLUMN:
            raise ValueError(f"a cell in column {column + 1:,}")
        self._cells += [""] * (column - len(self._cells))
        self._cells.append(text)

    def _look(self, data: bytes) -> Callable[[str], str]:
        return self._looks.of(str(_CELL.unpack_from(data, 4)[0] & _STYLE_BITS))

    def _number_text(self, data: bytes) -> str:
        return self._look(data)(repr(_DOUBLE.unpack_from(data, 8)[0]))

    def _packed(self, data: bytes) -> str:
        """A number in four bytes: whole or the beginning of a double, perhaps in hundredths ([MS-XLSB] 2.5.122)."""
        (packed,) = _INTEGER.unpack_from(data, 8)
        value: float = packed >> 2
        if not packed & 2:
            (value,) = _DOUBLE.unpack(bytes(4) + struct.pack("<i", packed & ~3))
        return self._look(data)(repr(value / 100 if packed & 1 else value))

    def _truth(self, data: bytes) -> str:
        return "TRUE" if data[8] else "FALSE"

    def _error(self, data: bytes) -> str:
        cell = f"{column_letter(_CELL.unpack_from(data)[0])}{self._number}"
        error = ERRORS.get(data[8], "#ERR")
        self._told.append(f"cell {cell} shows the error {error} and was read as blank")
        return ""
