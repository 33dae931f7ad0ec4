"""An API that answers at once and keeps nothing, so that what is measured is the one who sends.

    python benchmarks/_answering.py

Prints its base URL, then each path that is asked for the first time, with the time. POST /contacts and
/contacts/bulk_create make contacts, a search finds none.
"""

import asyncio
import itertools
import json
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

_IDS = itertools.count(1)
_SEEN: set[str] = set()


def answered(path: str, body: dict[str, Any]) -> dict[str, Any]:
    if path.endswith("/users/api_profile"):
        return {"team_id": "5f5e0a1b2c3d4e5f60718293"}
    if path.endswith("/contacts/bulk_create"):
        return {"created_contacts": [_contact(one) for one in body["contacts"]], "existing_contacts": []}
    if path.endswith("/contacts"):
        return {"contact": _contact(body)}
    if path.endswith("/contacts/search"):
        return {
            "contacts": [],
            "pagination": {"page": 1, "per_page": 100, "total_entries": 0, "total_pages": 0},
        }
    return {}


def _contact(body: dict[str, Any]) -> dict[str, Any]:
    made = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {**body, "id": f"{next(_IDS):024x}", "created_at": made}


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One connection."""
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            lengths = [line for line in head.lower().split("\r\n") if line.startswith("content-length:")]
            body = await reader.readexactly(int(lengths[0].split(":")[1])) if lengths else b""
            path = head.split(" ", 2)[1].split("?")[0]
            if path not in _SEEN:
                _SEEN.add(path)
                print(path, datetime.now(UTC).timestamp(), flush=True)
            said = json.dumps(answered(path, json.loads(body) if body else {})).encode()
            date = format_datetime(datetime.now(UTC), usegmt=True)
            length = f"Content-Length: {len(said)}"
            top = ("HTTP/1.1 200 OK", f"Date: {date}", "Content-Type: application/json", length, "", "")
            writer.write("\r\n".join(top).encode() + said)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def main() -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=1 << 24)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/api/v1", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
