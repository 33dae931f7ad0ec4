"""Which of a team's own names a config uses: contact stages, custom fields, Lists."""

import re
from collections.abc import Mapping

from pipeline.config.model import Config

_ID = re.compile(r"[0-9a-f]{24}")


def needs_names(config: Config) -> bool:
    """Whether the config names a stage or a custom field instead of giving its id."""
    return uses_stages(config) or bool(custom_labels(config))


def uses_stages(config: Config) -> bool:
    """Whether a contact stage is named, by a column or a constant."""
    return _is_mapped(config, "contact_stage") or "contact_stage" in config.constants.fields


def uses_lists(config: Config) -> bool:
    """Whether contacts go on Lists."""
    return _is_mapped(config, "label_names") or bool(config.constants.label_names)


def custom_fields(config: Config) -> Mapping[str, int | None]:
    """Every custom field that the config names, by label or id, with its line."""
    named: dict[str, int | None] = {
        target.custom_field: rule.line
        for rule in config.columns
        for target in rule.targets
        if target.custom_field is not None
    }
    for name in (*config.constants.custom_fields, *filter(None, [config.send.marker])):
        named.setdefault(name, None)
    return named


def custom_labels(config: Config) -> Mapping[str, int | None]:
    """Those custom fields that are named by their labels."""
    return {name: line for name, line in custom_fields(config).items() if not _ID.fullmatch(name)}


def _is_mapped(config: Config, field: str) -> bool:
    return any(target.field == field for rule in config.columns for target in rule.targets)
