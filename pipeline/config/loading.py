"""A config file -> a `Config`, or every mistake in it."""

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pipeline.config.checks import cross_checks, never_filled
from pipeline.config.columns import read_columns
from pipeline.config.mistakes import of_validation
from pipeline.config.model import Config, DedupeRules, Document, SendRules, SourceRules
from pipeline.config.reading import LARGEST, Value, Written, read
from pipeline.errors import ConfigMistake, Mistake, UsageMistake

_SECTIONS = ("source", "constants", "dedupe", "send")
_INNER = ("rate", "reserve")


def load_config(path: Path) -> Config:
    """The config in a file (UTF-8, or UTF-16 with its mark).

    Raises:
        UsageMistake: there is no such file.
        ConfigMistake: the file cannot be read, or holds mistakes; all of them, each with its line.
    """
    try:
        with path.open("rb") as file:
            data = file.read(4 * LARGEST + 1)
    except FileNotFoundError:
        raise UsageMistake(f"{path} is not there. Is the name right?") from None
    except OSError as error:
        raise ConfigMistake(
            str(path), (Mistake(None, f"it cannot be read: {error.strerror or error}"),)
        ) from None
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigMistake(
            str(path), (Mistake(line, "it is not saved as UTF-8; save it as UTF-8"),)
        ) from None
    return parse_config(text, str(path))


@lru_cache(maxsize=4)
def parse_config(text: str, name: str) -> Config:
    """The config in a text; `name` is what messages call it.

    A run comes back to its own config several times, and composing YAML takes 0.3 ms a line.

    Raises:
        ConfigMistake: all mistakes at once, each with its line.
    """
    written = read(text)
    if written.mistakes and not written.lines:
        raise ConfigMistake(name, written.mistakes)
    rules, mistakes = read_columns(written)
    document, wrong = _document(written)
    mistakes += [*written.mistakes, *wrong, *cross_checks(document, rules, written)]
    mistakes = mistakes or never_filled(document, rules, written)
    if mistakes:
        raise ConfigMistake(name, tuple(sorted(set(mistakes), key=lambda mistake: mistake.line or 0)))
    return Config(
        **dict(document) | {"constants": document.constants.constants()},
        name=name,
        columns=rules,
        region_line=written.lines.get(("phone_region",)),
        text=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )


def _document(written: Written) -> tuple[Document, list[Mistake]]:
    """The typed rest of the config, without the parts that are wrong, and what is wrong with those."""
    rest = _without_empty({key: value for key, value in written.top.items() if key != "columns"})
    try:
        return Document.model_validate(rest), []
    except ValidationError as error:
        wrong = {found["loc"][0] for found in error.errors()}
        good = {key: value for key, value in rest.items() if key not in wrong}
        return Document.model_validate(good), of_validation(error, written.lines)


def _without_empty(top: Mapping[str, Value]) -> dict[str, Value]:
    """The same without sections that stand there empty, as when all lines under a key are comments."""
    kept = {key: value for key, value in top.items() if not (value is None and key in _SECTIONS)}
    send = kept.get("send")
    if isinstance(send, dict):
        kept["send"] = {key: value for key, value in send.items() if not (value is None and key in _INNER)}
    return kept


_OPTIONS: Mapping[str, tuple[str, str]] = {
    "sheet": ("source", "sheet"),
    "dedupe_by": ("dedupe", "by"),
    **{name: ("send", name) for name in SendRules.model_fields},
}
_PARTS: Mapping[str, type[SourceRules | DedupeRules | SendRules]] = {
    "source": SourceRules,
    "dedupe": DedupeRules,
    "send": SendRules,
}


def with_options(config: Config, **options: object) -> Config:
    """The config with options of the command line over it; None leaves what the config says.

    Known are `sheet`, `dedupe_by` and every key of `send`, each as the config would write it.

    Raises:
        ConfigMistake: an option's value is not allowed.
        KeyError: an option that does not exist.
    """
    changes: dict[str, dict[str, Any]] = {}
    for option, value in options.items():
        section, key = _OPTIONS[option]
        if value is not None:
            changes.setdefault(section, {})[key] = value
    parts, mistakes = {}, []
    for section, values in changes.items():
        before = dict(getattr(config, section))
        try:
            parts[section] = _PARTS[section].model_validate({**before, **values})
        except ValidationError as error:
            mistakes += of_validation(error, {}, (section,))
    if mistakes:
        raise ConfigMistake("the command line", tuple(mistakes))
    return config.model_copy(update=parts)
