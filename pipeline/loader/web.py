"""Tables in web pages: what many programs send as .xls. The page's largest table is read."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from pipeline.errors import SourceMistake
from pipeline.guard import unprotect
from pipeline.loader.charset import charset_of
from pipeline.loader.header import is_blank
from pipeline.loader.merged import Merge, Merges
from pipeline.loader.reading import Links, RawRow, Reading, SourceOptions

_BLOCK = 1 << 16
_HEAD = 4096
_MOST_CELLS = 3_000_000
_MOST_SPAN = 16_384
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\n\f]+")
_SILENT = frozenset({"script", "style", "head", "template"})
_NEW_LINE = frozenset({"br", "p", "div", "li"})


def read_web(path: Path, options: SourceOptions) -> Reading:
    """The rows of the page's largest table.

    Raises:
        SourceMistake: there is no table in it, or it is too large to be one.
    """
    charset = charset_of(lambda: _blocks(path), options.encoding or _said_charset(path), str(path))
    tables = _Tables(path)
    with path.open(encoding=charset.name, errors="replace") as file:
        for text in iter(lambda: file.read(_BLOCK), ""):
            tables.feed(text)
    tables.close()
    filled = [table for table in tables.found if sum(not is_blank(row.cells) for row in table.rows) > 1]
    if not filled:
        raise SourceMistake(
            f"{path} is a web page (HTML) without a table in it, whatever its name says. If it should have been a "
            "download, the site may have sent its login page instead."
        )
    table = max(filled, key=lambda one: sum(len(row.cells) for row in one.rows))
    notes = ["The file is a web page (HTML), whatever its name says; the table in it was read."]
    if len(filled) > 1:
        notes[0] = f"The file is a web page (HTML) with {len(filled)} tables; the largest was read."
    return Reading(
        path, iter(table.rows), table.rows.clear, notes=notes, charset=charset, grid=True,
        merges=table.merges, links=table.links,
    )  # fmt: skip


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from iter(lambda: file.read(_BLOCK), b"")


def _said_charset(path: Path) -> str | None:
    """The encoding that the page names, where its bytes are in it."""
    head = next(_blocks(path), b"")[:_HEAD]
    said = _CHARSET.search(head)
    if said is None or b"\0" in head:
        return None
    name = said[1].decode()
    try:
        with path.open(encoding=name) as file:
            while file.read(_BLOCK):
                pass
    except (LookupError, UnicodeError):
        return None
    return name


class _Found:
    """One table: its rows, and the cells that reach over several."""

    def __init__(self) -> None:
        self.rows: list[RawRow] = []
        self.merges = Merges()
        self.links: Links = {}
        self.number = 0
        self.in_row = False
        self.cells: list[str] = []
        self.taken: dict[tuple[int, int], None] = {}
        self.column = 0
        self.pieces: list[str] | None = None
        self.spans = (1, 1)


class _Tables(HTMLParser):
    """Gathers the tables of a page; a table within a cell is one of its own."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.found: list[_Found] = []
        self._path = path
        self._open: list[_Found] = []
        self._silent = 0
        self._cells = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag == "body":
            self._silent = 0
        elif tag == "table":
            self._open.append(_Found())
            self.found.append(self._open[-1])
        elif self._open:
            self._start_inside(self._open[-1], tag, dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif self._open and tag in ("table", "tr"):
            self._end_row(self._open[-1])
            if tag == "table":
                self._open.pop()
        elif self._open and tag in ("td", "th"):
            self._end_cell(self._open[-1])

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1].pieces is not None and not self._silent:
            self._open[-1].pieces.append(_SPACES.sub(" ", data))

    def close(self) -> None:
        """A page that ends in the middle of a table keeps what was read of it."""
        super().close()
        while self._open:
            self._end_row(self._open.pop())

    def _start_inside(self, table: _Found, tag: str, said: dict[str, str | None]) -> None:
        if tag == "tr":
            self._begin_row(table)
        elif tag in ("td", "th"):
            self._end_cell(table)
            if not table.in_row:
                self._begin_row(table)
            table.pieces = []
            table.spans = _span(said.get("rowspan")), _span(said.get("colspan"))
            while (table.number, table.column) in table.taken:
                del table.taken[table.number, table.column]
                table.column += 1
        elif tag in _NEW_LINE and table.pieces:
            table.pieces.append("\n")
        elif tag == "a" and table.pieces is not None and said.get("href"):
            table.links.setdefault(table.number, {})[table.column] = said["href"] or ""

    def _begin_row(self, table: _Found) -> None:
        self._end_row(table)
        table.in_row = True
        table.number += 1
        table.column = 0

    def _end_cell(self, table: _Found) -> None:
        if table.pieces is None:
            return
        text = "\n".join(line.strip(" ") for line in "".join(table.pieces).split("\n")).strip()
        table.pieces = None
        down, across = table.spans
        table.cells += [""] * (table.column + 1 - len(table.cells))
        table.cells[table.column] = unprotect(text)
        if down > 1 or across > 1:
            self._span(table, down, across)
        table.column += across
        self._cells += down * across
        if self._cells > _MOST_CELLS:
            raise SourceMistake(
                f"{self._path} is a web page with a table too large to read. Save it as .csv."
            )

    def _span(self, table: _Found, down: int, across: int) -> None:
        row, column = table.number, table.column
        table.merges.add(Merge(row, row + down - 1, column, column + across - 1))
        if down * across < _MOST_SPAN:
            table.taken |= dict.fromkeys((row + y, column + x) for y in range(1, down) for x in range(across))

    def _end_row(self, table: _Found) -> None:
        self._end_cell(table)
        table.in_row = False
        if table.cells:
            table.rows.append(RawRow(table.number, tuple(table.cells)))
            table.cells = []
            table.column = 0


def _span(said: str | None) -> int:
    return min(int(said), _MOST_SPAN) if said and said.isdecimal() and int(said) else 1
