"""Reads the rows of a run for those who tell about them."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, NamedTuple

from sqlalchemy import and_, func, select

from pipeline.ledger.database import Ledger
from pipeline.ledger.entries import NOTHING, SEPARATOR, Owed, from_json
from pipeline.ledger.schema import State, rows
from pipeline.records import Contact, Outcome, Reason, Values

_AT_ONCE = 1000
_ALIKE = 1000
"""Ways in which rows may stand that are known at once."""

_OUTCOME = ("reason", "message", "column", "value", "matched_row", "matched_run", "matched_on", "http_status")
_STANDING = (
    *(*_OUTCOME, "suggestion", "state", "attempts"),
    *("owed_fields", "owed_lists", "warnings", "finished_at"),
)

_WHO = ("first_name", "last_name", "organization_name", "email")


def _plain_payload() -> re.Pattern[str]:
    """Finds `_WHO` at the beginning of a contact's JSON: 2 us a row, where reading all of it takes 9.

    It does not match where one of the values has an escape, or they do not stand in their order.
    """
    fields = [*Contact.model_fields]
    behind = fields.index(_WHO[-1]) + 1
    begin = (
        rf'(?:"{name}":"({f"?P<{name}>" if name in _WHO else "?:"}[^"\\]*)",?)?' for name in fields[:behind]
    )
    return re.compile(rf'\{{{"".join(begin)}(?=\}}|"(?:{"|".join(fields[behind:])})":)')


_plain = _plain_payload().match


class Who(NamedTuple):
    """Whom a row is about."""

    email: str
    name: str
    organization_name: str

    @classmethod
    def of(cls, values: Values) -> "Who":
        """Whom the contact with these values is about."""
        get = values.get
        first, last = get("first_name", ""), get("last_name", "")
        name = f"{first} {last}" if first and last else first or last
        return cls(get("email", ""), name, get("organization_name", ""))


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
    kept = rows.alias("kept")
    repeats = and_(
        rows.c.reason == Reason.IN_FILE, kept.c.run == rows.c.run, kept.c.row == rows.c.matched_row
    )
    columns = (
        rows.c.row,
        func.coalesce(rows.c.contact_id, kept.c.contact_id, ""),
        rows.c.payload,
        *(rows.c[name] for name in _STANDING),
    )
    query = select(*columns).select_from(rows.outerjoin(kept, repeats)).where(rows.c.run == run)
    standing = lru_cache(_ALIKE)(partial(_standing, run_ids))
    with ledger.read() as connection:
        found = connection.execute(query.order_by(rows.c.row).execution_options(yield_per=_AT_ONCE))
        for part in found.partitions():
            yield [
                ResultRow(one[0], one[1], who_of(one[2]) if one[2] else None, standing(one[3:]))
                for one in part
            ]


def who_of(payload: str) -> Who:
    """From the values as `Contact.to_json` writes them."""
    plain = _plain(payload)
    return Who.of(plain.groupdict("") if plain else json.loads(payload))


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


def iter_counts(ledger: Ledger, run: int) -> Iterator[tuple[State, str | None, int]]:
    """How many rows of a run there are by state and reason."""
    query = (
        select(rows.c.state, rows.c.reason, func.count())
        .where(rows.c.run == run)
        .group_by(rows.c.state, rows.c.reason)
    )
    with ledger.read() as connection:
        for state, reason, count in connection.execute(query).all():
            yield State(state), reason, count
