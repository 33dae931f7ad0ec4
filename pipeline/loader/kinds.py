"""What a file is, by its content and never by its name; what is no table is refused in plain words."""

import gzip
import mmap
import re
import zipfile
import zlib
from collections.abc import Mapping
from enum import Enum
from gzip import GzipFile
from io import BufferedReader
from pathlib import Path

from pipeline.errors import SourceMistake
from pipeline.loader.charset import decoded_head, is_wide

_HEAD = 4096
_GZIP = b"\x1f\x8b"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLDEST = tuple(map(bytes.fromhex, ("09000400", "09020600", "09040600", "09080600", "09080800")))
"""How Excel 2 to 5 begin a workbook that has no Compound File around it: with a BOF record ([MS-XLS] 2.4.21)."""

_FOREIGN: Mapping[bytes, str] = {
    b"%PDF": "a PDF document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"SQLite format 3": "a database",
    b"PAR1": "a Parquet file",
    b"{\\rtf": "an RTF document",
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
}
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument"
_SHEETS_OF_ODS = b"<office:spreadsheet"
_ARCHIVES: Mapping[str, str] = {
    "word/": "a Word document",
    "ppt/": "a PowerPoint file",
    "Index/": "an Apple Numbers file",
}
_SAVE_AS = "Save it as .xlsx or .csv and run again with that file."
_HTML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|meta|body|table|div|style)\b",
    re.IGNORECASE | re.DOTALL,
)
_WORKBOOK = re.compile(r"\s*<(?:\w+:)?Workbook[\s>]")
_CONTROLS = bytes(sorted(set(range(32)) - set(b"\t\n\v\f\r\x1a\x1b") - {0}))
_TOO_MANY_CONTROLS = {True: 0.3, False: 0.02}
"""The share of control characters that text does not have, where it is UTF-8 and where it is not."""

_TOO_MANY_NULS = 0.3
_LONGEST_CHARACTER = 4
_BITMAP = re.compile(rb"BM.{4}\0{4}", re.DOTALL)
_SYLK = re.compile(r"ID;P[^\r\n]*[\r\n]+(?:[PBFCO];|NU?;|NE;|NN;|E[\r\n])")
_DIF = re.compile(r"TABLE\r?\n0,1\r?\n\"")
_JSON = re.compile(r'\s*(?:\{\s*"|\[\s*[\[{"])')
_MIME = re.compile(r"MIME-Version:\s*1", re.IGNORECASE)
_LOCK_SIZE, _LONGEST_USER = 165, 54
_XLS_STREAM = re.compile(
    b"|".join(re.escape(f"{name}\0".encode("utf-16-le")) for name in ("Workbook", "Book")), re.IGNORECASE
)


_OTHER_TEXTS: Mapping[re.Pattern[str], str] = {
    _SYLK: "a SYLK file",
    _DIF: "a DIF file",
    _JSON: "a JSON file",
    _MIME: "a web archive (MHTML)",
}


class Kind(Enum):
    """The family of a file, and so its reader."""

    TEXT = "delimited text, perhaps in gzip"
    OPENXML = ".xlsx, .xlsm and .xlsb"
    LOCKED = ".xlsx with a password"
    XLS = ".xls"
    ODS = ".ods"
    HTML = "a table in a web page"
    XML = "SpreadsheetML 2003"


def kind_of(path: Path, *, told_text: bool = False) -> Kind:
    """What the file is; with `told_text` the user gave its encoding, so what is no workbook is text.

    Raises:
        SourceMistake: it is missing, cannot be opened, is empty, or is nothing a table can be read from.
    """
    head = _head(path)
    if head.startswith(_ZIP):
        return _kind_of_zip(path)
    if head.startswith(_OLE):
        return _kind_of_ole(path)
    if head.startswith(_OLDEST):
        return Kind.XLS
    if head.startswith(_GZIP):
        head = _head_in_gzip(path)
        if head.startswith((*_ZIP, _OLE, _GZIP)):
            raise SourceMistake(f"{path} is a gzip archive of a file that is no text. Unpack it first.")
    if told_text:
        return Kind.TEXT
    _refuse_foreign(path, head)
    return _kind_of_text(path, decoded_head(head))


def open_bytes(path: Path) -> GzipFile | BufferedReader:
    """The bytes of a text file, unpacked where it is gzip."""
    with path.open("rb") as file:
        packed = file.read(len(_GZIP)) == _GZIP
    return gzip.open(path, "rb") if packed else path.open("rb")


def _head(path: Path) -> bytes:
    try:
        _refuse_no_file(path)
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise SourceMistake(f"{path} cannot be read: {error.strerror or error}.") from error
    except ValueError as error:
        raise SourceMistake(f"{path!r} cannot be the name of a file.") from error
    if not head:
        raise SourceMistake(f"{path} is empty: it has not a single byte. Was it still being saved?")
    return head


def _refuse_no_file(path: Path) -> None:
    if not path.exists():
        raise SourceMistake(f"{path} is not there. Is the name right?")
    if path.is_dir():
        raise SourceMistake(f"{path} is a folder. Name the spreadsheet file in it.")
    if not path.is_file():
        raise SourceMistake(f"{path} is no regular file. Save the data to a file first.")
    if path.name.startswith("~$"):
        raise SourceMistake(
            f"{path} is the lock file that Excel makes while “{path.name[2:]}” is open, with no data in it. "
            f"Name “{path.name[2:]}” instead."
        )


