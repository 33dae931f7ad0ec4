"""Encrypted workbooks under Excel's own password, which Excel opens unasked ([MS-OFFCRYPTO] 2.4.2.3)."""

import tempfile
from pathlib import Path
from typing import IO

from msoffcrypto import OfficeFile  # type: ignore[import-untyped]
from msoffcrypto.exceptions import (  # type: ignore[import-untyped]
    DecryptionError,
    FileFormatError,
    InvalidKeyError,
    ParseError,
)

_PASSWORD = "VelvetSweatshop"  # noqa: S105 - known to everyone


def unlock(path: Path) -> IO[bytes] | None:
    """The workbook in the clear, in a file without a name; None when its password is another one, or it is damaged."""
    clear = tempfile.TemporaryFile()  # noqa: SIM115 - its reader closes it
    try:
        with path.open("rb") as file:
            locked = OfficeFile(file)
            locked.load_key(password=_PASSWORD)
            locked.decrypt(clear)
    except (DecryptionError, FileFormatError, InvalidKeyError, ParseError, OSError, LookupError,
            ValueError, AttributeError, TypeError):  # fmt: skip
        clear.close()
        return None
    clear.seek(0)
    return clear
