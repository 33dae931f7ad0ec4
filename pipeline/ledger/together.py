"""Moves that are asked for at about the same time share one commit, and with it the wait for the disk."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from pipeline.clock import Clock
from pipeline.ledger.database import Ledger

T = TypeVar("T")

_GATHERING = 0.001
"""Seconds that a commit waits for more moves: in that time all answers are read that came while the last was made."""


class Together:
    """Carries out moves of one ledger, those that are asked for within a millisecond in one transaction."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock
        self._gathering: asyncio.Task[None] | None = None
        self._asked: list[tuple[Callable[[], Any], asyncio.Future[Any]]] = []

    async def carry_out(self, move: Callable[[], T]) -> T:
        """What `move` returns, once everything it wrote is durable.

        Raises:
            Exception: what this move raised, or another that was to share its commit: then none was carried out.
        """
        told: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._asked.append((move, told))
        if len(self._asked) == 1:
            self._gathering = asyncio.create_task(self._gather())
        return await told

    async def _gather(self) -> None:
        await self._clock.sleep(_GATHERING)
        self._commit()

    def _commit(self) -> None:
        asked, self._asked = self._asked, []
        asked = [(move, told) for move, told in asked if not told.cancelled()]
        try:
            with self._ledger.begin():
                results = [move() for move, _ in asked]
        except BaseException as error:  # noqa: BLE001 - it is raised again where the moves were asked for
            for _, told in asked:
                told.set_exception(error)
        else:
            for (_, told), result in zip(asked, results, strict=True):
                told.set_result(result)
