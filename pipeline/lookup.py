"""The team's own names become ids before the first row: contact stages, custom fields and their values, Lists.

Sources: GET /contact_stages, GET /typed_custom_fields, GET /labels in Apollo's reference; all free.
"""

import difflib
import json
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from pipeline.apollo import Answer, ApolloClient, Verdict, decide
from pipeline.clean import by_name, check_custom, shown
from pipeline.config import Config, Constants, custom_fields, custom_labels, uses_lists, uses_stages
from pipeline.errors import ConfigMistake, Mistake
from pipeline.ledger import Lookups
from pipeline.records import CustomField, Names

_ID = re.compile(r"[0-9a-f]{24}")
_STAGES = "stages"
_FIELDS = "typed custom fields"


def missing(config: Config, names: Names) -> str:
    """Which names could not be had without which no contact can be sent: `stages`, `custom fields`; "" if none."""
    stages = uses_stages(config) and names.stages is None
    fields = bool(custom_labels(config)) and names.custom_fields is None
    return " and ".join(what for what, lacks in (("stages", stages), ("custom fields", fields)) if lacks)


async def fetch(
    config: Config, client: ApolloClient, remembered: Lookups | None, now: float
) -> tuple[Names, tuple[str, ...]]:
    """The names that the config needs, and notes about what Apollo would not tell and about Lists that are new.

    Stages and custom fields are remembered for a day; what cannot be had is None.

    Raises:
        ConfigMistake: the key may not read names that the config uses instead of ids.
    """
    asker = _Asker(config, client, remembered, now)
    stages = await asker.stages() if uses_stages(config) else None
    described = await asker.fields() if custom_fields(config) else None
    lists = await asker.lists() if uses_lists(config) else None
    if asker.mistakes:
        raise ConfigMistake(config.name, tuple(asker.mistakes))
    notes = (*asker.notes, *_new_lists(config, lists))
    return _names(stages, described, lists), notes


def last_told(lookups: Lookups) -> Names:
    """The names as any run of the team was last told them: for rows of a run that is not being sent now."""
    fields = lookups.latest(_FIELDS)
    described = None if fields is None else tuple(_field(key, text) for key, text in fields.items())
    return _names(lookups.latest(_STAGES), described)


def _names(
    stages: Mapping[str, str] | None,
    described: tuple[CustomField, ...] | None,
    lists: tuple[str, ...] | None = None,
) -> Names:
    ids = None if described is None else {key: field.id for key, field in by_name(described).items()}
    return Names(stages, ids, described or (), lists)


def check(config: Config, names: Names) -> None:
    """Holds the config to the team's names, as far as they are known.

    Raises:
        ConfigMistake: it names a stage or custom field that the team does not have or has twice, or a constant has
            no good value.
    """
    mistakes: list[Mistake] = []
    stage = config.constants.fields.get("contact_stage")
    if stage and names.stages is not None and stage.casefold() not in map(str.casefold, names.stages):
        mistakes.append(Mistake(None, _unknown("contact stage", stage, names.stages)))
    if names.custom_fields is not None:
        mistakes += [
            Mistake(line, _unmet(name, names))
            for name, line in custom_fields(config).items()
            if name.casefold() not in names.custom_fields
        ]
    mistakes += _bad_constants(config.constants, names.described)
    if mistakes:
        raise ConfigMistake(config.name, tuple(mistakes))


def typed(constants: Constants, names: Names) -> Constants:
    """The constants with the values of custom fields in the form that their types want, as far as those are known."""
    fields = by_name(names.described)
    values = {
        name: (check_custom(fields[name.casefold()], text).value if name.casefold() in fields else "") or text
        for name, text in constants.custom_fields.items()
    }
    return constants.model_copy(update={"custom_fields": values})


class _Asker:
    """Asks for names, or remembers them; collects what could not be had."""

    def __init__(self, config: Config, client: ApolloClient, remembered: Lookups | None, now: float) -> None:
        self.notes: list[str] = []
        self.mistakes: list[Mistake] = []
        self._config = config
        self._client = client
        self._remembered = remembered
        self._now = now

    async def stages(self) -> Mapping[str, str] | None:
        wanted = [Mistake(None, "write contact_stage_id with the stage's id instead of contact_stage")]
        return await self._names(_STAGES, self._client.contact_stages, _stages, wanted)

    async def fields(self) -> tuple[CustomField, ...] | None:
        wanted = [
            Mistake(line, f"write the id of custom field {shown(name)} instead of its label")
            for name, line in custom_labels(self._config).items()
        ]
        found = await self._names(_FIELDS, self._client.custom_fields, _fields, wanted)
        return None if found is None else tuple(_field(key, text) for key, text in found.items())

    async def lists(self) -> tuple[str, ...] | None:
        answer = await self._client.lists()
        decision = decide(answer)
        if decision.verdict is Verdict.DONE:
            return tuple(_lists(answer.body))
        self._untold("Lists", decision.words)
        return None

    async def _names(
        self,
        kind: str,
        ask: Callable[[], Awaitable[Answer]],
        read: Callable[[Any], dict[str, str]],
        wanted: list[Mistake],
    ) -> Mapping[str, str] | None:
        if self._remembered and (known := self._remembered.get(kind, self._now)) is not None:
            return known
        answer = await ask()
        decision = decide(answer)
        if decision.verdict is Verdict.DONE:
            names = read(answer.body)
            if self._remembered:
                self._remembered.put(kind, names, self._now)
            return names
        if decision.verdict is Verdict.FORBIDDEN and wanted:
            scope = f"the key may not read {kind} (scope api/v1/{answer.call}); allow it in Apollo, or "
            self.mistakes += [Mistake(line, scope + text) for line, text in wanted]
        else:
            self._untold(kind, decision.words)
        return None

    def _untold(self, kind: str, words: str) -> None:
        self.notes.append(
            f"{kind} could not be asked for ({words or 'no answer'}), so their names were not checked"
        )


