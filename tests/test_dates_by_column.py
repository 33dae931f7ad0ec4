"""Dates whose order of day and month nobody told: the whole column decides, or none of them is read."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.clean import OrderProof
from tests.import_desk import ImportDesk

CONFIG = """
columns:
  Email: email
  Renewal: {custom_field: Birthday}
"""
HEADER = ("Email", "Renewal")


@pytest.mark.parametrize(
    ("texts", "cleaner"),
    [
        (["03/04/2026", "31/12/2026"], "day_first"),
        (["03.04.2026", "31.12.2026 13:04"], "day_first"),
        (["03-04-2026", "12-31-2026"], "month_first"),
        (["03/04/2026"], None),
        (["31/12/2026", "12/31/2026"], None),
        (["26/12/31", "25/12/24"], None),
        (["2026-12-31", "soon", ""], None),
        (["31/31/2026"], None),
    ],
)
def test_the_order_of_a_column_is_what_its_dates_prove_together(
    texts: list[str], cleaner: str | None
) -> None:
    proof = OrderProof()
    for text in texts:
        proof.look(text)
    assert proof.cleaner == cleaner


@given(st.lists(st.dates(), max_size=5), st.sampled_from(["%d/%m/%Y", "%m/%d/%Y"]))
def test_dates_of_one_order_never_prove_the_other(days: list[object], form: str) -> None:
    proof = OrderProof()
    for day in days:
        proof.look(format(day, form))
    assert proof.cleaner in (None, "day_first" if form.startswith("%d") else "month_first")


def renewals(folder: Path, *dates: str, config: str = CONFIG) -> tuple[list[object], str]:
    """The dates that arrived at Apollo, in the rows' order, and the notes of the run."""
    desk = ImportDesk(folder, config=config)
    rows = [(f"ada{number}@works{number}.example", date) for number, date in enumerate(dates)]
    summary = desk.run(desk.write("people.csv", rows, HEADER))
    assert summary.counts.created == len(dates)
    found = {contact["email"]: contact["typed_custom_fields"] for contact in desk.sandbox.contacts}
    return [next(iter(found[email].values()), None) for email, _ in rows], " ".join(desk.board.notes)


def test_one_date_that_can_only_be_read_one_way_decides_for_its_column(tmp_path: Path) -> None:
    found, notes = renewals(tmp_path, "03/04/2026", "31/12/2026")
    assert found == ["2026-04-03", "2026-12-31"]
    assert "Renewal: dates are read with the day first, as 31/12/2026 shows" in notes


def test_dates_that_nothing_decides_are_left_out_and_told(tmp_path: Path) -> None:
    found, notes = renewals(tmp_path, "03/04/2026", "05/06/2026", "2026-01-02")
    assert found == [None, None, "2026-01-02"]
    assert "no date shows whether the day or the month stands first, as in 03/04/2026" in notes


def test_dates_that_contradict_each_other_are_left_out_and_told(tmp_path: Path) -> None:
    found, notes = renewals(tmp_path, "31/12/2026", "12/31/2026")
    assert found == [None, None]
    assert "some dates have the day first, such as 31/12/2026, some the month, such as 12/31/2026" in notes


def test_what_the_config_says_needs_no_proof(tmp_path: Path) -> None:
    told = CONFIG.replace("Birthday}", "Birthday, clean: [month_first]}")
    found, notes = renewals(tmp_path, "03/04/2026", config=told)
    assert found == ["2026-03-04"]
    assert "first" not in notes
