"""The time, as the program sees it; entered by constructor, so that tests own it."""

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """Wall-clock time and a way to let it pass."""

    def time(self) -> float:
        """Seconds since the epoch, UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Returns after so many seconds."""
        ...


class SystemClock:
    """The machine's own time."""

    def time(self) -> float:
        """Seconds since the epoch, UTC."""
        return time.time()

    async def sleep(self, seconds: float) -> None:
        """Returns after so many seconds."""
        await asyncio.sleep(seconds)
