"""A table that was read a moment ago, as far as the reports of a large dry run need it.

To read a million rows again takes a tenth of the whole run, and such reports show few of their cells.
"""

import pickle
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import repeat
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import Self

from pipeline.loader import Table
from pipeline.records import Row


class Remembered:
    """The row numbers of a table, and the cells of its `faulty` rows; the others have none.

    They lie in a file without a name, so that memory does not grow; where that finds no room, `forgotten` is true.
    To be closed, best by `with`.
    """

    def __init__(self, table: Table, folder: Path) -> None:
        """A table that is going to be read. The file takes its room in `folder`."""
        self.headers, self.columns, self.widths = table.headers, table.columns, table.widths
        self.faulty = 0
        self._file = TemporaryFile(dir=folder)  # noqa: SIM115 - it is closed with the table

    def add(self, numbers: Sequence[int], faulty: Sequence[Row]) -> None:
        """Takes the next rows: all numbers, and the faulty ones."""
        self.faulty += len(faulty)
        if not self.forgotten:
            try:
                pickle.dump((numbers, list(map(tuple, faulty))), self._file)
            except OSError:
                self.close()

    @property
    def forgotten(self) -> bool:
        """Whether there are no rows to be had from here."""
        return self._file.closed

    def chunks(self) -> Iterator[list[Row]]:
        """The rows, in order."""
        self._file.seek(0)
        with suppress(EOFError):
            while True:
                numbers, faulty = pickle.load(self._file)  # noqa: S301 - our own
                rows = list(map(tuple.__new__, repeat(Row), zip(numbers, repeat(()), repeat(()), repeat(""))))
                for number, *rest in faulty:
                    rows[numbers.index(number)] = Row(number, *rest)
                yield rows

    def close(self) -> None:
        """Gives the room back."""
        with suppress(OSError):  # what finds no room now is not needed any more
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
