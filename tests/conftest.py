"""What many tests stand on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.import_desk import ImportDesk

settings.register_profile(
    "any machine", deadline=None
)  # a busy one takes longer, and nothing is wrong with that
settings.load_profile("any machine")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[ImportDesk]:
    """Imports in process, into a sandbox of their own; files with another desk bring their own fixture."""
    made = ImportDesk(tmp_path)
    yield made
    made.sandbox.close()
