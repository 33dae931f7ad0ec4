"""A run that has nothing to do until a quota window ends lets other runs of the team send, and goes on then."""

import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from pipeline.reporter import Summary
from pipeline.sandbox import Faults, Limits, Settings
from tests.fakes import FakeClock
from tests.import_desk import Board, ImportDesk, codes, human

HOURLY = Settings(limits=Limits(None, 3, None))


class Meanwhile(Board):
    """Does something, once, when the run has begun to wait."""

    def __init__(self, act: Callable[[], None]) -> None:
        super().__init__()
        self.acts = [act]

    def waiting(self, for_what: str, until: float | None) -> None:
        super().waiting(for_what, until)
        # With a concurrency of 1, the limiter tells of its wait once; when it is told again, the run has given way.
        if sum("quota" in what for what, _ in self.waits) > 1 and self.acts:
            self.acts.pop()()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[ImportDesk]:
    made = ImportDesk(tmp_path, settings=HOURLY)
    yield made
    made.sandbox.close()


def another_run(desk: ImportDesk, rows: list[list[str]], ended: list[Summary], **rules: Any) -> None:
    """Imports other rows into the same team from the same ledger, as another process would, on a clock of its own."""
    other = ImportDesk(desk.folder, settings=desk.settings, clock=FakeClock(desk.clock.now))
    other.sandbox.close()
    other.sandbox, other.line = desk.sandbox, type(desk.line)(desk.sandbox, other.clock)
    source = other.write("others.csv", rows)
    thread = Thread(target=lambda: ended.append(other.run(source, max_wait="0s", **rules)))
    thread.start()
    thread.join(60)


def test_another_run_of_the_team_sends_while_this_one_waits_for_its_hour(desk: ImportDesk) -> None:
    others: list[Summary] = []
    desk.board = Meanwhile(lambda: another_run(desk, [human(5), human(9)], others, mode="bulk"))
    source = desk.write("people.csv", [human(n) for n in range(1, 7)])
    summary = desk.run(source, on_match="create", mode="single", concurrency="1")
    assert codes(desk, others[0]) == ["new", "new"]
    assert (summary.state, codes(desk, summary)) == ("finished", ["new"] * 4 + ["in_history", "new"])
    assert sorted(contact["title"] for contact in desk.sandbox.contacts) == [
        *("Row 1", "Row 2", "Row 3", "Row 4", "Row 5", "Row 6", "Row 9")
    ]
    assert 3600 <= desk.clock.now - FakeClock().now < 3700


def test_a_run_that_waits_is_told_of_once_in_its_log(desk: ImportDesk) -> None:
    source = desk.write("people.csv", [human(n) for n in range(1, 9)])
    summary = desk.run(source, on_match="create", mode="single", max_wait="2h")
    lines = (desk.output / summary.run_id / "run.log").read_text(encoding="utf-8").splitlines()
    waits = [event for event in map(json.loads, lines) if event["event"] == "waiting"]
    assert [(wait["endpoint"], wait["window"]) for wait in waits] == [("contacts/create", 3600)] * 2
    assert all(3590 < wait["seconds"] <= 3600 for wait in waits)


def test_ctrl_c_during_a_long_wait_ends_the_run_at_once(desk: ImportDesk) -> None:
    desk.board = Meanwhile(lambda: os.kill(os.getpid(), signal.SIGINT))
    source = desk.write("people.csv", [human(n) for n in range(1, 6)])
    summary = desk.run(source, on_match="create", mode="single", concurrency="1")
    assert (summary.state, summary.exit_code) == ("interrupted", 4)
    assert codes(desk, summary) == ["new"] * 3 + ["interrupted"] * 2
    assert desk.clock.now - FakeClock().now < 60


def test_a_doubt_that_another_run_settles_meanwhile_is_not_settled_again(tmp_path: Path) -> None:
    faults = Faults()
    faults.next(endpoint="contacts/create", times=2)
    faults.next("reset_after", endpoint="contacts/create")
    desk = ImportDesk(tmp_path, settings=HOURLY, faults=faults)
    others: list[Summary] = []

    def later() -> None:
        desk.clock.now += 400
        another_run(desk, [human(9)], others, mode="bulk")

    desk.board = Meanwhile(later)
    source = desk.write("people.csv", [human(n) for n in range(1, 6)])
    summary = desk.run(source, on_match="create", mode="single", concurrency="1")
    assert codes(desk, others[0]) == ["new"]
    assert codes(desk, summary) == ["new", "new", "settled", "new", "new"]
    assert len(desk.sandbox.contacts) == 6
    desk.sandbox.close()