def _head_in_gzip(path: Path) -> bytes:
    try:
        with gzip.open(path, "rb") as file:
            head = file.read(_HEAD)
    except (OSError, EOFError, zlib.error) as error:
        raise SourceMistake(f"{path} is a damaged gzip archive ({error}). Fetch or pack it again.") from error
    if not head:
        raise SourceMistake(f"{path} is empty: the gzip archive has nothing in it.")
    return head


def _kind_of_zip(path: Path) -> Kind:
    try:
        with zipfile.ZipFile(path) as archive:
            return _kind_of_archive(path, archive)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, ValueError) as error:
        raise SourceMistake(
            f"{path} is a damaged workbook or archive, perhaps cut off ({error}). "
            "Fetch it again, or open it in Excel and save it anew."
        ) from error


def _kind_of_archive(path: Path, archive: zipfile.ZipFile) -> Kind:
    names = archive.namelist()
    if _is_ods(path, archive, names):
        _refuse_locked_ods(path, archive)
        return Kind.ODS
    plain = [name.replace("\\", "/").lstrip("/").casefold() for name in names]
    if any(re.fullmatch(r"(?:.*/)?workbook[^/]*[.](?:xml|bin)", name) for name in plain):
        return Kind.OPENXML
    if any(name.startswith("xl/") and name.endswith(".xml") for name in plain):
        return Kind.OPENXML
    for part, what in _ARCHIVES.items():
        if any(name.startswith(part) for name in names):
            raise SourceMistake(f"{path} is {what}, no spreadsheet. {_SAVE_AS}")
    inside = ", ".join(f"“{name}”" for name in names[:3]) or "nothing"
    raise SourceMistake(f"{path} is a zip archive and no workbook; in it: {inside}. Unpack it first.")


def _is_ods(path: Path, archive: zipfile.ZipFile, names: list[str]) -> bool:
    if "content.xml" not in names:
        return False
    told = _start(archive, "mimetype") if "mimetype" in names else b""
    if told.startswith(_ODS) or (not told and _SHEETS_OF_ODS in _start(archive, "content.xml")):
        return True
    if told.startswith(_OPEN_DOCUMENT):
        raise SourceMistake(f"{path} is an OpenDocument file, but no spreadsheet. {_SAVE_AS}")
    return False


def _start(archive: zipfile.ZipFile, name: str, size: int = 1_000_000) -> bytes:
    with archive.open(name) as part:
        return part.read(size)


def _refuse_locked_ods(path: Path, archive: zipfile.ZipFile) -> None:
    manifest = "META-INF/manifest.xml"
    if manifest in archive.namelist() and b"encryption-data" in _start(archive, manifest):
        raise password_protected(path)


def password_protected(path: Path) -> SourceMistake:
    """The refusal of a file that asks for a password."""
    return SourceMistake(
        f"{path} is protected by a password. Open it, save it without one, and run again with that file."
    )


def _kind_of_ole(path: Path) -> Kind:
    """What a Compound File holds: its directory names the streams in UTF-16 ([MS-CFB] 2.6.1)."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if content.find("EncryptedPackage".encode("utf-16-le")) >= 0:
            return Kind.LOCKED
        if _XLS_STREAM.search(content):
            return Kind.XLS
    raise SourceMistake(f"{path} is an old Office file, but no workbook. {_SAVE_AS}")


def _refuse_foreign(path: Path, head: bytes) -> None:
    for magic, what in _FOREIGN.items():
        if head.startswith(magic):
            raise SourceMistake(f"{path} is {what}, no spreadsheet. {_SAVE_AS}")
    if _BITMAP.match(head):
        raise SourceMistake(f"{path} is a picture, no spreadsheet. {_SAVE_AS}")
    _refuse_lock(path, head)
    if is_wide(head):
        return
    head = head.rstrip(b"\0") or head  # a file that was being saved when the power went ends with them
    controls = len(head) - len(head.translate(None, _CONTROLS))
    most = _TOO_MANY_CONTROLS[_is_utf8(head)] * len(head)
    if controls > most or head.count(0) > _TOO_MANY_NULS * len(head):
        raise SourceMistake(f"{path} is neither text nor a workbook that is known here. {_SAVE_AS}")


def _is_utf8(head: bytes) -> bool:
    """Whether the beginning of a file is UTF-8, but for a character that it may end in."""
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return len(head) == _HEAD and error.start > len(head) - _LONGEST_CHARACTER
    return True


def _refuse_lock(path: Path, head: bytes) -> None:
    """A lock file is the name of who has the workbook open, filled up with blanks, twice: in bytes and in UTF-16."""
    user = head[1 : _LONGEST_USER + 1]
    filled = len(user) == _LONGEST_USER and not user[head[0] :].strip(b" \0")
    if len(head) == _LOCK_SIZE and 0 < head[0] <= _LONGEST_USER and filled and b" \0 \0" in head:
        raise SourceMistake(
            f"{path} is a lock file that Excel makes while a workbook is open, with no data in it. Name the workbook."
        )


def _kind_of_text(path: Path, head: str) -> Kind:
    if _HTML.match(head):
        return Kind.HTML
    if head.lstrip().startswith("<?xml") or _WORKBOOK.match(head):
        if "<!ENTITY" in head:
            raise SourceMistake(
                f"{path} is an XML file that declares entities, and is refused: no spreadsheet does."
            )
        if "urn:schemas-microsoft-com:office:spreadsheet" in head or _WORKBOOK.search(head):
            return Kind.XML
        raise SourceMistake(
            f"{path} is an XML file, but no workbook that is known here. Open it in the program it comes from, and "
            "save it as .xlsx or .csv."
        )
    for form, what in _OTHER_TEXTS.items():
        if form.match(head):
            raise SourceMistake(f"{path} is {what}, which is not read here. {_SAVE_AS}")
    return Kind.TEXT
