"""What travels through the pipeline: rows, contacts, problems, outcomes. Frozen, and without behaviour of its own."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from itertools import repeat
from typing import Annotated, Any, NamedTuple, TypeAlias

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import from_json, to_json

Text = Annotated[str, Field(min_length=1)]
"""A value that is there. An empty one clears the field in Apollo, so it cannot even be built."""


class Status(StrEnum):
    """How a row ended; every row has exactly one."""

    CREATED = "created"
    DUPLICATE = "duplicate"
    ERROR = "error"
    NOT_SENT = "not_sent"


class Reason(StrEnum):
    """Why a row ended as it did; each reason belongs to one status (see `STATUS_OF`)."""

    NEW = "new"
    SETTLED = "settled"
    IN_FILE = "in_file"
    IN_HISTORY = "in_history"
    IN_APOLLO = "in_apollo"
    UPDATED = "updated"
    DONE_BEFORE = "done_before"
    MISSING_REQUIRED = "missing_required"
    INVALID_EMAIL = "invalid_email"
    INVALID_URL = "invalid_url"
    INVALID_VALUE = "invalid_value"
    UNREADABLE_ROW = "unreadable_row"
    REFUSED = "refused"
    EMAIL_DROPPED = "email_dropped"
    SERVER_ERROR = "server_error"
    OUTCOME_UNKNOWN = "outcome_unknown"
    DRY_RUN = "dry_run"
    INTERRUPTED = "interrupted"
    QUOTA = "quota"
    UNAUTHORIZED = "unauthorized"
    STOPPED = "stopped"
    SUPERSEDED = "superseded"


_REASONS: Mapping[Status, tuple[Reason, ...]] = {
    Status.CREATED: (Reason.NEW, Reason.SETTLED),
    Status.DUPLICATE: (
        Reason.IN_FILE,
        Reason.IN_HISTORY,
        Reason.IN_APOLLO,
        Reason.UPDATED,
        Reason.DONE_BEFORE,
    ),
    Status.ERROR: (
        Reason.MISSING_REQUIRED,
        Reason.INVALID_EMAIL,
        Reason.INVALID_URL,
        Reason.INVALID_VALUE,
        Reason.UNREADABLE_ROW,
        Reason.REFUSED,
        Reason.EMAIL_DROPPED,
        Reason.SERVER_ERROR,
        Reason.OUTCOME_UNKNOWN,
    ),
    Status.NOT_SENT: (
        Reason.DRY_RUN,
        Reason.INTERRUPTED,
        Reason.QUOTA,
        Reason.UNAUTHORIZED,
        Reason.STOPPED,
        Reason.SUPERSEDED,
    ),
}

STATUS_OF: Mapping[Reason, Status] = {
    reason: status for status, reasons in _REASONS.items() for reason in reasons
}


class Row(NamedTuple):
    """One data row of a source, every cell as the text a person sees.

    `number` is the spreadsheet's own row number. `cells` has one text for each column of the table, "" where the
    cell is blank. `warnings` tell what the loader did to the row. `unreadable` is a sentence when the row could not
    be brought under the columns (then `cells` holds what could be saved), else "".
    """

    number: int
    cells: tuple[str, ...]
    warnings: tuple[str, ...] = ()
    unreadable: str = ""


def rows_of_cells(numbers: Iterable[int], cells: Iterable[tuple[str, ...]]) -> list[Row]:
    """Rows of nothing but numbers and cells, as many as the shorter has; in half the time of calling `Row`."""
    return list(map(tuple.__new__, repeat(Row), zip(numbers, cells, repeat(()), repeat(""))))


class Suggestion(NamedTuple):
    """What is likely meant in a cell of a row: the name of the column, and the value that would be right."""

    column: str
    value: str

    def __str__(self) -> str:
        """As results show it, and `--apply-suggestions` finds it again."""
        return f"{self.column}: {self.value}"


class Problem(NamedTuple):
    """A fault found in a row before anything was sent: which column, which value, why, and what may be meant."""

    reason: Reason
    column: str
    value: str
    message: str
    suggestion: str = ""


Values: TypeAlias = Mapping[str, Any]
"""The values of a contact that are there, by field and in the order of `Contact`, which can be built from them."""


class Contact(BaseModel):
    """The values of one row under Apollo's names, before constants; absent values are None, never "".

    Custom fields stand under the name the config gives them: a label or an id. `contact_stage` is a name.
    Field list and meanings: POST /contacts, docs.apollo.io/reference/create-a-contact.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    first_name: Text | None = None
    last_name: Text | None = None
    organization_name: Text | None = None
    title: Text | None = None
    account_id: Text | None = None
    email: Text | None = None
    website_url: Text | None = None
    label_names: tuple[Text, ...] = ()
    contact_stage_id: Text | None = None
    contact_stage: Text | None = None
    present_raw_address: Text | None = None
    direct_phone: Text | None = None
    corporate_phone: Text | None = None
    mobile_phone: Text | None = None
    home_phone: Text | None = None
    other_phone: Text | None = None
    linkedin_url: Text | None = None
    custom_fields: dict[str, Text] = Field(default_factory=dict)

    @property
    def values(self) -> Values:
        """Its values that are there."""
        return {name: value for name, value in vars(self).items() if value}

    def to_json(self) -> str:
        """The values that are there, as JSON; `from_json` gives the same contact back."""
        return values_json(self.values)

    @classmethod
    def from_json(cls, text: str) -> "Contact":
        """The contact that `to_json` wrote."""
        return cls.model_validate_json(text)


