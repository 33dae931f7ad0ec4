"""Names instead of ids: custom fields by label, picklist values by label, stages by name, Lists that nearly exist."""

from pathlib import Path

import pytest

from pipeline.clean import check_custom
from pipeline.config import match_columns, parse_config
from pipeline.errors import ConfigMistake
from pipeline.lookup import ListsUsed, check, typed
from pipeline.mapper import Mapper
from pipeline.records import CustomField, Mapped, Names, Row
from pipeline.sandbox import SANDBOX_KEY, Settings
from tests.import_desk import CONFIG, ImportDesk, human
from tests.invariants import contact_of

TIER = CustomField("a" * 24, "Tier", "picklist", choices=(("Gold", "1" * 24), ("Silver", "2" * 24)))
TOPICS = TIER._replace(id="b" * 24, label="Topics", kind="multipicklist")
SCORE = CustomField("c" * 24, "Score", "number")
NEWS = CustomField("d" * 24, "News", "boolean")
BORN = CustomField("e" * 24, "Born", "date")
MET = CustomField("f" * 24, "Met", "datetime")
CODE = CustomField("0" * 24, "Code", "string", 5)
OWNED = CustomField("9" * 24, "Owned", "string", fixed=True)
ALL = (TIER, TOPICS, SCORE, NEWS, BORN, MET, CODE, OWNED)
NAMES = Names(custom_fields={field.label.casefold(): field.id for field in ALL}, described=ALL)


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        (TIER, " gold ", "1" * 24),
        (TIER, "2" * 24, "2" * 24),
        (TOPICS, "silver; Gold;silver", f"{'2' * 24};{'1' * 24}"),
        (TOPICS, "Gold, Silver", f"{'1' * 24};{'2' * 24}"),
        (SCORE, "12", "12"),
        (SCORE, "-1.5", "-1.5"),
        (SCORE, "1,234.50", "1234.50"),
        (SCORE, "1.234,50", "1234.50"),
        (SCORE, "12,5", "12.5"),
        (SCORE, "1 234 567", "1234567"),
        (NEWS, "Yes", "true"),
        (NEWS, "nein", "false"),
        (NEWS, "0", "false"),
        (BORN, "1990-12-31", "1990-12-31"),
        (BORN, "1990-12-31 10:00", "1990-12-31"),
        (MET, "2026-01-02", "2026-01-02"),
        (MET, "2026-01-02T10:00:00+02:00", "2026-01-02T08:00:00Z"),
        (MET, "2026-01-02 10:00", "2026-01-02T10:00:00Z"),
        (CODE, "12345", "12345"),
        (CustomField("x", "New", "lookup_user"), "anything", "anything"),
    ],
)
def test_a_value_gets_the_form_of_its_type(field: CustomField, text: str, value: str) -> None:
    assert check_custom(field, text) == (value, "", "", "")


@pytest.mark.parametrize(
    ("field", "text", "words", "suggestion"),
    [
        (TIER, "Goold", 'did you mean "Gold"', "Gold"),
        (TIER, "Bronze", 'there are "Gold", "Silver"', ""),
        (TOPICS, "Gold; Tin", "is no value of Topics", ""),
        (SCORE, "many", "is no number", ""),
        (SCORE, "1,234", "is 1234 or 1.234", ""),
        (NEWS, "perhaps", "neither true nor false", ""),
        (BORN, "31.12.1990", "name day_first or month_first", "1990-12-31"),
        (BORN, "03/04/1990", "name day_first or month_first", ""),
        (CODE, "123456", "has 6 characters; Code takes 5", ""),
        (OWNED, "x", "cannot be written", ""),
    ],
)
def test_a_value_that_does_not_fit_its_type_is_told(
    field: CustomField, text: str, words: str, suggestion: str
) -> None:
    found = check_custom(field, text)

    assert (found.value, found.suggestion) == ("", suggestion)
    assert words in found.fault


def mapped(columns: str, *cells: str, names: Names = NAMES) -> Mapped:
    config = parse_config(f"columns:\n  Email: email\n{columns}", "my.yaml")
    header = ["Email", *(rule.column for rule in config.columns[1:])]
    return Mapper(config, match_columns(config, header), names).map(Row(2, ("a@example.com", *cells)))


def test_a_column_of_a_custom_field_is_written_by_its_type() -> None:
    row = mapped(
        "  T: {custom_field: tier}\n  B: {custom_field: Born, clean: [day_first]}", "GOLD", "31.12.1990"
    )

    assert contact_of(row).custom_fields == {"tier": "1" * 24, "Born": "1990-12-31"}
    assert row.warnings == ()


def test_a_bad_value_of_a_custom_field_is_left_out_with_a_warning_or_ends_the_row() -> None:
    dropped = mapped("  T: {custom_field: Tier}", "Tin")
    ended = mapped(f"  T: {{custom_field: {TIER.id}, invalid: error}}", "Gld")

    assert (contact_of(dropped).custom_fields, dropped.problems) == ({}, ())
    assert dropped.warnings == ('T: "Tin" is no value of Tier; there are "Gold", "Silver" (left out)',)
    assert [(problem.column, problem.suggestion) for problem in ended.problems] == [("T", "Gold")]


