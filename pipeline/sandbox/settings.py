"""What a sandbox can be told: the plan's limits, keys, and the questions Apollo's documentation leaves open."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

SANDBOX_KEY = "sandbox-key"

Scopes = Literal["master"] | frozenset[str]


class Limits(NamedTuple):
    """How many requests a window takes; None is unlimited."""

    minute: int | None
    hour: int | None
    day: int | None


class Plan(NamedTuple):
    """The limits of most endpoints, and those of enrichment (docs.apollo.io/reference/rate-limits, 2026)."""

    default: Limits
    match: Limits
    bulk_match: Limits


_PAID_ENRICHMENT = Limits(1000, None, None)
_NO_LIMITS = Limits(None, None, None)

PLANS: Mapping[str, Plan] = {
    "free": Plan(Limits(50, 200, 600), Limits(50, 200, 600), Limits(20, 100, 600)),
    "basic": Plan(Limits(200, 400, 2000), _PAID_ENRICHMENT, _PAID_ENRICHMENT),
    "organization": Plan(Limits(200, 600, 6000), _PAID_ENRICHMENT, _PAID_ENRICHMENT),
    "unlimited": Plan(_NO_LIMITS, _NO_LIMITS, _NO_LIMITS),
}


@dataclass(frozen=True, slots=True)
class Settings:
    """How this stand-in behaves.

    Attributes:
        plan: A name of PLANS.
        limits: Limits of every endpoint, in place of the plan's.
        keys: Which API keys are known: "master", or scopes such as "api/v1/contacts/create".
        emit_dedupe_result: Say `dedupe_result` on single create. Documented by one example, never seen live.
        fold_plus_alias: Match a+x@b.example with a@b.example (one witness).
        shuffle: Give lists whose order nobody promises in an order of the seed's choosing.
        search_lag: Seconds until a new contact can be found by search.
        search_needs_paid_plan: Refuse contacts/search on the free plan, as documented but not as recorded.
        window_scale: Factor on the lengths of the three windows.
        latency: Seconds before a request is carried out.
        auth_text: Which wording 401 and 403 have.
        error_details: Whether a 429 carries `error_details.code`, as one witness saw it.
        health_refuses: Whether auth/health answers an unknown key with 401, or says 200 and `is_logged_in` false.
        credits: Lead credits of the cycle.
        people: Whom people/match knows beside the contacts, as objects with first_name, email, phone and so on.
    """

    plan: str = "unlimited"
    limits: Limits | None = None
    keys: Mapping[str, Scopes] = field(default_factory=lambda: {SANDBOX_KEY: "master"})
    emit_dedupe_result: bool = False
    fold_plus_alias: bool = False
    shuffle: bool = True
    search_lag: float = 0.0
    search_needs_paid_plan: bool = False
    window_scale: float = 1.0
    latency: float = 0.0
    auth_text: Literal["new", "old"] = "new"
    error_details: bool = False
    health_refuses: bool = True
    credits: int = 100
    people: tuple[Mapping[str, Any], ...] = ()

    def limits_of(self, endpoint: str) -> Limits:
        """Return the limits of an endpoint such as "people/match"."""
        if self.limits is not None:
            return self.limits
        plan = PLANS[self.plan]
        return {"people/match": plan.match, "people/bulk_match": plan.bulk_match}.get(endpoint, plan.default)
