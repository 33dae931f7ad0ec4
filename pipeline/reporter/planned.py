"""What a run was foreseen to take: three figures for machines, and for people the limits, other ways, and more."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_serializer

from pipeline.reporter.times import ends, seconds_of, spoken, until

CALLS: Mapping[str, str] = {
    "create": "new contacts, one a call",
    "bulk_create": "new contacts",
    "update": "changes to contacts",
    "search": "searches",
    "labels": "Lists",
}
"""The calls as a plan names them, and what they are for."""

_FOR: Mapping[str, str] = {
    "create": "for a new contact",
    "bulk_create": "for up to 100 new contacts",
    "update": "for phones or websites",
    "search": "to look for contacts",
    "labels": "for Lists",
}
_FATES: Mapping[str, str] = {
    "create": "would be created",
    "update": "would be updated",
    "leave": "would be left as they are",
    "unclear": "ambiguous",
}
_SPANS: Mapping[int, str] = {60: "a minute", 3_600: "an hour", 86_400: "a day"}


class Part(BaseModel):
    """A part of the summary; nothing in it changes."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_serialization_defaults_required=True)


class Limit(Part):
    """How many requests of a call the team may send in each window, None without limit; assumed unless `told`."""

    call: str
    minute: int | None
    hour: int | None
    day: int | None
    told: bool

    @property
    def windows(self) -> list[tuple[int, int]]:
        """(span in seconds, requests) of the windows that have a limit."""
        spans = zip(_SPANS, (self.minute, self.hour, self.day), strict=True)
        return [(span, allowed) for span, allowed in spans if allowed]


class Shortage(Part):
    """When a window (of `span` seconds) is used up for the first time while requests are left, and until when."""

    call: str
    span: int
    at: str
    until: str


class Way(Part):
    """The same rows sent in another way: the `option` that does so, and what it takes."""

    option: str
    calls: dict[str, int]
    seconds: float
    ends_at: str

    @property
    def words(self) -> str:
        """`at most 5 calls, about 2 s, until 2026-05-18 13:19:13+02:00`."""
        effort = f"{_at_most(sum(self.calls.values()))}, {_how_long(self.seconds)}"
        return f"{effort}, until {ends(self.ends_at, self.seconds)}"


class Fated(Part):
    """How many rows would end in one way, and the numbers of the first."""

    count: int = 0
    rows: tuple[int, ...] = ()


class Looked(Part):
    """What a look at Apollo foretold, by fate (create, update, leave, unclear); `left_out` rows were not told."""

    fates: dict[str, Fated] = {}
    left_out: int = 0
    why: str = ""

    @property
    def words(self) -> str:
        """`40 would be created, 12 left as they are, 2 ambiguous (rows 7, 19)`."""
        told = [_fate_words(fate, self.fates[fate]) for fate in _FATES if fate in self.fates]
        left = f"{self.left_out:,} not looked up" + (f" ({self.why})" if self.why else "")
        return ", ".join([*told, left] if self.left_out else told)


class Plan(Part):
    """What was foreseen: requests in all, seconds, and when they would end."""

    calls: int | dict[str, int] = 0  # in the ledger by endpoint, in summary.json in all
    seconds: float = 0
    ends_at: str | None = None
    # What follows is for people: limits and when they run out, other ways, what becomes of contacts that are there.
    limits: tuple[Limit, ...] = Field(default=(), exclude=True)
    shortages: tuple[Shortage, ...] = Field(default=(), exclude=True)
    others: tuple[Way, ...] = Field(default=(), exclude=True)
    looked: Looked | None = Field(default=None, exclude=True)
    existing: str = Field(default="", exclude=True)
    tries: dict[str, int] = Field(default={}, exclude=True)
    single: bool = Field(default=False, exclude=True)
    updating: bool = Field(default=False, exclude=True)

    @classmethod
    def of(cls, written: Mapping[str, Any]) -> "Plan":
        """As the ledger has it; nothing before the rows are counted."""
        return cls(**written)

    @field_serializer("calls")
    def _in_all(self, _calls: int | dict[str, int]) -> int:
        return self.total

    @property
    def by_call(self) -> dict[str, int]:
        """Requests by endpoint."""
        return self.calls if isinstance(self.calls, dict) else {}

    @property
    def total(self) -> int:
        """Requests in all."""
        return self.calls if isinstance(self.calls, int) else sum(self.calls.values())

    @property
    def words(self) -> str:
        """`at most 2 calls (1 for a new contact, 1 for Lists), about 4 s, until 2026-05-18 13:19:15+02:00`."""
        kinds = ", ".join(f"{count:,} {self._purpose(call, count)}" for call, count in self.by_call.items())
        inner = f" ({kinds})" if kinds else ""
        end = f", until {ends(self.ends_at, self.seconds)}" if self.ends_at else ""
        return f"{_at_most(self.total)}{inner}, {_how_long(self.seconds)}{end}"

    @property
    def effort(self) -> str:
        """`at most 2 calls, and 1 to try the key, about 4 s`."""
        tries = f", and {sum(self.tries.values())} to try the key" if self.tries else ""
        return f"{_at_most(self.total)}{tries}, {_how_long(self.seconds)}"

    def beside(self) -> list[str]:
        """What else is worth knowing before the rows are sent, a sentence each."""
        ways = [f"With {way.option}: {way.words}" for way in self.others]
        looked = [f"A look at Apollo: {self.looked.words}."] if self.looked else []
        return [*self._scarcity(), *ways, *filter(None, [self.existing]), *looked]

    def _scarcity(self) -> list[str]:
        """The limits that hold the sending up, and when; nothing where none does."""
        told = []
        for limit in self.limits:
            if full := {
                one.span: until(seconds_of(one.at), self._begins) for one in self.shortages_of(limit.call)
            }:
                windows = [
                    f"{allowed:,} {_SPANS[span]}" + (f" (used up at {full[span]})" if span in full else "")
                    for span, allowed in limit.windows
                ]
                source = "as Apollo told" if limit.told else "assumed until Apollo tells the team's own"
                told.append(f"Limits for {CALLS[limit.call]}: {', '.join(windows)}, {source}.")
        return told

    def _purpose(self, call: str, count: int) -> str:
        if call == "update" and self.updating:
            return "to complete or update contacts"
        if call not in ("create", "bulk_create"):
            return _FOR[call]
        purpose = _FOR["create"] if self.single else _FOR[call]
        return f"{purpose} each" if count > 1 else purpose

    @property
    def _begins(self) -> float:
        return seconds_of(self.ends_at) - self.seconds if self.ends_at else 0

    def shortages_of(self, call: str) -> list[Shortage]:
        """When the windows of a call are used up."""
        return [one for one in self.shortages if one.call == call]


def _fate_words(fate: str, fated: Fated) -> str:
    rows = ", ".join(map(str, fated.rows))
    more = f" and {fated.count - len(fated.rows):,} more" if fated.count > len(fated.rows) else ""
    where = f" (row{'' if fated.count == 1 else 's'} {rows}{more})" if fate == "unclear" else ""
    return f"{fated.count:,} {_FATES[fate]}{where}"


def _at_most(calls: int) -> str:
    return f"at most {calls:,} {'call' if calls == 1 else 'calls'}"


def _how_long(seconds: float) -> str:
    return f"about {spoken(seconds)}" if seconds == 0 or seconds >= 1 else spoken(seconds)
