"""Workbooks that openpyxl cannot read (.xls, .xlsb, .ods): pandas reads them, with calamine as its engine.

It gives values without their number formats, and loads a sheet whole. It is told to make no header, no missing values
and no types of its own.
"""

import math
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zipfile import BadZipFile

import pandas as pd
from python_calamine import CalamineError, PasswordError, SheetVisibleEnum

from pipeline.errors import SourceMistake
from pipeline.guard import unprotect
from pipeline.loader.formats import moment_text, plain_text
from pipeline.loader.kinds import password_protected
from pipeline.loader.reading import RawRow, Reading, SourceOptions
from pipeline.loader.sheets import SheetName, choose_sheet

_DAMAGE = (
    CalamineError,
    ArithmeticError,
    BadZipFile,
    EOFError,
    LookupError,
    OSError,
    TypeError,
    ValueError,
    zlib.error,
)
_LIMITS = (
    "In a workbook of this format the look of numbers is not read: leading zeros and phone punctuation that only a "
    "number format shows are missing. Saved as .xlsx, it is read as shown."
)
_MOMENTS = (datetime, date, time, timedelta)


def read_oldbook(path: Path, options: SourceOptions) -> Reading:
    """The rows of the chosen sheet.

    Raises:
        SourceMistake: the workbook is damaged or locked, or has not the sheet that was told, or no table.
    """
    book = _OldBook(path)
    try:
        choice = choose_sheet(book, options.sheet, path)
    except BaseException:
        book.close()
        raise
    return Reading(
        path,
        book.rows(choice.sheet),
        book.close,
        notes=[*choice.notes, _LIMITS],
        sheet=choice.sheet,
        grid=True,
    )


@contextmanager
def _faults(path: Path) -> Iterator[None]:
    try:
        yield
    except PasswordError as error:
        raise password_protected(path) from error
    except _DAMAGE as error:
        raise _damaged(path, error) from error
    except BaseException as error:
        if (
            type(error).__name__ != "PanicException"
        ):  # calamine's Rust code gave up; the class cannot be imported
            raise
        raise _damaged(path, error) from error


def _damaged(path: Path, error: BaseException) -> SourceMistake:
    reason = str(error).splitlines()[:1] or [type(error).__name__]
    return SourceMistake(
        f"{path} is damaged and cannot be read ({reason[0]}). Open it in Excel and save it anew as .xlsx."
    )


class _OldBook:
    """A workbook in pandas' hands; a sheet that was looked at stays in memory."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("rb")  # pandas leaves a file open when its engine gives up
        try:
            with _faults(path):
                self._book = pd.ExcelFile(self._file, engine="calamine")
        except BaseException:
            self._file.close()
            raise
        self._sheets: dict[str, list[tuple[object, ...]]] = {}

    def close(self) -> None:
        self._sheets.clear()
        self._book.close()
        self._file.close()

    @property
    def sheets(self) -> list[SheetName]:
        visible = SheetVisibleEnum.Visible
        hidden = {sheet.name for sheet in self._book.book.sheets_metadata if sheet.visible != visible}
        return [SheetName(str(name), name in hidden) for name in self._book.sheet_names]

    def rows(self, sheet: str) -> Generator[RawRow, None, None]:
        """The rows of a sheet."""
        for number, values in enumerate(self._values(sheet), 1):
            yield RawRow(number, tuple(_text(value) for value in values))

    def _values(self, sheet: str) -> list[tuple[object, ...]]:
        if sheet not in self._sheets:
            with _faults(self._path):
                frame = pd.read_excel(
                    self._book,
                    sheet_name=sheet,
                    header=None,
                    dtype=object,
                    na_filter=False,
                    keep_default_na=False,
                )
            self._sheets[sheet] = list(frame.itertuples(index=False, name=None))
        return self._sheets[sheet]


def _text(value: object) -> str:
    """A value as a cell would show it. An empty cell is ""."""
    if isinstance(value, str):
        return unprotect(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return "" if math.isnan(value) else plain_text(value)
    return moment_text(value) if isinstance(value, _MOMENTS) else str(value)
