"""What the pages show of the program at work is played again: the same commands, the same words."""

import re
import shlex
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from pipeline.cli import program

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
STARTING = ROOT / "docs" / "getting-started.md"
RUN_ID = re.compile(r"\d{8}-\d{6}-[a-z0-9-]+")
PASSING = (
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[+-]\d\d:\d\d"), "TIME"),
    (RUN_ID, "RUN"),
    (re.compile(r"\b(?:less than a second|(?:\d+ min )?\d+ s)\b"), "WHILE"),
)


class Shown(NamedTuple):
    """A command of a page and what the page shows of its output; `whole`: all of it."""

    words: str
    output: str
    whole: bool


def shown_in(page: Path) -> Iterator[Shown]:
    blocks = re.findall(
        r"^```console\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    for block in blocks:
        command, _, output = block.partition("\n")
        yield Shown(command.removeprefix("$ "), output.removesuffix("...\n"), not output.endswith("...\n"))


def lasting(output: str) -> str:
    """The output as one line, without what differs from one time to the next: when, how long, which run."""
    kept = [line for line in output.splitlines() if not re.match(r"\d{4}-\d\d-\d\d \S+ sending ", line)]
    text = " ".join(" ".join(kept).split())
    for pattern, word in PASSING:
        text = pattern.sub(word, text)
    return text


Edit = Callable[[Path], None]


def renamed(words: str, names: Mapping[str, str]) -> str:
    for shown, actual in names.items():
        words = words.replace(shown, actual)
    return words


def play(page: Path, edits: Mapping[int, Edit]) -> None:
    """Types a page's commands one after the other; `edits` are what the page asks for by hand, before which."""
    names: dict[str, str] = {}
    for place, shown in enumerate(shown_in(page)):
        if place in edits:
            edits[place](Path())
        words = shlex.split(renamed(shown.words, names))
        result = CliRunner().invoke(program, words[1:], prog_name="contact-import")
        names |= dict(zip(RUN_ID.findall(shown.output), RUN_ID.findall(result.output), strict=False))
        actual, told = lasting(result.output), lasting(shown.output)
        assert (actual if shown.whole else actual[: len(told)]) == told


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as a checkout is, without a key."""
    monkeypatch.chdir(tmp_path)
    for name in ("APOLLO_API_KEY", "APOLLO_API_KEY_FILE", "APOLLO_BASE_URL", "CONTACT_IMPORT_OUTPUT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    for name in ("configs", "sample_data"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


def mend_the_address(folder: Path) -> None:
    failed = next((folder / "output").glob("*-people/failed.xlsx"))
    book = load_workbook(failed)
    cells = [cell for row in book["People"].iter_rows() for cell in row if "(at)zubr" in str(cell.value)]
    assert len(cells) == 2
    cells[0].value = str(cells[0].value).replace("(at)zubr", "@zubr")
    book.save(failed)


def test_the_readme_s_five_minutes_are_what_happens(workplace: Path) -> None:
    play(README, {4: mend_the_address})
    folder = next((workplace / "output").glob("*-people"))
    table = re.findall(
        r"^\| (`(?:results|failed|report|summary|source|run).*?) \|", README.read_text(), re.MULTILINE
    )
    told = {name for cell in table for name in re.findall(r"`([\w.*]+)`", cell)}
    assert told == {re.sub(r"^source\..*", "source.*", path.name) for path in folder.iterdir()}


def test_getting_started_is_what_happens(workplace: Path) -> None:
    text = STARTING.read_text(encoding="utf-8")
    file = re.search(r"```text\n(Kontakte.*?)```", text, re.DOTALL)
    config = re.search(r"```yaml\n(phone_region.*?)```", text, re.DOTALL)
    assert file
    assert config
    (workplace / "messe.csv").write_text(file[1], encoding="cp1252", newline="\r\n")

    def edit_the_config(folder: Path) -> None:
        (folder / "messe.yaml").write_text(config[1], encoding="utf-8")

    def correct_the_word(folder: Path) -> None:
        place = folder / "messe.yaml"
        place.write_text(
            place.read_text(encoding="utf-8").replace("raw_adress", "raw_address"), encoding="utf-8"
        )

    play(STARTING, {1: edit_the_config, 2: correct_the_word})
