"""Which encoding a text is in: by its byte order mark, by its zero bytes, by being UTF-8 throughout, else Windows."""

import codecs
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from pipeline.errors import SourceMistake

BOM = "\ufeff"
WINDOWS = "cp1252"
_HEAD = 4096
_MARKS: Mapping[bytes, str] = {  # the longer ones first: UTF-32's begins with UTF-16's
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_ZERO_SHARE = 0.2
WINDOWS_ERRORS = "as-browsers-do"


def _as_browsers_do(error: UnicodeError) -> tuple[str, int]:
    """The five bytes that cp1252 leaves undefined, read as browsers read them (encoding.spec.whatwg.org)."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error(WINDOWS_ERRORS, _as_browsers_do)


class Charset(NamedTuple):
    """How to decode a file, and what its bytes showed on the way."""

    name: str
    guessed: bool = False
    zeros: bool = False
    """The text has NUL characters in it, which no spreadsheet shows."""

    @property
    def errors(self) -> str:
        """What the decoder does with bytes that are none of the encoding's."""
        return WINDOWS_ERRORS if self.guessed else "strict"


def charset_of(blocks: Iterable[bytes], told: str | None, where: str) -> Charset:
    """The encoding of a whole file, whose bytes are gone through once; `where` names it in messages.

    Raises:
        SourceMistake: the encoding that was told is unknown, or the bytes are not in it.
    """
    stream = iter(blocks)
    head = next(stream, b"")
    name = _told(told, where) or _marked(head) or _unmarked(head) or "utf-8"
    decoder = codecs.getincrementaldecoder(name)()
    zeros = False
    position = 0
    block = head
    try:
        while block:
            zeros = zeros or "\0" in decoder.decode(block)
            position += len(block)
            block = next(stream, b"")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        if told is None and name == "utf-8" and not head.startswith(codecs.BOM_UTF8):
            return Charset(
                WINDOWS, guessed=True, zeros=zeros or b"\0" in block or any(b"\0" in b for b in stream)
            )
        raise SourceMistake(
            f"{where} is not in {told or name}: the bytes near {position + error.start:,} do not fit. "
            "Say its encoding, or save it as UTF-8."
        ) from error
    return Charset(name, zeros=zeros)


def decoded_head(head: bytes) -> str:
    """The beginning of a file as text, good enough to see what kind of text it is."""
    name = _marked(head) or _unmarked(head) or "utf-8"
    return head.decode(name, errors="replace").removeprefix(BOM)


def is_wide(head: bytes) -> bool:
    """Whether the beginning of a file is UTF-16 or UTF-32."""
    return (_marked(head) or _unmarked(head) or "utf-8") != "utf-8"


def _told(name: str | None, where: str) -> str | None:
    if name is None:
        return None
    try:
        return codecs.lookup(name).name
    except LookupError as error:
        raise SourceMistake(
            f"{where} cannot be read as “{name}”: no encoding has that name. Try utf-8 or cp1252."
        ) from error


def _marked(head: bytes) -> str | None:
    return next((name for mark, name in _MARKS.items() if head.startswith(mark)), None)


def _unmarked(head: bytes) -> str | None:
    """UTF-16 and UTF-32 without a mark: Latin letters, delimiters and line ends leave zeros at regular places."""
    head = head[:_HEAD]
    size = len(head) // 4 * 4
    if size == 0 or 0 not in head:
        return None
    zeros = [head[place:size:4].count(0) / (size / 4) for place in range(4)]
    if zeros[1] > _ZERO_SHARE and zeros[2] + zeros[3] > 2 * 0.9 and zeros[0] == 0:
        return "utf-32-le"
    if zeros[2] > _ZERO_SHARE and zeros[0] + zeros[1] > 2 * 0.9 and zeros[3] == 0:
        return "utf-32-be"
    if min(zeros[1], zeros[3]) > max(_ZERO_SHARE, 4 * zeros[0], 4 * zeros[2]):
        return "utf-16-le"
    if min(zeros[0], zeros[2]) > max(_ZERO_SHARE, 4 * zeros[1], 4 * zeros[3]):
        return "utf-16-be"
    return None
