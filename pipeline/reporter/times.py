"""Times as they stand in files: UTC, ISO 8601."""

import time
from datetime import datetime
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


def spoken(seconds: float) -> str:
    """A duration in its two largest units: `12 s`, `3 min 20 s`, `1 h 5 min`, `2 d 3 h`."""
    if 0 < seconds < 1:
        return "less than 1 s"
    left, parts = round(seconds), []
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
        count, left = divmod(left, length)
        if count:
            parts.append((unit, count))
        elif parts:
            break
    return " ".join(f"{count} {unit}" for unit, count in parts[:2]) or "0 s"


def local(seconds: float) -> str:
    """Seconds since the epoch for people: `2026-05-18 13:19:11+02:00`."""
    return datetime.fromtimestamp(int(seconds)).astimezone().isoformat(sep=" ")


def local_of(written: str) -> str:
    """A time as `iso` wrote it, for people."""
    return local(datetime.fromisoformat(written).timestamp())
