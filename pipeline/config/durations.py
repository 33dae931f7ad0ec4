"""Durations as the config and the options write them: `30s`, `5m`, `1h30m`, `2d`."""

import re

_WRITTEN = re.compile(
    r"(?:([0-9]{1,6})d)?\s*(?:([0-9]{1,6})h)?\s*(?:([0-9]{1,6})m)?\s*(?:([0-9]{1,9})s)?", re.IGNORECASE
)
_SECONDS = (86_400, 3_600, 60, 1)


def duration(text: str) -> float:
    """Seconds of a duration such as `1h30m`; units from large to small, each at most once.

    Raises:
        ValueError: the text is no duration; the message says how one is written.
    """
    found = _WRITTEN.fullmatch(text.strip())
    if found is None or not any(found.groups()):
        raise ValueError("write a length of time like 30s, 5m, 1h30m or 2d")
    return float(sum(int(count or 0) * unit for count, unit in zip(found.groups(), _SECONDS, strict=True)))
