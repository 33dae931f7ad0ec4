"""Runs that cannot go on say why, and leave nothing half told."""

import asyncio
import errno
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine, event

from pipeline.errors import BrokenPromise, RunInterrupted, RunStopped, TeamBusy
from pipeline.ledger import Ledger, Runs, TeamLock
from pipeline.reporter import Summary
from pipeline.run import Access, report
from pipeline.sandbox import Settings
from tests.fakes import FakeClock, Line
from tests.import_desk import Board, ImportDesk, codes, human


def test_a_refused_key_is_told_with_every_row(desk: ImportDesk) -> None:
    desk.key = "wrong"
    summary = desk.run(desk.write("people.csv", [human(1), human(2, Email="broken")]))
    assert (summary.state, summary.exit_code) == ("stopped", 3)
    assert codes(desk, summary) == ["unauthorized", "invalid_email"]
    desk.key = "sandbox-key"
    assert codes(desk, desk.resume(summary.run_id)) == ["new", "invalid_email"]


@pytest.mark.parametrize("missing", ["update", "lists"])
def test_a_missing_scope_is_named_before_the_first_row(tmp_path: Path, missing: str) -> None:
    scope = {"update": "contacts/update", "lists": "labels/add_entity_ids_to_label_names"}[missing]
    scopes = {
        f"api/v1/{name}"
        for name in (
            "users/api_profile",
            "contacts/bulk_create",
            "contacts/update",
            "labels/add_entity_ids_to_label_names",
        )
    } - {f"api/v1/{scope}"}
    desk = ImportDesk(tmp_path, settings=Settings(keys={"narrow": frozenset(scopes)}), key="narrow")
    summary = desk.run(desk.write("people.csv", [human(1)]))
    assert (summary.exit_code, codes(desk, summary)) == (3, ["unauthorized"])
    assert desk.sandbox.contacts == []
    desk.sandbox.close()


def test_a_key_that_may_not_create_stops_with_the_first_request(tmp_path: Path) -> None:
    scopes = frozenset(
        {"api/v1/users/api_profile", "api/v1/contacts/update", "api/v1/labels/add_entity_ids_to_label_names"}
    )
    desk = ImportDesk(tmp_path, settings=Settings(keys={"narrow": scopes}), key="narrow")
    summary = desk.run(desk.write("people.csv", [human(1), human(2)]), mode="single")
    assert (summary.exit_code, codes(desk, summary)) == (3, ["unauthorized", "unauthorized"])
    assert desk.calls("contacts/bulk_create") <= 1
    desk.sandbox.close()


def test_one_forbidden_row_among_allowed_ones_is_that_rows(desk: ImportDesk) -> None:
    desk.faults.next("slow", endpoint="contacts/create", strength=0)
    desk.faults.next("forbidden", endpoint="contacts/create")
    rows = [human(n) for n in range(1, 5)]
    summary = desk.run(desk.write("people.csv", rows), on_match="create", mode="single", concurrency=1)
    assert codes(desk, summary) == ["new", "refused", "new", "new"]


def test_a_server_that_is_not_apollo_stops_the_run(desk: ImportDesk) -> None:
    page = httpx.MockTransport(lambda _: httpx.Response(200, text="<html>Welcome</html>"))
    desk.line = page  # type: ignore[assignment]
    summary = desk.run(desk.write("people.csv", [human(1)]))
    assert (summary.exit_code, codes(desk, summary)) == (3, ["stopped"])


def test_apollo_that_cannot_be_reached_is_given_two_minutes(desk: ImportDesk) -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("connection refused", request=request)

    desk.line = httpx.MockTransport(refuse)  # type: ignore[assignment]
    began = desk.clock.now
    summary = desk.run(desk.write("people.csv", [human(1)]))
    assert (summary.state, summary.exit_code, codes(desk, summary)) == ("stopped", 3, ["stopped"])
    with Ledger.open(desk.output) as ledger:
        assert "reached: sandbox.example refuses the connection." in Runs(ledger).get(summary.run_id).message
    assert 120 <= desk.clock.now - began < 150


