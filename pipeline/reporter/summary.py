"""summary.json: one run in figures, for machines, the terminal and later the page."""

from collections.abc import Mapping

from pydantic import Field

from pipeline.ledger import RunRecord, RunState
from pipeline.records import STATUS_OF, Reason, Status
from pipeline.reporter.causes import Cause
from pipeline.reporter.planned import Part, Plan
from pipeline.reporter.times import iso

_STOPPED: Mapping[RunState, int] = {RunState.INTERRUPTED: 4, RunState.QUOTA: 5, RunState.STOPPED: 3}


class LeftOutRow(Part):
    """A row of the file that is no data row, and why."""

    row: int
    why: str


class Source(Part):
    """The file that was read. `name` is its name as the user gave it; `rows` counts data rows."""

    name: str
    sha256: str
    rows: int
    blank: int
    sheet: str
    header_row: int
    encoding: str
    delimiter: str
    notes: tuple[str, ...]
    left_out: tuple[LeftOutRow, ...]


class Counts(Part):
    """Rows by status; `read` is their sum."""

    read: int = 0
    created: int = 0
    duplicate: int = 0
    error: int = 0
    not_sent: int = 0

    @classmethod
    def of(cls, read: int, reasons: Mapping[Reason, int]) -> "Counts":
        """The counts of `read` rows that ended for these reasons."""
        sums = dict.fromkeys(Status, 0)
        for reason, count in reasons.items():
            sums[STATUS_OF[reason]] += count
        return cls(read=read, **{status.value: count for status, count in sums.items()})

    @property
    def holds(self) -> bool:
        """Whether every row that was read has exactly one status."""
        return self.read == self.created + self.duplicate + self.error + self.not_sent


class Requests(Part):
    """Requests of the run, over all its starts."""

    sent: int
    retried: int
    rate_limited: int


class Summary(Part):
    """Everything in summary.json, and beside it what stays out of the file.

    That is the commonest `causes`, and what is to be `said` about the files: which is left out, or called otherwise.
    """

    run_id: str
    state: RunState
    source: Source
    config_sha256: str
    plan: Plan
    counts: Counts
    reasons: dict[Reason, int]
    requests: Requests
    started_at: str
    finished_at: str | None
    seconds: float
    exit_code: int
    next_command: str
    causes: tuple[Cause, ...] = Field(default=(), exclude=True)
    said: tuple[str, ...] = Field(default=(), exclude=True)

    def to_json(self, indent: int | None = None) -> str:
        """As JSON: in one line, or indented for reading."""
        return self.model_dump_json(indent=indent)


def summarize(
    run: RunRecord,
    counts: Counts,
    reasons: Mapping[Reason, int],
    causes: tuple[Cause, ...],
    next_command: str,
) -> Summary:
    """The summary of a run whose rows were just counted."""
    return Summary(
        run_id=run.run_id,
        state=state_of(run),
        source=_source(run),
        config_sha256=run.config_sha256,
        plan=Plan.of(run.plan),
        counts=counts,
        reasons={reason: reasons[reason] for reason in Reason if reasons.get(reason)},
        requests=Requests(
            sent=run.requests.sent, retried=run.requests.retried, rate_limited=run.requests.rate_limited
        ),
        started_at=iso(run.started_at),
        finished_at=iso(run.finished_at) or None,
        seconds=run.seconds,
        exit_code=exit_code_for(run, counts),
        next_command=next_command,
        causes=causes,
    )


def state_of(run: RunRecord) -> RunState:
    """The state as files tell it: a run whose process died on the way reads as interrupted."""
    return RunState.INTERRUPTED if run.state is RunState.BEGUN else run.state


def exit_code_for(run: RunRecord, counts: Counts) -> int:
    """The stop's own code for a run that stopped, else 1 with rows in error (also of a dry run), else 0."""
    stopped = _STOPPED.get(state_of(run))
    if stopped is None:
        return 1 if counts.error else 0
    return run.exit_code if run.exit_code and run.state is not RunState.BEGUN else stopped


def _source(run: RunRecord) -> Source:
    facts = run.facts
    return Source(
        name=source_name(run),
        sha256=run.source_sha256,
        rows=facts.rows,
        blank=facts.blank,
        sheet=facts.sheet,
        header_row=facts.header_row,
        encoding=facts.encoding,
        delimiter=facts.delimiter,
        notes=facts.notes,
        left_out=tuple(LeftOutRow(row=row, why=why) for row, why in facts.left_out),
    )


def source_name(run: RunRecord) -> str:
    """The file's own name, without its folders."""
    return run.source_path.replace("\\", "/").rsplit("/", 1)[-1]
