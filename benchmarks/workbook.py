"""A dry run of a workbook of 30 columns, beside the same pipeline fed by openpyxl's read-only mode.

    python benchmarks/workbook.py [ROWS]

5,000 rows unless told. The reports are written in both, workbooks and all. Web addresses are text: a sheet has room for
65,530 links.
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import xlsxwriter  # type: ignore[import-untyped]
from _measure import cost, importer, machine, rows_wanted
from _people import CONFIG, HEADER, people

from pipeline.loader.reading import RawRow, Reading, SourceOptions

USUAL = 5_000


def write_xlsx(path: Path, rows: int) -> None:
    book = xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_urls": False})
    sheet = book.add_worksheet("People")
    for row, person in enumerate([HEADER, *people(rows)]):
        sheet.write_row(row, 0, person)
    book.close()


def read_only(path: Path, _options: SourceOptions) -> Reading:
    """What a straightforward loader does: every value as text."""
    from openpyxl import load_workbook  # noqa: PLC0415 - as the program does

    book = load_workbook(path, read_only=True, data_only=True)

    def rows() -> Iterator[RawRow]:
        for number, values in enumerate(book.worksheets[0].iter_rows(values_only=True), 1):
            yield RawRow(number, tuple("" if value is None else str(value) for value in values))

    return Reading(path, rows(), book.close, sheet="People", grid=True)


def main() -> None:
    if sys.argv[1:2] == ["openpyxl"]:
        from pipeline.cli.program import program  # noqa: PLC0415

        with (
            patch("pipeline.loader.openxml.read_openxml", read_only),
            patch("pipeline.beside.LARGE", 1 << 60),
        ):
            program.main(sys.argv[2:])
    rows = rows_wanted(USUAL)
    print(f"Dry run of a workbook, {rows:,} rows of 30 columns ({machine()})")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        source, config = folder / "people.xlsx", folder / "people.yaml"
        config.write_text(CONFIG, encoding="utf-8")
        write_xlsx(source, rows)
        words = ("run", source, "-c", config, "--dry-run", "--quiet", "-o")
        theirs = cost([sys.executable, __file__, "openpyxl", *words, folder / "theirs"])
        own = cost(importer(*words, folder / "ours"))
        for name, found in (("fed by openpyxl, read-only", theirs), ("contact-import", own)):
            each = found.processor / rows * 1e6
            speed = f"{rows / found.seconds:>8,.0f} rows/s"
            print(f"  {name:28}{speed}{each:>8,.0f} us of the processor a row{found.memory:>6.0f} MiB")
        print(f"  ours: {theirs.seconds / own.seconds:.1f} times the rows/s (wanted: 2)")


if __name__ == "__main__":
    main()