def test_too_many_faulty_rows_stop_before_anything_is_sent(desk: ImportDesk) -> None:
    source = desk.write("people.csv", [human(1), *(human(n, Email="broken") for n in range(2, 5))])
    summary = desk.run(source, max_errors="2")
    assert (summary.state, summary.exit_code) == ("stopped", 3)
    assert codes(desk, summary) == ["stopped", *["invalid_email"] * 3]
    assert desk.sandbox.contacts == []


def test_ctrl_c_ends_the_run_after_what_is_under_way_and_resume_goes_on(desk: ImportDesk) -> None:
    seen = []

    def interrupt(request: httpx.Request) -> None:
        seen.append(request.url.path)
        if seen.count("/api/v1/contacts") == 3:
            os.kill(os.getpid(), signal.SIGINT)

    desk.line = Line(desk.sandbox, desk.clock, latency=0.2)
    desk.line.before = interrupt
    rows = [human(n) for n in range(1, 21)]
    source = desk.write("people.csv", rows)
    summary = desk.run(source, on_match="create", mode="single", concurrency=2)
    assert (summary.state, summary.exit_code) == ("interrupted", 4)
    assert 2 <= summary.counts.created <= 5
    assert summary.counts.created + summary.counts.not_sent == 20
    desk.line.before = lambda _: None
    assert desk.resume(summary.run_id).counts.created == 20
    assert len(desk.sandbox.contacts) == 20


def test_a_second_ctrl_c_ends_the_run_at_once_and_what_was_under_way_is_settled_by_resume(
    desk: ImportDesk,
) -> None:
    def interrupt(request: httpx.Request) -> None:
        if request.url.path == "/api/v1/contacts":
            os.kill(os.getpid(), signal.SIGINT)
            os.kill(os.getpid(), signal.SIGINT)

    desk.line = Line(desk.sandbox, desk.clock, latency=0.2)
    desk.line.before = interrupt
    source = desk.write("people.csv", [human(n) for n in range(1, 4)])
    summary = desk.run(source, on_match="create", mode="single")
    assert (summary.state, summary.exit_code) == ("interrupted", 4)
    assert codes(desk, summary) == ["outcome_unknown", "interrupted", "interrupted"]
    desk.line.before = lambda _: None
    desk.clock.now += 400
    assert desk.resume(summary.run_id).counts.created == 3
    assert len(desk.sandbox.contacts) == 3


def test_a_process_that_waits_for_another_too_long_says_for_whom(tmp_path: Path) -> None:
    clock = FakeClock()
    first, second = (TeamLock("team", run, clock, 60, tmp_path) for run in ("run-1", "run-2"))

    async def both() -> None:
        await first.take(lambda _: None)
        waits: list[str] = []
        with pytest.raises(TeamBusy, match=rf"pid {os.getpid()}, run run-1"):
            await second.take(waits.append)
        assert waits
        first.free()
        await second.take(lambda _: None)
        second.free()

    asyncio.run(both())


def test_a_full_disk_stops_before_a_request_leaves(tmp_path: Path) -> None:
    with Ledger.open(tmp_path, free=lambda _: 1000) as ledger, pytest.raises(RunStopped, match="nearly full"):
        ledger.check_room()


def test_two_keys_of_a_team_share_its_history(desk: ImportDesk) -> None:
    desk.settings.keys["other"] = "master"  # type: ignore[index]
    source = desk.write("people.csv", [human(1)])
    desk.run(source)
    desk.key = "other"
    assert codes(desk, desk.run(source)) == ["in_history"]


def test_the_key_is_nowhere_in_what_a_run_leaves(desk: ImportDesk) -> None:
    desk.key = "wrong-key-1234567890"
    desk.run(desk.write("people.csv", [human(1)]))
    desk.key = "sandbox-key"
    desk.run(desk.write("more.csv", [human(2)]))
    for path in desk.output.rglob("*"):
        if path.is_file():
            assert b"wrong-key-1234567890" not in path.read_bytes(), path
            assert b"sandbox-key" not in path.read_bytes(), path


def test_a_row_that_moves_from_a_state_it_is_not_in_is_a_broken_promise(desk: ImportDesk) -> None:
    from pipeline.ledger import HistoryRules, OpenRow, Rows  # noqa: PLC0415

    desk.run(desk.write("people.csv", [human(1)]))
    with Ledger.open(desk.output) as ledger:
        rows = Rows(ledger, 1, 1, HistoryRules(asked=True, updates=False))
        with pytest.raises(BrokenPromise):
            rows.give_back([OpenRow(2, b"", b"", {"email": "a@works.example"}, ())])


