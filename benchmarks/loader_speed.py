"""Speed and memory of the loader beside what it stands on and what people use instead, all in one run.

Run: `python benchmarks/loader_speed.py [ROWS]`, 30,000 unless told. Each reader reads the file in a process of its
own, several times; shown are the best processor time, without imports, and the peak memory.
"""

import csv
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import xlsxwriter  # type: ignore[import-untyped]

_ROWS = 30_000
_NAMES = ("First Name", "Last Name", "Email", "Title", "Company", "City", "Zip", "Phone", "Deals", "Notes")
_COLUMNS = 30


class Shape(NamedTuple):
    """A usual way to write a text file."""

    name: str
    columns: int = _COLUMNS
    encoding: str = "utf-8"
    delimiter: str = ","
    quoting: int = csv.QUOTE_MINIMAL


SHAPES = {
    shape.name: shape
    for shape in (
        Shape("people"),
        Shape("ten_columns", columns=10),
        Shape("all_quoted", quoting=csv.QUOTE_ALL),
        Shape("windows_semicolons", encoding="cp1252", delimiter=";"),
        Shape("utf16_tabs", encoding="utf-16", delimiter="\t"),
    )
}


def people(rows: int) -> Iterator[list[str | int]]:
    yield [f"{_NAMES[place % 10]} {place // 10 or ''}".strip() for place in range(_COLUMNS)]
    for row in range(rows):
        person: list[str | int] = [
            ("Jane", "Jürgen", "Zoë", "Null")[row % 4],
            ("Doe", "Müller", "O'Brien")[row % 3],
            f"person{row}@example{row % 997}.com",
            "Head of Sales, EMEA",
            f"Acme {row % 5000} GmbH",
            "Köln",
            row % 99_999,
            f"+49 30 555{row:07}",
            row % 1000,
            "two\nlines" if row % 10 == 0 else f"note {row}",
        ]
        yield person * (_COLUMNS // 10)


def write_csv(path: Path, rows: int, shape: Shape) -> None:
    with path.open("w", encoding=shape.encoding, newline="") as file:
        writer = csv.writer(file, delimiter=shape.delimiter, quoting=shape.quoting)  # type: ignore[arg-type]
        writer.writerows(person[: shape.columns] for person in people(rows))


def write_xlsx(path: Path, rows: int) -> None:
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet, zips = book.add_worksheet("People"), book.add_format({"num_format": "00000"})
    for row, person in enumerate(people(rows)):
        for column, value in enumerate(person):
            sheet.write(row, column, value, zips if column % 10 == 6 else None)
    book.close()


def ours(path: Path) -> int:
    from pipeline.loader import open_source  # noqa: PLC0415 - each reader imports its own

    with open_source(path) as table:
        return sum(map(len, table.chunks()))


def csv_module(path: Path) -> int:
    shape = SHAPES[path.stem]
    with path.open(encoding=shape.encoding, newline="") as file:
        return sum(1 for _ in csv.reader(file, delimiter=shape.delimiter)) - 1


def openpyxl_read_only(path: Path) -> int:
    from openpyxl import load_workbook  # noqa: PLC0415

    sheet = load_workbook(path, read_only=True, data_only=True).worksheets[0]
    return sum(1 for _ in sheet.iter_rows(values_only=True)) - 1


def calamine(path: Path) -> int:
    from python_calamine import CalamineWorkbook  # noqa: PLC0415

    return len(CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()) - 1


READERS: dict[str, Callable[[Path], int]] = {
    reader.__name__: reader for reader in (ours, csv_module, openpyxl_read_only, calamine)
}


MODULES = {
    "ours": "pipeline.loader.openxml",
    "csv_module": "csv",
    "openpyxl_read_only": "openpyxl",
    "calamine": "python_calamine",
}


def measured(reader: str, path: Path, times: int) -> tuple[int, float, float]:
    """Rows, seconds of the processor, MiB."""
    runs = []
    for _ in range(times):
        said = subprocess.run(
            [sys.executable, __file__, reader, str(path)], check=True, capture_output=True, text=True
        ).stdout.split()
        runs.append((float(said[1]), float(said[2]), int(said[0])))
    seconds, memory, rows = min(runs)
    return rows, seconds, memory


def compare(path: Path, readers: tuple[str, ...], times: int) -> None:
    """Prints a line for each reader, and ours as a multiple of it."""
    found = {reader: measured(reader, path, times) for reader in readers}
    _, own_seconds, own_memory = found["ours"]
    print(f"{path.name}, {path.stat().st_size / 2**20:.0f} MiB")
    for reader, (rows, seconds, memory) in found.items():
        print(
            f"  {reader:20}{rows / seconds:>10,.0f} rows/s{memory:>8.0f} MiB"
            f"   ours: {seconds / own_seconds:.2f} x its speed, {own_memory / memory:.2f} x its memory"
        )


def main() -> None:
    if len(sys.argv) == 3:
        import_module(MODULES[sys.argv[1]])
        began = time.process_time()
        rows = READERS[sys.argv[1]](Path(sys.argv[2]))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(rows, time.process_time() - began, peak)
        return
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else _ROWS
    with tempfile.TemporaryDirectory() as folder:
        for shape in SHAPES.values():
            text = Path(folder) / f"{shape.name}.csv"
            write_csv(text, rows, shape)
            compare(text, ("ours", "csv_module"), times=6)
        book = Path(folder) / "people.xlsx"
        write_xlsx(book, rows)
        compare(book, ("ours", "openpyxl_read_only", "calamine"), times=2)


if __name__ == "__main__":
    main()
