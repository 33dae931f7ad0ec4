"""What the tests of the sandbox share: a caller in process, and a clock that stands still."""

import asyncio
from typing import Any

import httpx

from pipeline.sandbox import SANDBOX_KEY, Sandbox


class Clock:
    """Epoch seconds that move only when told."""

    def __init__(self, now: float = 1_790_000_000.25) -> None:
        self.now = now
        self.slept: list[float] = []

    def __call__(self) -> float:
        """Return the time."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Let the time pass at once."""
        self.slept.append(seconds)
        self.now += seconds


class Caller:
    """Calls a sandbox in process."""

    def __init__(self, sandbox: Sandbox, key: str = SANDBOX_KEY, prefix: str = "/api/v1") -> None:
        self.sandbox = sandbox
        self._headers = {"x-api-key": key} if key else {}
        self._prefix = prefix

    def __call__(self, method: str, path: str, body: Any = None, **more: Any) -> httpx.Response:
        """Call and return the answer."""
        return asyncio.run(self.later(method, path, body, **more))

    async def later(self, method: str, path: str, body: Any = None, **more: Any) -> httpx.Response:
        """Call within a running event loop."""
        transport = httpx.ASGITransport(app=self.sandbox.app)
        if body is not None:
            more["json"] = body
        async with httpx.AsyncClient(
            transport=transport, base_url="http://sandbox.example", trust_env=False
        ) as client:
            return await client.request(method, f"{self._prefix}{path}", headers=self._headers, **more)

    def create(self, **fields: Any) -> Any:
        """Create one contact and return its object."""
        answer = self("POST", "/contacts", fields)
        assert answer.status_code == 200, answer.text
        return answer.json()["contact"]

    def bulk(self, *items: Any, **more: Any) -> Any:
        """Create many and return both lists."""
        answer = self("POST", "/contacts/bulk_create", {"contacts": items, "run_dedupe": True} | more)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def stored(self, contact_id: str) -> Any:
        """Return a contact as the sandbox holds it."""
        return next(contact for contact in self.sandbox.contacts if contact["id"] == contact_id)
