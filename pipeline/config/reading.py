"""YAML text -> plain maps, lists and texts, with the line of every key; nothing is guessed from looks.

A scalar stays the text that was written (a column called `1` or `no` is that text); only an absent value,
`null` and `~` are None. Read by the composer of ruamel.yaml in its pure form, YAML 1.2.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from pipeline.errors import Mistake

Value: TypeAlias = "str | list[Value] | dict[str, Value] | None"
Path: TypeAlias = tuple[str | int, ...]

LARGEST = 1_000_000
"""Characters of a config; one for a thousand columns has a twentieth of it."""

_DEEPEST = 12
_OWN_TAG = "tag:yaml.org,2002:"
_PLAIN = frozenset(
    _OWN_TAG + kind for kind in ("str", "null", "bool", "int", "float", "timestamp", "merge", "map", "seq")
)
_STRANGE_BLANK = re.compile("^ *[\u00a0\u2000-\u200a\u202f\u3000]", re.MULTILINE)


class Written(NamedTuple):
    """What stands in a config: its top map, the line of every place in it, and what is no good YAML."""

    top: dict[str, Value]
    lines: Mapping[Path, int]
    mistakes: tuple[Mistake, ...] = ()


class _Unreadable(Exception):  # noqa: N818 - never leaves this module
    def __init__(self, mistake: Mistake) -> None:
        self.mistake = mistake


def read(text: str) -> Written:
    """The maps, lists and texts of a YAML document, together with every mistake of its form."""
    try:
        node = _composed(text)
    except _Unreadable as unreadable:
        return Written({}, {}, (unreadable.mistake,))
    reader = _Walk()
    value = reader.value(node, ())
    if isinstance(value, dict):
        return Written(value, reader.lines, tuple(reader.mistakes))
    wrong = Mistake(_line(node), "the config must be lines of the form `key: value`, such as `columns:`")
    return Written({}, {}, (*reader.mistakes, wrong))


def _composed(text: str) -> Node:
    if len(text) > LARGEST:
        raise _Unreadable(Mistake(None, f"it is longer than {LARGEST:,} characters; is it the right file?"))
    if strange := _STRANGE_BLANK.search(text):
        where = text.count("\n", 0, strange.start()) + 1
        raise _Unreadable(
            Mistake(where, "a no-break space or the like stands where blanks belong; type blanks")
        )
    yaml = YAML(typ="safe", pure=True)
    try:
        node: Node | None = yaml.compose(text)
    except MarkedYAMLError as error:
        raise _Unreadable(_syntax(error, text)) from None
    except ReaderError as error:
        raise _Unreadable(_character(error, text)) from None
    except RecursionError:
        raise _Unreadable(Mistake(None, "the lists and maps are nested too deep")) from None
    except (YAMLError, ValueError, IndexError) as error:
        raise _Unreadable(Mistake(None, f"this is no YAML: {error}")) from None
    if node is None:
        raise _Unreadable(Mistake(None, "the config is empty; it needs at least `columns:`"))
    return node


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1


def _character(error: ReaderError, text: str) -> Mistake:
    line = text.count("\n", 0, error.position) + 1
    place = error.position - text.rfind("\n", 0, error.position)
    code = error.character if isinstance(error.character, int) else ord(error.character)
    return Mistake(
        line, f"holds a character that YAML does not allow (U+{code:04X}, column {place}); delete it"
    )


_ADVICE = (
    ("found character '\\t'", "a tab stands where blanks belong; indent with blanks"),
    ("that cannot start any token", "put a text that begins with @ % ` or another sign in quotes"),
    ("mapping values are not allowed", 'put a text that holds ": " in quotes, or indent the lines alike'),
    ("undefined alias", "put a text that begins with * in quotes"),
    ("alphabetic or numeric character", "put a text that begins with * or & in quotes"),
    ("could not find expected ':'", "a colon is missing, or a quote or bracket before it is not closed"),
    ("found another document", "there must be only one document; delete the line `---`"),
    ("expected <block end>", "this line is indented differently from those above, or a quote is not closed"),
    ("expected ',' or", "a bracket is not closed, or a comma is missing"),
    ("expected the node content", "a value is missing, or a bracket is not closed"),
    ("unexpected end of stream", "a quote is not closed"),
    ("duplicate anchor", "anchors (&name) are not allowed; write the text out"),
)


_BEGAN_BEFORE = ("could not find expected ':'", "unexpected end of stream")
"""Faults that are noticed far behind the place where something was begun and not ended."""


def _syntax(error: MarkedYAMLError, text: str) -> Mistake:
    said = str(error.problem or error.context or "")
    lines = text.splitlines()
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return Mistake(None, f"this is no YAML: {said}")
    at_the_end = mark.line >= len(lines)
    if error.context_mark and (at_the_end or any(part in said for part in _BEGAN_BEFORE)):
        mark = error.context_mark
    here = lines[mark.line] if mark.line < len(lines) else ""
    tabbed = "\t" in here[: len(here) - len(here.lstrip())]
    advice = _ADVICE[0][1] if tabbed else next((word for part, word in _ADVICE if part in said), said)
    return Mistake(mark.line + 1, f"this is no YAML (column {mark.column + 1}): {advice}")


class _Walk:
    """One walk over the nodes, noting lines and mistakes on the way."""

    def __init__(self) -> None:
        self.lines: dict[Path, int] = {}
        self.mistakes: list[Mistake] = []
        self._seen: set[int] = set()

    def value(self, node: Node, path: Path) -> Value:
        self.lines.setdefault(path, _line(node))
        if not self._allowed(node, path):
            return None
        if isinstance(node, MappingNode):
            return dict(self._entries(node, path))
        if isinstance(node, SequenceNode):
            return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
        absent = isinstance(node, ScalarNode) and node.style is None and node.tag == f"{_OWN_TAG}null"
        return None if absent else str(node.value)

    def _entries(self, node: MappingNode, path: Path) -> Iterator[tuple[str, Value]]:
        first: dict[str, int] = {}
        for key, item in node.value:
            if not isinstance(key, ScalarNode):
                self._wrong(key, "a key must be a plain text; put it in quotes")
                continue
            name = str(key.value)
            if name in first:
                self._wrong(key, f'"{name}" stands here a second time; the first is in line {first[name]}')
                continue
            first[name] = _line(key)
            self.lines[*path, name] = first[name]
            if self._allowed(key, path):
                yield name, self.value(item, (*path, name))

    def _allowed(self, node: Node, path: Path) -> bool:
        """Whether the node is plain YAML. An alias is the very node it points to, met a second time."""
        if node.anchor is not None or id(node) in self._seen:
            if id(node) not in self._seen:
                self._wrong(node, "anchors and aliases (&name, *name) are not allowed; write the text out")
        elif len(path) > _DEEPEST:
            self._wrong(node, "the lists and maps are nested too deep")
        elif str(node.tag) not in _PLAIN:
            self._wrong(node, f'{node.tag} is not allowed; put a text that begins with "!" in quotes')
        else:
            self._seen.add(id(node))
            return True
        self._seen.add(id(node))
        return False

    def _wrong(self, node: Node, text: str) -> None:
        self.mistakes.append(Mistake(_line(node), f"{text} (column {node.start_mark.column + 1})"))
