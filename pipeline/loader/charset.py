"""Which encoding a text is in: by its mark, by its zero bytes, by being UTF-8, else by its likeliest letters."""

import codecs
import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple, TypeAlias

from pipeline.errors import SourceMistake
from pipeline.loader.guessing import WINDOWS, guessed

Blocks: TypeAlias = Callable[[], Iterable[bytes]]
"""Gives the bytes of a file in blocks, from the beginning, as often as asked."""

BOM = "\ufeff"
_HEAD = 4096
_MARKS: Mapping[bytes, str] = {  # the longer ones first: UTF-32's begins with UTF-16's
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_TWO_BYTES = ("utf-16", "utf-16-le", "utf-16-be")
_ZERO_SHARE = 0.2
_UNSEEN = ("\0", "\x1a")
_BAD_BYTE = re.compile("[\udc80-\udcff]")
_TWICE = re.compile(
    rb"\xc3\x83(?:\xc2[\x80-\xbf]|\xe2\x80|\xc5[\x92\x93\xa0\xa1\xb8\xbd\xbe])|\xc3\xa2\xe2\x82\xac|\xc3\x82\xc2[\xa0-\xbf]"
)
"""UTF-8 that was taken for Windows text and made UTF-8 again: `Ã¼` for `ü`, `â€œ` for a quotation mark."""
_WORD = 16
_SAMPLE = 1 << 16
_HIGH = bytes(range(128, 256))
_LONGEST_LINE = 16 << 20
_LONG_LINE, _MOST_IN_LONG_LINES = 1 << 18, 32 << 20
_SHIFTED = ("\u0a00", "\u0a0d")
"""No characters, but line ends that are read as UTF-16 from their second byte on, or are none of UTF-16."""

_BYTES_ALONE = re.compile(rb"[\t\r\n -~]{40,}")
"""Text of one byte a character; as UTF-16 it would be twenty Chinese characters in a row that happen to look so."""

_MAYBE_ALONE = re.compile("[\u0909-\u7e7e][\u0909-\u7e7e]{18}")
"""These characters, in half of the time: where a pattern begins with one, others are passed over quickly."""

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
    unseen: bool = False
    """The text has NUL or Ctrl-Z characters in it, which no spreadsheet shows."""
    damaged: bool = False
    """Some bytes are not of the encoding."""
    broken: str = ""
    """A word that was encoded twice, as it stands in the file."""

    odd: bool = False
    """The last byte is no whole character."""

    @property
    def errors(self) -> str:
        """What the decoder does with bytes that are none of the encoding's."""
        if self.odd:
            return "ignore"
        if self.guessed:
            return WINDOWS_ERRORS if self.name == WINDOWS else "replace"
        if self.damaged:
            return "surrogateescape" if self.name == "utf-8" else "replace"
        return "strict"


def charset_of(blocks: Blocks, told: str | None, where: str) -> Charset:
    """The encoding of a whole file; `where` names it in messages.

    Raises:
        SourceMistake: the encoding that was told is unknown, or the bytes are not in it.
    """
    head = next(iter(blocks()), b"")
    name = _told(told, where) or _marked(head) or _unmarked(head) or "utf-8"
    decoder = codecs.getincrementaldecoder(name)()
    unseen, broken, position, lines = False, "", 0, _Lines(where)
    try:
        for block in blocks():
            text = decoder.decode(block)
            lines.look(text)
            if name in _TWO_BYTES and _is_shifted(text, block):
                raise _shifted(where, position)
            unseen = unseen or any(character in text for character in _UNSEEN)
            if name == "utf-8" and not broken and ("Ã" in text or "Â" in text or "â" in text):
                broken = encoded_twice(block)
            position += len(block)
        odd = name in _TWO_BYTES and len(decoder.getstate()[0]) == 1
        decoder.decode(b"", final=not odd)
    except UnicodeDecodeError as error:
        if told is None:
            return _surveyed(blocks, name, where)
        raise SourceMistake(
            f"{where} is not in {told}: the bytes near {position + error.start:,} do not fit. "
            "Say its encoding, or save it as UTF-8."
        ) from error
    return Charset(name, unseen=unseen, broken=broken, odd=odd)


def _is_shifted(text: str, block: bytes) -> bool:
    try:
        text.encode("latin-1")  # takes no time, and is how most texts are
    except UnicodeEncodeError:
        wide = any(character in text for character in _SHIFTED)
        return wide or bool(_MAYBE_ALONE.search(text) and _BYTES_ALONE.search(block))
    return False


def _shifted(where: str, position: int) -> SourceMistake:
    return SourceMistake(
        f"{where} is UTF-16 text with a part in it that is not, behind byte {position:,}; perhaps another program "
        "added lines. Open it in an editor and save it as UTF-8."
    )


class _Lines:
    """Refuses lines as no table has them: whole rows stand in memory, a hundred at a time."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._line = self._in_long_lines = 0

    def look(self, block: str) -> None:
        """Takes the next block into account.

        Raises:
            SourceMistake: a line is too long, or too much of the text stands in long lines.
        """
        self._line = 0 if "\n" in block or "\r" in block else self._line + len(block)
        if self._line > _LONG_LINE:
            self._in_long_lines += len(block)
        if self._line > _LONGEST_LINE:
            raise self._refusal(f"a line of more than {_LONGEST_LINE:,} characters")
        if self._in_long_lines > _MOST_IN_LONG_LINES:
            raise self._refusal(f"many lines of more than {_LONG_LINE:,} characters")

    def _refusal(self, what: str) -> SourceMistake:
        return SourceMistake(f"{self._where} has {what}, as no table has. Is it the right file?")


def encoded_twice(block: bytes) -> str:
    """A word of a block that was encoded twice, "" when there is none."""
    found = _TWICE.search(block)
    if found is None:
        return ""
    around = block[max(0, found.start() - _WORD) : found.end() + _WORD].decode("utf-8", "ignore")
    place = around.find(found[0].decode("utf-8", "ignore")[:2])
    before = re.split(r"[^\w]", around[:place])[-1]
    return before + re.split(r'[\s,;"<>\t]', around[place:])[0]


def bad_bytes(text: str) -> list[str]:
    """The bytes of a text that were not UTF-8, as Windows characters."""
    return [windows(one) for one in _BAD_BYTE.findall(text)]


def mended(text: str) -> str:
    """The text with the bytes that were not UTF-8 read as Windows characters."""
    return _BAD_BYTE.sub(lambda found: windows(found[0]), text)


def windows(escaped: str) -> str:
    """What an escaped byte is in Windows text."""
    return bytes([ord(escaped) - 0xDC00]).decode(WINDOWS, WINDOWS_ERRORS)


def decoded_head(head: bytes) -> str:
    """The beginning of a file as text, good enough to see what kind of text it is."""
    name = _marked(head) or _unmarked(head) or "utf-8"
    return head.decode(name, errors="replace").removeprefix(BOM)


def is_wide(head: bytes) -> bool:
    """Whether the beginning of a file is UTF-16 or UTF-32."""
    return (_marked(head) or _unmarked(head) or "utf-8") != "utf-8"


def _surveyed(blocks: Blocks, name: str, where: str) -> Charset:
    """The encoding of a file that is not wholly what it seemed to be: damaged, or one byte a character."""
    decoder = codecs.getincrementaldecoder("utf-8")("ignore")
    sample = bytearray()
    good = bad = 0
    unseen, marked, broken, lines = False, False, "", _Lines(where)
    for block in blocks():
        marked = marked or _marked(block) == "utf-8"
        unseen = unseen or b"\0" in block or b"\x1a" in block
        text = decoder.decode(block)
        lines.look(text)
        if block.isascii():
            continue
        good += len(text) - len(block.translate(None, _HIGH))
        bad += len(block) - len(text.encode())
        if len(sample) < _SAMPLE:
            sample += b"\n".join(line for line in _whole_lines(block) if not line.isascii()) + b"\n"
        broken = broken or encoded_twice(block)
    if name != "utf-8":
        return Charset(name, unseen=unseen, damaged=True)
    if marked or good >= bad:
        return Charset("utf-8", unseen=unseen, damaged=True, broken=broken)
    guess = guessed(bytes(sample))
    if guess is None:
        raise SourceMistake(
            f"{where} is not UTF-8, and what it is could not be told. Say its encoding with source.encoding in the "
            "config, such as cp1252, or save it as UTF-8."
        )
    return Charset(guess, guessed=True, unseen=unseen)


def _whole_lines(block: bytes) -> list[bytes]:
    """The lines of a block without its ends, which may be parts of lines and of characters."""
    lines = block.splitlines()
    return lines[1:-1] if len(lines) > 2 else lines  # noqa: PLR2004 - the first and the last


def _told(name: str | None, where: str) -> str | None:
    if name is None:
        return None
    try:
        b"".decode(name)  # a codec such as hex is no encoding of text
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
