"""Named pure functions text -> text that a mapping may use under `clean`."""

from collections.abc import Callable, Mapping

CLEANERS: Mapping[str, Callable[[str], str]] = {"trim": str.strip, "lower": str.lower, "upper": str.upper}
"""Every cleaner by the name that a config gives it."""
