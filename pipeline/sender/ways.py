"""The ways in which a row can be sent: what each on_match and mode means in calls."""

from typing import NamedTuple, Protocol

from pipeline.apollo import BULK_SIZE, Call
from pipeline.config import Mode, OnMatch, SendRules
from pipeline.identity import email_key, folded_email
from pipeline.ledger import History, OpenRow, names_key


class Way(NamedTuple):
    """One kind of request. `dedupe`: Apollo looks for an existing contact first. `size`: rows in it, at most."""

    call: Call
    dedupe: bool
    size: int = 1


CREATE = Way(Call.CREATE, dedupe=False)
CREATE_OR_OVERWRITE = Way(Call.CREATE, dedupe=True)
CREATE_ONE_IF_ABSENT = Way(Call.BULK_CREATE, dedupe=True)


class Ways:
    """Chooses the way for each row of a run."""

    def __init__(self, rules: SendRules, history: History) -> None:
        self._update = rules.on_match is OnMatch.UPDATE
        self._usual = _usual(rules)
        self._history = history
        self._apart: set[int] = set()
        self._aliased: set[str] = set()

    def of(self, row: OpenRow) -> Way:
        """The way for a row."""
        if row.row in self._apart:
            return CREATE
        if row.doubts and self._usual != CREATE_OR_OVERWRITE:
            return CREATE_ONE_IF_ABSENT
        if self._usual == CREATE_OR_OVERWRITE and (self._has_alias(row) or self._has_namesake(row)):
            return CREATE_ONE_IF_ABSENT
        return self._usual

    def keep_apart(self, row: OpenRow) -> None:
        """Apollo took this row for another person's contact: it gets one of its own, without asking again."""
        self._apart.add(row.row)

    def _has_alias(self, row: OpenRow) -> bool:
        """Whether the address is one of several with a plus-suffix, which Apollo may take for one."""
        email = row.values.get("email")
        folded = folded_email(email)
        if folded != email_key(email):
            self._aliased.add(folded)
        return folded in self._aliased

    def _has_namesake(self, row: OpenRow) -> bool:
        names = names_key(row.values)
        return names is not None and self._history.namesake(names, row.person)


def _usual(rules: SendRules) -> Way:
    if rules.mode is Mode.BULK:
        return Way(Call.BULK_CREATE, dedupe=rules.on_match is not OnMatch.CREATE, size=BULK_SIZE)
    return {
        OnMatch.SKIP: CREATE_ONE_IF_ABSENT,
        OnMatch.UPDATE: CREATE_OR_OVERWRITE,
        OnMatch.CREATE: CREATE,
    }[rules.on_match]


class Board(Protocol):
    """Where the progress of a sending is shown."""

    def ended(self, reason: str, count: int = 1) -> None:
        """So many rows have ended, for this reason."""
        ...

    def waiting(self, for_what: str, until: float | None) -> None:
        """The sending waits, until a time in seconds since the epoch where that is known."""
        ...

    def note(self, sentence: str) -> None:
        """Something worth knowing, in users' words."""
        ...
