"""What an answer that was understood means for each row: created or existing, and what is still owed. Pure.

Source: `run_dedupe` and `dedupe_result` of POST /contacts; `created_contacts` and `existing_contacts` of
POST /contacts/bulk_create. "On a match … the response looks like a creation", hence the ways to tell one.
"""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from pipeline.config import Mode, OnMatch, SendRules
from pipeline.identity import email_key, folded_email
from pipeline.ledger import Ending, OpenRow, Owed
from pipeline.records import Outcome, Reason
from pipeline.sender.bodies import ALL, Bodies
from pipeline.sender.matching import Found, moment

CLOCK_SLACK = 10.0
"""Seconds by which two clocks and a rounded `Date` header may differ."""


EMAIL_DROPPED = "the contact is there, but Apollo did not take its email address"


class Apart(NamedTuple):
    """Apollo took the row for a contact that is not its own: it is to get one of its own."""

    row: OpenRow


class Verdicts:
    """Judges the answers of one run. `may_overwrite`: a request of its may have changed a contact that was there."""

    def __init__(self, bodies: Bodies, rules: SendRules) -> None:
        self._bodies = bodies
        self._on_match = rules.on_match
        self._deadline = rules.server_deadline
        self.may_overwrite = rules.on_match is OnMatch.UPDATE and rules.mode is Mode.SINGLE

    def of_item(
        self, row: OpenRow, found: Found, *, made_for: Collection[bytes] | None, http_status: int
    ) -> Ending | Apart:
        """For one contact of a bulk answer. `made_for` are as in `History.holders`; None: no row has its id yet."""
        held = made_for is not None
        if found.listed_new and not held:
            owed = self._bodies.owed_after_item(row.values)
            return _made(row, found.contact_id, found.email, owed, http_status)
        if not held and not self._marks_tell(row) and self.made_in_doubt(row, found.made_at):
            return self.settled(row, found)
        namesake = _somebody_else(row, found.email)
        if self._on_match is OnMatch.CREATE or _is_somebody_elses(row, found, made_for):
            return Apart(row)
        if namesake or self._on_match is OnMatch.SKIP:
            return _left_alone(row, found, http_status, namesake=namesake)
        owed = self._bodies.owed_by_match(row.values, has_email=bool(found.email))
        return _matched(row, found.contact_id, owed, http_status)

    def settled(self, row: OpenRow, found: Found) -> Ending:
        """For a contact that was found to be the row's own after its answer was lost."""
        owed = self._bodies.owed_after_doubt(row.values)
        if row.old and row.old != row.values:
            owed = Owed((ALL,), owed.lists)
        return _made(row, found.contact_id, found.email, owed, None, Reason.SETTLED)

    def marked(self, row: OpenRow, found: Found) -> bool | None:
        """Whether a contact bears the row's mark; None where marks do not tell."""
        own = self._bodies.mark(row.row)
        if own and self._bodies.mark_in(found.custom_fields) == own:
            return True
        return False if self._marks_tell(row) else None

    def _marks_tell(self, row: OpenRow) -> bool:
        """Whether a contact without the row's mark is surely not made of it.

        A contact that Apollo may overwrite is sent without a mark, and a doubt that the row inherited arose under
        another run's mark, or none.
        """
        marks = bool(self._bodies.mark(row.row)) and self._on_match is not OnMatch.UPDATE
        return marks and row.old is None

    def made_in_doubt(self, row: OpenRow, made_at: float | None) -> bool:
        """Whether a contact of that age may come from an attempt of the row whose answer was lost."""
        if made_at is None:
            return False
        return any(t0 - CLOCK_SLACK <= made_at <= t0 + self._deadline + CLOCK_SLACK for t0 in row.doubts)

    def of_contact(
        self, row: OpenRow, body: Mapping[str, Any], *, dedupe: bool, held: bool, http_status: int
    ) -> Ending:
        """For the answer to a single create."""
        contact = body["contact"]
        contact_id, email = str(contact["id"]), folded_email(contact.get("email"))
        if dedupe and (held or self._existed(row, body)):
            return _matched(row, contact_id, Owed(lists=row.lists), http_status)
        owed = self._bodies.owed_after_merging(row.values) if dedupe else Owed()
        return _made(row, contact_id, email, owed, http_status)

    def _existed(self, row: OpenRow, body: Mapping[str, Any]) -> bool:
        result = body.get("dedupe_result")
        made_at = moment(body["contact"].get("created_at"))
        if isinstance(result, dict) and isinstance(result.get("found_existing"), bool):
            return bool(result["found_existing"]) and not self.made_in_doubt(row, made_at)
        first = min((*row.doubts, row.t0 or 0.0))
        return made_at is not None and made_at < first - CLOCK_SLACK


def _made(
    row: OpenRow,
    contact_id: str,
    email: str,
    owed: Owed,
    http_status: int | None,
    reason: Reason = Reason.NEW,
) -> Ending:
    own = row.values.get("email", "")
    if own and not email:
        outcome = Outcome(
            Reason.EMAIL_DROPPED,
            message=EMAIL_DROPPED,
            value=own,
            contact_id=contact_id,
            http_status=http_status,
        )
        return Ending(row, outcome, owed)
    warnings: tuple[str, ...] = ()
    if own and email != folded_email(own):
        warnings = ("Apollo changed the email address of the contact",)
    return Ending(row, Outcome(reason, contact_id=contact_id, http_status=http_status), owed, warnings)


def _matched(row: OpenRow, contact_id: str, owed: Owed, http_status: int) -> Ending:
    outcome = Outcome(
        Reason.UPDATED,
        message="Apollo had this contact; it got the row's values",
        contact_id=contact_id,
        http_status=http_status,
    )
    return Ending(row, outcome, owed)


def _left_alone(row: OpenRow, found: Found, http_status: int, *, namesake: bool = False) -> Ending:
    message = "Apollo has this contact; it was left as it is"
    warnings: tuple[str, ...] = ()
    if namesake:
        message = "Apollo has a contact of the same name with another email address; it was left as it is"
        warnings = (f"namesake: contact {found.contact_id} has another email address",)
    outcome = Outcome(
        Reason.IN_APOLLO,
        message=message,
        contact_id=found.contact_id,
        matched_on="name_company" if namesake or not found.email else "email",
        http_status=http_status,
    )
    return Ending(row, outcome, warnings=warnings)


def _is_somebody_elses(row: OpenRow, found: Found, made_for: Collection[bytes] | None) -> bool:
    """Whether we made it for another person, of whom Apollo does not tell ours apart: a namesake, a plus-alias."""
    others = made_for and row.person not in made_for
    own = email_key(row.values.get("email"))
    return bool(others and own and found.address) and own != found.address


def _somebody_else(row: OpenRow, email: str) -> bool:
    """Same name and company with two different addresses is two people."""
    own = folded_email(row.values.get("email"))
    return bool(own and email and own != email)
