"""No history of runs, faults, deaths, resumptions and retries makes a person twice or brings old values back."""

import tempfile
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from pipeline.errors import UsageMistake
from pipeline.ledger import Ledger, Runs, RunState
from tests.import_desk import CrashPoint, ImportDesk, Killed, human

PEOPLE = range(2, 6)
FAULTS = (
    "reset_before",
    "reset_after",
    "error_before",
    "error_after",
    "late_commit",
    "item_dropped",
    "partial_422",
)
ENDPOINTS = ("contacts/create", "contacts/bulk_create", "contacts/update")
DEATH = st.one_of(st.none(), st.tuples(st.integers(1, 40), st.booleans()))
WRITTEN = {"new", "settled", "updated"}
CAN_GO_ON = {RunState.BEGUN, RunState.INTERRUPTED, RunState.STOPPED, RunState.QUOTA}


class Histories(RuleBasedStateMachine):
    """One team, four people, and exports of them that say something newer each time."""

    @initialize(
        on_match=st.sampled_from(["skip", "update", "create"]), mode=st.sampled_from(["bulk", "single"])
    )
    def begin(self, on_match: str, mode: str) -> None:
        self.place = tempfile.TemporaryDirectory()
        self.desk = ImportDesk(Path(self.place.name))
        self.way: dict[str, Any] = {"on_match": on_match, "mode": mode}
        self.exports = 0

    @rule(who=st.sets(st.sampled_from(PEOPLE), min_size=1), death=DEATH)
    def a_new_export_is_run(self, who: set[int], death: tuple[int, bool] | None) -> None:
        self.exports += 1
        rows = [human(number, Title=f"Export {self.exports}") for number in sorted(who)]
        source = self.desk.write(f"export{self.exports}.csv", rows)
        with suppress(Killed), dying(death).armed():
            self.desk.run(source, **self.way)

    @rule(which=st.integers(0, 9), death=DEATH)
    def a_run_is_resumed(self, which: int, death: tuple[int, bool] | None) -> None:
        if runs := self.runs():
            with suppress(Killed, UsageMistake), dying(death).armed():
                self.desk.resume(runs[which % len(runs)])

    @rule(which=st.integers(0, 9), death=DEATH)
    def a_run_is_retried(self, which: int, death: tuple[int, bool] | None) -> None:
        if runs := self.runs():
            with suppress(Killed, UsageMistake), dying(death).armed():
                self.desk.retry(runs[which % len(runs)])

    @rule(fault=st.sampled_from(FAULTS), endpoint=st.sampled_from(ENDPOINTS))
    def an_answer_will_be_lost(self, fault: str, endpoint: str) -> None:
        self.desk.faults.next(fault, endpoint=endpoint)

    @rule(seconds=st.sampled_from([1, 100, 400, 90_000]))
    def time_passes(self, seconds: int) -> None:
        self.desk.clock.now += seconds

    @invariant()
    def nobody_is_there_twice(self) -> None:
        made = Counter(contact["email"] for contact in self.contacts())
        assert [email for email, count in made.items() if count > 1] == []

    def teardown(self) -> None:
        if not hasattr(self, "desk"):
            return
        try:
            self.everything_comes_to_its_end()
            self.nobody_is_there_twice()
            self.every_contact_says_what_was_written_last()
        finally:
            self.desk.sandbox.close()
            self.place.cleanup()

    def everything_comes_to_its_end(self) -> None:
        for _ in range(12):
            for run_id in self.runs(CAN_GO_ON):
                self.desk.clock.now += 400
                summary = self.desk.resume(run_id)
                counts = summary.counts
                told = counts.created + counts.duplicate + counts.error + counts.not_sent
                assert told == counts.read
        assert self.runs(CAN_GO_ON) == []
        for run_id in self.runs():
            if not (self.desk.output / run_id / "results.csv").exists():
                self.desk.resume(run_id)  # it died when all was done but told

    def every_contact_says_what_was_written_last(self) -> None:
        titles = {contact["email"]: contact["title"] for contact in self.contacts()}
        written: dict[str, set[str]] = {}
        perhaps: dict[str, set[str]] = {}
        for run_id in self.runs():
            for row in self.desk.results(run_id):
                export = self.title_of(run_id, row["row"])
                if row["reason"] in WRITTEN:
                    written.setdefault(row["email"], set()).add(export)
                elif row["reason"] == "outcome_unknown":
                    perhaps.setdefault(row["email"], set()).add(export)
        for email, exports in written.items():
            assert titles[email] in {max(exports, key=age)} | perhaps.get(email, set())

    def title_of(self, run_id: str, row: str) -> str:
        source = next((self.desk.output / run_id).glob("source.*"))
        return self.desk.table(source)[int(row) - 2]["Title"]

    def contacts(self) -> list[dict[str, str]]:
        return self.desk.sandbox.contacts if hasattr(self, "desk") else []

    def runs(self, states: set[RunState] | None = None) -> list[str]:
        if not (self.desk.output / "ledger.db").exists():
            return []
        with Ledger.open(self.desk.output) as ledger:
            found = [Runs(ledger).get(run_id) for run_id in sorted(Runs(ledger).ids())]
        return [run.run_id for run in found if states is None or run.state in states]


def age(title: str) -> int:
    return int(title.removeprefix("Export "))


def dying(death: tuple[int, bool] | None) -> CrashPoint:
    at, after = death or (1_000_000, True)
    return CrashPoint(at, after=after)


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=8, stateful_step_count=12)
