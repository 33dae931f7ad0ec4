"""Progress: a bar on a terminal, a line a minute elsewhere, nothing when silence is asked for."""

import pytest

from pipeline.cli.progress import Bars, Lines, Silence, board_for, wait_text
from pipeline.reporter import Plan
from pipeline.reporter.times import local, spoken, until

START = 1_700_000_000.0
PLAN = Plan(calls={"bulk_create": 2}, seconds=4.0)


class OwnClock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = START

    def time(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


def shown(plan: Plan, rows: int, notes: object) -> None:
    """Where a plan goes that the test does not look at."""


def test_without_a_terminal_there_is_a_line_a_minute(capsys: pytest.CaptureFixture[str]) -> None:
    clock = OwnClock()
    board = Lines(clock, shown)
    board.sending(200)
    for _ in range(130):
        clock.now += 1
        board.ended("new")
    first, *rest = capsys.readouterr().err.splitlines()
    assert first.endswith(" sending 200 rows")
    assert [line.partition(" rows: ")[0].split()[-3:] for line in rest] == [
        ["60", "of", "200"],
        ["120", "of", "200"],
    ]
    assert rest[0].startswith(local(START + 60))


def test_reading_tells_a_line_a_minute_too(capsys: pytest.CaptureFixture[str]) -> None:
    clock = OwnClock()
    board = Lines(clock, shown)
    for rows in (5000, 10000, 15000):
        board.reading(rows)
        clock.now += 40
    assert [line.split()[-3:] for line in capsys.readouterr().err.splitlines()] == [
        ["15,000", "rows", "read"]
    ]


def test_a_wait_is_told_once_and_again_when_it_is_another(capsys: pytest.CaptureFixture[str]) -> None:
    board = Lines(OwnClock(), shown)
    for end in (START + 60, START + 60, START + 120):
        board.waiting("Apollo's quota for contacts", end)
        board.waiting("Apollo's quota for searches", START + 60)
    assert len(capsys.readouterr().err.splitlines()) == 3


def test_silence_tells_only_what_has_to_be_known(capsys: pytest.CaptureFixture[str]) -> None:
    board = board_for(OwnClock(), shown, quiet=True, terminal=True)
    assert type(board) is Silence
    board.reading(5)
    board.planned(PLAN, 5, ())
    board.sending(5)
    board.ended("new")
    board.waiting("a lock", None)
    board.note("something is wrong")
    board.close()
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "something is wrong\n")


def test_a_bar_counts_rows_by_how_they_ended(capsys: pytest.CaptureFixture[str]) -> None:
    board = Bars(OwnClock(), shown)
    board.reading(2)
    board.planned(PLAN, 3, ())
    board.ended("new", 2)
    board.ended("refused")
    board.close()
    error = capsys.readouterr().err
    assert "reading: 2 rows" in error
    assert "3/3" in error
    assert "2 created, 0 duplicate, 1 error" in error


def test_a_look_has_a_bar_of_its_own_and_elsewhere_a_line_a_minute(
    capsys: pytest.CaptureFixture[str],
) -> None:
    bars = Bars(OwnClock(), shown)
    bars.reading(2)
    for done in (1, 2):
        bars.looking(done, 2)
    bars.planned(PLAN, 2, ())
    assert "looking 2/2" in capsys.readouterr().err
    clock = OwnClock()
    lines = Lines(clock, shown)
    for done in range(1, 100):
        clock.now += 1
        lines.looking(done, 99)
    (told,) = capsys.readouterr().err.splitlines()
    assert told.endswith(" looking: 60 %")


def test_of_no_rows_there_is_no_sending_to_tell(capsys: pytest.CaptureFixture[str]) -> None:
    for board in (Lines(OwnClock(), shown), Bars(OwnClock(), shown)):
        board.sending(0)
        board.close()
    assert capsys.readouterr().err == ""
    Lines(OwnClock(), shown).sending(1)
    assert capsys.readouterr().err.endswith(" sending 1 row\n")


def test_a_bar_says_what_it_waits_for_until_a_row_ends(capsys: pytest.CaptureFixture[str]) -> None:
    board = Bars(OwnClock(), shown)
    board.sending(2)
    board.waiting("a lock", None)
    assert "waiting for a lock 0/2" in capsys.readouterr().err
    board.ended("new", 2)
    board.note("above the bar")
    board.close()
    error = capsys.readouterr().err
    assert "above the bar\n" in error
    assert "waiting" not in error.splitlines()[-1]


def test_a_wait_names_its_end_with_the_date_when_it_is_another_day() -> None:
    assert wait_text("quota", None, START) == "waiting for quota"
    later = START + 3 * 86_400
    assert wait_text("quota", later, START).endswith(f" until {until(later, START)}")
    assert until(later, START).startswith(local(later)[:10])
    assert until(START, START) in local(START).replace(":20+", "+").replace(":20-", "-")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (0.2, "less than a second"),
        (59.4, "59 s"),
        (250, "4 min 10 s"),
        (7_500, "2 h 5 min"),
        (100_000, "1 d 3 h"),
    ],
)
def test_a_duration_is_spoken_in_its_two_largest_units(seconds: float, words: str) -> None:
    assert spoken(seconds) == words
