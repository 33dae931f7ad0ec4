"""Which rows go next. Rows that Apollo might take for one another are never under way together."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Sequence

from pipeline.ledger import OpenRow, Rows
from pipeline.sender.ways import Way

_PAGE = 500
_ASIDE = 5000
"""Rows that may wait for others while later ones go first; keeps memory flat when all rows look alike."""


class Holds:
    """The claims of rows that are under way or in doubt; a row with one of them has to wait."""

    def __init__(self) -> None:
        self._held: dict[str, int] = {}

    def free(self, keys: Iterable[str]) -> bool:
        """Whether nobody has any of them."""
        return self._held.keys().isdisjoint(keys)

    def take(self, keys: Iterable[str]) -> None:
        """Holds them, once more each."""
        for key in keys:
            self._held[key] = self._held.get(key, 0) + 1

    def give(self, keys: Iterable[str]) -> None:
        """Lets go of them, once each."""
        for key in keys:
            left = self._held[key] - 1
            if left:
                self._held[key] = left
            else:
                del self._held[key]


class Queue:
    """The pending rows of a run, in order, as far as they may go now."""

    def __init__(self, rows: Rows, holds: Holds) -> None:
        self._rows = rows
        self._holds = holds
        self._ready: deque[OpenRow] = deque()
        self._aside: list[OpenRow] = []
        self._batches: deque[tuple[OpenRow, ...]] = deque()
        self._first: set[int] = set()
        self._last = 0
        self._read_all = False
        self._out = 0
        self._doubtful = 0
        self._foreign = 0
        self._changed = asyncio.Event()

    async def next(self, size: int, way_of: Callable[[OpenRow], Way]) -> tuple[OpenRow, ...]:
        """Up to `size` rows that may go together, all one way; () when no row is left or ever can be.

        Each row taken must be handed to `done` or `back`.
        """
        while not (batch := self._batch(size, way_of)):
            if not (self._out or self._doubtful or (self._aside and self._foreign)):
                return ()
            await self._changed.wait()
        self._out += len(batch)
        return batch

    def done(self, taken: Sequence[OpenRow]) -> None:
        """These rows have ended."""
        for row in taken:
            self._holds.give(row.claims)
        self._return(len(taken))

    def lost(self, taken: Sequence[OpenRow]) -> None:
        """These rows are in doubt: no longer under way, but their keys stay held."""
        self._doubtful += len(taken)
        self._return(len(taken))

    def hold(self, doubtful: OpenRow, *, foreign: bool = False) -> None:
        """This row is in doubt since an earlier start; a `foreign` one is another run's."""
        self._holds.take(doubtful.claims)
        self._count(1, foreign=foreign)

    def settled(self, row: OpenRow, *, foreign: bool = False) -> None:
        """The doubt about this row has ended, and so has the row."""
        self._holds.give(row.claims)
        self._count(-1, foreign=foreign)
        self._return(0)

    def absent(self, row: OpenRow) -> None:
        """The doubt about this row of the run has ended, and it goes again: alone, and before rows like it.

        It may have been written over a contact that rows like it would be taken for now.
        """
        self._batches.append((row,))
        self._count(-1, foreign=False)
        self._return(0)

    def again(self, row: OpenRow) -> None:
        """An earlier start found that this row left no contact: it goes before all others."""
        self._holds.take(row.claims)
        self._first.add(row.row)
        self._batches.append((row,))

    def give_up_doubts(self) -> None:
        """What is in doubt stays so for now; its keys stay held, and nobody waits for it."""
        self._doubtful = self._foreign = 0
        self.wake()

    def _count(self, more: int, *, foreign: bool) -> None:
        if foreign:
            self._foreign += more
        else:
            self._doubtful += more

    def back(self, taken: Sequence[OpenRow]) -> None:
        """These rows left nothing and go again, before others."""
        for row in taken:
            self._holds.give(row.claims)
        self._ready.extendleft(reversed(taken))
        self._return(len(taken))

    def back_as(self, batches: Sequence[Sequence[OpenRow]]) -> None:
        """These rows left nothing and go again in just these batches, before others."""
        self._batches.extend(tuple(batch) for batch in batches)
        self._return(sum(map(len, batches)))

    def wake(self) -> None:
        """Looks again: keys were freed, or the run is to stop."""
        self._changed.set()
        self._changed = asyncio.Event()

    def _return(self, count: int) -> None:
        self._out -= count
        self._ready.extendleft(reversed(self._aside))
        self._aside.clear()
        self.wake()

    def _batch(self, size: int, way_of: Callable[[OpenRow], Way]) -> tuple[OpenRow, ...]:
        if self._batches:
            return self._batches.popleft()
        batch: list[OpenRow] = []
        way: Way | None = None
        while len(batch) < size and (row := self._following()):
            if way and way_of(row) != way:
                self._ready.appendleft(row)
                break
            if self._holds.free(row.claims):
                self._holds.take(row.claims)
                batch.append(row)
                way = way or way_of(row)
                size = min(size, way.size)
            else:
                self._aside.append(row)
        return tuple(batch)

    def _following(self) -> OpenRow | None:
        if not self._ready and not self._read_all and len(self._aside) < _ASIDE:
            page = self._rows.pending(self._last, _PAGE)
            self._read_all = len(page) < _PAGE
            self._last = page[-1].row if page else self._last
            self._ready.extend(row for row in page if row.row not in self._first)
        return self._ready.popleft() if self._ready else None
