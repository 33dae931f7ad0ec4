"""Rows become contacts, or every problem of the row is told at once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import match_columns, parse_config
from pipeline.mapper import Mapper
from pipeline.records import Contact, CustomField, Mapped, Names, Problem, Reason, Row
from tests.invariants import contact_of

NO_NAMES = Names()


def mapped(
    columns: str, cells: dict[str, str], more: str = "", names: Names = NO_NAMES, unreadable: str = ""
) -> Mapped:
    """One row through a mapper for `columns`; nothing else is required unless `more` says so."""
    needed = more if "require" in more else f"{more}\nrequire: [[email], [last_name], [title]]"
    config = parse_config(f"columns: {{{columns}}}\n{needed}", "x")
    mapper = Mapper(config, match_columns(config, list(cells)), names)
    return mapper.map(Row(7, tuple(cells.values()), unreadable=unreadable))


def test_a_row_becomes_a_contact_under_apollos_names() -> None:
    columns = """F: first_name, L: last_name, C: organization_name, T: title, E: email, W: website_url,
      I: linkedin_url, A: account_id, S: contact_stage, M: mobile_phone, Ls: {field: label_names, split: ","},
      City: {field: present_raw_address, part: 2}, Street: {field: present_raw_address, part: 1},
      R: {custom_field: Renewal}, N: ignore"""
    cells = {
        "N": "x", "F": " Jane\u00a0", "L": "Null", "C": "NA", "T": "CEO", "E": "jane@example.com",
        "W": "example.com", "I": "https://linkedin.example/in/jane", "A": "0123456789abcdef01234567",
        "S": "Cold", "M": "+49 151 23456789", "Ls": "A, B ,, A", "City": "Berlin", "Street": "Weg 1", "R": "2027",
    }  # fmt: skip
    found = mapped(columns, cells)
    assert contact_of(found) == Contact(
        first_name="Jane", last_name="Null", organization_name="NA", title="CEO", email="jane@example.com",
        website_url="example.com", linkedin_url="https://linkedin.example/in/jane",
        account_id="0123456789abcdef01234567", contact_stage="Cold", mobile_phone="+49 151 23456789",
        label_names=("A", "B"), present_raw_address="Weg 1, Berlin", custom_fields={"Renewal": "2027"},
    )  # fmt: skip
    assert (found.row, *found[2:]) == (7, (), (), ())


def test_the_second_column_of_a_field_is_used_where_the_first_is_empty() -> None:
    columns = "A: email, B: {field: email, optional: true}"
    assert contact_of(mapped(columns, {"A": " ", "B": "b@example.com"})).email == "b@example.com"
    assert contact_of(mapped(columns, {"A": "a@example.com", "B": "nonsense"})).email == "a@example.com"
    assert contact_of(mapped(columns, {"A": "a@example.com"})).email == "a@example.com"


def test_one_column_fills_several_fields() -> None:
    found = mapped("L: last_name, C: [organization_name, {custom_field: Firm}]", {"L": "Doe", "C": "Acme"})
    assert contact_of(found).organization_name == "Acme"
    assert contact_of(found).custom_fields == {"Firm": "Acme"}
    assert found.warnings == ()


def test_custom_fields_that_differ_in_case_are_one() -> None:
    columns = "E: email, A: {custom_field: Tier}, B: {custom_field: tier}"
    cells = {"E": "a@example.com", "A": "", "B": "gold"}
    assert contact_of(mapped(columns, cells)).custom_fields == {"Tier": "gold"}


def test_a_full_name_fills_only_what_is_empty() -> None:
    columns = "F: {field: first_name, optional: true}, L: {field: last_name, optional: true}, N: name"
    assert contact_of(mapped(columns, {"N": "Jane van Dam"})) == Contact(
        first_name="Jane", last_name="van Dam"
    )
    cells = {"F": "J.", "L": "", "N": "Jane Doe"}
    assert contact_of(mapped(columns, cells)) == Contact(first_name="J.", last_name="Doe")


def test_list_names_are_one_when_nothing_splits_them() -> None:
    assert contact_of(mapped("E: email, L: label_names", {"E": "", "L": "A, B"})).label_names == ("A, B",)


@pytest.mark.parametrize("word", ["N/A", "n/a", " #N/A ", "-"])
def test_a_word_for_nothing_is_empty_with_a_warning(word: str) -> None:
    found = mapped("L: last_name, T: title", {"L": "Doe", "T": word})
    assert contact_of(found).title is None
    assert "counts as empty" in found.warnings[0]


@pytest.mark.parametrize("word", ["N/A", "-"])
def test_a_word_for_nothing_is_no_company(word: str) -> None:
    found = mapped("L: last_name, C: organization_name", {"L": "Doe", "C": word})
    assert contact_of(found).organization_name is None
    assert found.warnings == (f'C: "{word}" counts as empty',)


@pytest.mark.parametrize("word", ["#REF!", "#NAME?", "#DIV/0!", "#WERT!", "########"])
@pytest.mark.parametrize("target", ["title", "mobile_phone", "first_name"])
def test_an_error_of_the_spreadsheet_is_no_value_in_any_column(target: str, word: str) -> None:
    found = mapped(f"X: {target}, L: last_name", {"X": word, "L": "Doe"})
    assert contact_of(found) == Contact(last_name="Doe")
    assert found.warnings == (f'X: "{word}" is an error of the spreadsheet, and counts as empty',)


def test_a_hashtag_is_a_value() -> None:
    assert contact_of(mapped("T: title", {"T": "#Hiring!"})).title == "#Hiring!"


@pytest.mark.parametrize("column", ["first_name", "last_name"])
def test_no_word_means_nothing_in_a_name_column(column: str) -> None:
    found = mapped(f"X: {column}, E: email", {"X": "N/A", "E": "a@example.com"})
    assert getattr(contact_of(found), column) == "N/A"
    assert found.warnings == ()


def test_all_problems_of_a_row_are_told_at_once_in_the_order_of_its_cells() -> None:
    columns = "E: email, W: {field: website_url, invalid: error}, A: account_id, T: title"
    cells = {"E": "jane@@example.com", "W": "coming soon", "A": "12", "T": "=1+1"}
    found = mapped(columns, cells)
    assert [(problem.reason, problem.column, problem.value) for problem in found.problems] == [
        (Reason.INVALID_EMAIL, "E", "jane@@example.com"),
        (Reason.INVALID_URL, "W", "coming soon"),
        (Reason.INVALID_VALUE, "A", "12"),
        (Reason.INVALID_VALUE, "T", "=1+1"),
    ]
    assert all(problem.message.startswith(f"{problem.column}: ") for problem in found.problems)
    assert contact_of(found) == Contact()


@pytest.mark.parametrize(
    ("target", "cell"),
    [
        ("name", "Doe, =Jane"),
        ("{field: label_names, split: ';'}", "Fair; =1+1"),
        ("{field: title, clean: [{regex: ['^x', '']}]}", "x=1+1"),
        ("email", "Jane <=jane@example.com>"),
    ],
)
def test_nothing_that_a_cell_is_parted_into_is_sent_as_a_formula(target: str, cell: str) -> None:
    found = mapped(f"X: {target}", {"X": cell}, "require: [[title]]\nconstants: {title: CEO}")
    assert contact_of(found) == Contact()
    assert "formula" in found.problems[0].message


def test_a_bad_value_is_not_told_a_second_time_as_missing() -> None:
    found = mapped("E: email", {"E": "jane@"}, "require: [[email]]")
    assert [problem.reason for problem in found.problems] == [Reason.INVALID_EMAIL]


def test_a_bad_value_that_is_left_out_is_missing_where_it_is_needed() -> None:
    found = mapped("E: {field: email, invalid: drop}", {"E": "jane@"}, "require: [[email]]")
    assert [problem.reason for problem in found.problems] == [Reason.MISSING_REQUIRED]
    assert found.warnings[0].startswith('E: "jane@" is no valid email address')


def test_a_dropped_value_leaves_the_row_good() -> None:
    found = mapped(
        "L: last_name, W: website_url, V: website_url", {"L": "Doe", "W": "soon to come", "V": "example.com"}
    )
    assert found.problems == ()
    assert found.warnings == ('W: "soon to come" is no web address; there are blanks in it (left out)',)
    assert contact_of(found).website_url == "example.com"


def test_what_is_missing_is_said_in_the_files_own_column_names() -> None:
    columns = (
        "Mail: email, Work Mail: email, Vorname: first_name, Nachname: last_name, Firma: organization_name"
    )
    cells = {"Mail": "", "Work Mail": "", "Vorname": "Jane", "Nachname": "", "Firma": "Acme"}
    found = mapped(columns, cells, "require: [[email], [first_name, last_name, organization_name]]")
    message = "the row needs Mail or Work Mail, or Vorname, Nachname and Firma"
    assert found.problems == (Problem(Reason.MISSING_REQUIRED, "Mail", "", message),)
    assert contact_of(found).first_name == "Jane"


def test_a_set_that_no_column_can_fill_is_not_asked_for() -> None:
    found = mapped(
        "N: name, C: organization_name", {"N": "", "C": "Acme"}, "require: [[email], [first_name, last_name]]"
    )
    assert found.problems[0].message == "the row needs N"


def test_a_constant_counts_as_filled() -> None:
    more = "require: [[last_name, organization_name]]\nconstants: {organization_name: Acme}"
    assert mapped("L: last_name", {"L": "Doe"}, more).problems == ()


def test_an_unreadable_row_has_one_problem_and_keeps_its_good_values() -> None:
    found = mapped(
        "E: email, L: last_name", {"E": "jane@", "L": "Doe"}, unreadable="the row has too many cells"
    )
    assert found.problems == (Problem(Reason.UNREADABLE_ROW, "", "", "the row has too many cells"),)
    assert contact_of(found).last_name == "Doe"


def test_a_row_with_too_few_cells_is_read_as_far_as_it_goes() -> None:
    config = parse_config("columns: {E: email, T: title}", "x")
    mapper = Mapper(config, match_columns(config, ["E", "T"]))
    assert contact_of(mapper.map(Row(2, ("a@example.com",)))) == Contact(email="a@example.com")


def test_the_loaders_warnings_are_carried_on() -> None:
    config = parse_config("columns: {E: email, T: title}", "x")
    mapper = Mapper(config, match_columns(config, ["E", "T"]))
    assert mapper.map(Row(2, ("a@example.com", ""), ("hidden row",))).warnings == ("hidden row",)
    assert mapper.map(Row(2, ("a@example.com", "-"), ("hidden row",))).warnings[0] == "hidden row"


def test_a_stage_that_the_team_does_not_have_is_a_problem_with_the_likely_one() -> None:
    names = Names(stages={"Cold": "1", "Approaching": "2"})
    columns = "E: email, S: {field: contact_stage, invalid: error}"
    assert (
        contact_of(mapped(columns, {"E": "a@example.com", "S": "COLD"}, names=names)).contact_stage == "COLD"
    )
    (problem,) = mapped(columns, {"E": "a@example.com", "S": "Aproaching"}, names=names).problems
    assert (problem.reason, problem.suggestion) == (Reason.INVALID_VALUE, "Approaching")
    assert mapped(columns, {"E": "a@example.com", "S": "Aproaching"}).problems == ()
    left_out = mapped("E: email, S: contact_stage", {"E": "a@example.com", "S": "Aproaching"}, names=names)
    assert (contact_of(left_out).contact_stage, left_out.problems) == (None, ())
    assert "did you mean" in left_out.warnings[0]


def test_phones_of_the_configs_region_get_its_code() -> None:
    found = mapped("L: last_name, M: mobile_phone", {"L": "Doe", "M": "0151 23456789"}, "phone_region: de")
    assert contact_of(found).mobile_phone == "+4915123456789"
    assert found.warnings == ()


def test_the_region_of_a_phone_may_stand_in_the_row() -> None:
    def phone(country: str) -> str | None:
        cells = {"L": "Doe", "M": "020 7946 0018", "Country": country}
        return contact_of(
            mapped("L: last_name, M: mobile_phone", cells, "phone_region: Country")
        ).mobile_phone

    assert phone("United Kingdom") == "+442079460018"
    assert phone("Atlantis") == "020 7946 0018"


def test_a_country_that_is_not_known_is_named_where_a_phone_needs_it() -> None:
    def warnings(country: str, phone: str) -> tuple[str, ...]:
        cells = {"L": "Doe", "M": phone, "Country": country}
        return mapped("L: last_name, M: mobile_phone", cells, "phone_region: Country").warnings

    (sent,) = warnings("Atlantis", "020 7946 0018")
    assert "sent as typed" in sent
    assert 'Country: "Atlantis" is no known country' in sent
    (left_out,) = warnings("Atlantis", "0207")
    assert 'Country: "Atlantis" is no known country' in left_out
    assert warnings("Atlantis", "+44 (0)20 7946 0018") == ()
    assert "known country" not in warnings("", "020 7946 0018")[0]


def test_a_phone_of_no_region_goes_as_typed_with_a_warning() -> None:
    found = mapped("L: last_name, M: mobile_phone", {"L": "Doe", "M": "555-123-4567"})
    assert contact_of(found).mobile_phone == "555-123-4567"
    assert found.warnings[0].startswith("M: ")


def test_a_phone_that_lost_its_digits_is_left_out_with_advice() -> None:
    found = mapped("L: last_name, M: mobile_phone", {"L": "Doe", "M": "4.47911E+11"})
    assert contact_of(found).mobile_phone is None
    assert "export it again" in found.warnings[0]


def test_cleaners_work_in_the_order_of_the_config() -> None:
    found = mapped(
        "L: last_name, T: {field: title, clean: [first, upper]}", {"L": "Doe", "T": "ceo; founder"}
    )
    assert contact_of(found).title == "CEO"


def test_the_example_of_the_api_page_keeps_its_numbers() -> None:
    columns = "F: first_name, L: last_name, O: organization_name, D: direct_phone, M: mobile_phone"
    cells = {"F": "Mark", "L": "Twain", "O": "Great Writers Co.", "D": "555-123-4567", "M": "555-765-4321"}
    contact = contact_of(mapped(columns, cells))
    assert (contact.direct_phone, contact.mobile_phone) == ("555-123-4567", "555-765-4321")


ALL = """columns:
  F: first_name
  N: name
  L: [last_name, {custom_field: Surname}]
  E: email
  W: {field: website_url, invalid: error}
  M: {field: mobile_phone, clean: [phone]}
  Ls: {field: label_names, split: ","}
  S: contact_stage
  O: organization_name
  O2: organization_name
  P: corporate_phone
  I: contact_stage_id
  A: {field: present_raw_address, part: 1}
  T: [title, {custom_field: Role}]
  B: {field: present_raw_address, part: 2}
  D: {custom_field: Day}
  D2: {custom_field: Met, clean: [day_first]}
  X: {custom_field: Word}
