"""Rows as the ledger holds them: the values that enter and leave it, and how they are written down."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from pipeline.identity import claim_keys, content_key, full_name_key, person_key
from pipeline.ledger.schema import State
from pipeline.records import Outcome, Reason, Values, values_json, values_of

_OWING, _DONE = State.OWING.value, State.DONE.value

SEPARATOR = " | "
"""Joins the warnings of a row, here and in results.csv."""


WHO = ("first_name", "last_name", "organization_name", "email")
"""The fields that say whom a row is about."""


class Leftover(NamedTuple):
    """An earlier row that ended `outcome_unknown` (then `doubts` are its lost attempts) or `email_dropped`.

    `payload` is what it said, as JSON; `contact_id` the contact that is known to be there, "" if none is.
    """

    run: int
    row: int
    payload: str
    doubts: tuple[float, ...] = ()
    contact_id: str = ""


class Written(NamedTuple):
    """A contact as it is written down: who it is and what it says (`person_key`, `content_key`), its values as JSON."""

    person: bytes
    content: bytes
    payload: str

    @classmethod
    def of(cls, values: Values, *, person: bytes = b"") -> "Written":
        """How the contact with these values is written; its `person_key` if that is known already."""
        payload = values_json(values)
        return cls(person or person_key(values), content_key(values, payload), payload)

    @classmethod
    def who(cls, values: Values) -> "Written":
        """Only whom it is about, without keys: for a row that is neither sent as it stands there nor known again."""
        return cls(b"", b"", _who_json(values))


def who_alone(payload: str) -> str:
    """Of a contact's values as JSON those that say whom it is about."""
    return _who_json(values_of(payload))


def _who_json(values: Values) -> str:
    return values_json({name: values[name] for name in WHO if name in values})


class NewRow(NamedTuple):
    """A row as it enters the ledger: to be sent (no outcome yet) or already ended; then only whom it is about is kept.

    `since` is the run that its values are of, where it came back as it was.
    """

    row: int
    contact: Written
    outcome: Outcome | None = None
    warnings: tuple[str, ...] = ()
    leftover: Leftover | None = None
    suggestion: str = ""
    since: int | None = None


class NewRows(NamedTuple):
    """Rows to be sent as they enter, a column at a time: their numbers, and what `Written` has of each.

    Without `persons` and `contents` where nobody looks them up.
    """

    rows: Sequence[int] = ()
    persons: Sequence[bytes] = ()
    contents: Sequence[bytes] = ()
    payloads: Sequence[str] = ()


class Repeated(Protocol):
    """A row that repeats another one of its file."""

    @property
    def row(self) -> int:
        """As in `dedupe.Duplicate`."""
        ...

    @property
    def matched_row(self) -> int:
        """As in `dedupe.Duplicate`."""
        ...

    @property
    def matched_on(self) -> str:
        """As in `dedupe.Duplicate`."""
        ...

    @property
    def warning(self) -> str:
        """As in `dedupe.Duplicate`."""
        ...


class OpenRow(NamedTuple):
    """A row that is on its way. `doubts` are the times (server clock) of attempts whose answers were lost.

    `person` and `content` are as in `Written`; `claims` what Apollo might take it for (`claim_keys`); `old` is what an
    earlier run's row said, whose doubt this row inherited.
    """

    row: int
    person: bytes
    content: bytes
    values: Values
    claims: tuple[str, ...]
    attempts: int = 0
    doubts: tuple[float, ...] = ()
    t0: float | None = None
    old: Values | None = None

    @property
    def identities(self) -> tuple[Values, ...]:
        """Whom it may be in Apollo: what it says, and what it said when its answer was lost."""
        return (self.values, self.old) if self.old else (self.values,)

    @property
    def lists(self) -> tuple[str, ...]:
        """Its own Lists."""
        return tuple(self.values.get("label_names", ()))

    def inheriting(self, leftover: Leftover) -> "OpenRow":
        """The row as it is when it has to settle what was left open."""
        old = values_of(leftover.payload)
        claims = _claims(self.values, old)
        return self._replace(doubts=(*self.doubts, *leftover.doubts), old=old, claims=claims)


class Owed(NamedTuple):
    """What a made contact still lacks: contact fields to write, and lists to be added to."""

    fields: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.fields or self.lists)


