"""The way to Apollo, or to the stand-in for it in this very process."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from pipeline.cli.access import Environment, unsafe
from pipeline.cli.speaking import tell
from pipeline.errors import UsageMistake
from pipeline.ledger import Ledger
from pipeline.run import Access
from pipeline.sandbox import SANDBOX_KEY, Sandbox, Settings, StateUnusable, build

STATE = "sandbox.db"
HOST = "sandbox"


@contextmanager
def way(environment: Environment, output: Path, *, sandbox: bool, quiet: bool) -> Iterator[Access]:
    """Where a command sends its requests, for as long as the block runs.

    Raises:
        UsageMistake: the key or the base URL cannot be used, or another process has the sandbox.
    """
    if sandbox:
        if not quiet:
            tell("sandbox: nothing goes to Apollo")
        with opened_sandbox(output, Settings(plan="unlimited")) as stand_in:
            transport = httpx.ASGITransport(stand_in.app)
            yield Access("http://sandbox/api/v1", HOST, SANDBOX_KEY, transport=transport)
        return
    access = environment.access()
    if warning := unsafe(access):
        tell(warning)
    yield access


@contextmanager
def opened_sandbox(output: Path, settings: Settings, seed: int = 0) -> Iterator[Sandbox]:
    """The stand-in whose contacts are kept in the output folder.

    Raises:
        UsageMistake: another process has it, or its file is something else.
    """
    Ledger.open(output).close()  # makes the folder private, and refuses one that cannot be used
    try:
        stand_in = build(settings, output / STATE, seed=seed)
    except StateUnusable as error:
        raise UsageMistake(f"{error}. End the other process, or choose another folder with -o.") from error
    try:
        yield stand_in
    finally:
        stand_in.close()
