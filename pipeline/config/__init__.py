"""The config: YAML -> typed rules, all mistakes at once, each with its line and the likely right word."""

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
    "duration",
    "load_config",
    "match_columns",
    "parse_config",
    "with_options",
]
