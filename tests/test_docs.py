"""The pages for people say what the program does: commands, options, configs, names, codes, links, drawings."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from pydantic import BaseModel

from pipeline import clean
from pipeline.apollo import Call
from pipeline.cli import program
from pipeline.config import SendRules, parse_config
from pipeline.config.model import Document, Target
from pipeline.confirm import COLUMNS as CONFIRMED_COLUMNS
from pipeline.errors import ConfigMistake, ImportFailure
from pipeline.fields import FIELDS
from pipeline.ledger import State
from pipeline.records import IMPORT_COLUMNS, Reason, Status
from pipeline.reporter import Summary
from pipeline.reporter.lines import RESULT_COLUMNS

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
GUARANTEES = ROOT / "docs" / "guarantees.md"
COMMANDS = ROOT / "docs" / "commands.md"
PAGES = (README, ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md")))
PROGRAM = click.Context(program, info_name="contact-import")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FOREIGN = re.compile(r"\b(?:pip|pipx|make|ruff|git)\b")
"""Lines with another program's options."""


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def section(page: Path, heading: str) -> str:
    found = re.search(rf"^## {heading}.*?\n(.*?)(?=^## |\Z)", text_of(page), re.MULTILINE | re.DOTALL)
    assert found, f"{named(page)} has no heading {heading}"
    return found[1]


def commands() -> dict[str, click.Command]:
    found = {name: program.get_command(PROGRAM, name) for name in program.list_commands(PROGRAM)}
    return {name: command for name, command in found.items() if command}


def options(command: click.Command) -> Iterator[click.Option]:
    return (one for one in command.params if isinstance(one, click.Option))


def flags(command: click.Command) -> set[str]:
    return {flag for one in options(command) for flag in one.opts} | {"-h", "--help"}


def lines_with_commands() -> list[tuple[str, str]]:
    """(page, words behind the program's name) of every call that a page shows."""
    call = re.compile(r"^(?:    |\$ )?contact-import ([^`\n]+)$|`contact-import ([^`\n]+)`", re.MULTILINE)
    return [(named(page), one[1] or one[2]) for page in PAGES for one in call.finditer(text_of(page))]


@pytest.mark.parametrize(("page", "words"), lines_with_commands())
def test_every_call_that_a_page_shows_is_one_that_the_program_takes(page: str, words: str) -> None:
    name, *rest = shlex.split(words.replace("...", ""))
    if name == "COMMAND" or name.startswith("-"):
        assert {name, *rest} <= {"COMMAND", "--help", "--version"}, page
    elif rest:
        commands()[name].make_context(name, [word for word in rest if word[0] != "["], parent=PROGRAM)
    else:
        assert name in commands(), page


def test_the_page_of_commands_has_each_command_in_the_program_s_order() -> None:
    headings = re.findall(r"^## contact-import (\S+)", text_of(COMMANDS), re.MULTILINE)
    assert headings == list(commands())


@pytest.mark.parametrize("name", commands())
def test_the_page_of_commands_names_each_option_of_a_command_and_no_other(name: str) -> None:
    told = section(COMMANDS, f"contact-import {name}\\b")
    shown = {
        flag
        for span in re.findall(r"`(-[^`]+)`", told)
        for flag in re.findall(r"(?<![\w-])--?[a-z][\w-]*", span)
    }
    assert shown <= flags(commands()[name])
    hidden = [one.name for one in options(commands()[name]) if not shown & set(one.opts)]
    assert hidden == []


def test_the_page_of_commands_tells_the_choices_and_defaults_that_help_tells() -> None:
    rows = section(COMMANDS, "contact-import run\\b")
    for option in options(commands()["run"]):
        row = next(line for line in rows.splitlines() if f"`{option.opts[-1]}" in line)
        choices = option.type.choices if isinstance(option.type, click.Choice) else ()
        default = re.search(r"\[default: ([\w%-]+)\]", option.help or "")
        for word in (*choices, *(default.groups() if default else ())):
            assert f"`{word}`" in row


