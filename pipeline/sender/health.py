"""Whether Apollo answers: pauses when it does not, and gives up when it goes on."""

import asyncio

from pipeline.clock import Clock
from pipeline.errors import RunStopped

_PAUSES = (5.0, 30.0, 120.0)
_LOST_IN_A_ROW = 3
_UNREACHABLE_SECONDS = 120.0
_LONGEST_STEP = 15.0


class Health:
    """Watches how requests end. Three lost answers in a row pause the sending; then one row at a time is tried."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lost = 0
        self._probes = 0
        self._probing = False
        self._away_since: float | None = None
        self._steps = 0
        self._changed = asyncio.Event()

    async def gate(self) -> bool:
        """Returns when the caller may send; while Apollo is in trouble, one at a time, and after a pause.

        True asks for a single row, sent to see whether Apollo answers again.
        """
        while self._lost >= _LOST_IN_A_ROW:
            if self._probing:
                await self._changed.wait()
                continue
            self._probing = True
            await self._clock.sleep(_PAUSES[self._probes])
            return True
        return False

    def answered(self) -> None:
        """A readable answer came."""
        self._lost, self._probes, self._probing, self._away_since, self._steps = 0, 0, False, None, 0
        self._wake()

    def lost(self) -> None:
        """An answer was lost.

        Raises:
            RunStopped: three single rows were tried after pauses, and their answers were lost as well.
        """
        self._lost += 1
        if self._probing:
            self._probes += 1
            if self._probes >= len(_PAUSES):  # the gate stays shut
                raise RunStopped(
                    "Apollo does not answer. What was under way is settled when the run goes on."
                )
            self._probing = False
        self._wake()

    async def unreachable(self, words: str) -> None:
        """No connection could be made: waits a little before the next try.

        Raises:
            RunStopped: this has gone on for two minutes.
        """
        now = self._clock.time()
        self._probing = False
        self._away_since = now if self._away_since is None else self._away_since
        self._wake()
        if now - self._away_since >= _UNREACHABLE_SECONDS:
            raise RunStopped(f"Apollo cannot be reached: {words}. Check the network and APOLLO_BASE_URL.")
        self._steps += 1
        await self._clock.sleep(min(2.0 ** (self._steps - 1), _LONGEST_STEP))

    def spared(self) -> None:
        """The request that the gate let through did not leave, or was told to wait."""
        self._probing = False
        self._wake()

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()
