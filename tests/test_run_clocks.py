"""A clock that is wrong, or is set while a run goes on, makes nobody twice."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from pipeline.sandbox import build
from tests.fakes import FakeClock, Line
from tests.import_desk import CrashPoint, ImportDesk, Killed, codes, human

SINGLE: dict[str, Any] = {"on_match": "create", "mode": "single", "concurrency": 1}
NAMELESS = {"Company": "", "Email": ""}
"""Somebody whom Apollo does not match with anybody."""


class Elsewhere(FakeClock):
    """Our clock, which Apollo's runs ahead of by `ahead` seconds."""

    def __init__(self) -> None:
        super().__init__()
        self.ahead = 0.0

    def apollos(self) -> float:
        return self.time() + self.ahead


@pytest.fixture
def clock() -> Elsewhere:
    return Elsewhere()


@pytest.fixture
def desk(tmp_path: Path, clock: Elsewhere) -> Iterator[ImportDesk]:
    made = ImportDesk(tmp_path, clock=clock)
    made.sandbox.close()
    made.config += "require: [[first_name, last_name]]\n"
    made.sandbox = build(
        made.settings, clock=clock.apollos, sleep=clock.sleep, faults=made.faults, keep_traffic=True
    )
    made.line = Line(made.sandbox, clock)
    yield made
    made.sandbox.close()


@pytest.mark.parametrize("ahead", [-7200.0, -240.0, 240.0, 7200.0])
def test_the_very_first_lost_answer_is_settled_by_apollos_clock(
    desk: ImportDesk, clock: Elsewhere, ahead: float
) -> None:
    clock.ahead = ahead
    desk.faults.next("reset_after", endpoint="contacts/create")
    summary = desk.run(desk.write("people.csv", [human(1, **NAMELESS), human(2)]), **SINGLE)
    assert codes(desk, summary) == ["settled", "new"]
    assert len(desk.sandbox.contacts) == 2


def test_a_slow_answer_says_little_about_apollos_clock(desk: ImportDesk) -> None:
    desk.faults.next("slow", endpoint="contacts/create", strength=200)
    desk.faults.next("reset_after", endpoint="contacts/create")
    rows = [human(1), human(2, **NAMELESS), human(3)]
    summary = desk.run(desk.write("people.csv", rows), **SINGLE)
    assert codes(desk, summary) == ["new", "settled", "new"]
    assert len(desk.sandbox.contacts) == 3


def test_a_resumed_run_does_not_look_too_early_because_its_clock_is_ahead(
    desk: ImportDesk, clock: Elsewhere
) -> None:
    clock.ahead = -600.0
    desk.faults.next("late_commit", endpoint="contacts/create", strength=290)

    def kill(request: httpx.Request) -> None:
        if request.url.path.endswith("/contacts"):
            point.dead = True

    point = CrashPoint(10_000, after=True)
    desk.line.before = kill
    with point.armed(), suppress(Killed):
        desk.run(desk.write("people.csv", [human(1, **NAMELESS)]), **SINGLE)
    desk.line.before = lambda _: None
    summary = desk.resume(desk.last_run)
    assert codes(desk, summary) == ["settled"]
    assert len(desk.sandbox.contacts) == 1


@pytest.mark.parametrize("jump", [-3600.0, 3600.0])
def test_a_clock_that_is_set_while_an_answer_is_in_doubt_settles_nothing_too_early(
    desk: ImportDesk, clock: Elsewhere, jump: float
) -> None:
    desk.faults.next("late_commit", endpoint="contacts/create", strength=290)
    asked = 0

    def set_clock(request: httpx.Request) -> None:
        nonlocal asked
        asked += request.url.path.endswith("/contacts")
        if asked == 2:
            asked += 1
            clock.now += jump
            clock.ahead -= jump

    desk.line.before = set_clock
    rows = [human(1, **NAMELESS), human(2)]
    summary = desk.run(desk.write("people.csv", rows), **SINGLE)
    assert codes(desk, summary) == ["settled", "new"]
    assert len(desk.sandbox.contacts) == 2
