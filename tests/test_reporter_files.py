"""Files that are whole or not there, times, and the log."""

import json
from pathlib import Path

import pytest

from pipeline.reporter import RunLog
from pipeline.reporter.files import Staged
from pipeline.reporter.times import iso, iso_milliseconds, spoken

NOON = 1779105600.0425


class StandingClock:
    """A clock that shows noon until it is told otherwise."""

    def __init__(self) -> None:
        self.now = NOON

    def time(self) -> float:
        """Seconds since the epoch."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Lets time pass at once."""
        self.now += seconds


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_new_files_replace_their_former_selves_together(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("old")
    with Staged(tmp_path) as staged:
        staged.open("a.csv", mark="\ufeff").write("new\r\n")
        staged.open("b.json").write("{}\n")
        assert (tmp_path / "a.csv").read_text() == "old"
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        "a.csv": b"\xef\xbb\xbfnew\r\n",
        "b.json": b"{}\n",
    }


def test_a_failure_leaves_the_folder_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("old")

    def fail() -> None:
        with Staged(tmp_path) as staged:
            staged.open("a.csv").write("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a.csv": "old"}


def test_a_file_that_cannot_move_in_leaves_no_half_files(tmp_path: Path) -> None:
    (tmp_path / "b.csv").mkdir()
    with pytest.raises(OSError, match=r"b\.csv"), Staged(tmp_path) as staged:
        staged.open("b.csv").write("x")
    assert [path.name for path in tmp_path.iterdir()] == ["b.csv"]


def test_half_a_character_is_written_visibly_instead_of_failing(tmp_path: Path) -> None:
    with Staged(tmp_path) as staged:
        staged.open("a.csv").write("torn \ud83d")
    assert (tmp_path / "a.csv").read_text() == "torn \\ud83d"


def test_times_are_utc_and_iso_8601() -> None:
    assert iso(1779103151.9) == "2026-05-18T11:19:11Z"
    assert iso(None) == ""
    assert iso_milliseconds(NOON) == "2026-05-18T12:00:00.042Z"


def test_each_event_is_a_json_object_on_a_line_of_its_own_and_there_at_once(tmp_path: Path) -> None:
    path = tmp_path / "run.log"
    clock = StandingClock()
    with RunLog(path, clock) as log:
        log("sending", rows=[2, 3], attempt=1)
        assert lines(path) == [
            {"at": "2026-05-18T12:00:00.042Z", "event": "sending", "rows": [2, 3], "attempt": 1}
        ]
        clock.now += 1
        log("answered", http_status=200)
    assert [line["at"] for line in lines(path)] == ["2026-05-18T12:00:00.042Z", "2026-05-18T12:00:01.042Z"]


def test_the_log_is_private_and_goes_on_where_it_was(tmp_path: Path) -> None:
    path = tmp_path / "run.log"
    for event in ("started", "resumed"):
        with RunLog(path, StandingClock()) as log:
            log(event)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [line["event"] for line in lines(path)] == ["started", "resumed"]


def test_a_line_that_was_torn_by_a_kill_spoils_no_other(tmp_path: Path) -> None:
    path = tmp_path / "run.log"
    path.write_text('{"at": "2026-05-18T12:00:00.000Z", "ev')
    with RunLog(path, StandingClock()) as log:
        log("resumed")
    assert json.loads(path.read_text().splitlines()[1])["event"] == "resumed"


def test_what_a_killed_process_left_is_swept_away(tmp_path: Path) -> None:
    left = tmp_path / ".reports-dead.part"
    left.mkdir()
    (left / "lock").touch()
    (left / "results.csv").write_text("half")
    with Staged(tmp_path) as staged:
        staged.open("a.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_what_another_process_is_writing_is_left_alone(tmp_path: Path) -> None:
    with Staged(tmp_path) as first:
        first.open("a.csv").write("first")
        with Staged(tmp_path) as second:
            second.open("a.csv").write("second")
        assert (tmp_path / "a.csv").read_text() == "second"
    assert (tmp_path / "a.csv").read_text() == "first"


def test_a_file_that_is_open_elsewhere_gets_another_name_and_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = {"a.xlsx", "a (2).xlsx"}
    replace = Path.replace

    def replace_unless_held(self: Path, target: Path) -> Path:
        if target.name in held:
            raise PermissionError(13, "The process cannot access the file", str(target))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", replace_unless_held)
    with Staged(tmp_path) as staged:
        staged.open("a.xlsx").write("new")
        staged.open("b.csv").write("new")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a (3).xlsx", "b.csv"]
    assert staged.said() == ("a.xlsx is open in another program, so the new one is called a (3).xlsx.",)


def test_a_file_that_is_withdrawn_takes_its_former_self_along(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("old")
    with Staged(tmp_path) as staged:
        staged.path("a.csv").write_text("new")
        staged.withdraw("a.csv")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0, "0 s"),
        (0.4, "less than a second"),
        (12.2, "12 s"),
        (60, "1 min"),
        (3900, "1 h 5 min"),
        (90_061, "1 d 1 h"),
    ],
)
def test_durations_are_told_in_their_two_largest_units(seconds: float, told: str) -> None:
    assert spoken(seconds) == told
