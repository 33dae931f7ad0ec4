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
    r"|\w\S*@(?!-sign\b)\S*[^\s.,;:)]"  # an address; our own sentences speak of the @-sign
    r"|\b[0-9a-f]{24}\b"  # an id of Apollo
    r"|\+?\(?\d[\d ()./-]{4,}\d"  # a phone number
)


_QUOTING = frozenset(
    (
        Reason.MISSING_REQUIRED,
        Reason.INVALID_EMAIL,
        Reason.INVALID_URL,
        Reason.INVALID_VALUE,
        Reason.UNREADABLE_ROW,
    )
)
"""Errors in our own words: there a value always stands in quotes, and a word like one is no value."""


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
            values = (outcome.value, *personal)
            if outcome.reason in _QUOTING:
                values = tuple(quoted for value in values for quoted in (f'"{value}"', f"“{value}”"))
            message = without_values(outcome.message, *values)
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
        if len(value) >= _TELLING and value in message:
            message = _without(message, value)
    return _VALUE.sub(_hidden, message)


def _without(message: str, value: str) -> str:
    """The message without a value, where that is not part of a longer word."""
    before, after = (r"\b" if end.isalnum() else "" for end in (value[0], value[-1]))
    if not (before or after):  # quoted, as most are; a pattern for each row would take its time
        return message.replace(value, value[0] + _HIDDEN + value[-1] if value[0] in '"“' else _HIDDEN)
    return re.sub(before + re.escape(value) + after, _HIDDEN, message)


def _hidden(found: re.Match[str]) -> str:
    quotes = found[0][0] + found[0][-1]
    return quotes[0] + _HIDDEN + quotes[1] if quotes in ("“”", '""') else _HIDDEN


def _ordered(causes: Iterable[Cause]) -> list[Cause]:
    return sorted(causes, key=lambda cause: (cause.reason is None, -cause.total, cause.rows))
