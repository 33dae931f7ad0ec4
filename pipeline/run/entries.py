"""Rows become entries: written down, with all that later stages want to know of them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pipeline.config import DedupeRules
from pipeline.config.model import Keep
from pipeline.dedupe import Keys, ManyKeys, keys_of
from pipeline.identity import address_keys, contents, digests, named_keys, payloads, person_keys
from pipeline.ledger import WHO, NewRow, NewRows, Written
from pipeline.ledger.entries import SEPARATOR
from pipeline.records import Mapped, Outcome, PlainRows, Reason, Row, Status
from pipeline.run.needs import Need
from pipeline.run.origins import Origin


class Entry(NamedTuple):
    """A row on its way into the ledger; `keys` and `need` are None where it cannot be sent."""

    new: NewRow
    keys: Keys | None = None
    need: Need | None = None
    faulty: bool = False


class PlainEntries(NamedTuple):
    """Entries of rows of which nothing is to be told, a column at a time.

    `payloads` are their values as JSON, `lists` their Lists; None and nothing where only whom they are about is kept.
    `people` are first names, last names and companies. `filled` is how many fields have a value, where rows are
    compared by that.
    """

    rows: Sequence[int] = ()
    payloads: Sequence[str] | None = ()
    lists: Sequence[tuple[str, ...]] = ()
    emails: Sequence[str] = ()
    people: tuple[Sequence[str], Sequence[str], Sequence[str]] = ((), (), ())
    filled: Sequence[int] = ()
    needs: Sequence[Need] = ()


class Noticed(NamedTuple):
    """What is to be told of rows that can be sent.

    `slips` is how many have a suggestion, `lists` which Lists they name, with how many rows do.
    """

    slips: int
    lists: Sequence[tuple[tuple[str, ...], int]]

    @classmethod
    def of(cls, others: Iterable[Mapped], lists: Iterable[tuple[str, ...]] = ()) -> "Noticed":
        """Looks at rows that were mapped one by one, and at the `lists` of those that were mapped together."""
        good = [one for one in others if not one.problems]
        named = ((one.values.get("label_names", ()), 1) for one in good)
        return cls(
            sum(bool(one.suggestions) for one in good),
            [*Counter(lists).items(), *named],
        )


class Part(NamedTuple):
    """Some rows on their way into the ledger, together or one by one.

    `numbers` are those of all of them, `faulty` what the source has of faulty ones.
    """

    numbers: Sequence[int]
    plain: PlainEntries
    others: Sequence[Entry]
    faulty: Sequence[Row]
    noticed: Noticed

    @classmethod
    def of(
        cls, rows: Sequence[Row], plain: PlainEntries, others: Sequence[Entry], noticed: Noticed
    ) -> "Part":
        """Those rows of a source, and how they enter."""
        faulty = {one.new.row for one in others if one.faulty}
        numbers = [row.number for row in rows]
        cells = [row for row in rows if row.number in faulty] if faulty else ()
        return cls(_dense(numbers), plain, others, cells, noticed)

    @property
    def rows(self) -> int:
        """How many enter."""
        return len(self.plain.rows) + len(self.others)


def _dense(numbers: Sequence[int]) -> Sequence[int]:
    """The same numbers, in little room where they are in order and none is missing between them."""
    whole = range(numbers[0], numbers[-1] + 1)
    return whole if list(whole) == numbers else numbers


NEW = Origin()
"""Of a row that did not come back."""


def entry_of(mapped: Mapped, rules: DedupeRules, origin: Origin = NEW, *, who_only: bool = False) -> Entry:
    """How a row that was mapped enters the ledger; `rules` say what it is compared by.

    With `who_only` the ledger keeps of a row that could be sent only whom it is about. What ended by its origin keeps
    its keys: it is known by them when it comes back once more.
    """
    row, values, warnings, problems, suggestions = mapped
    suggestion = SEPARATOR.join(map(str, suggestions)) if suggestions else ""
    if problems:
        unreadable = problems[0].reason is Reason.UNREADABLE_ROW
        said = Written.of(values) if unreadable else Written.who(values)
        return Entry(NewRow(row, said, _faulty(mapped), warnings, suggestion=suggestion), faulty=True)
    keys = keys_of(values, rules)
    nobody_asks = who_only and not origin.outcome
    said = Written.who(values) if nobody_asks else Written.of(values, person=keys.email or keys.names)
    new = NewRow(row, said, origin.outcome, warnings, origin.leftover, suggestion, origin.since)
    if origin.outcome:
        return Entry(new, faulty=origin.outcome.status is Status.ERROR)
    return Entry(new, keys, Need.of(values))


def _faulty(mapped: Mapped) -> Outcome:
    first = mapped.problems[0]
    return Outcome(
        reason=first.reason,
        message="; ".join(problem.message for problem in mapped.problems),
        column=first.column,
        value=first.value,
    )


def together(plain: PlainRows, rules: DedupeRules, *, who_only: bool = False) -> PlainEntries:
    """As `entry_of`, of rows that were mapped together, but that `keyed` has still to be asked for their keys."""
    return PlainEntries(
        plain.rows,
        None if who_only else payloads(plain),
        () if who_only else plain.column("label_names"),
        plain.column("email"),
        (plain.column("first_name"), plain.column("last_name"), plain.column("organization_name")),
        list(map(sum, plain.shapes)) if rules.keep is Keep.MOST_COMPLETE else (),
        Need.across(plain),
    )


def keyed(plain: PlainEntries) -> tuple[NewRows, ManyKeys]:
    """The rows as they enter the ledger, and what they are compared by.

    Apart from `together`, so that a process that reads leaves a part of the work to the one that enters.
    """
    emails, names = address_keys(plain.emails), named_keys(*plain.people)
    if plain.payloads is None:
        new = NewRows(plain.rows, payloads=_about(plain))
    else:
        said = contents(plain.payloads, plain.lists)
        new = NewRows(plain.rows, person_keys(emails, names, said), digests(said), plain.payloads)
    return new, ManyKeys(emails, names, plain.filled)


def _about(plain: PlainEntries) -> list[str]:
    """The values of `WHO` as JSON."""
    columns = (*plain.people, plain.emails)
    shapes = list(zip(*(map(bool, column) for column in columns), strict=True))
    return payloads(PlainRows(WHO, (), plain.rows, columns, shapes))
