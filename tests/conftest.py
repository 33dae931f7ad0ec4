"""What many tests stand on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.import_desk import ImportDesk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[ImportDesk]:
    """Imports in process, into a sandbox of their own; files with another desk bring their own fixture."""
    made = ImportDesk(tmp_path)
    yield made
    made.sandbox.close()
