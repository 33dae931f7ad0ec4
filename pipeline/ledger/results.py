"""Reads the rows of a run for those who tell about them."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import and_, bindparam, func, select

from pipeline.ledger.database import Ledger
from pipeline.ledger.entries import NOTHING, SEPARATOR, WHO, Owed, from_json
from pipeline.ledger.schema import State, rows
from pipeline.ledger.statements import ask_in_parts
from pipeline.records import Contact, Outcome, Reason, Values

Count: TypeAlias = tuple[State, str | None, int]
"""Of a state and a reason: how many rows stand so."""

_AT_ONCE = 1000
_ALIKE = 1000
"""Ways in which rows may stand that are known at once."""

_OUTCOME = ("reason", "message", "column", "value", "matched_row", "matched_run", "matched_on", "http_status")
_STANDING = (
    *(*_OUTCOME, "suggestion", "state", "attempts"),
    *("owed_fields", "owed_lists", "warnings", "finished_at"),
)


def _plain_payload() -> re.Pattern[str]:
    """Finds `WHO` at the beginning of a contact's JSON without escapes: 1 us a row, where reading it all takes 7.

    It does not match where they do not stand in their order.
    """
    fields = [*Contact.model_fields]
    behind = fields.index(WHO[-1]) + 1
    begin = (rf'(?:"{name}":"({"" if name in WHO else "?:"}[^"]*)",?|)' for name in fields[:behind])
    return re.compile(rf'\{{{"".join(begin)}(?=\}}|"(?:{"|".join(fields[behind:])})":)')


_plain = _plain_payload().match


_KEPT = rows.alias("kept")
_ROWS = (
    select(
        rows.c.row,
        func.coalesce(rows.c.contact_id, _KEPT.c.contact_id, ""),
        rows.c.payload,
        *(rows.c[name] for name in _STANDING),
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


class Who(NamedTuple):
    """Whom a row is about."""

    email: str
    name: str
    organization_name: str

    @classmethod
    def of(cls, values: Values) -> "Who":
        """Whom the contact with these values is about."""
        return _who(*[values.get(name, "") for name in WHO])


def _who(first: str, last: str, organization: str, email: str) -> Who:
    """From the values of `WHO`."""
    return Who(email, f"{first} {last}" if first and last else first or last, organization)


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
    """A row as the ledger has it now, for those who tell about it. `who` is None where its values are not kept."""

    row: int
    contact_id: str
    who: Who | None
    standing: Standing


def results(ledger: Ledger, run: int, run_ids: Mapping[int, str]) -> Iterator[list[ResultRow]]:
    """Every row of a run, in order and in parts, as it is now; one that repeats another has that one's contact."""
    standing = lru_cache(_ALIKE)(partial(_standing, run_ids))
    with ledger.read() as connection:
        for part in ask_in_parts(connection, _ROWS, _AT_ONCE, run=run):
            yield [
                ResultRow(one[0], one[1], who_of(one[2]) if one[2] else None, standing(one[3:]))
                for one in part
            ]


def who_of(payload: str) -> Who:
    """From the values as `Contact.to_json` writes them."""
    plain = None if "\\" in payload else _plain(payload)
    return _who(*plain.groups("")) if plain else Who.of(json.loads(payload))


def _standing(run_ids: Mapping[int, str], values: tuple[Any, ...]) -> Standing:
    """From the values of `_STANDING`."""
    (
        code, message, column, value, matched_row, matched_run, matched_on, http_status,
        suggestion, state, attempts, owed_fields, owed_lists, warnings, finished_at,
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
