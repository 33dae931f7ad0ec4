"""What a run's own copies tell about its rows afterwards."""

from pathlib import Path

import pytest

from tests.import_desk import ImportDesk

HEADER = ("Name", "Firm", "Email", "Title")
CONFIG = """
columns:
  Name: name
  Firm: organization_name
  Email: email
  Title: title
"""


@pytest.mark.parametrize(("name", "told"), [("Example, Ada", "Ada Example"), ("=1+1", ""), ("", "")])
def test_whom_a_faulty_row_is_about_is_told_by_what_is_good_of_it(
    tmp_path: Path, name: str, told: str
) -> None:
    desk = ImportDesk(tmp_path, config=CONFIG)
    source = desk.write("people.csv", [[name, "Works Ltd", "nobody", "Boss"]], HEADER)
    [row] = desk.results(desk.run(source, dry_run=True).run_id)
    assert row["status"] == "error"
    assert (row["email"], row["name"], row["organization_name"]) == ("", told, "Works Ltd")
