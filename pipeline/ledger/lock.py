"""One process per team sends: a lock that the system frees when its process dies."""

import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

import platformdirs
from filelock import FileLock, Timeout

from pipeline.clock import Clock
from pipeline.errors import RunStopped, TeamBusy

_LOOK_EVERY = 1.0


def lock_folder() -> Path:
    """Where the locks of this user are, whatever the output folder."""
    return Path(platformdirs.user_state_dir("contact-import")) / "locks"


class TeamLock:
    """The right to send for a team, held by one process of this user at a time."""

    def __init__(
        self, team: str, run_id: str, clock: Clock, max_wait: float, folder: Path | None = None
    ) -> None:
        """`team` is its host and id; `run_id` is told to those who wait; `max_wait` in seconds is for all waits."""
        place = folder or lock_folder()
        try:
            place.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise _unusable(place, error) from error
        name = re.sub(r"[^A-Za-z0-9.-]+", "_", team)
        self._lock = FileLock(place / f"{name}.lock", mode=0o600)
        self._note = place / f"{name}.json"
        self._run_id = run_id
        self._clock = clock
        self._patience = max_wait

    async def take(self, waiting: Callable[[str], None]) -> None:
        """Waits for the lock; `waiting` is told whom it waits for.

        Raises:
            TeamBusy: somebody else still has it.
        """
        while not self._try():
            if self._patience <= 0:
                raise TeamBusy(f"{self._holder()} is sending for this team. Start again when it has ended.")
            waiting(self._holder())
            began = self._clock.time()
            await self._clock.sleep(_LOOK_EVERY)
            self._patience -= self._clock.time() - began
        with suppress(OSError):  # it only tells others for whom they wait
            self._note.write_text(json.dumps({"pid": os.getpid(), "run": self._run_id}), encoding="utf-8")

    def free(self) -> None:
        """Lets another process send."""
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.free()

    def _try(self) -> bool:
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            return False
        except OSError as error:
            raise _unusable(Path(self._lock.lock_file), error) from error
        return True

    def _holder(self) -> str:
        try:
            holder = json.loads(self._note.read_text(encoding="utf-8"))
            return f"another process (pid {holder['pid']}, run {holder['run']})"
        except (OSError, ValueError, KeyError):
            return "another process"


@contextmanager
def prepared_by_one(folder: Path, done: Callable[[], bool]) -> Iterator[None]:
    """While the rows of a run are entered, nobody else enters them; `done` when they are. `folder` is the run's.

    Raises:
        RunStopped: another process is at it, or was.
    """
    path = folder / "preparing.lock"
    lock = FileLock(path, mode=0o600)
    with suppress(Timeout):
        lock.acquire(timeout=0)
    if not lock.is_locked or done():
        lock.release()
        raise RunStopped(f"Another process is at work on {folder.name}. Resume it when that has ended.")
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        lock.release()


def _unusable(place: Path, error: OSError) -> RunStopped:
    return RunStopped(
        f"{place}, which keeps two processes from sending at once, cannot be used: {error.strerror}."
    )
