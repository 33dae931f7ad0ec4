"""The worked example of Apollo's own page "Convert Enriched People to Contacts", as a one-row spreadsheet."""

import json
from pathlib import Path

from tests.import_desk import ImportDesk

CONFIG = """
columns:
  First Name: first_name
  Last Name: last_name
  Company: organization_name
  Email: email
  Website: website_url
  Direct Phone: direct_phone
  Mobile Phone: mobile_phone
"""
HEADER = ("First Name", "Last Name", "Company", "Email", "Website", "Direct Phone", "Mobile Phone")
ROW = (
    *("Mark", "Twain", "Great American Writers Co.", "mark@greatamericanwriters.example"),
    *("https://www.greatamericanwriters.com", "555-123-4567", "555-765-4321"),
)


def test_mark_twain_is_sent_with_just_that_body_and_those_headers(tmp_path: Path) -> None:
    desk = ImportDesk(tmp_path, config=CONFIG)
    summary = desk.run(desk.write("twain.csv", [ROW], HEADER), mode="single", on_match="create")
    [request] = [one for one in desk.sandbox.traffic if one.endpoint == "contacts/create"]
    [logged] = [one for one in desk.sandbox.requests if one.endpoint == "contacts/create"]
    assert (logged.method, logged.path) == ("POST", "/api/v1/contacts")
    assert json.loads(request.body) == {
        "first_name": "Mark",
        "last_name": "Twain",
        "organization_name": "Great American Writers Co.",
        "email": "mark@greatamericanwriters.example",
        "website_url": "https://www.greatamericanwriters.com",
        "direct_phone": "555-123-4567",
        "mobile_phone": "555-765-4321",
    }
    headers = {name.lower(): value for name, value in request.headers.items()}
    assert headers["content-type"] == "application/json"
    assert headers["cache-control"] == "no-cache"
    assert headers["x-api-key"] == desk.key
    [row] = desk.results(summary.run_id)
    [contact] = desk.sandbox.contacts
    assert (row["status"], row["reason"], row["contact_id"], row["http_status"]) == (
        "created",
        "new",
        contact["id"],
        "200",
    )
    assert [phone["type"] for phone in contact["phone_numbers"]] == ["work_direct", "mobile"]
    desk.sandbox.close()
