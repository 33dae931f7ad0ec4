"""failed.csv is the next input: what it says is read back to the letter."""

import csv
import tempfile
from io import StringIO
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.ledger import State, Who
from pipeline.loader import open_source
from pipeline.records import IMPORT_COLUMNS, Outcome, Reason, Row
from pipeline.reporter.feedback import FedBack
from pipeline.reporter.files import BOM, Staged
from pipeline.reporter.lines import FailedCsv, Line, record
from pipeline.reporter.outcomes import Upshots
from tests.test_reporter_outcomes import RUN, row

HEADERS = ("First Name", "Email", "Notes")
cells = st.lists(
    st.tuples(
        st.just("Ann"),
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\x1a")),
        st.text(alphabet="=+-@'\" ,;0123456789\t\r\n(a\uff1d", max_size=12),
    ),
    min_size=1,
    max_size=5,
)


def read_back(rows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The data cells after they were written to failed.csv and read by the loader."""
    outcome = Outcome(Reason.REFUSED, "no", "Email")
    with tempfile.TemporaryDirectory() as folder:
        with Staged(Path(folder)) as staged:
            layout = FedBack(RUN, HEADERS, HEADERS)
            upshot = Upshots(RUN).of(row(State.DONE, outcome))
            failed = FailedCsv(staged.open("failed.csv", mark=BOM), layout.header)
            lines = [
                Line(number, "", Who("", "", ""), upshot, Row(number, texts))
                for number, texts in enumerate(rows, start=2)
            ]
            failed.add(map(layout.cells, lines))
        with open_source(Path(folder) / "failed.csv") as table:
            assert table.columns == (*HEADERS, *IMPORT_COLUMNS)
            return [found.cells[:3] for chunk in table.chunks() for found in chunk]


@settings(max_examples=60, deadline=None)
@given(cells)
def test_every_cell_of_failed_csv_is_read_back_to_the_letter(rows: list[tuple[str, ...]]) -> None:
    assert read_back(rows) == rows


@given(st.lists(st.text(alphabet="a,;\"'\r\n \t=0", max_size=4), min_size=2, max_size=4).map(tuple))
def test_a_record_is_written_as_the_csv_module_writes_it(cells: tuple[str, ...]) -> None:
    theirs = StringIO(newline="")
    csv.writer(theirs, lineterminator="\r\n").writerow(cells)
    assert record(cells) + "\r\n" == theirs.getvalue()
