import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

KEY = {"x-api-key": "sandbox-key"}


class Served(httpx.Client):
    """A client of a sandbox that runs as a process of its own."""

    process: subprocess.Popen[str]


@contextmanager
def served(*options: str) -> Iterator[Served]:
    command = [sys.executable, "-m", "pipeline.sandbox", "--port", "0", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process.stdout:
        url = process.stdout.readline().strip()
        try:
            with Served(base_url=url, headers=KEY, trust_env=False) as client:
                client.process = process
                yield client
        finally:
            process.kill()
            process.wait(10)


def test_its_first_line_is_the_base_url_and_sigterm_ends_it_cleanly() -> None:
    with served("--limits", "50/-/600", "--dedupe-result") as client:
        assert str(client.base_url).endswith("/api/v1/")
        answer = client.post("/contacts", json={"first_name": "Žofia", "run_dedupe": True})
        assert answer.json()["contact"]["name"] == "Žofia"
        assert answer.json()["dedupe_result"] == {"found_existing": False}
        assert answer.headers["x-rate-limit-minute"] == "50"
        assert answer.headers["x-rate-limit-hourly"] == ""
        assert answer.headers.get_list("date") == [answer.headers["date"]]
        client.process.send_signal(signal.SIGTERM)
        assert client.process.wait(5) == 0


def test_keys_and_scopes_come_from_the_command_line() -> None:
    with served("--key", "one=api/v1/contacts/create", "--key", "two") as client:
        assert client.post("/contacts", json={}).status_code == 401
        assert client.get("/labels", headers={"x-api-key": "one"}).status_code == 403
        assert client.get("/labels", headers={"x-api-key": "two"}).status_code == 200


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")
def test_a_kill_loses_nothing_that_was_answered(tmp_path: Path) -> None:
    state = ("--state", str(tmp_path / "team.db"), "--plan", "free")
    with served(*state) as client:
        made = [
            client.post("/contacts", json={"last_name": str(n)}).json()["contact"]["id"] for n in range(20)
        ]
        team = client.get("/users/api_profile").json()["team_id"]
        os.kill(client.process.pid, signal.SIGKILL)
    with served(*state) as client:
        assert client.get("/users/api_profile").json()["team_id"] == team
        found = client.post("/contacts/search", json={"per_page": 100}).json()["contacts"]
        assert [contact["id"] for contact in reversed(found)] == made
        assert client.post("/contacts", json={}).headers["x-minute-usage"] == "21"


def test_a_reset_ends_the_connection_and_the_next_one_works() -> None:
    with served("--fault", "reset_after=0.5", "--seed", "3") as client:
        cut = 0
        for number in range(10):
            try:
                client.post("/contacts", json={"last_name": str(number)})
            except (httpx.ReadError, httpx.RemoteProtocolError):
                cut += 1
        assert 0 < cut < 10


def test_a_truncated_answer_is_seen_as_such() -> None:
    with (
        served("--fault", "truncated=1") as client,
        pytest.raises(httpx.RemoteProtocolError, match="without sending complete"),
    ):
        client.post("/contacts", json={"last_name": "Lee"})


def test_slowness_has_a_strength_in_seconds() -> None:
    with served("--fault", "slow=1:30") as client, pytest.raises(httpx.ReadTimeout):
        client.post("/contacts", json={}, timeout=0.2)


def test_stopping_it_cuts_what_is_in_flight_without_an_answer() -> None:
    with served("--fault", "slow=1:30") as client, ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(client.post, "/contacts", json={})
        client.process.send_signal(signal.SIGTERM)
        assert client.process.wait(5) == 0
        assert isinstance(waiting.exception(5), httpx.TransportError)


def test_a_state_file_that_is_none_is_refused_with_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("name,email\n" * 100)
    command = [sys.executable, "-m", "pipeline.sandbox", "--state", str(file)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert ended.returncode == 2
    assert "people.csv cannot be used as the state of a sandbox" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_one_state_file_serves_one_sandbox(tmp_path: Path) -> None:
    state = ("--state", str(tmp_path / "team.db"))
    with served(*state):
        command = [sys.executable, "-m", "pipeline.sandbox", *state]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
        assert (ended.returncode, "locked" in ended.stderr) == (2, True)


def test_importing_the_sandbox_imports_no_web_server() -> None:
    script = (
        "import sys, pipeline.sandbox; print(sorted({'uvicorn', 'starlette', 'httpx'} & set(sys.modules)))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=20, check=True
    )
    assert ended.stdout.strip() == "[]"
