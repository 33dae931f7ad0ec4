"""The runs: one import of one source each, from the moment its copies are safe."""

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from pipeline.errors import UsageMistake
from pipeline.ledger.database import Ledger
from pipeline.ledger.schema import profiles, rows, runs

_STEM = 40
_ENDINGS = frozenset((".gz", ".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"))


class RunState(StrEnum):
    """What a run is; all but the first stand in `summary.json`."""

    BEGUN = "begun"
    FINISHED = "finished"
    DRY_RUN = "dry_run"
    INTERRUPTED = "interrupted"
    QUOTA = "quota"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What was found out about a source while it was read."""

    rows: int = 0
    blank: int = 0
    sheet: str = ""
    header_row: int = 1
    encoding: str = ""
    delimiter: str = ""
    notes: tuple[str, ...] = ()
    left_out: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RequestCounts:
    """Requests of a run, over all its starts."""

    sent: int = 0
    retried: int = 0
    rate_limited: int = 0


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run as the ledger has it. Times are seconds since the epoch."""

    key: int
    run_id: str
    team: int | None
    dry_run: bool
    again: bool
    prepared: bool
    state: RunState
    source_path: str
    source_file: str
    source_sha256: str
    config_sha256: str
    options: Mapping[str, Any]
    facts: SourceFacts
    plan: Mapping[str, Any]
    started_at: float
    finished_at: float | None
    seconds: float
    requests: RequestCounts
    stop_reason: str
    message: str
    exit_code: int | None

    @property
    def who_only(self) -> bool:
        """Whether only whom its rows are about is kept: no team is known, so it is prepared again before it is sent."""
        return self.dry_run and self.team is None


@dataclass(frozen=True, slots=True)
class NewRun:
    """What is known of a run when it is entered."""

    run_id: str
    team: int | None
    dry_run: bool
    again: bool
    source_path: str
    source_file: str
    source_sha256: str
    config_sha256: str
    options: Mapping[str, Any]
    started_at: float


def run_id_for(source: Path, started_at: float, taken: frozenset[str]) -> str:
    """`YYYYMMDD-HHMMSS-<stem>` in UTC, with `-2`, `-3` … when it is taken."""
    stem = source.name
    while Path(stem).suffix.lower() in _ENDINGS:
        stem = Path(stem).stem
    plain = re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")[:_STEM].strip("-") or "source"
    first = f"{time.strftime('%Y%m%d-%H%M%S', time.gmtime(started_at))}-{plain}"
    name, number = first, 1
    while name in taken:
        number += 1
        name = f"{first}-{number}"
    return name


