"""What a suggestion is made of, as it travels to the writer."""

from typing import NamedTuple


class Choice(NamedTuple):
    """What becomes of one column.

    `field` is "" for a column that is ignored. `sure` false: the choice is only offered, with `others` beside it.
    `why` is what decided (`name`, `values`, `name and values`), or the reason in plain words where nothing is mapped.
    `full` is the share of filled cells, None when no row was read; `shape` a value with its letters and digits masked.
    """

    column: str
    field: str
    sure: bool
    why: str
    full: float | None = None
    shape: str = ""
    part: int | None = None
    optional: bool = False
    split: str = ""
    others: tuple[str, ...] = ()


class Suggestion(NamedTuple):
    """A config in the making: choices in the order in which they are written.

    `phone_region` is a column's name, "" when there is none; `national` the region whose phones those without a country
    code likely are, "" when there are none. `require` is empty where the usual rule can be met.
    """

    choices: tuple[Choice, ...]
    rows: int
    phone_region: str = ""
    national: str = ""
    require: tuple[tuple[str, ...], ...] = ()

    @property
    def fields(self) -> dict[str, str]:
        """Column -> field of every mapping that is sure."""
        return {choice.column: choice.field for choice in self.choices if choice.field and choice.sure}
