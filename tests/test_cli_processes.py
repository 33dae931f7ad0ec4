"""The program as a process of its own: the served sandbox, keys, signals, terminals, closed pipes."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

PROGRAM = [sys.executable, "-m", "pipeline"]
HEADER = "First Name,Last Name,Company,Email\n"
WRONG_KEY = "wrong-key-of-nobody"
FULL = Path("/dev/full")
CONFIG = Path(__file__).parents[1] / "configs" / "people.yaml"

pty = pytest.importorskip("pty", reason="terminals and signals as POSIX has them")


def people(count: int, firm: str = "Looms") -> str:
    return HEADER + "".join(f"Ada,Byron {n},{firm},ada{n}@{firm.lower()}.example\n" for n in range(count))


class Desk(NamedTuple):
    """A folder with people.csv, and an environment without a key."""

    folder: Path
    environment: dict[str, str]

    def start(self, *words: str, **variables: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [*PROGRAM, *words],
            cwd=self.folder,
            env=self.environment | variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        with self.start(*words, **variables) as process:
            out, err = process.communicate(timeout=60)
        return subprocess.CompletedProcess(words, process.returncode, out, err)

    def on_terminal(self, words: Sequence[str], answer: str) -> tuple[int, str]:
        """Runs with a terminal at stdin, stdout and stderr, types the answer; returns exit code and screen."""
        ours, theirs = os.openpty()
        process = subprocess.Popen(
            [*PROGRAM, *words],
            cwd=self.folder,
            env=self.environment,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        )
        os.close(theirs)
        screen = ""
        with process:
            while part := _read(ours):
                screen += part
                if "[y/N] " in part:
                    os.write(ours, f"{answer}\n".encode())
        os.close(ours)
        return process.returncode, screen


def _read(terminal: int) -> str:
    try:
        return os.read(terminal, 65536).decode()
    except OSError:  # the other side is gone
        return ""


def desk_in(folder: Path) -> Desk:
    root = str(Path(__file__).parents[1])
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("APOLLO_", "CONTACT_"))}
    return Desk(folder, kept | {"XDG_STATE_HOME": str(folder / "state"), "PYTHONPATH": root})


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    (tmp_path / "people.csv").write_text(people(3))
    return desk_in(tmp_path)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A sandbox on a port; the variables that its own output tells to set."""
    with desk_in(tmp_path_factory.mktemp("served")).start("sandbox", "--latency", "20") as process:
        assert process.stdout is not None
        lines = [process.stdout.readline().strip() for _ in range(5)]
        yield dict(line.removeprefix("export ").split("=", 1) for line in lines[3:])
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=10)
        assert process.returncode == 0


def test_the_served_sandbox_says_what_to_paste_and_takes_an_import(
    desk: Desk, served: dict[str, str]
) -> None:
    assert served["APOLLO_BASE_URL"].startswith("http://127.0.0.1:")
    done = desk.run("run", "people.csv", "--json", **served)
    assert (done.returncode, json.loads(done.stdout)["counts"]["created"]) == (0, 3)


def test_check_says_that_the_key_works(desk: Desk, served: dict[str, str]) -> None:
    (desk.folder / "my.yaml").write_text("columns: {Email: email}\n")
    done = desk.run("check", "my.yaml", "people.csv", **served)
    assert (done.returncode, "the key works" in done.stdout) == (0, True)
    assert not (desk.folder / "output").exists()


def test_a_refused_key_stops_everything_and_is_shown_nowhere(desk: Desk, served: dict[str, str]) -> None:
    wrong = served | {"APOLLO_API_KEY": WRONG_KEY}
    done = desk.run("run", "people.csv", "people.csv", "--verbose", **wrong)
    assert done.returncode == 3
    assert "refused the key" in done.stderr
    assert "not begun: people.csv" in done.stderr
    assert "not sent   3   3  key refused" in done.stdout
    assert "Traceback" not in done.stderr
    checked = desk.run("check", str(next((desk.folder / "output").glob("*/config.yaml"))), **wrong)
    assert checked.returncode == 2
    kept = b"".join(path.read_bytes() for path in desk.folder.rglob("*") if path.is_file())
    for place in (done.stdout, done.stderr, checked.stdout, checked.stderr, kept.decode(errors="replace")):
        assert WRONG_KEY not in place


def test_a_base_url_that_is_another_page_is_told(desk: Desk, served: dict[str, str]) -> None:
    elsewhere = served | {"APOLLO_BASE_URL": served["APOLLO_BASE_URL"].replace("/api/v1", "/nowhere")}
    done = desk.run("run", "people.csv", **elsewhere)
    assert done.returncode == 3
    assert "APOLLO_BASE_URL" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_taken_port_is_one_clear_message(desk: Desk, served: dict[str, str]) -> None:
    port = served["APOLLO_BASE_URL"].split(":")[2].partition("/")[0]
    done = desk.run("sandbox", "--port", port, "-o", "other")
    assert done.returncode == 2
    assert f"Port {port}" in done.stderr
    assert "Traceback" not in done.stderr


def test_ctrl_c_while_sending_is_exit_4_and_resume_sends_the_rest(desk: Desk, served: dict[str, str]) -> None:
    (desk.folder / "people.csv").write_text(people(150, "Mills"))
    (desk.folder / "my.yaml").write_text(
        "columns: {First Name: first_name, Last Name: last_name, Company: organization_name, Email: email}\n"
        "send: {mode: single, concurrency: 1}\n"
    )
    with desk.start("run", "people.csv", "-c", "my.yaml", "--json", **served) as process:
        _until_sending(desk.folder / "output")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    summary = json.loads(out)
    assert (process.returncode, summary["state"]) == (4, "interrupted"), err
    assert 0 < summary["counts"]["created"] < 150
    resumed = desk.run(*summary["next_command"].partition(" -m pipeline ")[2].split(), "--json", **served)
    assert (resumed.returncode, json.loads(resumed.stdout)["counts"]["created"]) == (0, 150)


