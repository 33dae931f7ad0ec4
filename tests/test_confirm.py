"""Whether created contacts are confirmed, both ways."""

from pathlib import Path

import pytest

from pipeline.confirm import Confirmation, Via, confirm
from pipeline.errors import RunStopped
from pipeline.sandbox import Settings
from tests.import_desk import ImportDesk, human


def confirmed(desk: ImportDesk, run_id: str, via: Via) -> Confirmation:
    return confirm(run_id, desk.output, via, desk.access, desk.world)


@pytest.mark.parametrize("via", list(Via))
def test_created_contacts_with_an_address_are_confirmed(desk: ImportDesk, via: Via) -> None:
    run = desk.run(
        desk.write("people.csv", [human(1), human(2, Email=""), human(3), human(4, Email="broken")])
    )
    done = confirmed(desk, run.run_id, via)
    assert (done.confirmed, done.asked) == (2, 2)
    rows = desk.table(done.path)
    assert [(row["row"], row["confirmed"], row["message"]) for row in rows] == [
        ("2", "yes", ""),
        ("4", "yes", ""),
    ]
    assert list(rows[0]) == ["row", "contact_id", "email", "confirmed", "person_id", "message"]


@pytest.mark.parametrize("via", list(Via))
def test_a_contact_that_is_gone_is_not_confirmed(desk: ImportDesk, via: Via) -> None:
    run = desk.run(desk.write("people.csv", [human(1), human(2)]))
    desk.faults.next("teammate_deletes", endpoint="users/api_profile")
    done = confirmed(desk, run.run_id, via)
    assert (done.confirmed, done.asked) == (1, 2)
    assert [row["confirmed"] for row in desk.table(done.path)].count("no") == 1


def test_an_address_that_a_spreadsheet_would_take_for_a_formula_is_made_harmless(desk: ImportDesk) -> None:
    run = desk.run(desk.write("people.csv", [human(1, Email="-1+cmd@example.com")]))
    (row,) = desk.table(confirmed(desk, run.run_id, Via.MATCH).path)
    assert (row["email"], row["confirmed"]) == ("'-1+cmd@example.com", "yes")


def test_confirming_by_search_costs_no_credit(desk: ImportDesk) -> None:
    run = desk.run(desk.write("people.csv", [human(1)]))
    confirmed(desk, run.run_id, Via.SEARCH)
    assert desk.calls("people/match") == 0


def test_a_key_without_the_scope_stops_and_keeps_what_was_learned(tmp_path: Path) -> None:
    lists = "api/v1/labels/add_entity_ids_to_label_names"
    scopes = frozenset({"api/v1/contacts/bulk_create", "api/v1/users/api_profile", lists})
    desk = ImportDesk(tmp_path, settings=Settings(keys={"narrow": scopes}), key="narrow")
    run = desk.run(desk.write("people.csv", [human(1)]), phones="untyped")
    with pytest.raises(RunStopped, match="people/match"):
        confirmed(desk, run.run_id, Via.MATCH)
    assert desk.table(desk.output / run.run_id / "confirmed.csv") == []
    desk.sandbox.close()
