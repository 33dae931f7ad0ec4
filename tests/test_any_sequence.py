"""No sequence of faults and deaths leads to a row that is sent twice, forgotten, or told wrongly."""

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.ledger import Ledger, Runs
from pipeline.sandbox import Faults
from tests.import_desk import CrashPoint, ImportDesk, Killed, human
from tests.invariants import broken

WAYS = [(on_match, mode) for on_match in ("skip", "update", "create") for mode in ("bulk", "single")]
MAKING = ("contacts/create", "contacts/bulk_create")
LOSSES = (
    *("reset_before", "reset_after", "error_before", "error_after", "html_after", "late_commit", "truncated"),
    *(
        "unreadable",
        "item_dropped",
        "partial_422",
        "partial_500",
        "company_rewritten",
        "email_dropped",
        "forbidden",
    ),
)
PEOPLE = [
    human(2, Mobile="+1 212 555 0102", Lists="Fair"),
    human(3),
    human(4, First="Ada3", Last="Example3", Company="Works 3", Email="other@works3.example"),
    human(5, Email=""),
]
EVENTS = st.lists(st.one_of(st.none(), st.sampled_from(LOSSES)), max_size=6)
DEATHS = st.lists(st.tuples(st.integers(1, 45), st.booleans()), max_size=3)


def go_on_until_done(desk: ImportDesk, source: Path, deaths: list[tuple[int, bool]], **rules: Any) -> str:
    """Runs, dies as told, resumes; returns the run's id."""
    for at, after in [*deaths, (10_000, True)]:
        run_id = entered(desk)
        with CrashPoint(at, after=after).armed():
            try:
                summary = desk.resume(run_id) if run_id else desk.run(source, **rules)
            except Killed:
                continue
    while summary.state != "finished":
        desk.clock.now += 3600
        summary = desk.resume(summary.run_id)
    return summary.run_id


def entered(desk: ImportDesk) -> str:
    if not (desk.output / "ledger.db").exists():
        return ""
    with Ledger.open(desk.output) as ledger:
        return next(iter(Runs(ledger).ids()), "")


@settings(max_examples=15)
@given(way=st.sampled_from(WAYS), events=EVENTS, deaths=DEATHS)
def test_every_row_has_one_outcome_and_at_most_one_contact_after_any_sequence(
    way: tuple[str, str], events: list[str | None], deaths: list[tuple[int, bool]]
) -> None:
    faults = Faults()
    for event in events:
        for endpoint in MAKING:
            faults.next(*([event] if event else []), endpoint=endpoint)
    with tempfile.TemporaryDirectory() as place:
        desk = ImportDesk(Path(place), faults=faults)
        source = desk.write("people.csv", PEOPLE)
        run_id = go_on_until_done(desk, source, deaths, on_match=way[0], mode=way[1])
        found = broken(desk.results(run_id), ["2", "3", "4", "5"], desk.sandbox.contacts, {}, way[0])
        desk.sandbox.close()
    assert not found