class Runs:
    """All runs of a ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def ids(self) -> frozenset[str]:
        """Every run id in use."""
        with self._ledger.read() as connection:
            return frozenset(connection.execute(select(runs.c.run_id)).scalars())

    def enter(self, new: NewRun) -> RunRecord:
        """Enters a run whose copies of source and config are complete and synced."""
        values = {
            "run_id": new.run_id,
            "team": new.team,
            "dry_run": int(new.dry_run),
            "again": int(new.again),
            "state": RunState.BEGUN,
            "source_path": new.source_path,
            "source_file": new.source_file,
            "source_sha256": new.source_sha256,
            "config_sha256": new.config_sha256,
            "options": json.dumps(new.options),
            "started_at": new.started_at,
        }
        with self._ledger.begin() as connection:
            connection.execute(insert(runs).values(values))
        return self.get(new.run_id)

    def get(self, run_id: str) -> RunRecord:
        """The run of that id.

        Raises:
            UsageMistake: there is none.
        """
        with self._ledger.read() as connection:
            found = connection.execute(select(runs).where(runs.c.run_id == run_id)).one_or_none()
        if found is None:
            raise UsageMistake(
                f"There is no run {run_id} in {self._ledger.folder}. `contact-import runs` lists them."
            )
        return _record(found)

    def newest(self, *, dry_runs: bool) -> RunRecord:
        """The newest run; without `dry_runs`, the newest that sends.

        Raises:
            UsageMistake: there is none.
        """
        query = select(runs).order_by(runs.c.run.desc()).limit(1)
        if not dry_runs:
            query = query.where(runs.c.dry_run == 0)
        with self._ledger.read() as connection:
            found = connection.execute(query).one_or_none()
        if found is None:
            raise UsageMistake(self._none(dry_runs=dry_runs))
        return _record(found)

    def _none(self, *, dry_runs: bool) -> str:
        if dry_runs or not self.ids():
            return f"There is no run in {self._ledger.folder} yet."
        return (
            f"There are only dry runs in {self._ledger.folder}, which `latest` passes over here. `resume` sends what "
            "a dry run showed if you give its id; `contact-import runs` lists them."
        )

    def all(self) -> list[RunRecord]:
        """Every run, newest first."""
        with self._ledger.read() as connection:
            return [_record(found) for found in connection.execute(select(runs).order_by(runs.c.run.desc()))]

    def same_source(self, sha256: str, before: int) -> list[str]:
        """The ids of earlier runs of the same bytes that sent something, oldest first."""
        query = select(runs.c.run_id).where(
            runs.c.source_sha256 == sha256, runs.c.run < before, runs.c.sent > 0
        )
        with self._ledger.read() as connection:
            return list(connection.execute(query.order_by(runs.c.run)).scalars())

    def taken_up(self, run: int, team: int | None, *, afresh: bool = False) -> RunRecord:
        """The run goes on, for that team; a dry run becomes one that sends.

        `afresh` when it was prepared `unchecked`, without knowing the team or its names: it is prepared again. So is
        one that keeps only whom its rows are about: nothing of theirs may be sent.
        """
        values: dict[str, Any] = {"state": RunState.BEGUN, "dry_run": 0, "team": team}
        if afresh or self.of_key(run).who_only:
            values["prepared"] = 0
        if afresh:
            values["options"] = func.json_remove(runs.c.options, "$.unchecked")
        self._set(run, values)
        return self.of_key(run)

    def of_key(self, run: int) -> RunRecord:
        """The run of that number."""
        with self._ledger.read() as connection:
            return _record(connection.execute(select(runs).where(runs.c.run == run)).one())

    def discard(self, run: int) -> None:
        """Takes a run out that never came to be; nothing of it was sent."""
        with self._ledger.begin() as connection:
            connection.execute(rows.delete().where(rows.c.run == run))
            connection.execute(profiles.delete().where(profiles.c.run == run))
            connection.execute(runs.delete().where(runs.c.run == run))

    def prepared(self, run: int, facts: SourceFacts, plan: Mapping[str, Any]) -> None:
        """All rows of the run are in the ledger."""
        self._set(run, {"prepared": 1, "facts": json.dumps(_fields(facts)), "plan": json.dumps(plan)})

    def count(self, run: int, requests: RequestCounts) -> None:
        """Adds requests to the run's sums."""
        self._set(
            run,
            {
                "sent": runs.c.sent + requests.sent,
                "retried": runs.c.retried + requests.retried,
                "rate_limited": runs.c.rate_limited + requests.rate_limited,
            },
        )

    def ended(
        self,
        run: int,
        state: RunState,
        *,
        at: float,
        seconds: float,
        exit_code: int,
        reason: str = "",
        message: str = "",
    ) -> None:
        """The process is done with the run, for now or for good; `seconds` are added to the run's own."""
        self._set(
            run,
            {
                "state": state,
                "finished_at": at,
                "seconds": func.round(runs.c.seconds + seconds, 3),
                "exit_code": exit_code,
                "stop_reason": reason,
                "message": message,
            },
        )

    def _set(self, run: int, values: Mapping[str, Any]) -> None:
        with self._ledger.begin() as connection:
            connection.execute(update(runs).where(runs.c.run == run).values(**values))


def _fields(facts: SourceFacts) -> dict[str, Any]:
    return {name: getattr(facts, name) for name in SourceFacts.__slots__}


def _facts(text: str | None) -> SourceFacts:
    if not text:
        return SourceFacts()
    values = json.loads(text)
    values["notes"] = tuple(values["notes"])
    values["left_out"] = tuple((row, why) for row, why in values["left_out"])
    return SourceFacts(**values)


def _record(found: Row[Any]) -> RunRecord:
    return RunRecord(
        key=found.run,
        run_id=found.run_id,
        team=found.team,
        dry_run=bool(found.dry_run),
        again=bool(found.again),
        prepared=bool(found.prepared),
        state=RunState(found.state),
        source_path=found.source_path,
        source_file=found.source_file,
        source_sha256=found.source_sha256,
        config_sha256=found.config_sha256,
        options=json.loads(found.options),
        facts=_facts(found.facts),
        plan=json.loads(found.plan or "{}"),
        started_at=found.started_at,
        finished_at=found.finished_at,
        seconds=found.seconds,
        requests=RequestCounts(found.sent, found.retried, found.rate_limited),
        stop_reason=found.stop_reason or "",
        message=found.message or "",
        exit_code=found.exit_code,
    )