def test_no_page_names_an_option_that_no_command_has() -> None:
    known = {flag for command in commands().values() for flag in flags(command)} | {"--version"}
    told = [
        (named(page), flag)
        for page in PAGES
        for line in text_of(page).splitlines()
        if not FOREIGN.search(line)
        for flag in re.findall(r"(?<![\w-])--[a-z][\w-]*", line)
    ]
    assert [one for one in told if one[1] not in known] == []


def yaml_blocks() -> list[tuple[str, str]]:
    return [
        (named(page), block)
        for page in PAGES
        for kind, block in FENCE.findall(text_of(page))
        if kind == "yaml"
    ]


@pytest.mark.parametrize(("page", "block"), yaml_blocks())
def test_every_config_that_a_page_shows_is_one_that_the_program_takes(page: str, block: str) -> None:
    has_columns = re.search(r"^columns:", block, re.MULTILINE)
    whole = block if has_columns else f"columns: {{Email: email}}\n{block}"
    if not re.search(r": (?:\{field: )?email\b", whole):
        whole = whole.replace("columns:\n", "columns:\n  Address: email\n")
    # A mistake is shown on purpose only where the page goes on with the very message.
    assert [text for text in mistakes_in(whole) if text not in text_of(ROOT / page)] == []


def mistakes_in(config: str) -> list[str]:
    try:
        parse_config(config, "")
    except ConfigMistake as failure:
        return [one.text for one in failure.mistakes]
    return []


def keys_of(model: type[BaseModel]) -> set[str]:
    found = set()
    for name, field in model.model_fields.items():
        found.add(name)
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            found |= keys_of(field.annotation)
    return found


def vocabulary() -> set[str]:
    """Every name with an underscore that users meet."""
    columns = {*RESULT_COLUMNS, *IMPORT_COLUMNS}
    calls = {str(call).rpartition("/")[2] for call in Call}
    config = {*keys_of(Document), *keys_of(Target), *FIELDS}
    summary = {*re.findall(r'"(\w+)":', str(Summary.model_json_schema()).replace("'", '"'))}
    states = {state.name.lower() for state in State}
    return {
        *Reason,
        *Status,
        *columns,
        *calls,
        *config,
        *summary,
        *states,
        *clean.CLEANERS,
        "read_results",
        "name_company",
        *CONFIRMED_COLUMNS,
    }


def test_every_name_that_a_page_puts_in_code_is_one_that_the_program_has() -> None:
    known = vocabulary()
    told = [
        (named(page), name)
        for page in PAGES
        for span in re.findall(r"(?<!`)`([^`\n]+)`(?!`)", FENCE.sub("", text_of(page)))
        for name in re.findall(r"(?<![\w./-])[a-z]+(?:_[a-z]+)+(?![\w/(.-])", span)
    ]
    assert [one for one in told if one[1] not in known] == []


def test_the_readme_tells_the_exit_codes_that_the_program_has() -> None:
    told = [int(code) for code in re.findall(r"^\| (\d+) \|", section(README, "Exit codes"), re.MULTILINE)]
    failures = {0, 1}
    kinds = list(ImportFailure.__subclasses__())
    while kinds:
        kind = kinds.pop()
        failures.add(kind.exit_code)
        kinds += kind.__subclasses__()
    assert told == sorted(failures)
    assert told == [int(code) for code in re.findall(r"^ +(\d+)  ", program.epilog or "", re.MULTILINE)]


def test_the_readme_tells_the_environment_variables_that_the_program_reads() -> None:
    table = section(README, "Environment variables")
    told = set(re.findall(r"^\| `([A-Z_]+)` \|", table, re.MULTILINE))
    sources = (path for path in (ROOT / "pipeline").rglob("*.py") if "sandbox" not in path.parts)
    read = {
        name
        for path in sources
        for name in re.findall(r'"((?:APOLLO|CONTACT_IMPORT)_[A-Z_]+)"', path.read_text(encoding="utf-8"))
    }
    assert told == read


