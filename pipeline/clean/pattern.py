"""Patterns from a config, kept to those that cannot run away.

Python's `re` tries every way in which repeats can share a text. So a repeated group may hold no repeat and no
alternative, there are few repeats in all, and long texts are left alone: then the worst case is a moment, not a hang.
"""

import re
from collections.abc import Callable

LONGEST_PATTERN = 200
LONGEST_TEXT = 300
MOST_REPEATS = 3
MOST_OPTIONAL = 8

_TOKEN = re.compile(
    r"(?P<escape>\\.)|(?P<set>\[\^?\]?(?:\\.|[^\]\\])*\])|(?P<open>\((?:\?(?:P<\w+>|[:=!]|<[=!]|>))?)|(?P<close>\))|"
    r"(?P<repeat>(?:[*+]|\{\d*(?:,\d*)?\})[?+]?)|(?P<optional>\?[?+]?)|(?P<either>\|)|(?P<other>.)",
    re.DOTALL,
)
_ONCE = re.compile(r"\{[01]\}|\{,1\}|\{0,1\}")


def replacing(pattern: str, replacement: str) -> Callable[[str], str]:
    r"""Replaces every match of a pattern; `\1` in the replacement is the first group.

    Raises:
        ValueError: the pattern or the replacement is wrong, or could take for ever; the message says why.
    """
    if len(pattern) > LONGEST_PATTERN:
        raise ValueError(f"the pattern is longer than {LONGEST_PATTERN} characters")
    try:
        compiled = re.compile(pattern)
        compiled.sub(replacement, "")
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError(f"the pattern or its replacement is wrong: {error}") from None
    _refuse_runaways(pattern)
    return lambda text: text if len(text) > LONGEST_TEXT else compiled.sub(replacement, text)


def _refuse_runaways(pattern: str) -> None:
    if "(?P=" in pattern:
        raise ValueError("a pattern that refers to its own group could take for ever")
    repeats = optional = 0
    groups: list[bool] = [False]
    closed = False
    for token in _TOKEN.finditer(pattern):
        kind = token.lastgroup
        if kind == "open":
            groups.append(False)
        elif kind == "either" or (kind == "repeat" and not _ONCE.match(token[0])):
            if kind == "repeat" and closed:
                raise ValueError("a repeated group with a repeat or an alternative in it could take for ever")
            repeats += kind == "repeat"
            groups[-1] = True
        elif kind == "optional":
            optional += 1
            groups[-1] = True
        elif kind == "escape" and token[0][1] in "123456789":
            raise ValueError("a pattern that refers to its own group could take for ever")
        closed = kind == "close" and _left(groups)
    if repeats > MOST_REPEATS or optional > MOST_OPTIONAL:
        raise ValueError(
            f"at most {MOST_REPEATS} repeats (* + {{}}) and {MOST_OPTIONAL} optional parts (?) are allowed"
        )


def _left(groups: list[bool]) -> bool:
    """Whether the group that ends here held a repeat or an alternative; the group around it then holds one too."""
    inner = groups.pop() if len(groups) > 1 else False
    groups[-1] = groups[-1] or inner
    return inner
