"""Times as files have them, UTC in ISO 8601, and as people read them, local with the offset."""

import time
from datetime import datetime, timedelta
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
        return "less than a second"
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
    return local(seconds_of(written))


def seconds_of(written: str) -> float:
    """Seconds since the epoch of a time as `iso` wrote it."""
    return datetime.fromisoformat(written).timestamp()


def until(seconds: float, now: float) -> str:
    """A time to come: `15:02+02:00`, on another day with its date."""
    then = datetime.fromtimestamp(seconds).astimezone()
    if then.date() == datetime.fromtimestamp(now).astimezone().date():
        return then.timetz().isoformat(timespec="minutes")
    return then.isoformat(sep=" ", timespec="minutes")


def ends(written: str, seconds: float) -> str:
    """When something ends that lasts so many seconds: on another day to the minute, with the day's name."""
    then = datetime.fromisoformat(written).astimezone()
    if then.date() == (then - timedelta(seconds=seconds)).date():
        return then.isoformat(sep=" ")
    return f"{then:%A} {then.isoformat(sep=' ', timespec='minutes')}"
