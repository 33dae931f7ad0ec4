"""The config's columns against those of a source."""

import pytest

from pipeline.config import column_names, match_columns, parse_config
from pipeline.errors import ConfigMistake
from pipeline.records import IMPORT_COLUMNS


def test_columns_match_regardless_of_case_and_blanks() -> None:
    config = parse_config("columns: {'first  name': first_name, EMAIL: email}", "x")
    found = match_columns(config, ["\ufeffEmail\u00a0", " First Name "])
    assert [(index, rule.column) for index, rule in found.bound] == [(1, "first  name"), (0, "EMAIL")]
    assert found.unused == ()


def test_the_second_column_of_a_name_has_a_number() -> None:
    assert column_names(["Email", "EMAIL ", "email", "", ""]) == ("Email", "EMAIL (2)", "email (3)", "", "")
    config = parse_config("columns: {Email (2): email}", "x")
    found = match_columns(config, ["Email", "Email"])
    assert found.bound[0][0] == 1
    assert found.unused == ("Email",)


def test_a_column_that_is_called_so_keeps_its_number() -> None:
    assert column_names(["Email", "Email", "Email (2)"]) == ("Email", "Email (3)", "Email (2)")


def test_missing_columns_are_told_together_with_the_likely_ones() -> None:
    config = parse_config("columns:\n  Email: email\n  Titel: title\n  Company: organization_name", "my.yaml")
    with pytest.raises(ConfigMistake) as caught:
        match_columns(config, ["Email", "Title", "Firm"])
    first, second = caught.value.mistakes
    assert (first.line, second.line) == (3, 4)
    assert 'did you mean "Title"' in first.text
    assert "optional: true" in second.text


def test_optional_and_ignored_columns_may_be_missing() -> None:
    text = "columns: {Email: email, T: {field: title, optional: true}, N: ignore}"
    assert len(match_columns(parse_config(text, "x"), ["Email"]).bound) == 1


def test_a_list_of_targets_is_optional_only_when_all_are() -> None:
    text = "columns: {Email: email, T: [title, {custom_field: T, optional: true}]}"
    with pytest.raises(ConfigMistake, match='"T" is not in the file'):
        match_columns(parse_config(text, "x"), ["Email"])


def test_unused_columns_leave_out_ignored_blank_and_import_columns() -> None:
    config = parse_config("columns: {Email: email, Notes: ignore}", "x")
    found = match_columns(config, ["Email", "Notes", "", "Age", *IMPORT_COLUMNS])
    assert found.unused == ("Age",)
    assert [index for index, _ in found.bound] == [0]


def test_a_source_that_can_fill_no_required_set_is_told() -> None:
    text = "columns: {E: {field: email, optional: true}, T: {field: title, optional: true}}"
    with pytest.raises(ConfigMistake, match="no column gives email"):
        match_columns(parse_config(text, "x"), ["T"])


def test_a_constant_can_complete_a_required_set() -> None:
    text = "columns: {F: first_name, L: last_name}\nconstants: {organization_name: Acme}"
    assert len(match_columns(parse_config(text, "x"), ["F", "L"]).bound) == 2


def test_the_region_may_stand_in_a_column() -> None:
    config = parse_config("columns: {Email: email}\nphone_region: Country", "x")
    assert match_columns(config, ["Email", "country"]).region == 1
    assert match_columns(config, ["Email", "country"]).unused == ()
    with pytest.raises(
        ConfigMistake, match=r'line 2: .*"Country" is neither a region .* did you mean "Countries"'
    ):
        match_columns(config, ["Email", "Countries"])
