"""Files that are whole or not there, times, and the log."""

import json
from pathlib import Path

import pytest

from pipeline.reporter import RunLog
from pipeline.reporter.files import Staged
from pipeline.reporter.times import iso, iso_milliseconds

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
