"""The plan of a run: what its pending rows need in calls, how long that takes, and how it would be in other ways."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pipeline.apollo import DAY, HOUR, MINUTE, Call
from pipeline.config import Config, Mode, OnMatch, Phones
from pipeline.plan import Allowance, Demand, Load, Plan, demands, make_plan
from pipeline.records import Window
from pipeline.run.needs import Needs
from pipeline.sender import needs_of

_SHORT: Mapping[str, str] = {
    Call.CREATE: "create",
    Call.BULK_CREATE: "bulk_create",
    Call.UPDATE: "update",
    Call.SEARCH: "search",
    Call.ADD_TO_LISTS: "labels",
}
_SPANS = ((MINUTE, "minute"), (HOUR, "hour"), (DAY, "day"))


class Forecast:
    """Counts what decides how many calls a run needs."""

    def __init__(self, config: Config, needs: Needs) -> None:
        self._config = config
        self._needs = needs

    @property
    def rows(self) -> int:
        """How many rows are to be sent."""
        return len(self._needs)

    def _load(self) -> Load:
        counts = self._needs.counts()
        always = self._config.constants.label_names
        listed = [(need.lists, count) for need, count in counts if need.lists or always]
        return Load(
            sum(count for _, count in counts),
            sum(count for need, count in counts if need.phones),
            sum(count for need, count in counts if need.website),
            sum(count for _, count in listed),
            len({tuple(sorted((*lists, *always))) for lists, _ in listed}),
        )

    def plan(self, windows: Sequence[Window], now: float) -> dict[str, Any]:
        """What it takes as it is configured and in the other ways, at the team's quotas as far as they are known.

        As the ledger keeps it; `reporter.Plan` reads it.
        """
        send = self._config.send
        quotas = _Quotas(self._config, windows, now)
        plan = quotas.plan(self._demands(send.mode, send.phones))
        return {
            **_figures(plan),
            "limits": quotas.limits(plan),
            "shortages": [
                {**one._asdict(), "at": _iso(one.at), "until": _iso(one.until)} for one in plan.shortages
            ],
            "others": [
                {"option": option, **_figures(other)}
                for option, mode, phones in self._others()
                if (other := quotas.plan(self._demands(mode, phones))).calls != plan.calls
            ],
            "tries": self._tries(),
            "single": send.mode is Mode.SINGLE,
            "updating": send.on_match is OnMatch.UPDATE,
            "existing": _existing(self._config) if self.rows else "",
        }

    def _demands(self, mode: Mode, phones: Phones) -> tuple[Demand, ...]:
        constants = self._config.constants
        return demands(
            self._load(),
            on_match=self._config.send.on_match,
            mode=mode,
            phones=phones,
            constants=bool(constants.fields or constants.custom_fields),
        )

    def _tries(self) -> dict[str, int]:
        """The calls that are tried once with nothing, before the first row; one at least, for Apollo's clock."""
        needs = needs_of(self._config)
        tried = (("update", needs.update), ("labels", needs.lists), ("profile", not any(needs)))
        return {call: 1 for call, needed in tried if needed and self.rows}

    def _others(self) -> Iterator[tuple[str, Mode, Phones]]:
        """The options that would send the same rows in another way."""
        if not self.rows:
            return
        send, phones = self._config.send, self._load().phones
        if send.mode is Mode.BULK:
            yield "--mode single", Mode.SINGLE, send.phones
        else:
            yield "--mode bulk", Mode.BULK, send.phones
        if phones and send.phones is Phones.TYPED:
            option = "--phones untyped" if send.mode is Mode.BULK else "--mode bulk --phones untyped"
            yield option, Mode.BULK, Phones.UNTYPED
        elif phones and send.mode is Mode.BULK:
            yield "--phones typed", Mode.BULK, Phones.TYPED


class _Quotas:
    """The team's quotas, as Apollo told them or else as the config assumes them."""

    def __init__(self, config: Config, windows: Sequence[Window], now: float) -> None:
        self._send = config.send
        self._known = {(window.call, window.span): window.allowed for window in windows}
        self._used = [
            window._replace(call=_SHORT[window.call]) for window in windows if window.call in _SHORT
        ]
        self._now = datetime.fromtimestamp(now, UTC)

    def plan(self, wanted: tuple[Demand, ...]) -> Plan:
        """What these calls take."""
        allowances = {
            short: Allowance(
                *(
                    _less(self._allowed(call, span, name), getattr(self._send.reserve, name))
                    for span, name in _SPANS
                )
            )
            for call, short in _SHORT.items()
        }
        return make_plan(wanted, allowances, self._now, concurrency=self._send.concurrency, used=self._used)

    def limits(self, plan: Plan) -> list[dict[str, Any]]:
        """The limits of the calls of a plan."""
        wanted = {demand.call for demand in plan.calls}
        return [
            {
                "call": short,
                **{name: self._allowed(call, span, name) or None for span, name in _SPANS},
                "told": (call, MINUTE) in self._known,
            }
            for call, short in _SHORT.items()
            if short in wanted
        ]

    def _allowed(self, call: str, span: int, name: str) -> int | None:
        assumed: int = getattr(self._send.rate, name)
        return self._known.get((call, span), assumed)


def _less(allowed: int | None, reserve: int) -> int | None:
    """What is left of an allowance beside the reserve; at least one request, since none would mean no limit."""
    return max(1, allowed - reserve) if allowed else None


def _figures(plan: Plan) -> dict[str, Any]:
    return {
        "calls": {demand.call: demand.count for demand in plan.calls},
        "seconds": round(plan.seconds, 1),
        "ends_at": _iso(plan.ends_at),
    }


def _iso(time: datetime) -> str:
    return time.isoformat(timespec="seconds").replace("+00:00", "Z")


def _existing(config: Config) -> str:
    """What becomes of contacts that Apollo has already."""
    if config.send.on_match is OnMatch.SKIP:
        return "Contacts that Apollo has already are left as they are."
    if config.send.on_match is OnMatch.CREATE:
        return "Apollo is not asked whether it has these people already: who is there will be there twice."
    written = ", ".join(_written(config))
    if config.send.mode is Mode.BULK:
        return f"Contacts that Apollo has already get the row's values in place of theirs: {written}."
    return (
        f"Contacts that Apollo has already get the row's values in place of theirs: {written}. In single mode Apollo "
        "chooses them, and may take a namesake at the same company, whose email address is then replaced too."
    )


def _written(config: Config) -> Iterator[str]:
    """The fields that a row may fill, each once, in the order of the columns."""
    targets = [target for rule in config.columns for target in rule.targets]
    for name in dict.fromkeys(target.custom_field or target.field or "" for target in targets):
        if name == "name":
            yield "first_name, last_name"
        elif name == "label_names":
            yield "label_names (added)"
        else:
            yield name
