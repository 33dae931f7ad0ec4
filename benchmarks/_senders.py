"""What people use to send rows to an API, each as its documentation shows it.

python benchmarks/_senders.py requests|dlt SOURCE URL FOLDER
"""

import os
import sys
from pathlib import Path

import pandas as pd

FIELDS = {
    "First Name": "first_name",
    "Last Name": "last_name",
    "Title": "title",
    "Company": "organization_name",
    "Email": "email",
}


def with_requests(source: Path, url: str, _folder: Path) -> None:
    """pandas and a requests session, one row after the other."""
    import requests  # type: ignore[import-untyped]  # noqa: PLC0415 - a peer

    table = pd.read_csv(source, dtype=str, keep_default_na=False)
    with requests.Session() as session:
        for record in table[list(FIELDS)].rename(columns=FIELDS).to_dict("records"):
            session.post(f"{url}/contacts", json=record, timeout=60).raise_for_status()


def with_dlt(source: Path, url: str, folder: Path) -> None:
    """A dlt destination that takes a hundred rows at a time."""
    os.environ.update(DLT_DATA_DIR=str(folder), RUNTIME__DLTHUB_TELEMETRY="false")
    import dlt  # type: ignore[import-not-found]  # noqa: PLC0415 - a peer
    import requests  # noqa: PLC0415

    session = requests.Session()

    @dlt.destination(batch_size=100, loader_file_format="typed-jsonl", naming_convention="direct")  # type: ignore[untyped-decorator, unused-ignore]
    def apollo(items: list[dict[str, str]], table: object) -> None:
        del table
        session.post(f"{url}/contacts/bulk_create", json={"contacts": items}, timeout=60).raise_for_status()

    table = pd.read_csv(source, dtype=str, keep_default_na=False)
    records = table[list(FIELDS)].rename(columns=FIELDS).to_dict("records")
    dlt.pipeline("bench", destination=apollo, pipelines_dir=str(folder)).run(records, table_name="contacts")


if __name__ == "__main__":
    way = {"requests": with_requests, "dlt": with_dlt}[sys.argv[1]]
    way(Path(sys.argv[2]), sys.argv[3], Path(sys.argv[4]))
