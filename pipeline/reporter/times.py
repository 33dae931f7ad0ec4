"""Times as they stand in files: UTC, ISO 8601."""

import time
from functools import lru_cache


def iso(seconds: float | None) -> str:
    """Seconds since the epoch as `2026-05-18T11:19:11Z`; "" for None."""
    return "" if seconds is None else _iso(int(seconds))


def iso_milliseconds(seconds: float) -> str:
    """Seconds since the epoch as `2026-05-18T11:19:11.042Z`."""
    whole, rest = divmod(int(seconds * 1000), 1000)
    return f"{_iso(whole)[:-1]}.{rest:03}Z"


@lru_cache(maxsize=1024)
def _iso(seconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
