"""Cells that lead somewhere else than they show: "Write to Jane" over mailto:jane@example.com."""

import re
from urllib.parse import unquote

from pipeline.loader.reading import RawRow, Reading, column_letter

_MAILTO = re.compile(r"mailto:", re.IGNORECASE)
_WEB = re.compile(r"https?://", re.IGNORECASE)
_MAIL_COLUMN = re.compile(r"e-?mail|\bcorreo|\bcourriel|mail\b", re.IGNORECASE)
_WEB_COLUMN = re.compile(r"url|link|web|site|profile|homepage", re.IGNORECASE)
_LOOKS_LIKE_WEB = re.compile(r"\S+\.\S+")


class Linked:
    """The links of a table's cells. In a column of addresses a link is read where the text is none."""

    def __init__(self, reading: Reading, columns: tuple[str, ...]) -> None:
        self._links = reading.links
        self._notes = reading.notes
        self._columns = columns
        self._noted: set[int] = set()

    def __bool__(self) -> bool:
        return bool(self._links)

    def __contains__(self, row: int) -> bool:
        return row in self._links

    def read(self, row: RawRow) -> RawRow:
        """The row with the addresses of its links where they belong, and what is to be told."""
        cells, told = list(row.cells), list(row.warnings)
        for column, target in self._links.pop(row.number).items():
            if column < min(len(cells), len(self._columns)) and cells[column]:
                told.append(
                    self._read_one(f"cell {column_letter(column)}{row.number}", column, target, cells)
                )
        return row._replace(cells=tuple(cells), warnings=tuple(filter(None, told)))

    def _read_one(self, cell: str, column: int, target: str, cells: list[str]) -> str:
        text, name = cells[column], self._columns[column]
        if mailto := _MAILTO.match(target):
            address = unquote(target[mailto.end() :]).partition("?")[0].strip()
            if "@" not in address or address.casefold() in text.casefold():
                return ""
            if "@" in text or not _MAIL_COLUMN.search(name):
                return f"{cell} leads to {address}; what it shows was read"
            cells[column] = address
            return f"{cell} shows “{text}”; the address it leads to was read"
        if not _WEB.match(target) or _LOOKS_LIKE_WEB.fullmatch(text.strip()):
            return ""
        if not _WEB_COLUMN.search(name):
            self._note(column)
            return ""
        cells[column] = target
        return f"{cell} shows “{text}”; the address it leads to was read"

    def _note(self, column: int) -> None:
        if column not in self._noted:
            self._noted.add(column)
            self._notes.append(
                f"Cells of “{self._columns[column]}” lead to web addresses; what they show was read."
            )
