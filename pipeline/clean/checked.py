"""What a check says about a value."""

from typing import NamedTuple


class Checked(NamedTuple):
    """A value after its check.

    `fault` completes the sentence 'the value … ' and is "" when the value is good; `note` says what was done to a
    good one; `suggestion` is the value that is likely meant by a bad one.
    """

    value: str
    fault: str = ""
    note: str = ""
    suggestion: str = ""