def test_the_pages_tell_the_defaults_that_the_program_has() -> None:
    rules = SendRules()
    assert f"`server_deadline` ({rules.server_deadline:.0f} s)" in text_of(README)
    assert f"`settle_after` ({rules.settle_after:.0f} s)" in text_of(README)
    limits = f"({rules.rate.minute} a minute, {rules.rate.hour} an hour, {rules.rate.day:,} a day, until"
    assert limits in text_of(ROOT / "docs" / "getting-started.md").replace("\n", " ")


def anchor(heading: str) -> str:
    """The anchor that a heading gets, as code hosts make it."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def links(page: Path) -> list[str]:
    return re.findall(r"\]\(([^)\s]+)\)", FENCE.sub("", text_of(page)))


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_between_pages_leads_somewhere(page: Path) -> None:
    for link in links(page):
        if re.match(r"https?://", link):
            continue
        path, _, place = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        headings = re.findall(r"^#+ (.*)$", text_of(target), re.MULTILINE) if place else []
        assert not place or place in map(anchor, headings), link


def test_every_page_is_reached_from_the_readme() -> None:
    reached, ahead = {README}, [README]
    while ahead:
        page = ahead.pop()
        found = {(page.parent / link.partition("#")[0]).resolve() for link in links(page)}
        new = {one for one in found if one.suffix == ".md" and one.is_file()} - reached
        reached |= new
        ahead += new
    assert set(PAGES) <= reached


def test_the_drawing_of_a_row_s_states_has_every_state_and_every_move_of_the_ledger() -> None:
    states = {state.name.lower() for state in State}
    blocks = [block for kind, block in FENCE.findall(text_of(GUARANTEES)) if kind == "mermaid"]
    drawn = set(re.findall(r"^ +(\w+) --> (\w+)$", blocks[0], re.MULTILINE))
    assert {state for move in drawn for state in move} == states
    ledger = (ROOT / "pipeline" / "ledger").rglob("*.py")
    told = [move for path in ledger for move in re.findall(r"(\w+) → (\w+)", text_of(path))]
    moves = {(old, new) for old, new in told if {old, new} <= states}
    assert len(moves) > 5
    assert moves <= drawn


def test_every_make_target_and_every_place_that_a_page_names_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", text_of(ROOT / "Makefile"), re.MULTILINE))
    for page in PAGES:
        spans = re.findall(r"(?:`|^    )make ([a-z-]+)", text_of(page), re.MULTILINE)
        assert set(spans) <= targets, named(page)
        places = re.findall(
            r"`((?:pipeline|configs|tests|benchmarks|sample_data|docs)/[\w./-]*)`", text_of(page)
        )
        assert [place for place in places if not (ROOT / place).exists()] == [], named(page)


def test_the_contributor_s_table_has_every_part_of_the_program() -> None:
    part = section(ROOT / "CONTRIBUTING.md", "Which file does what").partition("\n### ")[0]
    rows = re.findall(r"^\| (`.*?) \|", part, re.MULTILINE)
    told = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    there = {path.stem for path in (ROOT / "pipeline").iterdir() if path.suffix == ".py" or path.is_dir()}
    assert told == {name for name in there if not name.startswith("__")}


@pytest.mark.parametrize("folder", ["run", "sender", "ledger", "suggest"])
def test_the_contributor_s_page_has_every_file_of_a_folder_that_it_tells_in_full(folder: str) -> None:
    table = re.search(
        rf"^\| `pipeline/{folder}/` .*\n((?:\|.*\n)+)", text_of(ROOT / "CONTRIBUTING.md"), re.MULTILINE
    )
    assert table
    told = {name for row in table[1].splitlines() for name in re.findall(r"`(\w+)`", row.split(" | ")[0])}
    places = (ROOT / "pipeline" / folder).iterdir()
    there = {path.stem for path in places if path.suffix == ".py" or path.is_dir()}
    assert told == {name for name in there if not name.startswith("__")}