def _stages(body: Mapping[str, Any]) -> dict[str, str]:
    return {
        str(stage.get("display_name") or stage["name"]): str(stage["id"]) for stage in body["contact_stages"]
    }


def _fields(body: Mapping[str, Any]) -> dict[str, str]:
    """Id -> what is worth keeping of a contact's custom field, as JSON."""
    fields = [field for field in body["typed_custom_fields"] if field.get("modality", "contact") == "contact"]
    return {str(field["id"]): json.dumps(_kept(field), ensure_ascii=False) for field in fields}


def _kept(field: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "label": str(field["name"]),
        "kind": str(field.get("type") or "string"),
        "longest": field.get("text_field_max_length"),
        "choices": [[str(one["name"]), str(one["id"])] for one in field.get("picklist_values") or ()],
        "fixed": bool(field.get("is_readonly_mapped_crm_field")),
    }


def _field(key: str, text: str) -> CustomField:
    kept = json.loads(text)
    choices = tuple((label, choice) for label, choice in kept.pop("choices"))
    return CustomField(key, choices=choices, **kept)


def _lists(body: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    return (str(one["name"]) for one in body if one.get("modality") == "contacts")


def _new_lists(config: Config, lists: tuple[str, ...] | None) -> list[str]:
    """What to say of the Lists that every new contact goes on: which do not exist, and which may be meant."""
    known = {name.casefold(): name for name in lists or ()}
    unknown = [
        name for name in config.constants.label_names if "{" not in name and name.casefold() not in known
    ]
    if lists is None:
        return []
    near = [(name, difflib.get_close_matches(name.casefold(), known, n=1, cutoff=0.8)) for name in unknown]
    return [
        f"List {shown(name)} does not exist yet and will be made"
        + (f"; there is {shown(known[found[0]])}, is that the one?" if found else "")
        for name, found in near
    ]


class ListsUsed:
    """The Lists that the rows of a source name, and what to say of them before anything is sent."""

    def __init__(self) -> None:
        self._rows: Counter[str] = Counter()
        self._written: dict[str, str] = {}

    def add(self, names: Iterable[str], rows: int = 1) -> None:
        """The Lists of a row, or of several."""
        for name in names:
            key = name.casefold()
            self._rows[key] += rows
            self._written.setdefault(key, name)

    def notes(self, known: Iterable[str] | None) -> list[str]:
        """Which are new, where the team's own (`known`) could be asked for; which are nearly alike."""
        there = {name.casefold(): name for name in known or ()}
        new = [key for key in self._rows if key not in there]
        made = [self._shown(new)] if new and known is not None else []
        common = [*there, *(key for key, _ in self._rows.most_common(_LISTS_COMPARED) if key not in there)]
        return [*made, *self._slips(new[:_LISTS_COMPARED], common, there)]

    def _shown(self, new: Sequence[str]) -> str:
        named = ", ".join(shown(self._written[key]) for key in new[:_LISTS_SHOWN])
        more = f" and {len(new) - _LISTS_SHOWN:,} more" if len(new) > _LISTS_SHOWN else ""
        return f"Lists that do not exist yet and will be made: {named}{more}"

    def _slips(self, new: Sequence[str], common: Sequence[str], there: Mapping[str, str]) -> Iterator[str]:
        """A rarer name is the slip, a List of the team never."""
        for key in new:
            usual = [other for other in common if other in there or self._rows[other] > self._rows[key]]
            for near in difflib.get_close_matches(key, usual, n=1, cutoff=0.85):
                meant = there.get(near) or self._written[near]
                yield f"List {shown(self._written[key])} ({self._rows[key]:,} of the rows): {shown(meant)} may be meant"


_LISTS_SHOWN, _LISTS_COMPARED = 10, 200


def _unmet(name: str, names: Names) -> str:
    """Why a custom field's label does not name one."""
    twins = [field.id for field in names.described if field.label.casefold() == name.casefold()]
    if len(twins) > 1:
        return f"your team has {len(twins)} custom fields {shown(name)}; write the id: {' or '.join(twins)}"
    return _unknown("custom field", name, [field.label for field in names.described])


def _bad_constants(constants: Constants, described: Iterable[CustomField]) -> Iterator[Mistake]:
    fields = by_name(described)
    for name, text in constants.custom_fields.items():
        field = fields.get(name.casefold())
        if field is not None and "{" not in text and (fault := check_custom(field, text).fault):
            yield Mistake(None, f"constants.custom_fields.{name}: {shown(text)} {fault}")


def _unknown(what: str, name: str, known: Iterable[str]) -> str:
    labels = {label.casefold(): label for label in known if not _ID.fullmatch(label)}
    likely = difflib.get_close_matches(name.casefold(), labels, n=1)
    there = ", ".join(labels.values()) or "none"
    return (
        f'your team has no {what} "{name}"'
        + (f'; did you mean "{labels[likely[0]]}"?' if likely else ".")
        + f" There are: {there}."
    )
