"""The team's own names become ids before the first row: contact stages, custom fields.

Sources: GET /contact_stages, GET /typed_custom_fields in Apollo's reference; all free.
"""

import difflib
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from pipeline.apollo import Answer, ApolloClient, Verdict, decide
from pipeline.config import Config
from pipeline.errors import ConfigMistake, Mistake
from pipeline.ledger import Lookups
from pipeline.records import Names

_ID = re.compile(r"[0-9a-f]{24}")


def needed(config: Config) -> bool:
    """Whether the config names a stage or a custom field instead of giving its id."""
    return _needs_stages(config) or any(not _ID.fullmatch(name) for name in _custom_fields(config))


async def fetch(
    config: Config, client: ApolloClient, remembered: Lookups | None, now: float
) -> tuple[Names, tuple[str, ...]]:
    """The names that the config needs, and notes about those that Apollo would not tell.

    Names are remembered for a day; names that cannot be had are None.
    """
    stages, custom, notes = None, None, []
    if _needs_stages(config):
        stages, note = await _names("stages", client.contact_stages, _stages, remembered, now)
        notes += note
    if _custom_fields(config):
        custom, note = await _names("custom fields", client.custom_fields, _fields, remembered, now)
        notes += note
    return Names(stages, custom), tuple(notes)


def check(config: Config, names: Names) -> None:
    """Holds the config to the team's names, as far as they are known.

    Raises:
        ConfigMistake: it names a stage or custom field that the team does not have.
    """
    mistakes: list[Mistake] = []
    stage = config.constants.fields.get("contact_stage")
    if stage and names.stages is not None and stage.casefold() not in names.stages:
        mistakes.append(Mistake(None, _unknown("contact stage", stage, names.stages)))
    if names.custom_fields is not None:
        known = names.custom_fields
        mistakes += [
            Mistake(line, _unknown("custom field", name, known))
            for name, line in _custom_fields(config).items()
            if name.casefold() not in known
        ]
    if mistakes:
        raise ConfigMistake(config.name, tuple(mistakes))


def _needs_stages(config: Config) -> bool:
    mapped = any(target.field == "contact_stage" for rule in config.columns for target in rule.targets)
    return mapped or "contact_stage" in config.constants.fields


def _custom_fields(config: Config) -> Mapping[str, int | None]:
    """Every custom field that the config names, with its line."""
    named: dict[str, int | None] = {
        target.custom_field: rule.line
        for rule in config.columns
        for target in rule.targets
        if target.custom_field is not None
    }
    named.update(dict.fromkeys(config.constants.custom_fields))
    if config.send.marker:
        named[config.send.marker] = None
    return named


async def _names(
    kind: str,
    ask: Callable[[], Awaitable[Answer]],
    read: Callable[[Any], dict[str, str]],
    remembered: Lookups | None,
    now: float,
) -> tuple[Mapping[str, str] | None, list[str]]:
    if remembered and (known := remembered.get(kind, now)) is not None:
        return known, []
    answer = await ask()
    decision = decide(answer)
    if decision.verdict is not Verdict.DONE:
        return None, [
            f"{kind} could not be asked for ({decision.words or 'no answer'}), so their names were not checked"
        ]
    names = read(answer.body)
    if remembered:
        remembered.put(kind, names, now)
    return names, []


def _stages(body: Mapping[str, Any]) -> dict[str, str]:
    return {
        str(stage.get("display_name") or stage["name"]).casefold(): str(stage["id"])
        for stage in body["contact_stages"]
    }


def _fields(body: Mapping[str, Any]) -> dict[str, str]:
    """By label and by id; a label that two fields share is left out, since it does not say which."""
    fields = [field for field in body["typed_custom_fields"] if field.get("modality", "contact") == "contact"]
    labels = [str(field["name"]).casefold() for field in fields]
    names = {
        label: str(field["id"])
        for label, field in zip(labels, fields, strict=True)
        if labels.count(label) == 1
    }
    return names | {str(field["id"]).casefold(): str(field["id"]) for field in fields}


def _unknown(what: str, name: str, known: Iterable[str]) -> str:
    labels = [label for label in known if not _ID.fullmatch(label)]
    likely = difflib.get_close_matches(name.casefold(), labels, n=1)
    there = ", ".join(labels) or "none"
    return (
        f'your team has no {what} "{name}"'
        + (f'; did you mean "{likely[0]}"?' if likely else "")
        + f" There are: {there}."
    )