def test_without_the_teams_answer_a_custom_field_is_left_as_typed() -> None:
    assert contact_of(mapped("  T: {custom_field: Tier}", "Tin", names=Names())).custom_fields == {
        "Tier": "Tin"
    }


def test_a_list_that_nearly_exists_is_told_in_the_row() -> None:
    names = Names(lists=("Newsletter", "Fair"))
    row = mapped('  L: {field: label_names, split: ","}', "Newletter, fair, Brand new", names=names)

    assert contact_of(row).label_names == ("Newletter", "fair", "Brand new")
    assert row.warnings == ('L: "Newletter" is a new List; did you mean "Newsletter"?',)


def checked(text: str, names: Names) -> list[str]:
    config = parse_config(f"columns:\n  Email: email\n{text}", "my.yaml")
    with pytest.raises(ConfigMistake) as caught:
        check(config, names)
    return [mistake.text for mistake in caught.value.mistakes]


def test_a_label_that_two_fields_share_is_a_mistake_with_both_ids() -> None:
    twins = Names(custom_fields={}, described=(TIER, TIER._replace(id="8" * 24)))

    (told,) = checked("  T: {custom_field: tier}", twins)

    assert told == f'your team has 2 custom fields "tier"; write the id: {"a" * 24} or {"8" * 24}'


def test_an_unknown_label_is_a_mistake_with_the_likely_one() -> None:
    (told,) = checked("  T: {custom_field: Tir}", NAMES)

    assert 'no custom field "Tir"; did you mean "Tier"? There are: Tier, Topics' in told


def test_constants_of_custom_fields_are_held_to_their_types() -> None:
    good = parse_config(
        "columns: {Email: email}\nconstants: {custom_fields: {Tier: silver, Code: '{date}'}}", "x"
    )

    assert typed(good.constants, NAMES).custom_fields == {"Tier": "2" * 24, "Code": "{date}"}
    assert checked("constants: {custom_fields: {Tier: Tin}}", NAMES) == [
        'constants.custom_fields.Tier: "Tin" is no value of Tier; there are "Gold", "Silver"'
    ]


def test_labels_are_ids_in_what_is_sent_and_new_lists_are_said_before(tmp_path: Path) -> None:
    extra = "constants: {custom_fields: {Tier: gold, Newsletter: yes}, label_names: [Brand new list]}\n"
    desk = ImportDesk(tmp_path, config=CONFIG + extra)

    summary = desk.run(desk.write("people.csv", [human(1)]))

    (contact,) = desk.sandbox.contacts
    assert summary.counts.created == 1
    assert len(contact["typed_custom_fields"]) == 2
    assert contact["custom_field_errors"] == {}
    assert 'List "Brand new list" does not exist yet and will be made' in desk.board.notes


def test_a_key_that_may_not_read_custom_fields_is_told_its_scope_and_the_way_round(tmp_path: Path) -> None:
    settings = Settings(keys={SANDBOX_KEY: frozenset({"api/v1/users/api_profile"})})
    desk = ImportDesk(
        tmp_path, settings=settings, config=CONFIG + "constants: {custom_fields: {Tier: Gold}}\n"
    )

    with pytest.raises(ConfigMistake) as caught:
        desk.run(desk.write("people.csv", [human(1)]))

    (mistake,) = caught.value.mistakes
    assert "scope api/v1/typed_custom_fields/index" in mistake.text
    assert 'write the id of custom field "Tier" instead of its label' in mistake.text


def lists_used(*rows: str) -> ListsUsed:
    used = ListsUsed()
    for row in rows:
        used.add(row.split(","))
    return used


def test_lists_that_would_be_made_are_told_once_for_the_whole_file() -> None:
    used = lists_used("Fair,Webinar", "fair", "Webinar,Trip")
    assert used.notes(["FAIR"]) == ['Lists that do not exist yet and will be made: "Webinar", "Trip"']


def test_a_slip_in_a_list_is_told_by_the_commoner_name_or_by_the_team_s() -> None:
    used = lists_used("Newsletter", "Newsletter", "Newletter", "Webinar")
    slip = 'List "Newletter" (1 of the rows): "Newsletter" may be meant'
    assert used.notes(None) == [slip]
    assert used.notes(["Newsletter", "Webinars"]) == [
        'Lists that do not exist yet and will be made: "Newletter", "Webinar"',
        slip,
        'List "Webinar" (1 of the rows): "Webinars" may be meant',
    ]


def test_lists_that_are_not_alike_say_nothing_without_the_teams_answer() -> None:
    assert lists_used("Fair", "Trip").notes(None) == []


def test_new_lists_of_the_rows_are_said_before_anything_is_sent(tmp_path: Path) -> None:
    desk = ImportDesk(tmp_path)
    desk.agree = lambda _: False
    summary = desk.run(
        desk.write("people.csv", [human(1, Lists="Spring fair"), human(2, Lists="Autumn fair")])
    )
    assert (
        'Lists that do not exist yet and will be made: "Spring fair", "Autumn fair"' in summary.source.notes
    )