def test_an_access_does_not_show_its_key() -> None:
    assert "secret" not in repr(Access("http://x.example", "x.example", "secret"))


def test_a_run_is_not_prepared_by_two_processes(desk: ImportDesk) -> None:
    second: list[Summary] = []

    class Resuming(Board):
        def reading(self, rows: int) -> None:
            del rows
            if not second:
                second.append(ImportDesk.resume(desk, desk.last_run))

    desk.board = Resuming()
    first = desk.run(desk.write("people.csv", [human(n) for n in range(1, 4)]))
    assert (second[0].state, second[0].exit_code) == ("stopped", 3)
    assert (first.state, first.counts.created) == ("finished", 3)
    assert not (desk.output / first.run_id / "preparing.lock").exists()


def test_a_place_for_locks_that_cannot_be_used_stops_the_run(desk: ImportDesk) -> None:
    (desk.folder / "locks").write_text("a file", encoding="utf-8")
    source = desk.write("people.csv", [human(1)])
    stopped = desk.run(source)
    assert (stopped.state, stopped.exit_code, desk.sandbox.contacts) == ("stopped", 3, [])
    (desk.folder / "locks").unlink()
    assert desk.resume(stopped.run_id).counts.created == 1


def full(_file: object, _text: str) -> int:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_log_that_cannot_be_written_loses_no_answer(
    desk: ImportDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full:
        write = full

        def close(self) -> None:
            full(self, "")

    monkeypatch.setattr("pipeline.reporter.log._open", lambda _: Full())
    summary = desk.run(desk.write("people.csv", [human(1)]))
    assert (summary.state, codes(desk, summary)) == ("finished", ["new"])


def test_results_that_cannot_be_written_are_written_later(
    desk: ImportDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = desk.write("people.csv", [human(1)])
    with monkeypatch.context() as disk:
        disk.setattr("pipeline.run.write_reports", lambda _: full(None, ""))
        with pytest.raises(RunStopped, match="Make room; then this writes them: report"):
            desk.run(source)
    with Ledger.open(desk.output) as ledger:
        assert report(ledger, Runs(ledger).get(desk.last_run), desk.world).counts.created == 1


def test_ctrl_c_while_results_are_written_names_what_writes_them(
    desk: ImportDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pressed(_: object) -> None:
        raise KeyboardInterrupt

    source = desk.write("people.csv", [human(1)])
    with monkeypatch.context() as keyboard:
        keyboard.setattr("pipeline.run.write_reports", pressed)
        with pytest.raises(RunInterrupted, match=r"This writes them: report \S+people -o"):
            desk.run(source)
    with Ledger.open(desk.output) as ledger:
        assert report(ledger, Runs(ledger).get(desk.last_run), desk.world).counts.created == 1


@contextmanager
def ctrl_c_at(statement: int) -> Iterator[list[str]]:
    """Ctrl-C amid the nth statement that SQLAlchemy carries out; what is given has those that it came amid."""
    seen: list[str] = []
    amid: list[str] = []

    def carry_out(_cursor: object, text: str, _values: object, _context: object) -> None:
        seen.append(text)
        if len(seen) == statement:
            amid.append(text)
            raise KeyboardInterrupt

    event.listen(Engine, "do_execute", carry_out)
    try:
        yield amid
    finally:
        event.remove(Engine, "do_execute", carry_out)


def test_ctrl_c_amid_any_statement_is_an_interruption_and_no_failure(tmp_path: Path) -> None:
    for statement in count(1):
        desk = ImportDesk(tmp_path / str(statement))
        source = desk.write("people.csv", [human(1), human(2, Email="broken")])
        with ctrl_c_at(statement) as amid:
            try:
                done = desk.run(source)
            except (KeyboardInterrupt, RunInterrupted):
                pass
            else:
                assert not amid or (done.state, done.exit_code) == ("interrupted", 4)
        desk.sandbox.close()
        if not amid:
            break
    assert statement > 20
