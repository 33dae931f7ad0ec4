"""The config: YAML -> typed rules, all mistakes at once, each with its line and the likely right word."""

from pipeline.config.asked import custom_fields, custom_labels, needs_names, uses_lists, uses_stages
from pipeline.config.durations import duration
from pipeline.config.loading import load_config, parse_config, with_options
from pipeline.config.matching import Columns, match_columns
from pipeline.config.model import (
    ColumnRule,
    Config,
    Constants,
    DedupeBy,
    DedupeRules,
    Keep,
    MaxErrors,
    Mode,
    OnMatch,
    Phones,
    Rate,
    Reserve,
    SendRules,
    SourceRules,
    Target,
)
from pipeline.config.names import column_key, column_names

__all__ = [
    "ColumnRule",
    "Columns",
    "Config",
    "Constants",
    "DedupeBy",
    "DedupeRules",
    "Keep",
    "MaxErrors",
    "Mode",
    "OnMatch",
    "Phones",
    "Rate",
    "Reserve",
    "SendRules",
    "SourceRules",
    "Target",
    "column_key",
    "column_names",
    "custom_fields",
    "custom_labels",
    "duration",
    "load_config",
    "match_columns",
    "needs_names",
    "parse_config",
    "uses_lists",
    "uses_stages",
    "with_options",
]
