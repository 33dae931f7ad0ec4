"""Whether a row has what every contact needs, and the sentence that says what is missing."""

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet

from pipeline.records import Problem, Reason


class Required:
    """The sets of fields of which a row must fill one.

    `sources` names the columns of each field; a set with a field that no column and no constant gives is never met
    and never asked for. Fields with a constant are always there.
    """

    def __init__(
        self,
        require: Sequence[Sequence[str]],
        sources: Mapping[str, Sequence[str]],
        constant: Collection[str],
    ) -> None:
        needed = [[field for field in fields if field not in constant] for fields in require]
        reachable = [fields for fields in needed if all(field in sources for field in fields)]
        self._sets = tuple(frozenset(fields) for fields in reachable)
        words = [list(dict.fromkeys(_named(sources[field]) for field in fields)) for fields in reachable]
        self._column = next((sources[fields[0]][0] for fields in reachable if fields), "")
        self._message = f"the row needs {', or '.join(_listed(columns) for columns in words if columns)}"

    def problem(self, filled: AbstractSet[str]) -> Problem | None:
        """What is missing when only these fields are filled, None when it is enough."""
        for needed in self._sets:
            if needed <= filled:
                return None
        return Problem(Reason.MISSING_REQUIRED, self._column, "", self._message)


def _named(columns: Sequence[str]) -> str:
    return " or ".join(dict.fromkeys(columns))


def _listed(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]
