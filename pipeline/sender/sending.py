"""The sending of one run: claim, send, finish."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from typing import NamedTuple

from pipeline.apollo import BULK_SIZE, Answer, ApolloClient, Call, Decision, Slot, Verdict, decide
from pipeline.clock import Clock
from pipeline.config import Mode
from pipeline.errors import ImportFailure, RunStopped
from pipeline.ledger import Claim, Ending, OpenRow, Rows, State
from pipeline.records import Outcome, Reason
from pipeline.sender.complete import Completer, stopped
from pipeline.sender.crew import Crew, Stop
from pipeline.sender.health import Health
from pipeline.sender.limits import ErrorLimit
from pipeline.sender.matching import found_in, match_back
from pipeline.sender.queue import Holds, Queue
from pipeline.sender.settle import Settler
from pipeline.sender.team import TeamDesk, Terms
from pipeline.sender.verdicts import Apart, Verdicts
from pipeline.sender.ways import Board, Way, Ways


class Answered(NamedTuple):
    """A request that Apollo carried out, the rows that it was about, and what came back."""

    way: Way
    sent: tuple[OpenRow, ...]
    answer: Answer


class Sender:
    """Sends the pending rows of one run and pays what its made contacts lack."""

    def __init__(
        self,
        terms: Terms,
        rows: Rows,
        team: TeamDesk,
        client: ApolloClient,
        clock: Clock,
        board: Board,
        stop: Stop,
        errors: ErrorLimit,
    ) -> None:
        """`team` is what the run's rows share with those of other runs; `errors` counts since this start."""
        rules, bodies = terms
        history = team.history
        self._rules = rules
        self._bodies = bodies
        self._rows = rows
        self._history = history
        self._team = team
        self._client = client
        self._clock = clock
        self._board = board
        self._stop = stop
        self._crew = Crew(stop)
        self._health = Health(clock)
        self._ways = Ways(rules, history)
        self._verdicts = Verdicts(bodies, rules)
        self._errors = errors
        self._queue = Queue(rows, Holds())
        self._completer = Completer(
            rows, bodies, client, self._health, clock, self._crew, board, team.together
        )
        self._settler = Settler(rules, team, self._queue, client, clock, self._ended, board.waiting)
        self._lines = asyncio.Semaphore(rules.concurrency)
        self._opened = asyncio.Event()
        self._suspect: tuple[OpenRow, ...] = ()
        self._succeeded: set[Call] = set()
        self._creators = 2 * rules.concurrency

    async def run(self) -> None:
        """Sends until no row is left, or the run is to stop; then `stop.failure` tells why.

        Whatever happens, no row stays `sending`: one whose request is cut off is in doubt.
        """
        creators = [self._open, *[self._create] * (self._creators - 1)]
        payers = [*[self._completer.pay_fields] * self._rules.concurrency, self._completer.pay_lists]
        self._team.cut_off()
        self._settler.take_over()
        for row in self._rows.pending_again():
            self._queue.again(row)
        try:
            await self._crew.run([*creators, *payers, self._settler.run])
            self._refuse_suspect()
        finally:
            self._team.cut_off()
        if not self._stop.asked and (failure := self._unfinished()):
            self._stop.ask(failure)

    def _unfinished(self) -> ImportFailure | None:
        """Why rows are left, although nothing stopped the run."""
        if self._settler.failure:
            return self._settler.failure
        if undone := self._completer.left_undone:
            return RunStopped(undone)
        if waiting := self._rows.open_counts().get(State.PENDING):
            return RunStopped(
                f"{waiting} rows wait for rows like them of which it is not known whether they were made."
            )
        return None

    async def _open(self) -> None:
        """The first request of a run goes alone: it shows whether the key, the URL and the config are right."""
        await self._step()
        self._opened.set()
        await self._create()

    async def _create(self) -> None:
        await self._opened.wait()
        while await self._step():
            pass
        self._creators -= 1
        if not self._creators:
            self._completer.wake(more=False)
            self._settler.wake(more=False)

    async def _step(self) -> bool:
        """One request. While its outcome is written down another one leaves: there are more creators than lines."""
        with ExitStack() as busy:
            async with self._lines:
                batch = await self._next()
                answered = await self._send(batch, busy) if batch else None
            if answered:
                await self._record(answered)
        self._errors.check()
        return bool(batch)

    async def _next(self) -> tuple[OpenRow, ...]:
        if self._stop.asked:
            return ()
        alone = await self._health.gate()
        size = 1 if alone or self._rules.mode is Mode.SINGLE else BULK_SIZE
        batch = await self._queue.next(size, self._ways.of)
        if not batch:
            self._health.spared()
        return batch

    async def _send(self, batch: tuple[OpenRow, ...], busy: ExitStack) -> Answered | None:
        """Sends rows; what remains to be recorded, None when nothing does."""
        way = self._ways.of(batch[0])
        slot = await self._client.slot(way.call)
        busy.enter_context(self._crew.busy())
        sending = await self._claim(slot, batch)
        if not sending:
            return None
        answer = await self._post(way, slot, sending)
        decision = decide(answer)
        self._finish(way, sending, answer, decision)
        if decision.verdict is Verdict.DONE:
            return Answered(way, sending, answer)
        busy.close()
        await self._go_on(answer, decision)
        return None

    async def _claim(self, slot: Slot, batch: tuple[OpenRow, ...]) -> tuple[OpenRow, ...]:
        self._team.check_room()
        claim = await self._team.together.carry_out(
            lambda: self._rows.claim(batch, self._client.server_time(), self._clock.time())
        )
        self._queue.done([ending.row for ending in claim.ended])
        self._ended(claim.ended)
        self._hand_over(claim)
        if not claim.sending:
            slot.unused()
            self._health.spared()
        return claim.sending

    def _hand_over(self, claim: Claim) -> None:
        """What rows have inherited is settled beside the rows that are sent."""
        for before, heir in claim.doubtful:
            self._queue.done([before])
            self._queue.hold(heir)
        if claim.doubtful:
            self._settler.wake()

    async def _post(self, way: Way, slot: Slot, sending: tuple[OpenRow, ...]) -> Answer:
        if way.call is Call.BULK_CREATE:
            items = [self._bodies.item(row.row, row.values) for row in sending]
            return await self._client.bulk_create(slot, items, run_dedupe=way.dedupe)
        row = sending[0]
        if way.dedupe:
            return await self._client.create(slot, {**self._bodies.merging(row.values), "run_dedupe": True})
        return await self._client.create(slot, self._bodies.new(row.row, row.values))

    def _finish(self, way: Way, sent: tuple[OpenRow, ...], answer: Answer, decision: Decision) -> None:
        match decision.verdict:
            case Verdict.DONE:
                self._succeeded.add(way.call)
                self._refuse_suspect()
                self._health.answered()
            case Verdict.REFUSED:
                self._refuse(way, sent, answer, decision)
            case Verdict.FORBIDDEN:
                self._forbid(way, sent, answer, decision)
            case Verdict.AGAIN | Verdict.STOP:
                self._queue.back(self._rows.give_back(sent))
            case Verdict.SETTLE:
                self._lose(sent, answer, decision.words)

    async def _record(self, answered: Answered) -> None:
        judged, missing = await self._team.together.carry_out(lambda: self._judge(answered))
        self._note([ending for ending in judged if isinstance(ending, Ending)])
        self._set_apart([apart.row for apart in judged if isinstance(apart, Apart)])
        if missing:
            self._lose(missing, answered.answer, "Apollo's answer does not mention this row")

    def _judge(self, answered: Answered) -> tuple[Sequence[Ending | Apart], Sequence[OpenRow]]:
        """Writes down how rows ended; what was judged, and the rows that the answer does not mention."""
        way, sent, answer = answered
        if way.call is Call.CREATE:
            judged: list[Ending | Apart] = [self._judged_contact(way, sent[0], answer)]
            missing: Sequence[OpenRow] = ()
        else:
            judged, missing = self._judged_items(sent, answer)
        endings = [ending for ending in judged if isinstance(ending, Ending)]
        self._rows.end(endings, self._clock.time())
        return judged, missing

    def _judged_contact(self, way: Way, row: OpenRow, answer: Answer) -> Ending:
        held = bool(self._history.holders([str(answer.body["contact"]["id"])]))
        return self._verdicts.of_contact(
            row, answer.body, dedupe=way.dedupe, held=held, http_status=answer.status or 0
        )

    def _judged_items(
        self, sent: Sequence[OpenRow], answer: Answer
    ) -> tuple[list[Ending | Apart], Sequence[OpenRow]]:
        matched = match_back(sent, found_in(answer.body))
        holders = self._history.holders([found.contact_id for _, found in matched.pairs])
        status = answer.status or 0
        judged = [
            self._verdicts.of_item(row, found, made_for=holders.get(found.contact_id), http_status=status)
            for row, found in matched.pairs
        ]
        return judged, matched.missing

    def _end(self, endings: Sequence[Ending]) -> None:
        self._rows.end(endings, self._clock.time())
        self._note(endings)

    def _note(self, endings: Sequence[Ending]) -> None:
        self._queue.done([ending.row for ending in endings])
        self._ended(endings)

    def _ended(self, endings: Sequence[Ending]) -> None:
        outcomes = [ending.outcome for ending in endings]
        self._settler.witness([one.contact_id for one in outcomes if one.reason is Reason.NEW])
        for outcome in outcomes:
            self._errors.count(outcome)
        for reason, count in Counter(outcome.reason for outcome in outcomes).items():
            self._board.ended(reason, count)
        owed = [ending.owed for ending in endings if ending.owed]
        if owed:
            self._completer.wake(unlisted=sum(bool(one.lists) for one in owed))

    def _set_apart(self, rows: Sequence[OpenRow]) -> None:
        if rows:
            back = self._rows.give_back(rows)
            for row in back:
                self._ways.keep_apart(row)
            self._queue.back(back)

    def _lose(self, sent: Sequence[OpenRow], answer: Answer, words: str) -> None:
        self._queue.lost(self._rows.lose(sent, words, answer.status))
        self._settler.wake()

    def _refuse(self, way: Way, sent: tuple[OpenRow, ...], answer: Answer, decision: Decision) -> None:
        if way.call is Call.BULK_CREATE and not way.dedupe:
            self._lose(sent, answer, decision.words)
        elif len(sent) > 1:
            self._halve(sent)
        else:
            self._end([_refused(sent[0], answer.status, decision.words)])

    def _halve(self, sent: tuple[OpenRow, ...]) -> None:
        back, middle = self._rows.give_back(sent), len(sent) // 2
        self._queue.back_as([back[:middle], back[middle:]])

    def _forbid(self, way: Way, sent: tuple[OpenRow, ...], answer: Answer, decision: Decision) -> None:
        """One forbidden row among allowed ones is that row's; the first, or two in a row, are the key's."""
        if way.call in self._succeeded and not self._suspect:
            if len(sent) > 1:
                self._halve(sent)
                return
            self._suspect = self._rows.give_back(sent)
            self._suspicion = _refused(self._suspect[0], answer.status, decision.words)
            self._queue.done(self._suspect)
            return
        self._queue.back(self._rows.give_back(sent))
        self._stop.ask(RunStopped(f"Apollo does not allow {way.call}: {decision.words}", "unauthorized"))

    def _refuse_suspect(self) -> None:
        if self._suspect and not self._stop.asked:
            self._suspect = ()
            self._rows.end([self._suspicion], self._clock.time(), of=State.PENDING)
            self._ended([self._suspicion])

    async def _go_on(self, answer: Answer, decision: Decision) -> None:
        if decision.verdict is Verdict.SETTLE:
            self._health.lost()
        elif answer.status is None:
            await self._health.unreachable(decision.words)
        else:
            self._health.answered()
        if decision.stops:
            raise stopped(answer, decision)
        self._errors.check()


def _refused(row: OpenRow, status: int | None, words: str) -> Ending:
    return Ending(row, Outcome(Reason.REFUSED, f"Apollo refused it: {words}", http_status=status))
