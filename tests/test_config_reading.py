"""YAML itself: what does not parse, and what is not allowed in a config."""

import re

import pytest

from pipeline.config import parse_config
from pipeline.config.reading import LARGEST, read
from pipeline.errors import ConfigMistake


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("columns:\n\tEmail: email", 2, "a tab stands where blanks belong"),
        ("columns:\n  Email: email\n\tTitle: title", 3, "a tab stands where blanks belong"),
        ("columns:\n  Note: Email: email", 2, 'holds ": " in quotes'),
        ("columns:\n  @home: email", 2, "in quotes"),
        ("columns:\n  *Email: email", 2, "begins with \\*"),
        ("columns:\n  Email: 'email", 2, "a quote is not closed"),
        ("columns:\n  Email: [email\n  Title: title", 3, "a bracket is not closed"),
        ("columns:\n  Email: email\n Title: title", 3, "indented differently"),
        ("columns: [email", 1, "a bracket is not closed"),
        ("columns: {Email: email}\n---\nsend: {}", 2, "only one document"),
        ("columns: &all {Email: email}", 1, "anchors and aliases"),
        ("columns:\n  A: &x email\n  B: *x", 2, "anchors and aliases"),
        ("columns:\n  A: !python/name:os.system x", 2, "not allowed"),
        ("columns:\n  {a: b}: email", 2, "a plain text"),
        ("columns:\n  A: e\x01mail", 2, r"U\+0001"),
        ("- columns", 1, "`key: value`"),
        ("just words", 1, "`key: value`"),
        ("", None, "is empty"),
        ('columns:\n  "Email: email\n', 2, "a quote is not closed"),
        ("columns:\n  Email: email\n  Phone #: mobile_phone\n", 3, "a colon is missing"),
        ("columns: {Email: email\n", 1, "a bracket is not closed"),
        ("columns:\n\u00a0 Email: email\n", 2, "a no-break space"),
        ("columns:\n  Email: !!python/object:os.system email\n", 2, "is not allowed"),
        (
            "columns:\n  Email: email\n  Email: title\n",
            3,
            r"a second time; the first is in line 2 \(column 3\)",
        ),
        ("columns: &a\n  Email: email\n", 1, r"anchors and aliases .* \(column 10\)"),
        ("# only a comment\n", None, "is empty"),
        ("[" * 1_000, None, "nested too deep"),
        ("a: " + "[" * 30 + "]" * 30, 1, "nested too deep"),
        ("x" * (LARGEST + 1), None, "longer than"),
    ],
)
def test_what_is_no_good_yaml_is_told_with_its_line(text: str, line: int | None, words: str) -> None:
    with pytest.raises(ConfigMistake, match=words) as caught:
        parse_config(text, "x")
    assert line in [found.line for found in caught.value.mistakes if re.search(words, found.text)]


def test_a_billion_laughs_are_one_mistake_and_cost_nothing() -> None:
    text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in range(1, 30):
        text += f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]\n"
    with pytest.raises(ConfigMistake, match="anchors"):
        parse_config(text, "x")


def test_scalars_stay_the_text_that_was_written() -> None:
    written = read(
        "a: yes\nb: 007\nc: 1e3\nd: 2026-05-31\ne: 'null'\nf: null\ng: ~\nh:\ni: TRUE\nj: '#N/A'\n"
    )
    assert written.top == {
        "a": "yes", "b": "007", "c": "1e3", "d": "2026-05-31", "e": "null", "f": None, "g": None, "h": None,
        "i": "TRUE", "j": "#N/A",
    }  # fmt: skip


def test_every_key_knows_its_line() -> None:
    lines = read("a:\n  b:\n    - c\n    - d: e\n").lines
    assert lines["a", "b", 1, "d"] == 4