phone_region: R
"""
CONFIG = parse_config(ALL, "x")
HEADER = ["F", "N", "L", "E", "W", "M", "Ls", "S", "I", "A", "B", "R", "O", "O2", "P", "T", "D", "D2", "X"]
MAPPER = Mapper(CONFIG, match_columns(CONFIG, HEADER), Names(stages={"cold": "1"}))
cell = st.text(max_size=20) | st.sampled_from(
    ["=1", "N/A", "a@example.com", "+49 151 23456789", "0151 234567", "DE"]
)


@given(st.lists(cell, min_size=19, max_size=19))
def test_any_texts_become_values_that_are_there_or_told_problems(texts: list[str]) -> None:
    found = MAPPER.map(Row(2, tuple(texts)))
    values = contact_of(found).model_dump(exclude_defaults=True)
    flat = [*values.pop("label_names", ()), *values.pop("custom_fields", {}).values(), *values.values()]
    assert all(value.strip() and not value.startswith("=") for value in flat)
    assert all(problem.message for problem in found.problems)
    assert found.problems or contact_of(found).email or contact_of(found).first_name
    assert Contact.from_json(contact_of(found).to_json()) == contact_of(found)
    assert list(found.values) == [field for field in Contact.model_fields if field in found.values]


TYPED = (
    CustomField("1" * 24, "Surname", "picklist", choices=(("Ann", "a" * 24), ("Could", "c" * 24))),
    CustomField("2" * 24, "Role", "number"),
    CustomField("3" * 24, "Day", "date"),
    CustomField("4" * 24, "Word", "string", longest=3),
    CustomField("5" * 24, "Met", "datetime"),
)
NAMES = Names(stages={"cold": "1"}, lists=("Import",), described=TYPED)
WITH_CARE = Mapper(CONFIG, match_columns(CONFIG, HEADER), NAMES)
AT_ONCE = Mapper(CONFIG, match_columns(CONFIG, HEADER), NAMES)
for readers in (WITH_CARE._fields, WITH_CARE._custom):
    readers.readers = tuple(reader._replace(plain=None) for reader in readers.readers)
assert WITH_CARE._full_name
WITH_CARE._full_name = WITH_CARE._full_name._replace(plain=None)
said = st.sampled_from([
    "", " ", "Ann", " Ann\u00a0", "=1+1", "#REF!", "#1", "a¦=b", "N/A", "n/a ", "-", "a@example.com", "b@gmial.com",
    "a@", "https://example.com", "www.example.com", "no address", "+49 151 23456789", "0151 234567", "4.4E+11", "cold",
    "Could", "Import, Fair", "Imports", "Fair, =1", "0123456789abcdef01234567", "a\nb", "a\u200bb", "\ufeffx", "DE",
    "Köln", "12", "1,234.5", "1.234", "2026-12-31", "31/12/2026",
])  # fmt: skip


@given(st.lists(st.lists(said | st.text(max_size=8), min_size=13, max_size=20), max_size=6))
def test_what_is_taken_a_column_at_once_is_what_is_read_with_care(texts: list[list[str]]) -> None:
    rows = [Row(number, tuple(cells)) for number, cells in enumerate(texts, 2)]
    assert AT_ONCE.map_all(rows) == WITH_CARE.map_all(rows)
