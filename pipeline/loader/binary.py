"""The binary parts of .xlsb workbooks ([MS-XLSB] 2.1.4): records, told as the elements of the same parts in .xlsx."""

import struct
from collections.abc import Callable, Iterator, Mapping
from io import BufferedReader, RawIOBase
from typing import IO, TypeAlias, cast

from pipeline.loader.markup import Element
from pipeline.loader.reading import column_letter

_BLOCK = 1 << 18
_MOST = 64 << 20
_MANY_BITS = 7
_MORE = 0x80
_STATES = ("visible", "hidden", "veryHidden")
_WORKBOOK, _BUNDLE, _FORMAT, _XF, _XFS, _XFS_END, _MERGE, _LINK = 153, 156, 44, 47, 617, 618, 176, 494
_TEXT_ITEM = 19
ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
"""What error codes show ([MS-XLSB] 2.5.97.2), in .xls too."""

Record: TypeAlias = tuple[int, bytes]
"""What kind of record it is ([MS-XLSB] 2.3), and its data."""


def records(source: IO[bytes]) -> Iterator[Record]:
    """The records of a part, in order.

    Raises:
        EOFError: the part is cut off.
        ValueError: a record is larger than any.
    """
    read = BufferedReader(cast(RawIOBase, source), _BLOCK).read
    while first := read(1):
        kind = first[0]
        if kind & _MORE:
            kind = (kind & ~_MORE) | (_byte(read) << _MANY_BITS)
        size = shift = 0
        while (part := _byte(read)) & _MORE:
            size |= (part & ~_MORE) << shift
            shift += _MANY_BITS
        size |= part << shift
        if size > _MOST:
            raise ValueError(f"a record of {size:,} bytes")
        data = read(size)
        if len(data) < size:
            raise EOFError("it ends in the middle of a record")
        yield kind, data


def _byte(read: Callable[[int], bytes]) -> int:
    found = read(1)
    if not found:
        raise EOFError("it ends in the middle of a record")
    return found[0]


def wide_text(data: bytes, place: int) -> tuple[str, int]:
    """A text that begins with its length, and the place behind it."""
    (length,) = struct.unpack_from("<I", data, place)
    if length == 0xFFFF_FFFF:  # noqa: PLR2004 - no text at all
        return "", place + 4
    end = place + 4 + 2 * length
    if end > len(data):
        raise EOFError("a text is cut off")
    return data[place + 4 : end].decode("utf-16-le", "replace"), end


def texts(source: IO[bytes]) -> Iterator[str]:
    """The shared texts of a workbook, in order, without their looks."""
    for kind, data in records(source):
        if kind == _TEXT_ITEM:
            yield wide_text(data, 1)[0]


def elements(source: IO[bytes]) -> Iterator[Element]:
    """What a part says of sheets, styles, merged cells and links, as the elements that say it in .xlsx."""
    parent = ""
    for kind, data in records(source):
        if kind == _XFS:
            parent = "cellXfs"
        elif kind == _XFS_END:
            parent = ""
        elif tell := _TOLD.get(kind):
            yield tell(data, parent)


def _workbook(data: bytes, _: str) -> Element:
    return Element("workbookPr", "workbook", {"date1904": str(data[0] & 1)})


def _sheet(data: bytes, _: str) -> Element:
    state, number = struct.unpack_from("<II", data)
    link, end = wide_text(data, 8)
    name, _end = wide_text(data, end)
    said = {"state": _STATES[state % len(_STATES)], "sheetId": str(number), "id": link, "name": name}
    return Element("sheet", "sheets", said)


def _format(data: bytes, _: str) -> Element:
    (number,) = struct.unpack_from("<H", data)
    return Element("numFmt", "numFmts", {"numFmtId": str(number), "formatCode": wide_text(data, 2)[0]})


def _style(data: bytes, parent: str) -> Element:
    _parent, number = struct.unpack_from("<HH", data)
    return Element("xf", parent, {"numFmtId": str(number)})


def _merge(data: bytes, _: str) -> Element:
    return Element("mergeCell", "mergeCells", {"ref": _range(data)})


def _link(data: bytes, _: str) -> Element:
    return Element("hyperlink", "hyperlinks", {"ref": _range(data), "id": wide_text(data, 16)[0]})


def _range(data: bytes) -> str:
    top, bottom, left, right = struct.unpack_from("<4I", data)
    return f"{column_letter(left)}{top + 1}:{column_letter(right)}{bottom + 1}"


_TOLD: Mapping[int, Callable[[bytes, str], Element]] = {
    _WORKBOOK: _workbook,
    _BUNDLE: _sheet,
    _FORMAT: _format,
    _XF: _style,
    _MERGE: _merge,
    _LINK: _link,
}
