"""report.html: tells a run on one page, to anybody, without asking anybody."""

import os
import re
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from pipeline.ledger import Ledger, RunState
from pipeline.records import Outcome, Reason
from pipeline.reporter import Material, Plan, Summary, write_reports
from pipeline.reporter.outputs import Ending
from pipeline.reporter.page import page_html
from pipeline.reporter.timeline import Timeline
from pipeline.reporter.traffic import Traffic
from pipeline.reporter.wording import advice
from tests.test_reporter import CONTACT_ID, Desk, interrupted

__all__ = ["interrupted"]

NEXT = "contact-import resume 20260518-111911-people -o 'my imports'"


class Outline(HTMLParser):
    """What a page is made of: its tags with their attributes, and its visible text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "link"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open and data.strip():
            self.texts.append(" ".join(data.split()))

    @property
    def text(self) -> str:
        """The visible text in one line."""
        return " ".join(self.texts)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path) as opened:
        yield opened


@pytest.fixture
def desk(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield Desk(ledger)
    monkeypatch.undo()
    time.tzset()


def page_of(desk: Desk, *, details: bool = False) -> str:
    """The page of a run."""
    run = desk.runs.get(desk.run.run_id)
    write_reports(Material(desk.ledger, run, desk.folder, lambda _: desk.table, lambda *_: NEXT, details))
    return (desk.folder / "report.html").read_text(encoding="utf-8")


def rendered(summary: Summary, timeline: Timeline | None = None) -> Outline:
    """The page of any summary."""
    ending = Ending(tuple(advice(summary, workbook=True)), ())
    nothing = Traffic(Counter(), ())
    return Outline(page_html(summary, timeline or Timeline(), nothing, ending, details=False))


def test_the_page_says_how_many_how_long_why_and_what_next(interrupted: Desk) -> None:
    outline = Outline(page_of(interrupted))
    assert not outline.open
    for said in (
        "2 of 11 rows became new contacts",
        "The run was interrupted and can be resumed. It took 1 min and 5 requests. No credits were used.",
        "1 repeated in the file",
        "This command sends what was not sent yet:",
        NEXT,
        'Email "…" is no valid email address Row 5 Correct or empty the cell in failed.xlsx',
        "Row 11 is hidden",
        "Requests in all at most 3 5",
        "Begun 2026-05-18 13:19:11+02:00",
        "The encoding was guessed.",
        "Row 14 is no data row: a total row at the end",
    ):
        assert said in outline.text


def test_the_page_asks_nobody_for_anything(interrupted: Desk) -> None:
    page = page_of(interrupted)
    assert "http:" not in page
    assert "https:" not in page
    assert "url(" not in page
    tags = Outline(page).tags
    assert not {"script", "img", "iframe", "object", "form"} & {tag for tag, _ in tags}
    assert [found["href"] for tag, found in tags if tag == "link"] == ["data:,"]
    policy = next(found["content"] for _, found in tags if found.get("http-equiv"))
    assert str(policy).startswith("default-src 'none'")


def personal(desk: Desk) -> set[str]:
    """Everything that stands in the cells of the source and could be about somebody."""
    cells = {cell for row in desk.table.rows for cell in row.cells}
    return {cell for cell in cells if len(cell) > 3} - {"Namesake"}  # a warning begins with that word


def test_the_page_tells_of_nobody(interrupted: Desk) -> None:
    text = Outline(page_of(interrupted)).text
    assert not {cell for cell in personal(interrupted) if cell in text}
    assert CONTACT_ID not in text


def test_with_details_the_page_quotes_the_faulty_cells(interrupted: Desk) -> None:
    assert "In the cells: jane(at)acme" in Outline(page_of(interrupted, details=True)).text


def test_what_stands_in_a_file_is_never_markup(interrupted: Desk) -> None:
    run = interrupted.runs.get(interrupted.run.run_id)
    summary = interrupted.report()
    hostile = "<script>alert(1)</script>.csv"
    named = summary.model_copy(update={"source": summary.source.model_copy(update={"name": hostile})})
    outline = rendered(named)
    assert run.run_id in outline.text
    assert hostile in outline.text
    assert "script" not in {tag for tag, _ in outline.tags}


def test_every_picture_has_words_and_every_section_a_heading(interrupted: Desk) -> None:
    tags = Outline(page_of(interrupted)).tags
    ids = {found["id"] for _, found in tags if "id" in found}
    assert all(found["aria-labelledby"] in ids for tag, found in tags if tag == "section")
    assert all(found.get("aria-label") for tag, found in tags if tag == "svg")
    assert [tag for tag, _ in tags if tag in ("h1", "main", "header")] == ["header", "h1", "main"]


def test_a_dry_run_is_told_as_one(interrupted: Desk) -> None:
    summary = interrupted.report().model_copy(
        update={"state": RunState.DRY_RUN, "plan": Plan(calls=7, seconds=100, ends_at="2026-05-18T12:00:00Z")}
    )
    text = rendered(summary).text
    assert "rows would be sent" in text
    assert "This was a dry run: nothing was sent." in text
    assert "Requests in all at most 7 none" in text
    assert "about 1 min 40 s" in text


def test_a_run_without_rows_left_needs_nothing(desk: Desk) -> None:
    desk.add_all()
    desk.prepared()
    for row in desk.table.rows:
        desk.end(row.number, Outcome(Reason.NEW, contact_id=f"{CONTACT_ID}{row.number}"))
    desk.ended(RunState.FINISHED)
    text = rendered(desk.report()).text
    assert "11 of 11 rows became new contacts" in text
    assert "Nothing: every row is done." in text
    assert "Errors by cause" not in text


def test_rows_are_drawn_over_the_time_at_which_they_ended(desk: Desk) -> None:
    desk.add_all()
    desk.prepared()
    for row in desk.table.rows:
        desk.end(row.number, Outcome(Reason.NEW, contact_id=f"{CONTACT_ID}{row.number}"))
    desk.ended(RunState.FINISHED)
    tags = Outline(page_of(desk)).tags
    chart = [found for tag, found in tags if tag == "svg" and found["class"] == "chart"]
    assert str(chart[0]["aria-label"]).startswith("11 rows were sent from 2026-05-18 13:19:13+02:00")


def in_chromium(page: str, script: str, folder: Path, *, width: int, dark: bool = False) -> str:
    """What a page is once Chromium has shown it and run a script at its end."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("Chromium is not installed, so what it makes of the page cannot be seen")
    policy = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
    path = folder / "report.html"
    path.write_text(policy.sub("", page).replace("</body>", f"<script>{script}</script></body>"), "utf-8")
    options: list[Any] = [
        "--headless=new", "--disable-gpu", f"--window-size={width},900", "--virtual-time-budget=20000", "--dump-dom",
        f"--blink-settings=preferredColorScheme={0 if dark else 1}",
        f"--user-data-dir={folder}/profile", *(["--no-sandbox"] if os.geteuid() == 0 else []),
    ]  # fmt: skip
    return subprocess.run(
        [chromium, *options, path.as_uri()], check=True, capture_output=True, timeout=120, text=True
    ).stdout


