"""Tries what a run will need beside creating, before its first row, where trying is harmless.

A key has a scope for each endpoint (docs.apollo.io/reference/authentication). Creating itself is tried by the first
request of the run, which goes alone. A search that is refused does not stop a run.
"""

from typing import NamedTuple

from pipeline.apollo import Answer, ApolloClient, Call, decide
from pipeline.config import Config, Mode, OnMatch, Phones
from pipeline.errors import RunStopped
from pipeline.fields import PHONES
from pipeline.sender.complete import stopped

_NOBODY = "0" * 24


class Needs(NamedTuple):
    """Which endpoints a run will call beside the one that creates."""

    update: bool
    lists: bool


def needs_of(config: Config) -> Needs:
    """What the settings of a run need, if its rows have values in all mapped columns."""
    rules = config.send
    mapped = {target.field for rule in config.columns for target in rule.targets if target.field}
    fields = mapped | set(config.constants.fields)
    whole = rules.mode is Mode.SINGLE and rules.on_match is OnMatch.CREATE
    merging = rules.mode is Mode.SINGLE and rules.on_match is OnMatch.UPDATE
    listed = "label_names" in mapped or bool(config.constants.label_names)
    typed = rules.phones is Phones.TYPED and not fields.isdisjoint(PHONES)
    matched = rules.mode is Mode.BULK and rules.on_match is OnMatch.UPDATE
    update = bool(config.constants.fields) if merging else typed or matched
    return Needs(update=update and not whole, lists=listed and not whole)


async def try_scopes(client: ApolloClient, needs: Needs) -> None:
    """Asks each needed endpoint for nothing.

    Raises:
        RunStopped: the key lacks a scope, which is named, or was refused.
        QuotaReached: the quota of an endpoint is used up for longer than max_wait.
    """
    if needs.update:
        _check(await client.update(await client.slot(Call.UPDATE), _NOBODY, {}))
    if needs.lists:
        _check(await client.add_to_lists(await client.slot(Call.ADD_TO_LISTS), (), ()))


def _check(answer: Answer) -> None:
    if answer.status == 401:  # noqa: PLR2004
        raise stopped(answer, decide(answer))
    if answer.status == 403:  # noqa: PLR2004
        raise RunStopped(
            f"The key lacks the scope api/v1/{answer.call}, which this config needs: {decide(answer).words} "
            "Nothing was sent. Ask your Apollo administrator for a key with that scope.",
            "unauthorized",
        )
