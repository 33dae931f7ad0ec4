"""What `check` tells of a source: how full its columns are, and what to expect of the import."""

from pipeline.config import Columns, Config, match_columns, parse_config
from pipeline.records import Row
from pipeline.survey import Survey, advice, survey, told

TEXT = """
columns:
  First: first_name
  Last: last_name
  Firm: organization_name
  Email: email
  Home mail: {field: email, optional: true}
  Mobile: {field: mobile_phone, optional: true}
  City: {field: present_raw_address, part: 1, optional: true}
  Country: {field: present_raw_address, part: 2, optional: true}
"""
HEADER = ("First", "Last", "Firm", "Email", "Home mail", "Mobile")
ROWS = (
    ("Ada", "Byron", "Engines Ltd", "ada@engines.example", "", "+44 7700 900001"),
    ("ADA", "Byron", "Engines", "a.byron@engines.example", "", ""),
    ("Ada", "Byron", "Engines Ltd", "", "ada@engines.example", ""),
    ("Bob", "", "", "not an address", "", ""),
)


def config(more: str = "") -> Config:
    return parse_config(TEXT + more, "my.yaml")


def bound(made: Config) -> Columns:
    return match_columns(made, HEADER)


def surveyed() -> Survey:
    made = config()
    return survey([Row(number, cells) for number, cells in enumerate(ROWS, 2)], made, bound(made))


def test_each_mapped_columns_share_of_filled_cells_is_told() -> None:
    assert dict(surveyed().filled) == {
        "First": 1.0, "Last": 0.75, "Firm": 0.75, "Email": 0.75, "Home mail": 0.25, "Mobile": 0.25,
    }  # fmt: skip
    assert told(surveyed())[0] == (
        "filled in 4 rows: First 100%, Last 75%, Firm 75%, Email 75%, Home mail 25%, Mobile 25%"
    )


def test_rows_that_apollo_may_take_for_one_person_are_counted() -> None:
    assert surveyed().joined == 1
    assert any("of another row and a different address: 1;" in note for note in told(surveyed()))


def test_rows_that_cannot_be_sent_are_counted() -> None:
    assert surveyed().faulty == 1
    assert any("1 of 4 rows cannot be sent" in note for note in told(surveyed()))


def test_a_file_without_rows_is_no_mistake() -> None:
    made = config()

    assert told(survey([], made, bound(made)))[0].startswith("filled in 0 rows: First 0%")


def test_columns_that_stand_in_for_each_other_are_told_and_parts_are_not() -> None:
    made = config()

    assert advice(made, bound(made))[0] == "Email fills email; where it is empty, Home mail"
    assert not any("address" in note and "City" in note for note in advice(made, bound(made)))


def test_a_second_call_is_told_only_where_one_is_made() -> None:
    typed, untyped, single = config(), config("send: {phones: untyped}"), config("send: {mode: single}")

    assert "(Mobile) costs one more call" in advice(typed, bound(typed))[1]
    assert len(advice(untyped, bound(untyped))) == len(advice(single, bound(single))) == 1
