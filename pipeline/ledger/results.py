"""Reads the rows of a run for those who tell about them."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import repeat
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import and_, bindparam, func, or_, select

from pipeline.ledger.database import Ledger
from pipeline.ledger.entries import NOTHING, SEPARATOR, WHO, Owed, from_json
from pipeline.ledger.schema import State, rows
from pipeline.ledger.statements import ask, ask_in_parts
from pipeline.records import Contact, Outcome, Reason

Count: TypeAlias = tuple[State, str | None, int]
"""Of a state and a reason: how many rows stand so."""

_AT_ONCE = 1000
_ALIKE = 1000
"""Ways in which rows may stand that are known at once."""

_OUTCOME = ("reason", "message", "column", "value", "matched_row", "matched_run", "matched_on", "http_status")
_TOLD_BY = (*_OUTCOME, "suggestion", "owed_fields", "owed_lists", "warnings", "finished_at")
_STANDING = ("state", "attempts", *_TOLD_BY)
_NOTHING_TOLD = (0, *repeat(None, len(_TOLD_BY)))


def _plain_payload() -> re.Pattern[str]:
    """Finds `WHO` at the beginning of a contact's JSON without escapes, and the end of its line.

    It does not match where they do not stand in their order.
    """
    fields = [*Contact.model_fields]
    behind = fields.index(WHO[-1]) + 1
    begin = (rf'(?:"{name}":"({"" if name in WHO else "?:"}[^"\n]*)",?|)' for name in fields[:behind])
    return re.compile(rf'^\{{{"".join(begin)}(?:\}}|"(?:{"|".join(fields[behind:])})":.*)$', re.MULTILINE)


_plain = _plain_payload().findall


_KEPT = rows.alias("kept")
_ROWS = (
    select(
        rows.c.row,
        func.coalesce(rows.c.contact_id, _KEPT.c.contact_id, ""),
        rows.c.payload,
        rows.c.state,
    )
    .select_from(
        rows.outerjoin(
            _KEPT,
            and_(
                rows.c.reason == Reason.IN_FILE,
                _KEPT.c.run == rows.c.run,
                _KEPT.c.row == rows.c.matched_row,
            ),
        )
    )
    .where(rows.c.run == bindparam("run"))
    .order_by(rows.c.row)
)
_TOLD = (
    select(rows.c.row, *(rows.c[name] for name in _STANDING))
    .where(rows.c.run == bindparam("run"), rows.c.row.between(bindparam("first"), bindparam("last")))
    .where(or_(rows.c.attempts > 0, func.coalesce(*(rows.c[name] for name in _TOLD_BY)).is_not(None)))
)
"""Rows of which there is more to tell than their state. Of a million rows most have nothing else, and to fetch all
columns of a row takes twice as long as the few that each has."""


class Who(NamedTuple):
    """Whom a row is about; "" where that is not kept."""

    email: str
    name: str
    organization_name: str


class Whos(NamedTuple):
    """Whom rows are about, a column at a time."""

    emails: Sequence[str] = ()
    names: Sequence[str] = ()
    organization_names: Sequence[str] = ()

    def at(self, place: int) -> Who:
        """One of them."""
        return Who._make([column[place] for column in self])


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """What became of a row, but for its contact: the same object for rows that stand alike, as most of a run do.

    `suggestion` is also there while nothing has become of the row, together with what was foreseen for it.
    `matched_run` of the outcome is a run id.
    """

    state: State
    outcome: Outcome | None = None
    attempts: int = 0
    owed: Owed = NOTHING
    warnings: str = ""
    finished_at: float | None = None
    suggestion: str = ""


class ResultRow(NamedTuple):
    """A row as the ledger has it now, for those who tell about it."""

    row: int
    contact_id: str
    who: Who
    standing: Standing


class ResultRows(NamedTuple):
    """Some rows as the ledger has them now, a column at a time."""

    rows: Sequence[int]
    contact_ids: Sequence[str]
    whos: Whos
    standings: Sequence[Standing]

    def at(self, place: int) -> ResultRow:
        """One of them."""
        who = self.whos.at(place)
        return ResultRow(self.rows[place], self.contact_ids[place], who, self.standings[place])

    def each(self) -> Iterator[ResultRow]:
        """One after the other."""
        return map(self.at, range(len(self.rows)))


def results(ledger: Ledger, run: int, run_ids: Mapping[int, str]) -> Iterator[ResultRows]:
    """Every row of a run, in order and in parts, as it is now; one that repeats another has that one's contact."""
    standing = lru_cache(_ALIKE)(partial(_standing, run_ids))
    untold = lru_cache(_ALIKE)(lambda state: standing((state, *_NOTHING_TOLD)))
    with ledger.read() as connection:
        for part in ask_in_parts(connection, _ROWS, _AT_ONCE, run=run):
            numbers, contact_ids, payloads, states = zip(*part, strict=True)
            more = ask(connection, _TOLD, run=run, first=numbers[0], last=numbers[-1])
            told = {row[0]: row[1:] for row in more}
            standings = [
                standing(told[row]) if row in told else untold(state)
                for row, state in zip(numbers, states, strict=True)
            ]
            yield ResultRows(numbers, contact_ids, whos_of(payloads), standings)


def whos_of(payloads: Sequence[str | None]) -> Whos:
    """From the values as `values_json` writes them; all at once takes a third of the time of one by one."""
    texts = [payload or "{}" for payload in payloads]
    lines = "\n".join(texts)
    found = [] if "\\" in lines else _plain(lines)
    if len(found) != len(texts):
        found = list(map(_who_values, texts))
    first, last, organizations, emails = zip(*found, strict=True) if found else ((), (), (), ())
    names = [
        f"{one} {other}" if one and other else one or other for one, other in zip(first, last, strict=True)
    ]
    return Whos(emails, names, organizations)


def _who_values(payload: str) -> tuple[str, ...]:
    """The values of `WHO`."""
    found = [] if "\\" in payload else _plain(payload)
    return found[0] if found else tuple(map(json.loads(payload).get, WHO, repeat("")))


def _standing(run_ids: Mapping[int, str], values: tuple[Any, ...]) -> Standing:
    """From the values of `_STANDING`."""
    (
        state, attempts, code, message, column, value, matched_row, matched_run, matched_on, http_status,
        suggestion, owed_fields, owed_lists, warnings, finished_at,
    ) = values  # fmt: skip
    outcome = code and Outcome(
        Reason(code),
        message or "",
        column or "",
        value or "",
        "",
        matched_row,
        run_ids.get(matched_run, "") if matched_run else "",
        matched_on or "",
        http_status,
        suggestion or "",
    )
    return Standing(
        State(state),
        outcome or None,
        attempts,
        Owed(from_json(owed_fields), from_json(owed_lists)),
        warnings or "",
        finished_at,
        (suggestion or "") if code or attempts else SEPARATOR.join(filter(None, (suggestion, message))),
    )


def counted(ledger: Ledger, run: int) -> list[Count]:
    """How many rows of a run there are by state and reason."""
    query = (
        select(rows.c.state, rows.c.reason, func.count())
        .where(rows.c.run == run)
        .group_by(rows.c.state, rows.c.reason)
    )
    with ledger.read() as connection:
        return [(State(state), reason, count) for state, reason, count in connection.execute(query)]
