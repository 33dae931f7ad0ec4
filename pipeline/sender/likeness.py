"""Which of the contacts that were made at a time may come from which row. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from pipeline.identity import folded_email, full_name_key
from pipeline.ledger import OpenRow
from pipeline.sender.matching import Found
from pipeline.sender.verdicts import Verdicts

D = TypeVar("D", bound=tuple[int, OpenRow])


class Likeness:
    """Compares contacts with rows in doubt, (run, row) each."""

    def __init__(self, verdicts: Mapping[int, Verdicts]) -> None:
        """`verdicts` of each run that the rows belong to."""
        self._verdicts = verdicts

    def of(
        self, doubts: Sequence[D], contacts: Sequence[Found]
    ) -> Iterator[tuple[D, Sequence[Found] | None]]:
        """For each doubt its own contact, [] when there surely is none, None when it cannot be told.

        A contact that bears a row's address or mark is no other row's, whatever it is called.
        """
        sure = [[contact for contact in contacts if self._surely(doubt, contact)] for doubt in doubts]
        taken = {contact.contact_id for own in sure for contact in own}
        left = [(contact, contact.name) for contact in contacts if contact.contact_id not in taken]
        for doubt, own in zip(doubts, sure, strict=True):
            alike = own or self._maybe(doubt, left)
            unclear = len(alike) > 1 or any(
                not own and _other_address(doubt[1], contact) for contact in alike
            )
            yield doubt, None if unclear else alike

    def _surely(self, doubt: tuple[int, OpenRow], contact: Found) -> bool:
        run, row = doubt
        marked = self._verdicts[run].marked(row, contact)
        if marked is not None:
            return marked
        return bool(contact.email) and contact.email in _addresses(row) and self._in_time(doubt, contact)

    def _maybe(self, doubt: tuple[int, OpenRow], named: Sequence[tuple[Found, str]]) -> Sequence[Found]:
        run, row = doubt
        names = {full_name_key(one.get("first_name"), one.get("last_name")) for one in row.identities} - {""}
        return [
            contact
            for contact, name in named
            if name in names
            and self._verdicts[run].marked(row, contact) is None
            and self._in_time(doubt, contact)
        ]

    def _in_time(self, doubt: tuple[int, OpenRow], contact: Found) -> bool:
        run, row = doubt
        return self._verdicts[run].made_in_doubt(row, contact.made_at)


def _addresses(row: OpenRow) -> frozenset[str]:
    return frozenset(folded_email(one.get("email")) for one in row.identities) - {""}


def _other_address(row: OpenRow, contact: Found) -> bool:
    """A contact with another address may be somebody else of that name, made at the same time."""
    own = _addresses(row)
    return bool(own and contact.email and contact.email not in own)