def test_a_quota_that_takes_too_long_is_exit_5_and_says_until_when(desk: Desk) -> None:
    (desk.folder / "people.csv").write_text(people(55))
    with desk.start("sandbox", "--plan", "free") as served:
        assert served.stdout is not None
        lines = [served.stdout.readline().strip() for _ in range(5)]
        variables = dict(line.removeprefix("export ").split("=", 1) for line in lines[3:])
        done = desk.run(
            "run", "people.csv", "people.csv", "--mode", "single", "--max-wait", "1s", **variables
        )
        served.send_signal(signal.SIGTERM)
        served.communicate(timeout=10)
    assert done.returncode == 5
    assert "Apollo's quota for new contacts is used up until 20" in done.stderr + done.stdout
    assert "not begun: people.csv" in done.stderr
    assert "Next:" in done.stdout
    assert " resume " in done.stdout


def test_while_another_process_sends_for_the_team_the_second_ends_with_exit_6(
    desk: Desk, served: dict[str, str]
) -> None:
    (desk.folder / "people.csv").write_text(people(1500, "Spindles"))
    (desk.folder / "others.csv").write_text(people(2, "Bobbins"))
    options = ("--mode", "single", "--concurrency", "1", "--quiet")
    with desk.start("run", "people.csv", *options, **served) as first:
        _until_sending(desk.folder / "output")
        second = desk.run("run", "others.csv", "--max-wait", "1s", **served)
        first.kill()
        first.communicate(timeout=60)
    assert second.returncode == 6
    assert f"pid {first.pid}, run 20" in second.stderr + second.stdout
    assert "Traceback" not in second.stderr
    assert desk.run("resume", "latest", **served).returncode == 0


def _until_sending(output: Path) -> None:
    """Waits until the run's log has requests that made contacts."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if any(log.read_text().count("bulk_create") > 2 for log in output.glob("*/run.log")):
            return
        time.sleep(0.02)
    raise AssertionError("no request was made in time")


def test_a_terminate_while_preparing_is_exit_4_without_a_traceback(desk: Desk) -> None:
    (desk.folder / "people.csv").write_text(people(30_000))
    with desk.start("run", "people.csv", "--dry-run", "--json") as process:
        until = time.monotonic() + 30
        while not list((desk.folder / "output").glob("*/run.log")) and time.monotonic() < until:
            time.sleep(0.02)
        process.terminate()
        _, err = process.communicate(timeout=240)
    assert process.returncode == 4, err
    assert "Traceback" not in err


def test_on_a_terminal_the_plan_is_shown_and_a_no_sends_nothing(desk: Desk) -> None:
    code, screen = desk.on_terminal(["run", "people.csv", "--sandbox"], "n")
    assert code == 4
    assert "3 rows to send to sandbox: at most " in screen
    assert "Nothing was sent." in screen
    assert "3  interrupted" in screen


def test_on_a_terminal_a_yes_sends_and_a_bar_is_drawn(desk: Desk) -> None:
    code, screen = desk.on_terminal(["run", "people.csv", "--sandbox"], "y")
    assert code == 0
    assert "3 created, 0 duplicate, 0 error" in screen
    assert "created    3   3  new contact" in screen


def test_on_a_terminal_yes_is_an_answer_beforehand(desk: Desk) -> None:
    code, screen = desk.on_terminal(["run", "people.csv", "--sandbox", "--yes"], "")
    assert (code, "[y/N]" in screen) == (0, False)


def test_a_reader_that_goes_away_is_no_error(desk: Desk) -> None:
    shell = f"{' '.join(PROGRAM)} run people.csv --sandbox --verbose | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", shell],
        cwd=desk.folder,
        env=desk.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert "Broken" not in done.stderr


def test_a_terminal_without_unicode_gets_what_it_can_show(desk: Desk) -> None:
    (desk.folder / "Łódź.csv").write_text(people(1))
    done = desk.run("run", "Łódź.csv", "--sandbox", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 0
    assert "\\u0141\\xf3d\\u017a.csv" in done.stdout


def test_closed_streams_are_no_error(desk: Desk) -> None:
    shell = f"{' '.join(PROGRAM)} run people.csv --sandbox >&- 2>&- <&-"
    done = subprocess.run(["bash", "-c", shell], cwd=desk.folder, env=desk.environment, check=False)
    assert done.returncode == 0


@pytest.mark.skipif(not FULL.exists(), reason="a device that is always full, as Linux has it")
@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["run", "people.csv", "--sandbox"], 0, "the output cannot be written: No space left"),
        (["check", str(CONFIG)], 2, "the output cannot be written: No space left"),
        (["run", "missing.csv", "--sandbox"], 2, "missing.csv"),
        (["--help"], 2, "the output cannot be written: No space left"),
    ],
)
def test_a_full_disk_behind_the_output_is_told_and_stops_nothing(
    desk: Desk, words: list[str], code: int, told: str
) -> None:
    with FULL.open("w") as full:
        done = subprocess.run(
            [*PROGRAM, *words],
            cwd=desk.folder,
            env=desk.environment,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == code
    assert told in done.stderr
    assert "Traceback" not in done.stderr
