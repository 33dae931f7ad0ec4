"""The key and the way to Apollo, as the environment says."""

from pathlib import Path

import pytest

from pipeline.cli.access import DEFAULT_URL, Environment, unsafe
from pipeline.errors import UsageMistake

SECRET = "made-up-key"  # noqa: S105 - opens nothing


def environment(file: dict[str, str] | None = None, **process: str) -> Environment:
    return Environment(process, file or {})


def test_the_key_comes_without_the_blanks_around_it() -> None:
    assert environment(APOLLO_API_KEY=f" {SECRET}\r\n").access().key == SECRET


def test_the_key_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key.txt"
    file.write_bytes(b"\xef\xbb\xbf" + SECRET.encode() + b"\r\n")
    assert environment(APOLLO_API_KEY_FILE=str(file)).key() == SECRET


def test_the_environment_wins_over_the_file_env() -> None:
    assert environment({"APOLLO_API_KEY": "other"}, APOLLO_API_KEY=SECRET).key() == SECRET


def test_a_key_file_of_the_environment_wins_over_a_key_in_the_file_env(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(SECRET)
    assert environment({"APOLLO_API_KEY": "other"}, APOLLO_API_KEY_FILE=str(file)).key() == SECRET


def test_a_key_that_the_environment_empties_is_none() -> None:
    assert environment({"APOLLO_API_KEY": "other"}, APOLLO_API_KEY="").key() == ""


def test_the_file_env_is_read_as_it_stands(tmp_path: Path) -> None:
    text = f"\ufeffAPOLLO_API_KEY='{SECRET}'\nAPOLLO_TEAM=a${{b}}\nCONTACT_IMPORT_OUTPUT = kept here\n"
    (tmp_path / ".env").write_text(text, encoding="utf-8")
    found = Environment.read({}, tmp_path)
    assert (found.key(), found.get("APOLLO_TEAM")) == (SECRET, "a${b}")
    assert found.output(None) == Path("kept here")


def test_a_file_env_that_is_no_utf_8_is_a_mistake_that_shows_nothing_of_it(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"APOLLO_API_KEY={SECRET}", encoding="utf-16")
    with pytest.raises(UsageMistake, match="UTF-8") as caught:
        Environment.read({}, tmp_path)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("key", [f"{SECRET}\n{SECRET}", f"{SECRET} x", f"{SECRET}é", f"{SECRET}\0", "“k”"])
def test_a_key_that_no_header_takes_is_a_mistake_and_is_not_shown(key: str) -> None:
    with pytest.raises(UsageMistake, match="APOLLO_API_KEY") as caught:
        environment(APOLLO_API_KEY=key).access()
    assert SECRET not in str(caught.value)


def test_a_key_file_that_cannot_be_read_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(UsageMistake, match="cannot be read"):
        environment(APOLLO_API_KEY_FILE=str(tmp_path / "gone")).key()
    with pytest.raises(UsageMistake, match="cannot be read"):
        environment(APOLLO_API_KEY_FILE=str(tmp_path)).key()


def test_an_empty_key_file_is_a_mistake(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(" \n")
    with pytest.raises(UsageMistake, match="empty"):
        environment(APOLLO_API_KEY_FILE=str(file)).key()


@pytest.mark.parametrize(
    ("url", "base", "host"),
    [
        ("", DEFAULT_URL, "api.apollo.io"),
        ("https://API.apollo.io:443/v1/", "https://API.apollo.io:443/v1", "api.apollo.io"),
        ("http://127.0.0.1:8080/api/v1", "http://127.0.0.1:8080/api/v1", "127.0.0.1:8080"),
        ("http://[::1]:80", "http://[::1]:80", "[::1]"),
    ],
)
def test_the_host_stands_for_the_service(url: str, base: str, host: str) -> None:
    access = environment(APOLLO_BASE_URL=url).access()
    assert (access.base_url, access.host) == (base, host)


@pytest.mark.parametrize(
    "url",
    [
        "api.apollo.io",
        "ftp://api.apollo.io",
        "https://",
        "https://a b",
        "http://x:99999",
        "http://[::1",
        "x?y",
    ],
)
def test_a_base_url_that_is_none_is_a_mistake(url: str) -> None:
    with pytest.raises(UsageMistake, match="APOLLO_BASE_URL"):
        environment(APOLLO_BASE_URL=url).access()


def test_a_password_in_a_base_url_is_not_shown() -> None:
    with pytest.raises(UsageMistake) as caught:
        environment(APOLLO_BASE_URL=f"https://me:{SECRET}@api.example").access()
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "warned"),
    [
        ("http://api.example/v1", True),
        ("https://api.example/v1", False),
        ("http://localhost:1/v1", False),
        ("http://127.0.0.9/v1", False),
    ],
)
def test_only_an_open_way_to_another_machine_is_warned_of(url: str, warned: bool) -> None:
    assert bool(unsafe(environment(APOLLO_BASE_URL=url).access())) is warned
