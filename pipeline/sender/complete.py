"""Pays what made contacts still lack: fields one by one, lists many contacts a call. All of it can be repeated."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from pipeline.apollo import BULK_SIZE, Answer, ApolloClient, Call, Decision, Slot, Verdict, decide
from pipeline.clock import Clock
from pipeline.errors import RunStopped
from pipeline.ledger import OwingRow, Rows, Together
from pipeline.records import Outcome, Reason
from pipeline.sender.bodies import ALL, Bodies
from pipeline.sender.crew import Crew
from pipeline.sender.health import Health
from pipeline.sender.verdicts import EMAIL_DROPPED
from pipeline.sender.ways import Board

_PAGE = 200
_PAUSES = (5.0, 30.0)
"""Seconds before a call whose answer was lost is made for the second and for the third time."""


class Completer:
    """Writes what bulk could not carry, and the row's values to matched contacts."""

    def __init__(
        self,
        rows: Rows,
        bodies: Bodies,
        client: ApolloClient,
        health: Health,
        clock: Clock,
        crew: Crew,
        board: Board,
        together: Together,
    ) -> None:
        self._rows = rows
        self._bodies = bodies
        self._client = client
        self._health = health
        self._clock = clock
        self._crew = crew
        self._board = board
        self._together = together
        self._under_way: set[int] = set()
        self._page: deque[OwingRow] = deque()
        self._unlisted = BULK_SIZE
        self._tries: dict[int, int] = {}
        self._closed: dict[Call, str] = {}
        self._more = True
        self._changed = asyncio.Event()

    def wake(self, *, more: bool = True, unlisted: int = 0) -> None:
        """Rows may owe something now, `unlisted` of them lists; without `more`, no further row will."""
        self._more = more
        self._unlisted += unlisted
        self._changed.set()
        self._changed = asyncio.Event()

    @property
    def left_undone(self) -> str:
        """Why something stays owed; "" when nothing had to be given up."""
        return "; ".join(self._closed.values())

    async def pay_fields(self) -> None:
        """Works until no row owes fields and none will."""
        while Call.UPDATE not in self._closed:
            row = self._following()
            if row and self._rows.overtaken(row):
                self._let_newer_stand(row)
            elif row:
                await self._attempt(Call.UPDATE, (row,), self._patch, self._patched)
            elif not await self._wait():
                return

    async def pay_lists(self) -> None:
        """Works until no row owes lists and none will; full calls first, the rest at the end."""
        while Call.ADD_TO_LISTS not in self._closed:
            if group := self._group():
                await self._attempt(Call.ADD_TO_LISTS, group, self._add, self._added)
            elif not await self._wait():
                return

    def _following(self) -> OwingRow | None:
        """The next row that owes fields; a page of them is read at a time."""
        if not self._page:
            self._page.extend(self._free(self._rows.owing_fields(_PAGE)))
        while self._page:
            if (row := self._page.popleft()).row not in self._under_way:
                return row
        return None

    def _group(self) -> tuple[OwingRow, ...]:
        """Rows that owe the same lists, enough to fill a call while more are to come."""
        if self._more and self._unlisted < BULK_SIZE:
            return ()
        group = self._alike(self._rows.owing_lists(_PAGE * 10))
        if not group:
            self._unlisted = 0
        return group

    def _free(self, owing: Sequence[OwingRow]) -> list[OwingRow]:
        return [row for row in owing if row.row not in self._under_way]

    def _alike(self, owing: Sequence[OwingRow]) -> tuple[OwingRow, ...]:
        groups: dict[tuple[str, ...], list[OwingRow]] = {}
        for row in self._free(owing):
            group = groups.setdefault(row.owed.lists, [])
            group.append(row)
            if len(group) == BULK_SIZE:
                return tuple(group)
        # Rows whose phones are on the way come back in a moment; without them their List would cost a call more.
        expected = {row.owed.lists for row in owing if row.row in self._under_way}
        whole = (group for lists, group in groups.items() if lists not in expected)
        return () if self._more else tuple(next(whole, ()))

    async def _wait(self) -> bool:
        if not self._more and not self._under_way:
            return False
        await self._changed.wait()
        return True

    async def _attempt(
        self,
        call: Call,
        rows: tuple[OwingRow, ...],
        send: Callable[[Slot, tuple[OwingRow, ...]], Awaitable[Answer]],
        paid: Callable[[tuple[OwingRow, ...], Answer, Decision], None],
    ) -> None:
        numbers = {row.row for row in rows}
        self._under_way |= numbers
        try:
            slot = await self._client.slot(call)
            with self._crew.busy():
                answer = await send(slot, rows)
                decision = decide(answer)
                await self._together.carry_out(lambda: paid(rows, answer, decision))
            await self._go_on(call, rows, answer, decision)
        finally:
            self._under_way -= numbers
            self.wake(more=self._more)

    async def _go_on(
        self, call: Call, rows: tuple[OwingRow, ...], answer: Answer, decision: Decision
    ) -> None:
        if decision.verdict is Verdict.FORBIDDEN:
            self._close(call, f"Apollo does not allow {call}: {decision.words}")
        elif decision.verdict is Verdict.SETTLE:
            await self._count_try(call, rows, decision)
        elif decision.verdict is Verdict.AGAIN and answer.status is None:
            await self._health.unreachable(decision.words)
        elif decision.verdict is not Verdict.AGAIN:
            self._health.answered()
        if decision.stops:
            raise stopped(answer, decision)

    async def _count_try(self, call: Call, rows: tuple[OwingRow, ...], decision: Decision) -> None:
        first = rows[0].row
        tries = self._tries[first] = self._tries.get(first, 0) + 1
        if tries > len(_PAUSES):
            self._close(call, f"Apollo did not answer to {call} three times ({decision.words})")
        else:
            await self._clock.sleep(_PAUSES[tries - 1])

    def _close(self, call: Call, why: str) -> None:
        self._closed[call] = why
        self._board.note(why)

    def _let_newer_stand(self, row: OwingRow) -> None:
        now = self._clock.time()
        if row.reason is Reason.UPDATED:
            self._rows.refused_update(
                row, Outcome(Reason.SUPERSEDED, _OVERTAKEN, contact_id=row.contact_id), now
            )
        else:
            self._rows.paid_fields(row, now, _OVERTAKEN)

    async def _patch(self, slot: Slot, rows: tuple[OwingRow, ...]) -> Answer:
        row = rows[0]
        body = self._bodies.patch(row.values, row.owed.fields, made=row.reason is not Reason.UPDATED)
        return await self._client.update(slot, row.contact_id, body)

    async def _add(self, slot: Slot, rows: tuple[OwingRow, ...]) -> Answer:
        return await self._client.add_to_lists(slot, [row.contact_id for row in rows], rows[0].owed.lists)

    def _patched(self, rows: tuple[OwingRow, ...], answer: Answer, decision: Decision) -> None:
        row, now = rows[0], self._clock.time()
        if decision.verdict is Verdict.DONE and _dropped(row, answer):
            self._rows.refused_update(
                row, Outcome(Reason.EMAIL_DROPPED, EMAIL_DROPPED, value=row.values.get("email", "")), now
            )
        elif decision.verdict is Verdict.DONE:
            self._rows.paid_fields(row, now)
        elif decision.verdict is Verdict.REFUSED and row.reason is Reason.UPDATED:
            message = f"Apollo has this contact and refused the row's values: {decision.words}"
            outcome = Outcome(Reason.REFUSED, message, http_status=answer.status)
            self._rows.refused_update(row, outcome, now)
        elif decision.verdict is Verdict.REFUSED:
            fields = ", ".join(row.owed.fields)
            self._rows.paid_fields(row, now, f"Apollo refused {fields}: {decision.words}")

    def _added(self, rows: tuple[OwingRow, ...], _: Answer, decision: Decision) -> None:
        if decision.verdict is Verdict.DONE:
            self._rows.paid_lists(rows, self._clock.time())
        elif decision.verdict is Verdict.REFUSED:
            lists = ", ".join(rows[0].owed.lists)
            warning = f"Apollo did not add the contact to {lists}: {decision.words}"
            self._rows.paid_lists(rows, self._clock.time(), warning)


def _dropped(row: OwingRow, answer: Answer) -> bool:
    """Whether an address was written and is not there."""
    written = not {ALL, "email"}.isdisjoint(row.owed.fields) and row.values.get("email")
    return bool(written) and not answer.body["contact"].get("email")


_OVERTAKEN = "a later run has sent newer values for this person, which were left to stand"


def stopped(answer: Answer, decision: Decision) -> RunStopped:
    """The reason to stop that an answer is, in users' words."""
    if answer.status == 401:  # noqa: PLR2004
        return RunStopped(f"Apollo refused the key: {decision.words}", "unauthorized")
    if answer.status is None:
        return RunStopped(
            f"Apollo cannot be reached ({decision.words}). Check the network and APOLLO_BASE_URL."
        )
    return RunStopped(f"This does not look like Apollo's API ({decision.words}). Check APOLLO_BASE_URL.")
