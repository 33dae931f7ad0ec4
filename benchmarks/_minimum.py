"""The yardstick: the least that a careful person would write by hand for a dry run, in one file without layers.

csv module, a regex for each check, a dict of addresses, SQLite (WAL, synchronous=FULL, a transaction a thousand rows),
a results CSV. It guesses nothing, repairs nothing, explains little and knows one layout.

    python benchmarks/_minimum.py SOURCE FOLDER [--payloads]

With `--payloads` it also keeps each row's values as JSON, which is what a run needs that is to be sent or resumed.
"""

import csv
import json
import re
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TypeAlias

EMAIL = re.compile(r"[A-Za-z0-9_%+'.-]{1,64}@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,24}")
PHONE = re.compile(r"\+[1-9][0-9 ()./-]{6,24}")
URL = re.compile(r"https?://[^\s/]+\.[^\s]+")
RESULT = ("row", "status", "reason", "message", "email", "name", "company", "matched_row")
COLUMNS = {
    "first_name": "First Name",
    "last_name": "Last Name",
    "title": "Title",
    "organization_name": "Company",
    "email": "Email",
    "website_url": "Website",
    "mobile_phone": "Mobile",
    "corporate_phone": "Work Phone",
    "linkedin_url": "LinkedIn",
    "contact_stage": "Stage",
    "label_names": "Lists",
    "industry": "Industry",
    "score": "Score",
}
ADDRESS = ("City", "State", "Country")
CHECKS = {"website_url": URL.fullmatch, "mobile_phone": PHONE.fullmatch, "corporate_phone": PHONE.fullmatch}

Contact: TypeAlias = dict[str, str]


def contacts(rows: Iterable[list[str]], header: list[str]) -> Iterator[Contact]:
    """The rows' values; a phone or website that is none is left out."""
    places = [(field, header.index(column)) for field, column in COLUMNS.items()]
    city, state, country = map(header.index, ADDRESS)
    for cells in rows:
        contact = {field: text for field, place in places if (text := cells[place].strip())}
        for field, is_good in CHECKS.items():
            if field in contact and not is_good(contact[field]):
                del contact[field]
        if place := ", ".join(
            filter(None, (cells[city].strip(), cells[state].strip(), cells[country].strip()))
        ):
            contact["present_raw_address"] = place
        yield contact


def judged(number: int, contact: Contact, seen: dict[str, int]) -> tuple[object, ...]:
    """Status, reason, message, address, name, company, and the row that is repeated."""
    email, first, last = contact.get("email", ""), contact.get("first_name", ""), contact.get("last_name", "")
    company = contact.get("organization_name", "")
    who = (email, f"{first} {last}".strip(), company)
    if email and not EMAIL.fullmatch(email):
        return ("error", "invalid_email", f"{email} is no email address", *who, None)
    if not email and not (first and last and company):
        return ("error", "missing_required", "the row needs an address, or names and a company", *who, None)
    key = email.lower() or f"{first} {last} {company}".lower()
    earlier = seen.setdefault(key, number)
    if earlier != number:
        return ("duplicate", "in_file", f"repeats row {earlier}", *who, earlier)
    return ("not_sent", "dry_run", "", *who, None)


def records(source: Path, *, payloads: bool) -> Iterator[tuple[object, ...]]:
    """What the ledger keeps of each row."""
    seen: dict[str, int] = {}
    with source.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        header = next(reader)
        for number, contact in enumerate(contacts(reader, header), 2):
            payload = json.dumps(contact, ensure_ascii=False) if payloads else None
            yield (number, *judged(number, contact, seen), payload)


def dry_run(source: Path, folder: Path, *, payloads: bool) -> None:
    """Enters every row into a ledger of its own, then writes results.csv from it."""
    ledger = sqlite3.connect(folder / "minimum.db", isolation_level=None)
    ledger.execute("PRAGMA journal_mode=WAL")
    ledger.execute("PRAGMA synchronous=FULL")
    ledger.execute(
        "CREATE TABLE rows (row INTEGER PRIMARY KEY, status, reason, message, email, name, company, matched, payload)"
    )
    found = records(source, payloads=payloads)
    while part := list(islice(found, 1000)):
        ledger.execute("BEGIN IMMEDIATE")
        ledger.executemany("INSERT INTO rows VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", part)
        ledger.execute("COMMIT")
    with (folder / "minimum.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(RESULT)
        writer.writerows(
            ledger.execute(
                "SELECT row, status, reason, message, email, name, company, matched FROM rows ORDER BY row"
            )
        )
    ledger.close()


if __name__ == "__main__":
    dry_run(Path(sys.argv[1]), Path(sys.argv[2]), payloads="--payloads" in sys.argv)
