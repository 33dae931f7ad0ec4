"""A run with rows of its own, ready to be sent to a sandbox in process."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from pipeline.apollo import ApolloClient, Limiter, Limits
from pipeline.config import Constants, SendRules
from pipeline.errors import ImportFailure
from pipeline.ledger import (
    HistoryRules,
    Ledger,
    NewRow,
    NewRun,
    ResultRow,
    Rows,
    Runs,
    State,
    Teams,
    Written,
    results,
)
from pipeline.records import Contact, Names, Outcome, Reason
from pipeline.sandbox import SANDBOX_KEY, Faults, Sandbox, Settings, build
from pipeline.sender import Bodies, ErrorLimit, Marker, Sender, Stop, TeamDesk, Terms
from tests.fakes import FakeClock, Line, SilentBoard


class Told(NamedTuple):
    """What the ledger says of a row."""

    row: int
    state: State
    reason: Reason | None
    outcome: Outcome | None
    attempts: int
    warnings: str


@dataclass
class Desk:
    """One ledger, one sandbox, one clock; `send` sends rows as a new run."""

    folder: Path
    settings: Settings = field(default_factory=Settings)
    faults: Faults = field(default_factory=Faults)
    latency: float = 0.0
    clock: FakeClock = field(default_factory=FakeClock)
    board: SilentBoard = field(default_factory=SilentBoard)
    sandbox: Sandbox = field(init=False)
    ledger: Ledger = field(init=False)
    line: Line = field(init=False)
    key: str = SANDBOX_KEY
    failure: ImportFailure | None = None
    run: int = 0

    def __post_init__(self) -> None:
        self.sandbox = build(
            self.settings,
            clock=self.clock.time,
            sleep=self.clock.sleep,
            faults=self.faults,
            keep_traffic=True,
        )
        self.ledger = Ledger.open(self.folder)
        self.line = Line(self.sandbox, self.clock, self.latency)

    def close(self) -> None:
        self.ledger.close()
        self.sandbox.close()

    def enter(self, contacts: Sequence[Contact], rules: SendRules, *, run_id: str = "run-1") -> Rows:
        team = Teams(self.ledger).seen("sandbox", self.sandbox.team_id, self.key)
        new = NewRun(run_id, team, False, False, "people.csv", "people.csv", "", "", {}, self.clock.time())
        run = Runs(self.ledger).enter(new)
        self.run = run.key
        rows = Rows(self.ledger, run.key, team, HistoryRules(asked=True, updates=rules.on_match == "update"))
        rows.add([NewRow(number, Written.of(contact.values)) for number, contact in enumerate(contacts, 2)])
        return rows

    def send(
        self,
        contacts: Sequence[Contact],
        *,
        run_id: str = "run-1",
        constants: Constants | None = None,
        names: Names | None = None,
        marker: str | None = None,
        **rules: object,
    ) -> list[Told]:
        """Sends the contacts as rows 2, 3 … of a new run and returns what the ledger says of them."""
        send_rules = SendRules.model_validate({"max_errors": "100%", **rules})
        rows = self.enter(contacts, send_rules, run_id=run_id)
        mark = Marker(marker, run_id) if marker else None
        bodies = Bodies(constants or Constants(), names or Names(), send_rules.phones, mark)
        self.go_on(rows, send_rules, bodies)
        return self.results(run_id)

    def go_on(self, rows: Rows, rules: SendRules, bodies: Bodies) -> None:
        """Sends what is pending; `failure` is why it stopped."""
        asyncio.run(self._send(rows, rules, bodies))

    async def _send(self, rows: Rows, rules: SendRules, bodies: Bodies) -> None:
        stop = Stop()
        team = Teams(self.ledger).seen("sandbox", self.sandbox.team_id, self.key)
        limiter = Limiter(self.clock, Limits(), max_wait=rules.max_wait)
        async with ApolloClient(
            "http://sandbox.example/api/v1",
            self.key,
            limiter,
            self.clock,
            server_deadline=rules.server_deadline,
            transport=self.line,
        ) as client:
            terms = Terms(rules, bodies)
            desk = TeamDesk(self.ledger, team, self.run, lambda _run: terms, self.clock)
            errors = ErrorLimit(rules.max_errors, self.board.note)
            sender = Sender(terms, rows, desk, client, self.clock, self.board, stop, errors)
            await sender.run()
        self.failure = stop.failure

    def results(self, run_id: str = "run-1") -> list[Told]:
        run = Runs(self.ledger).get(run_id)
        parts = results(self.ledger, run.key, {run.key: run_id})
        return [_told(row) for part in parts for row in part.each()]

    def calls(self) -> list[str]:
        """The requests so far, by endpoint."""
        return [request.endpoint or request.path for request in self.sandbox.requests]


def _told(found: ResultRow) -> Told:
    row, contact_id, _, standing = found
    outcome = standing.outcome and standing.outcome._replace(contact_id=contact_id)
    reason = standing.outcome and standing.outcome.reason
    return Told(row, standing.state, reason, outcome, standing.attempts, standing.warnings)


def person(number: int, **more: object) -> Contact:
    """A made-up person of that number."""
    values: dict[str, object] = {
        "first_name": f"Ada{number}",
        "last_name": f"Example{number}",
        "organization_name": f"Works {number} Ltd",
        "email": f"ada{number}@works{number}.example",
    }
    return Contact.model_validate({**values, **more})
