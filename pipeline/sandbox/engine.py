"""A request's way: known key, room in the windows, then carried out, stored, and only then answered."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import NamedTuple

from pipeline.sandbox import auth, bulk, contacts, faults, labels, lookups, people, search, teammate
from pipeline.sandbox.custom_fields import PRESET
from pipeline.sandbox.exchange import Answer, Call, ConnectionCut, Refusal, answer
from pipeline.sandbox.faults import Drawn, Faults
from pipeline.sandbox.settings import Settings
from pipeline.sandbox.store import Store
from pipeline.sandbox.workspace import Logged, Workspace

Handler = Callable[[Workspace, Call, float], Answer]

HANDLERS: Mapping[str, Handler] = {
    "contacts/create": contacts.create,
    "contacts/bulk_create": bulk.bulk_create,
    "contacts/update": contacts.update,
    "contacts/show": contacts.show,
    "contacts/search": search.search,
    "labels/index": labels.index,
    "labels/create": labels.create,
    "labels/add_entity_ids_to_label_names": labels.add,
    "labels/remove_entity_ids_from_label_names": labels.remove,
    "people/match": people.match,
    "people/bulk_match": people.bulk_match,
    "fields/index": lookups.fields,
    "fields/create": lookups.create_field,
    "typed_custom_fields/index": lookups.typed_custom_fields,
    "contact_stages/index": lookups.contact_stages,
    "users/api_profile": lookups.api_profile,
    "users/search": lookups.users_search,
    "auth/health": lookups.health,
    "usage_stats/api_usage_stats": lookups.api_usage,
    "usage_stats/credit_usage_stats": lookups.credit_usage,
}

_NOT_FOUND = answer({"status": 404, "error": "Not Found"}, 404)
_NOT_JSON = answer({"status": 400, "error": "There was a problem in the JSON you submitted"}, 400)


class Admitted(NamedTuple):
    """A request that may be carried out, what will go wrong with it, and how long it takes first (seconds)."""

    call: Call
    drawn: Drawn
    delay: float


class _Late(NamedTuple):
    due: float
    call: Call


class Engine:
    """Carries requests out one at a time; `answered` and `cut` note how each ended."""

    def __init__(
        self, settings: Settings, store: Store, clock: Callable[[], float], seed: int, faults_: Faults
    ) -> None:
        self.settings = settings
        self.workspace, self.log = store.load(settings, seed)
        for field in PRESET:
            self.workspace.add_custom_field(field)
        self._store = store
        self._clock = clock
        self._faults = faults_
        self._late: list[_Late] = []
        self._lock = threading.RLock()
        self._numbers = len(self.log)

    def next_id(self) -> str:
        """Return the id of a new request."""
        with self._lock:
            self._numbers += 1
            return f"{self.workspace.team_id[:8]}-{self._numbers:012d}"

    def admit(self, call: Call) -> Admitted | Answer:
        """Check key and windows; an answer in place of Admitted is the refusal."""
        with self._lock:
            if not call.endpoint:
                return self._noted(call, _NOT_FOUND)
            refused = auth.check(call, self.settings)
            if refused is not None:
                return self._noted(call, refused)
            drawn = self._faults.draw(call)
            refused = faults.turned_away(call, drawn)
            if refused is None:
                refused = self.workspace.windows.take(call.endpoint, self._clock())
            if refused is not None:
                return self._noted(call, refused)
            twisted = replace(call, horizon=self.workspace.made, twists=drawn) if drawn else call
            return Admitted(twisted, drawn, self.settings.latency + drawn.get("slow", 0.0))

    def carry_out(self, admitted: Admitted) -> Answer:
        """Carry a request out and return what the client gets to see.

        Raises:
            ConnectionCut: It gets to see nothing; whether anything was done is the fault's secret.
        """
        call, drawn, _ = admitted
        with self._lock:
            try:
                if "late_commit" in drawn:
                    self._late.append(_Late(self._clock() + drawn["late_commit"], call))
                    raise ConnectionCut  # noqa: TRY301 - noted in the one place below
                self.settle()
                shown = faults.failed_before(call, drawn)
                if shown is None:
                    shown = self._done(call, drawn)
            except ConnectionCut:
                self._note(call, 0)
                raise
            if not self._rated(shown):
                return self._noted(call, shown)
            return self._noted(call, shown._replace(headers=self.workspace.windows.headers(call.endpoint)))

    def settle(self, *, all_of_them: bool = False) -> None:
        """Carry out the requests whose connection was cut and whose time has come by now."""
        with self._lock:
            now = self._clock()
            due = [late for late in self._late if all_of_them or late.due <= now]
            due.sort(key=lambda late: late.due)
            self._late = [late for late in self._late if late not in due]
            for late in due:
                self._handled(late.call, min(late.due, now))
                self._store.save(self.workspace, None)

    def _done(self, call: Call, drawn: Drawn) -> Answer:
        now = self._clock()
        if drawn:
            teammate.act(self.workspace, call, drawn, now)
        spoilt = faults.spoilt_after(call, drawn, self._handled(call, now))
        if spoilt is None:
            raise ConnectionCut
        return spoilt

    def _handled(self, call: Call, now: float) -> Answer:
        if not call.readable:
            return _NOT_JSON
        try:
            return HANDLERS[call.endpoint](self.workspace, call, now)
        except Refusal as refused:
            return refused.answer

    @staticmethod
    def _rated(shown: Answer) -> bool:
        """Tell whether an answer carries rate headers: 401 and 403 do not, nor does a page of the proxy."""
        return shown.status not in {401, 403, 502}

    def _noted(self, call: Call, shown: Answer) -> Answer:
        self._note(call, shown.status)
        return shown

    def _note(self, call: Call, status: int) -> None:
        logged = Logged(call.id, self._clock(), call.method, call.path, call.endpoint, status)
        self.log.append(logged)
        self._store.save(self.workspace, logged)
