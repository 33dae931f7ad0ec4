"""Encrypted workbooks under Excel's own password, which Excel opens unasked ([MS-OFFCRYPTO] 2.4.2.3)."""

import struct
import tempfile
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


def unlock(path: Path) -> IO[bytes] | None:
    """The workbook in the clear, in a file without a name; None when its password is another one, or it is damaged."""
    clear = tempfile.TemporaryFile()  # noqa: SIM115 - its reader closes it
    try:
        with path.open("rb") as file:
            locked = OfficeFile(file)
            locked.load_key(password=_PASSWORD)
            locked.decrypt(clear)
    except _FAILURES:
        clear.close()
        return None
    except BaseException:
        clear.close()
        raise
    clear.seek(0)
    return clear
