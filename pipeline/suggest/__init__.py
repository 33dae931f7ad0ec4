"""Headers and cells -> a config, for `init`. Pure: nothing is read or written here."""

from pipeline.suggest.choices import Choice, Suggestion
from pipeline.suggest.suggesting import suggest
from pipeline.suggest.writing import to_yaml

__all__ = ["Choice", "Suggestion", "suggest", "to_yaml"]
