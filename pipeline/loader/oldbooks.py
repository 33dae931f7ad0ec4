"""Workbooks of Excel 97 to 2003 (.xls), whose parsers hold a sheet whole: read in a process of their own.

There a parser that panics, wants gigabytes or never ends takes nothing with it; its memory and time are bounded.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path
from threading import Timer
from typing import Any

from pipeline.errors import SourceMistake
from pipeline.loader.kinds import password_protected
from pipeline.loader.merged import Merge, Merges
from pipeline.loader.reading import Links, RawRow, Reading, SourceOptions, Widths
from pipeline.loader.sheets import SheetName, choose_sheet, hidden_notes, is_table

_BATCH = 500
_LONGEST = 60.0
_PACKAGE = Path(__file__).parents[2]
_PROGRAM = "from pipeline.loader.oldbook_process import main; main()"
_SETTINGS = {"PYTHONIOENCODING": "utf-8:surrogatepass", "RUST_BACKTRACE": "0"}
_LIMITS = (
    "The workbook is not wholly in order, and the look of its numbers could not be read: leading zeros and phone "
    "punctuation that only a number format shows are missing. Open it in Excel and save it as .xlsx."
)


def read_xls(path: Path, options: SourceOptions) -> Reading:
    """The rows of the chosen sheet; what xlrd gives up on is left to calamine, which reads no number formats.

    Raises:
        SourceMistake: the workbook is damaged, locked or too large, or has not the sheet that was told, or no table.
    """
    try:
        return _reading(_OldBook(path, "xlrd"), path, options, [])
    except _Locked:
        return _read_unlocked(path, options)
    except _Failure:
        return _reading(_OldBook(path, "calamine"), path, options, [_LIMITS])


def _read_unlocked(path: Path, options: SourceOptions) -> Reading:
    from pipeline.loader.unlocked import unlock  # noqa: PLC0415 - rarely needed, 100 ms

    with tempfile.TemporaryDirectory() as folder:
        clear = Path(folder, "clear.xls")
        with clear.open("w+b") as file:
            if not unlock(path, file):
                raise password_protected(path)
        return _reading(_OldBook(path, "xlrd", clear), path, options, [])


def _reading(book: "_OldBook", path: Path, options: SourceOptions, notes: list[str]) -> Reading:
    try:
        choice = choose_sheet(book, options.sheet, path)
        merges, links, widths, hidden = book.beside(choice.sheet)
    except BaseException:
        book.close()
        raise
    rows = book.rows(choice.sheet)

    def close() -> None:
        rows.close()
        book.close()

    all_notes = [*choice.notes, *notes, *hidden]
    return Reading(
        path, rows, close, all_notes, choice.sheet, grid=True, merges=merges, links=links, widths=widths
    )


class _Failure(SourceMistake):
    """The parser gave up."""


class _Locked(_Failure):
    """The workbook is encrypted."""


class _OldBook:
    """A workbook in the hands of another process, which answers one request at a time.

    `file` is where the workbook is when it is not at `path` itself; the process reads it once, as it begins.
    """

    def __init__(self, path: Path, engine: str, file: Path | None = None) -> None:
        self._path = path
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the process
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-c", _PROGRAM, engine, str(file or path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env={**os.environ, "PYTHONPATH": str(_PACKAGE), **_SETTINGS},
        )
        try:
            self.sheets = [SheetName(name, hidden) for name, hidden in self._ask(["sheets"])]
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()
        self._errors.close()

    def rows(self, sheet: str) -> Generator[RawRow, None, None]:
        """The rows of a sheet."""
        place = 0
        while batch := self._ask(["rows", sheet, place, _BATCH]):
            for number, cells, told in batch:
                yield RawRow(number, tuple(cells), tuple(told))
            place += len(batch)

    def has_table(self, sheet: str) -> bool:
        """Whether the first rows of a sheet are a table."""
        return is_table(self.rows(sheet))

    def beside(self, sheet: str) -> tuple[Merges, Links, Widths, list[str]]:
        """Merged ranges, links and widths of columns of a sheet, and notes on what is hidden in it."""
        found = self._ask(["beside", sheet])
        merges, links = Merges(), Links()
        for one in found["merges"]:
            merges.add(Merge(*one))
        for row, column, target in found.get("links", ()):
            links.setdefault(row, {})[column] = target
        widths = [(column, column, width) for column, width in found.get("widths", ())]
        columns = [(column, column) for column in found.get("hidden_columns", ())]
        return merges, links, widths, hidden_notes(columns, found.get("hidden_rows", ()))

    def _ask(self, request: list[str | int]) -> Any:  # noqa: ANN401 - JSON
        guard = Timer(_LONGEST, self._process.kill)
        guard.start()
        try:
            return json.loads(self._answer(request))
        except (BrokenPipeError, ValueError) as error:
            raise self._gave_up() from error
        finally:
            guard.cancel()

    def _answer(self, request: list[str | int]) -> bytes:
        asked, answers = self._process.stdin, self._process.stdout
        if asked is None or answers is None:
            raise BrokenPipeError
        asked.write(json.dumps(request).encode() + b"\n")
        asked.flush()
        return answers.readline()

    def _gave_up(self) -> _Failure:
        self._process.kill()
        self._process.wait()
        self._errors.seek(0)
        last = next(reversed(list(_lines(self._errors.read(1 << 20)))), "it ended without a word")
        if "MemoryError" in last or "memory allocation" in last:
            return _Failure(
                f"{self._path} needs more than 1 GiB of memory to be read. Save the sheet that you need as .csv."
            )
        if "encrypted" in last.casefold() or "password" in last.casefold():
            return _Locked(str(password_protected(self._path)))
        return _Failure(
            f"{self._path} is damaged and cannot be read ({last}). Open it in Excel and save it anew as .xlsx."
        )


def _lines(said: bytes) -> Iterator[str]:
    for line in said.decode("utf-8", "replace").splitlines():
        if line.strip() and not line.startswith(("note:", "stack backtrace")):
            yield line.strip()[:200]
