"""Encrypted workbooks under Excel's own password, which Excel opens unasked ([MS-OFFCRYPTO] 2.4.2.3)."""

import struct
from pathlib import Path
from typing import IO
from xml.parsers.expat import ExpatError

from msoffcrypto import OfficeFile  # type: ignore[import-untyped]
from msoffcrypto.exceptions import (  # type: ignore[import-untyped]
    DecryptionError,
    FileFormatError,
    InvalidKeyError,
    ParseError,
)

_PASSWORD = "VelvetSweatshop"  # noqa: S105 - known to everyone
_FAILURES = (
    ArithmeticError, AssertionError, AttributeError, DecryptionError, EOFError, ExpatError, FileFormatError,
    InvalidKeyError, LookupError, OSError, ParseError, RuntimeError, TypeError, ValueError, struct.error,
)  # fmt: skip
"""What msoffcrypto-tool, olefile and cryptography raise on another password, and on files that are damaged."""


def unlock(path: Path, clear: IO[bytes]) -> bool:
    """Writes the workbook in the clear; whether that went: not when its password is another one, or it is damaged."""
    try:
        with path.open("rb") as file:
            locked = OfficeFile(file)
            locked.load_key(password=_PASSWORD)
            locked.decrypt(clear)
    except _FAILURES:
        return False
    clear.seek(0)
    return True