def test_chromium_shows_the_page_without_asking_anybody_or_leaving_its_width(
    interrupted: Desk, tmp_path: Path
) -> None:
    probe = "document.title = document.documentElement.scrollWidth + ' ' + innerWidth"
    found = re.search(
        r"<title>(\d+) (\d+)</title>", in_chromium(page_of(interrupted), probe, tmp_path, width=390)
    )
    assert found is not None
    assert int(found[1]) <= int(found[2])


@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_nothing_that_keeps_anybody_from_the_page(
    interrupted: Desk, tmp_path: Path, *, dark: bool
) -> None:
    npm = shutil.which("npm")
    told = subprocess.run([npm, "root", "-g"], capture_output=True, text=True, check=False) if npm else None
    axe = Path(told.stdout.strip() if told else "") / "axe-core" / "axe.min.js"
    if not axe.is_file():
        pytest.skip("axe is not installed (npm install -g axe-core), so nobody looks for barriers")
    probe = (
        axe.read_text(encoding="utf-8").replace("</script", "<\\/script")
        + ";axe.run().then(r => document.title = 'found:' + r.violations.map(v => v.id).join())"
    )
    shown = in_chromium(page_of(interrupted), probe, tmp_path, width=390, dark=dark)
    assert re.findall(r"<title>(.*?)</title>", shown)[0] == "found:"
