"""Times and durations as a terminal shows them: local, with the offset."""

from datetime import datetime

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


def local(seconds: float) -> str:
    """Seconds since the epoch as `2026-05-18 13:19:11+02:00`."""
    return datetime.fromtimestamp(seconds).astimezone().isoformat(sep=" ", timespec="seconds")


def local_of(written: str) -> str:
    """A time as files have it, as `local` shows it."""
    return datetime.fromisoformat(written).astimezone().isoformat(sep=" ", timespec="seconds")


def until(seconds: float, now: float) -> str:
    """A time to come: `15:02+02:00`, on another day with its date."""
    then = datetime.fromtimestamp(seconds).astimezone()
    if then.date() == datetime.fromtimestamp(now).astimezone().date():
        return then.timetz().isoformat(timespec="minutes")
    return then.isoformat(sep=" ", timespec="minutes")


def about(seconds: float) -> str:
    """A foreseen duration: `about 4 min 10 s`."""
    return f"about {spoken(seconds)}" if seconds == 0 or seconds >= 1 else spoken(seconds)


def spoken(seconds: float) -> str:
    """A duration in its two largest units: `4 min 10 s`."""
    if 0 < seconds < 1:
        return "less than a second"
    left = round(seconds)
    if left < _MINUTE:
        return f"{left} s"
    for unit, name, part, smaller in ((_DAY, "d", _HOUR, "h"), (_HOUR, "h", _MINUTE, "min")):
        if left >= unit:
            return f"{left // unit} {name} {left % unit // part} {smaller}"
    return f"{left // _MINUTE} min {left % _MINUTE} s"
