"""The plan of a run: what its pending rows need in calls, and when that would end."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pipeline.apollo import DAY, HOUR, MINUTE, Call
from pipeline.config import Config, Mode
from pipeline.fields import PHONES
from pipeline.plan import Allowance, Plan, demands, make_plan
from pipeline.records import Contact, Window

_SHORT: Mapping[str, str] = {
    Call.CREATE: "create",
    Call.BULK_CREATE: "bulk_create",
    Call.UPDATE: "update",
    Call.SEARCH: "search",
    Call.ADD_TO_LISTS: "labels",
}


class Forecast:
    """Counts what decides how many calls a run needs."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._rows = 0
        self._phones = 0
        self._websites = 0
        self._listed = 0
        self._lists: set[tuple[str, ...]] = set()

    def add(self, contact: Contact) -> None:
        """One more row is to be sent."""
        self._rows += 1
        self._phones += any(getattr(contact, name) for name in PHONES)
        self._websites += bool(contact.website_url and not contact.email)
        if lists := (*contact.label_names, *self._config.constants.label_names):
            self._listed += 1
            self._lists.add(tuple(sorted(lists)))

    @property
    def rows(self) -> int:
        """How many rows are to be sent."""
        return self._rows

    def plan(self, mode: Mode, windows: Sequence[Window], now: float) -> Plan:
        """What it takes in one mode, at the team's quotas as far as they are known."""
        send = self._config.send
        wanted = demands(
            rows=self._rows,
            with_phones=self._phones,
            with_lists=self._listed,
            with_website=self._websites,
            on_match=send.on_match,
            mode=mode,
            phones=send.phones,
            list_sets=len(self._lists),
        )
        known = {(window.call, window.span): window.allowed for window in windows}
        allowances = {
            short: Allowance(
                *(
                    _less(known.get((call, span), getattr(send.rate, name)), getattr(send.reserve, name))
                    for span, name in ((MINUTE, "minute"), (HOUR, "hour"), (DAY, "day"))
                )
            )
            for call, short in _SHORT.items()
        }
        used = [window._replace(call=_SHORT[window.call]) for window in windows if window.call in _SHORT]
        started = datetime.fromtimestamp(now, UTC)
        return make_plan(wanted, allowances, started, concurrency=send.concurrency, used=used)


def _less(allowed: int | None, reserve: int) -> int | None:
    """What is left of an allowance beside the reserve; at least one request, since none would mean no limit."""
    return max(1, allowed - reserve) if allowed else None


def as_json(plan: Plan) -> dict[str, Any]:
    """The plan as `summary.json` has it."""
    return {
        "calls": {demand.call: demand.count for demand in plan.calls},
        "seconds": round(plan.seconds, 1),
        "ends_at": plan.ends_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
    }
