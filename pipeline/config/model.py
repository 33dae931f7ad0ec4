"""The typed config: what it says, frozen. The pydantic models are also the shape of the YAML, key by key."""

import codecs
import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    WithJsonSchema,
)

from pipeline.clean import Step, step
from pipeline.config.durations import duration
from pipeline.fields import FIELDS, Kind


class Strict(BaseModel):
    """A part of the config; unknown keys are mistakes."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _flag(value: object) -> object:
    """YAML 1.2 has no `yes` and `on`; guessing what they mean is how `NO` became a country-less Norway."""
    if isinstance(value, bool):
        return value
    if str(value).lower() in ("true", "false"):
        return str(value).lower() == "true"
    raise ValueError("write true or false")


def _seconds(value: object) -> object:
    if isinstance(value, float):
        return value
    return duration(value if isinstance(value, str) else "")


def _version(value: int) -> int:
    if value != 1:
        raise ValueError("write 1")
    return value


def _delimiter(value: object) -> object:
    text = {"tab": "\t", "\\t": "\t"}.get(str(value).lower(), value)
    if text is not None and not (isinstance(text, str) and len(text) == 1 and text not in '"\r\n'):
        raise ValueError('write one character in quotes, such as ";" or "," or "tab"')
    return text


def _encoding(value: object) -> object:
    if value is None:
        return None
    try:
        return codecs.lookup(str(value)).name
    except (LookupError, ValueError):
        raise ValueError("write an encoding such as utf-8, utf-16, cp1252 or latin-1") from None


def _errors(value: object) -> object:
    if isinstance(value, MaxErrors):
        return value
    found = re.fullmatch(r"([0-9]{1,9})|([0-9]{1,3}(?:\.[0-9]{1,4})?)\s*%", str(value).strip())
    if found is None or (found[2] and float(found[2]) > 100):  # noqa: PLR2004 - a hundred percent
        raise ValueError("write a number such as 50 or a share such as 20%")
    return MaxErrors(count=int(found[1])) if found[1] else MaxErrors(share=float(found[2]) / 100)


def _one_or_many(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Flag = Annotated[bool, BeforeValidator(_flag)]
Seconds = Annotated[float, BeforeValidator(_seconds)]
Text = Annotated[str, Field(min_length=1)]
Invalid: TypeAlias = Literal["drop", "error"]


class DedupeBy(StrEnum):
    """What makes two rows one person."""

    NONE = "none"
    EMAIL = "email"
    NAME_COMPANY = "name-company"
    EMAIL_OR_NAME_COMPANY = "email-or-name-company"


class Keep(StrEnum):
    """Which of several rows for one person is sent."""

    FIRST = "first"
    LAST = "last"
    MOST_COMPLETE = "most-complete"


class OnMatch(StrEnum):
    """What happens to a contact that Apollo already has."""

    SKIP = "skip"
    UPDATE = "update"
    CREATE = "create"


class Mode(StrEnum):
    """Up to a hundred contacts a call, or one."""

    BULK = "bulk"
    SINGLE = "single"


class Phones(StrEnum):
    """Whether phones made in bulk keep their type, at the price of a second call."""

    TYPED = "typed"
    UNTYPED = "untyped"


class SourceRules(Strict):
    """How the source is to be read; None where it is found out."""

    sheet: Text | None = None
    header_row: Annotated[int, Field(ge=1)] | None = None
    delimiter: Annotated[str | None, BeforeValidator(_delimiter)] = None
    encoding: Annotated[str | None, BeforeValidator(_encoding)] = None


class DedupeRules(Strict):
    """What counts as a repeated person, and which row of them is sent."""

    by: DedupeBy = DedupeBy.EMAIL_OR_NAME_COMPANY
    keep: Keep = Keep.FIRST
    history: Flag = True


Requests = Annotated[int, Field(ge=0)]


class Rate(Strict):
    """Requests in each of Apollo's windows; 0 is no limit."""

    minute: Requests = 200
    hour: Requests = 400
    day: Requests = 2000


class Reserve(Strict):
    """Requests of each window that are left for the rest of the team."""

    minute: Requests = 0
    hour: Requests = 0
    day: Requests = 0


@dataclass(frozen=True, slots=True)
class MaxErrors:
    """When a run gives up: after more than `count` errors, or more than `share` (0 to 1) of the rows."""

    count: int | None = None
    share: float | None = None