def values_json(values: Values) -> str:
    """The values as JSON, in a tenth of the time that a contact takes to be made and dumped."""
    return to_json(values).decode()


def values_of(text: str) -> Values:
    """What `values_json` wrote."""
    values: Values = from_json(text)
    return values


class Mapped(NamedTuple):
    """What the mapper made of one row: its values, what was done to them, and every fault.

    With problems the row is faulty and ends; `values` then are those that were good. `suggestions` are
    about faulty cells and about cells that only look good.
    """

    row: int
    values: Values
    warnings: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()


Shape: TypeAlias = tuple[bool, ...]
"""Which columns of a row have a value."""


class PlainRows(NamedTuple):
    """What the mapper made of rows of which nothing is to be told, a column at a time.

    There is a column for each of the contact `fields`, in the order of `Contact`, and behind them one for each label
    of `custom`; a value in it for each of the `rows`, "" or () where the row has none. `shapes` are the rows' own.
    """

    fields: tuple[str, ...]
    custom: tuple[str, ...]
    rows: Sequence[int]
    columns: Sequence[Sequence[Any]]
    shapes: Sequence[Shape]

    def column(self, field: str) -> Sequence[Any]:
        """The column of a field; empty texts where there is none."""
        return self.columns[self.fields.index(field)] if field in self.fields else ("",) * len(self.rows)


class Outcome(NamedTuple):
    """How a row ended and why: what `results.csv` tells about it."""

    reason: Reason
    message: str = ""
    column: str = ""
    value: str = ""
    contact_id: str = ""
    matched_row: int | None = None
    matched_run: str = ""
    matched_on: str = ""
    http_status: int | None = None
    suggestion: str = ""

    @property
    def status(self) -> Status:
        """The status that the reason belongs to."""
        return STATUS_OF[self.reason]


class CustomField(NamedTuple):
    """A contact's custom field as the team has it: its type, how long a text may be, a picklist's labels and ids.

    `fixed`: it is kept by a connected CRM and cannot be written. Source: GET /typed_custom_fields.
    """

    id: str
    label: str
    kind: str = "string"
    longest: int | None = None
    choices: tuple[tuple[str, str], ...] = ()
    fixed: bool = False


class Names(NamedTuple):
    """The team's own names: contact stage -> id as the team spells it, custom field label -> id by casefolded label.

    None where the team was not asked (no key, no network): then nothing can be said about a name. `described` are
    the custom fields with their types, `lists` the names of the team's Lists.
    """

    stages: Mapping[str, str] | None = None
    custom_fields: Mapping[str, str] | None = None
    described: tuple[CustomField, ...] = ()
    lists: tuple[str, ...] | None = None


class Window(NamedTuple):
    """One quota window of one call. `span` is its length in seconds, `allowed` None without a limit.

    `ends_at` is seconds since the epoch, None while the window has not been opened.
    """

    call: str
    span: int
    allowed: int | None
    used: int
    ends_at: float | None


IMPORT_COLUMNS = (
    "import_run",
    "import_row",
    "import_status",
    "import_reason",
    "import_column",
    "import_message",
    "import_contact_id",
    "import_suggestion",
)
"""The columns that results add behind the data; exactly these names are no data when a file is fed back."""
