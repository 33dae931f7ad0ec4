"""The process dies right before and right after every commit of the ledger, and goes on."""

from pathlib import Path
from typing import Any

import pytest

from pipeline.reporter import Summary
from tests.import_desk import CrashPoint, ImportDesk, Killed, human
from tests.invariants import broken

WAYS = [(on_match, mode) for on_match in ("skip", "update", "create") for mode in ("bulk", "single")]
PEOPLE = [
    human(2, Mobile="+1 212 555 0102", Lists="Fair"),
    human(3),
    human(4, Email="ADA3@works3.example"),
    human(5, Email="broken"),
    human(6, First="Ada3", Last="Example3", Company="Works 3", Email="other@works3.example"),
]
OLD = [human(9, First="Old", Last="Friend", Company="Elsewhere", Email="ada2@works2.example", Title="Before")]


def finish(desk: ImportDesk, source: Path, at: int, *, after: bool, **rules: Any) -> tuple[Summary, bool]:
    """Runs until killed, then goes on until done; the summary, and whether it was killed."""
    point = CrashPoint(at, after=after)
    known = {path.name for path in desk.output.iterdir()}
    with point.armed():
        try:
            return desk.run(source, **rules), False
        except Killed:
            pass
    begun = [path.name for path in desk.output.iterdir() if path.is_dir() and path.name not in known]
    summary = resumed(desk, begun) or desk.run(source, **rules)
    return summary, True


def resumed(desk: ImportDesk, begun: list[str]) -> Summary | None:
    from pipeline.ledger import Ledger, Runs  # noqa: PLC0415

    with Ledger.open(desk.output) as ledger:
        entered = [run for run in begun if run in Runs(ledger).ids()]
    return desk.resume(entered[0]) if entered else None


QUICK = {("skip", "bulk", True), ("update", "single", False)}
"""The others take minutes; `make storm` runs them too."""

POINTS = [
    pytest.param(
        *way,
        after,
        id=f"{'-'.join(way)}-{word} the commit",
        marks=() if (*way, after) in QUICK else pytest.mark.storm,
    )
    for way in WAYS
    for after, word in ((False, "before"), (True, "after"))
]


@pytest.mark.parametrize(("on_match", "mode", "after"), POINTS)
def test_whatever_commit_the_process_dies_at_no_row_is_lost_or_made_twice(
    tmp_path: Path, on_match: str, mode: str, after: bool
) -> None:
    at, killed = 0, True
    while killed:
        at += 1
        desk = ImportDesk(tmp_path / str(at))
        others = ImportDesk(tmp_path / f"{at} others", clock=desk.clock)
        others.sandbox, others.line = desk.sandbox, desk.line
        others.run(others.write("old.csv", OLD))
        desk.clock.now += 3600
        before = {contact["id"]: contact for contact in desk.sandbox.contacts}
        source = desk.write("people.csv", PEOPLE)
        summary, killed = finish(desk, source, at, after=after, on_match=on_match, mode=mode)
        results = desk.results(summary.run_id)
        found = broken(results, ["2", "3", "4", "5", "6"], desk.sandbox.contacts, before, on_match)
        assert not found, f"killed at commit {at}: {found}"
        assert summary.state == "finished"
        desk.sandbox.close()
    assert at > 10
