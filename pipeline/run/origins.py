"""Rows that come back: from a results file that is fed in again, or by a retry."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from pipeline.identity import content_key
from pipeline.ledger import EarlierRow, Ledger, Leftover, State, earlier_rows, run_keys
from pipeline.records import Mapped, Outcome, Reason, Row, Status

_STILL_UNREADABLE = (
    "stands as it was cut out of a row whose cells could not be told apart; correct it, or, where it is right, empty "
    "its cell import_run"
)


class Origin(NamedTuple):
    """How a row that came back is taken: ended already, or with what was left open about it.

    `since` is the run that its values are of, where it is as it was.
    """

    outcome: Outcome | None = None
    leftover: Leftover | None = None
    since: int | None = None


class Origins(Protocol):
    """Says of rows whether they came back."""

    def of(self, rows: Sequence[Row], mapped: Sequence[Mapped]) -> Mapping[int, Origin]:
        """The origins of those rows that have one, by row number."""
        ...

    def finished(self, rows: Sequence[Row]) -> frozenset[int]:
        """The numbers of those rows that Apollo has already."""
        ...


class FedBack:
    """Rows of a file that has the columns `import_run` and `import_row`."""

    def __init__(self, ledger: Ledger, team: int | None, columns: Sequence[str]) -> None:
        self._ledger = ledger
        self._team = team
        self._places = [
            columns.index(name) if name in columns else None for name in ("import_run", "import_row")
        ]
        self._used: set[tuple[int, int]] = set()

    def of(self, rows: Sequence[Row], mapped: Sequence[Mapped]) -> Mapping[int, Origin]:
        """The origins of those rows that the ledger knows, by row number."""
        earlier = self._earlier(rows)
        return {one.row: self._origin(one, earlier[one.row]) for one in mapped if one.row in earlier}

    def finished(self, rows: Sequence[Row]) -> frozenset[int]:
        """The numbers of those rows that ended as created or duplicate."""
        return frozenset(number for number, one in self._earlier(rows).items() if _has_ended_well(one))

    def _earlier(self, rows: Sequence[Row]) -> Mapping[int, EarlierRow]:
        """What the ledger knows of the rows, by their numbers now."""
        named = {row.number: where for row in rows if (where := self._where(row))}
        keys = run_keys(self._ledger, {run_id for run_id, _ in named.values()}, self._team)
        known = {
            (run_id, number): found
            for run_id, key in keys.items()
            for number, found in earlier_rows(
                self._ledger, key, [number for one, number in named.values() if one == run_id]
            ).items()
        }
        return {row: known[where] for row, where in named.items() if where in known}

    def _where(self, row: Row) -> tuple[str, int] | None:
        run, number = self._places
        if run is None or number is None or not row.cells[number].strip().isdecimal():
            return None
        return row.cells[run].strip(), int(row.cells[number])

    def _origin(self, mapped: Mapped, earlier: EarlierRow) -> Origin:
        if not mapped.problems and self._done_before(mapped, earlier):
            return Origin(outcome=_done_before(earlier))
        if earlier.reason is Reason.UNREADABLE_ROW and earlier.content == content_key(mapped.values):
            return Origin(outcome=Outcome(Reason.UNREADABLE_ROW, _STILL_UNREADABLE))
        since = _age(earlier) if earlier.content == content_key(mapped.values) else None
        place = (earlier.run, earlier.row)
        if place in self._used:
            return Origin(since=since)
        self._used.add(place)
        return Origin(leftover=earlier.leftover, since=since)

    def _done_before(self, mapped: Mapped, earlier: EarlierRow) -> bool:
        if not _has_ended_well(earlier) or earlier.content != content_key(mapped.values):
            return False
        if earlier.reason is not Reason.IN_FILE or earlier.matched_row is None:
            return True
        kept = earlier_rows(self._ledger, earlier.run, [earlier.matched_row]).get(earlier.matched_row)
        return kept is None or not kept.left_no_contact


class Retried:
    """Rows of one earlier run, taken from its copy of the source."""

    def __init__(self, ledger: Ledger, run: int) -> None:
        self._ledger = ledger
        self._run = run

    def of(self, rows: Sequence[Row], mapped: Sequence[Mapped]) -> Mapping[int, Origin]:
        """What the earlier run left open about these rows."""
        del mapped
        earlier = earlier_rows(self._ledger, self._run, [row.number for row in rows])
        return {number: Origin(leftover=one.leftover, since=_age(one)) for number, one in earlier.items()}

    def finished(self, rows: Sequence[Row]) -> frozenset[int]:
        """None: only rows that failed or were not sent are retried."""
        del rows
        return frozenset()


def _age(earlier: EarlierRow) -> int:
    """The run that an earlier row's values are of; those that were out of date then are older than all runs."""
    return 0 if earlier.reason is Reason.SUPERSEDED else earlier.run


def _has_ended_well(earlier: EarlierRow) -> bool:
    return earlier.status in (Status.CREATED, Status.DUPLICATE) or earlier.state is State.OWING


def _done_before(earlier: EarlierRow) -> Outcome:
    return Outcome(
        Reason.DONE_BEFORE,
        message=f"was finished before, as row {earlier.row} of that run, and is unchanged",
        contact_id=earlier.contact_id,
        matched_row=earlier.row,
        matched_run=str(earlier.run),
    )
