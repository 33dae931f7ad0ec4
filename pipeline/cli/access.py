"""What the environment says: the key, where Apollo is, and where runs are kept."""

import ipaddress
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import SplitResult, urlsplit

from pipeline.errors import UsageMistake

if TYPE_CHECKING:
    from pipeline.run import Access

DEFAULT_URL = "https://api.apollo.io/api/v1"
_KEY, _KEY_FILE = "APOLLO_API_KEY", "APOLLO_API_KEY_FILE"
_PORTS = {"http": 80, "https": 443}
_LONGEST_KEY = 4096


class Environment(NamedTuple):
    """The process's own variables, and those of `.env` behind them."""

    process: Mapping[str, str]
    file: Mapping[str, str]

    @classmethod
    def read(cls, process: Mapping[str, str] = os.environ, folder: Path = Path()) -> "Environment":
        """The environment with the `.env` of a folder.

        Raises:
            UsageMistake: `.env` cannot be read.
        """
        return cls(process, _dotenv(folder / ".env"))

    def get(self, name: str) -> str:
        """A variable without the blanks around it; "" where it is not set."""
        return self.process.get(name, self.file.get(name, "")).strip()

    def output(self, told: Path | None) -> Path:
        """The folder in which runs are kept."""
        return told or Path(self.get("CONTACT_IMPORT_OUTPUT") or "output")

    def key(self) -> str:
        """The API key; "" where there is none.

        Raises:
            UsageMistake: its file cannot be read, or it cannot be a key. The message does not show it.
        """
        # Where the process names a key in either way, `.env` has no say in it.
        own = _KEY in self.process or _KEY_FILE in self.process
        place = self.process if own else self.file
        if key := place.get(_KEY, "").strip():
            return _checked(key, _KEY)
        if name := place.get(_KEY_FILE, "").strip():
            return _checked(_key_in(Path(name).expanduser()), f"{_KEY_FILE} ({name})")
        return ""

    def base_url(self) -> str:
        """Where Apollo is.

        Raises:
            UsageMistake: that is no address of an API.
        """
        url = (self.get("APOLLO_BASE_URL") or DEFAULT_URL).rstrip("/")
        _split(url)
        return url

    def access(self) -> "Access":
        """The way to Apollo.

        Raises:
            UsageMistake: the key or the base URL cannot be used.
        """
        from pipeline.run import Access  # noqa: PLC0415 - slow, and not needed for a config alone

        url = self.base_url()
        return Access(url, _host(_split(url)), self.key(), self.get("APOLLO_TEAM"))


def unsafe(access: "Access") -> str:
    """A warning where the key would travel in the open, else ""."""
    parts = urlsplit(access.base_url)
    if parts.scheme != "http" or access.transport is not None or _is_here(parts.hostname or ""):
        return ""
    return f"warning: {access.base_url} is not encrypted, so the key and all data can be read on the way"


def _dotenv(path: Path) -> dict[str, str]:
    try:
        if not path.exists():
            return {}
        from dotenv import dotenv_values  # noqa: PLC0415 - slow, and few folders have one

        values = dotenv_values(path, interpolate=False, encoding="utf-8-sig")
    except OSError as error:
        raise UsageMistake(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise UsageMistake(f"{path} is not saved as UTF-8; save it as UTF-8.") from None
    return {name: value for name, value in values.items() if value is not None}


def _key_in(path: Path) -> str:
    try:
        with path.open(encoding="utf-8-sig") as file:
            key = file.read(_LONGEST_KEY).strip()
    except OSError as error:
        raise UsageMistake(f"{path}, named by {_KEY_FILE}, cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise UsageMistake(f"{path}, named by {_KEY_FILE}, holds no key: it is no text.") from None
    if not key:
        raise UsageMistake(f"{path}, named by {_KEY_FILE}, is empty.")
    return key


def _checked(key: str, place: str) -> str:
    if re.fullmatch(r"[\x21-\x7e]+", key) is None:
        raise UsageMistake(
            f"What {place} holds cannot be a key: there is a blank, a line break or a special character in it. "
            "Copy the key again."
        )
    return key


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        usable = bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.scheme not in _PORTS or re.search(r"[\s@?#]", url):
        shown = "" if "@" in url else f" {url}"  # before an @ stands a password
        raise UsageMistake(
            f"APOLLO_BASE_URL{shown} is no address of an API; write one such as {DEFAULT_URL}."
        )
    return parts


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").lower()
    host = f"[{host}]" if ":" in host else host
    return host if parts.port in (None, _PORTS[parts.scheme]) else f"{host}:{parts.port}"


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