class OwingRow(NamedTuple):
    """A row whose contact is known and lacks something."""

    row: int
    person: bytes
    content: bytes
    values: Values
    contact_id: str
    reason: Reason
    owed: Owed


NOTHING = Owed()


class Ending(NamedTuple):
    """How a row that was on its way ends. With something owed it is not finished yet."""

    row: OpenRow
    outcome: Outcome
    owed: Owed = NOTHING
    warnings: tuple[str, ...] = ()


ALL_FIELDS = ("*",)
"""Owed: everything that the row says."""


class Claim(NamedTuple):
    """What became of the rows that were about to be sent: most are, some are known by now.

    `doubtful` ones have inherited a lost answer: as they were, and as they are now.
    """

    sending: tuple[OpenRow, ...]
    ended: tuple[Ending, ...]
    doubtful: tuple[tuple[OpenRow, OpenRow], ...] = ()


def names_key(values: Values) -> bytes | None:
    """The full name as history keeps it; None without one."""
    key = full_name_key(values.get("first_name"), values.get("last_name"))
    return key.encode() if key else None


def outcome_values(outcome: Outcome | None) -> dict[str, Any]:
    """An outcome as columns; every one None while there is none."""
    return {
        "reason": outcome.reason if outcome else None,
        "message": (outcome.message or None) if outcome else None,
        "column": (outcome.column or None) if outcome else None,
        "value": (outcome.value or None) if outcome else None,
        "contact_id": (outcome.contact_id or None) if outcome else None,
        "matched_run": int(outcome.matched_run) if outcome and outcome.matched_run else None,
        "matched_row": outcome.matched_row if outcome else None,
        "matched_on": (outcome.matched_on or None) if outcome else None,
        "http_status": outcome.http_status if outcome else None,
        "suggestion": (outcome.suggestion or None) if outcome else None,
    }


def ended_values(ending: Ending, at: float) -> dict[str, Any]:
    """The parameters of the move that ends a row; without columns that have nothing to say and are empty till then."""
    row, outcome, owed, warnings = ending
    more = {
        "b_column": outcome.column,
        "b_value": outcome.value,
        "b_matched_run": int(outcome.matched_run) if outcome.matched_run else None,
        "b_matched_row": outcome.matched_row,
        "b_matched_on": outcome.matched_on,
        "b_owed_fields": as_json(owed.fields),
        "b_owed_lists": as_json(owed.lists),
        "b_warnings": joined(warnings),
    }
    return {
        "b_row": row.row,
        "b_state": _OWING if owed else _DONE,
        "b_reason": outcome.reason.value,
        "b_message": outcome.message or None,
        "b_contact_id": outcome.contact_id or None,
        "b_http_status": outcome.http_status,
        "b_finished_at": at,
        **{name: value for name, value in more.items() if value},
    }


def joined(warnings: Sequence[str]) -> str | None:
    """Warnings as one text; None without any."""
    return SEPARATOR.join(warnings) or None


def as_json(words: Sequence[object]) -> str | None:
    """Words as a JSON array; None for none."""
    return json.dumps(words, ensure_ascii=False) if words else None


def from_json(text: str | None) -> tuple[str, ...]:
    """What `as_json` wrote."""
    return tuple(json.loads(text)) if text else ()


def open_row(
    row: int,
    person: bytes,
    content: bytes,
    payload: str,
    attempts: int,
    doubts: str | None,
    t0: float | None,
    old_payload: str | None,
) -> OpenRow:
    """A row that is on its way, as it was written."""
    values, lost = values_of(payload), tuple(json.loads(doubts)) if doubts else ()
    old = values_of(old_payload) if old_payload else None
    return OpenRow(row, person, content, values, _claims(values, old), attempts, lost, t0, old)


def _claims(values: Values, old: Values | None) -> tuple[str, ...]:
    claims = claim_keys(values)
    return tuple(dict.fromkeys((*claims, *claim_keys(old))) if old else claims)


def owing_row(
    row: int,
    person: bytes,
    content: bytes,
    payload: str,
    contact_id: str,
    reason: str,
    fields: str | None,
    lists: str | None,
) -> OwingRow:
    """A row that lacks something, as it was written."""
    owed = Owed(from_json(fields), from_json(lists))
    return OwingRow(row, person, content, values_of(payload), contact_id, Reason(reason), owed)
