"""Errors and warnings by what caused them: forty invalid addresses in one column are one thing to see to."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from pipeline.ledger.entries import SEPARATOR
from pipeline.records import STATUS_OF, Outcome, Reason, Status

SHOWN_ROWS = 5
KEPT_ROWS = 100
SHOWN_CAUSES = 50
_KEPT = 2000
"""Different causes that are told apart; a file with more has no common ones."""

_TELLING = 3
"""A shorter value may be part of any word."""

_HIDDEN = "…"
_VALUE = re.compile(
    r"“[^”]*”|\"[^\"]*\""  # as messages quote what stands in a cell
    r"|\w\S*@\S*[^\s.,;:)]"  # an address
    r"|\b[0-9a-f]{24}\b"  # an id of Apollo
    r"|\+?\(?\d[\d ()./-]{4,}\d"  # a phone number
)


class Cause(NamedTuple):
    """Rows with the same error or warning: how many in all, and the numbers of the first. A warning has no reason.

    `further` are the numbers behind those. `values` are personal: what stands in the faulty cells of `rows`.
    """

    reason: Reason | None
    column: str
    message: str
    total: int
    rows: tuple[int, ...]
    further: tuple[int, ...] = ()
    values: tuple[str, ...] = ()


_Key = tuple[Reason | None, str, str]


class Causes:
    """Gathers causes row by row, in bounded memory."""

    def __init__(self) -> None:
        self._counts: dict[_Key, int] = {}
        self._rows: dict[_Key, list[int]] = {}
        self._values: dict[_Key, list[str]] = {}

    def add(self, row: int, outcome: Outcome, warnings: str, personal: tuple[str, ...] = ()) -> None:
        """Takes in one row: its error, if it is one, and its warnings. `personal` is left out of what is said."""
        if STATUS_OF[outcome.reason] is Status.ERROR:
            message = without_values(outcome.message, outcome.value, *personal)
            self._count((outcome.reason, outcome.column, message), row, outcome.value)
        if warnings:
            told = (without_values(warning, *personal) for warning in warnings.split(SEPARATOR))
            for warning in dict.fromkeys(told):
                self._count((None, "", warning), row)

    def commonest(self) -> tuple[Cause, ...]:
        """At most `SHOWN_CAUSES`: errors before warnings, the commonest first."""
        causes = (self._cause(key, count) for key, count in self._counts.items())
        return tuple(_ordered(causes)[:SHOWN_CAUSES])

    def _cause(self, key: _Key, count: int) -> Cause:
        rows = self._rows[key]
        shown, further = tuple(rows[:SHOWN_ROWS]), tuple(rows[SHOWN_ROWS:])
        return Cause(*key, count, shown, further, tuple(self._values[key]))

    def _count(self, key: _Key, row: int, value: str = "") -> None:
        if key not in self._counts and len(self._counts) >= _KEPT:
            return
        self._counts[key] = self._counts.get(key, 0) + 1
        rows = self._rows.setdefault(key, [])
        if len(rows) < KEPT_ROWS:
            rows.append(row)
        values = self._values.setdefault(key, [])
        if len(values) < SHOWN_ROWS:
            values.append(value)


def without_values(message: str, *values: str) -> str:
    """The message with what is the row's own taken out, so that equal faults read equal and tell of nobody."""
    for value in values:
        if len(value) >= _TELLING:
            message = message.replace(value, _HIDDEN)
    return _VALUE.sub(_hidden, message)


def _hidden(found: re.Match[str]) -> str:
    quotes = found[0][0] + found[0][-1]
    return quotes[0] + _HIDDEN + quotes[1] if quotes in ("“”", '""') else _HIDDEN


def _ordered(causes: Iterable[Cause]) -> list[Cause]:
    return sorted(causes, key=lambda cause: (cause.reason is None, -cause.total, cause.rows))