class SendRules(Strict):
    """How contacts are sent; times in seconds."""

    on_match: OnMatch = OnMatch.SKIP
    mode: Mode = Mode.BULK
    phones: Phones = Phones.TYPED
    marker: Text | None = None
    concurrency: Annotated[int, Field(ge=1, le=256)] = 4
    rate: Rate = Rate()
    reserve: Reserve = Reserve()
    server_deadline: Seconds = 300.0
    settle_after: Seconds = 30.0
    max_wait: Seconds = 3600.0
    max_errors: Annotated[MaxErrors, BeforeValidator(_errors)] = MaxErrors(share=0.2)


def _cleaner(value: object) -> str | Step:
    return value if isinstance(value, str | Step) else step(value)


CleanerName: TypeAlias = Annotated[str | Step, PlainValidator(_cleaner), WithJsonSchema({"type": "string"})]
"""A cleaner's name, which `read_columns` looks up, or one with its values."""


class Target(Strict):
    """Where a column's value goes: a contact field, `name`, or a custom field by label or id."""

    field: str | None = None
    custom_field: Text | None = None
    optional: Flag = False
    part: Annotated[int, Field(ge=1, le=99)] | None = None
    split: Text | None = None
    clean: tuple[CleanerName, ...] = ()
    invalid: Invalid = "drop"

    @property
    def kind(self) -> Kind:
        """What sort of value is expected here; `name` and custom fields have none of the table's own."""
        if self.custom_field is not None:
            return Kind.TEXT
        spec = FIELDS.get(self.field or "")
        return spec.kind if spec else Kind.NAME


class ColumnRule(Strict):
    """One column of the config, with the line it stands in. An ignored one has no targets."""

    column: str
    line: int
    targets: tuple[Target, ...] = ()
    ignored: bool = False

    @property
    def optional(self) -> bool:
        """Whether the column may be missing from the source."""
        return self.ignored or all(target.optional for target in self.targets)


class Constants(Strict):
    """Values for new contacts where the row gives none; `label_names` are added to the row's own."""

    fields: dict[str, Text] = Field(default_factory=dict)
    label_names: tuple[Text, ...] = ()
    custom_fields: dict[str, Text] = Field(default_factory=dict)

    def filled(self, date: dt.date, run: str, source: str) -> "Constants":
        """The same constants with {date} (as 2026-05-31), {run} and {source} filled in."""
        words = {"{date}": date.isoformat(), "{run}": run, "{source}": source}

        def fill(text: str) -> str:
            return PLACEHOLDER.sub(lambda found: words.get(found[0], found[0]), text)

        return Constants(
            fields={name: fill(text) for name, text in self.fields.items()},
            label_names=tuple(fill(text) for text in self.label_names),
            custom_fields={name: fill(text) for name, text in self.custom_fields.items()},
        )


PLACEHOLDER = re.compile(r"\{[^{}\s]+\}")
PLACEHOLDERS = ("{date}", "{run}", "{source}")


class WrittenConstants(Strict):
    """Constants as the YAML has them: a key for each contact field, custom fields in a map of their own."""

    first_name: Text | None = None
    last_name: Text | None = None
    organization_name: Text | None = None
    title: Text | None = None
    account_id: Text | None = None
    email: Text | None = None
    website_url: Text | None = None
    label_names: Annotated[tuple[Text, ...], BeforeValidator(_one_or_many)] = ()
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

    def constants(self) -> Constants:
        """The same values in the form that the sender asks for."""
        plain = self.model_dump(exclude={"label_names", "custom_fields"}, exclude_none=True)
        return Constants(fields=plain, label_names=self.label_names, custom_fields=self.custom_fields)


class Document(Strict):
    """The config as the YAML has it, all but `columns`."""

    version: Annotated[int, AfterValidator(_version)] = 1
    source: SourceRules = SourceRules()
    phone_region: Text | None = None
    constants: WrittenConstants = WrittenConstants()
    require: tuple[tuple[str, ...], ...] = (
        ("email",),
        ("first_name", "last_name", "organization_name"),
    )
    blank_values: tuple[Text, ...] = ("N/A", "#N/A", "-")
    dedupe: DedupeRules = DedupeRules()
    send: SendRules = SendRules()


class Config(Strict):
    """A config without mistakes.

    `name` is what messages call it, `text` the YAML as it was read and `sha256` its checksum; options of the
    command line change neither. `require` holds sets of fields, one of which a row must fill.
    """

    name: str
    version: int = 1
    source: SourceRules = SourceRules()
    phone_region: str | None = None
    columns: tuple[ColumnRule, ...]
    constants: Constants = Constants()
    require: tuple[tuple[str, ...], ...]
    blank_values: tuple[str, ...]
    dedupe: DedupeRules = DedupeRules()
    send: SendRules = SendRules()
    region_line: int | None = None
    text: str = ""
    sha256: str = ""
