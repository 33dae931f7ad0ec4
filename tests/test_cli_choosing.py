"""The config that is taken when none is named."""

from pathlib import Path

import pytest

from pipeline.choosing import choose
from pipeline.config import Config, parse_config
from pipeline.errors import SourceMistake

SOURCE = Path("people.csv")


def config(name: str, *columns: str, optional: str = "") -> Config:
    lines = [f"  {column}: {{custom_field: {column}}}" for column in columns]
    lines += [f"  {optional}: {{field: title, optional: true}}"] if optional else []
    return parse_config("\n".join(["columns:", "  Email: email", *lines]), name)


def chosen(columns: tuple[str, ...], *tiers: list[Config]) -> str:
    return choose(SOURCE, tiers, lambda _: columns, lambda _: ("Work Email",)).name


def test_the_config_that_maps_most_columns_is_taken() -> None:
    tier = [config("small"), config("large", "Firm"), config("too large", "Firm", "City")]
    assert chosen(("email", "FIRM"), tier) == "large"


def test_an_own_config_that_fits_is_taken_before_a_shipped_one_that_fits_better() -> None:
    assert chosen(("Email", "Firm"), [config("own")], [config("shipped", "Firm")]) == "own"


def test_a_shipped_config_is_taken_when_no_own_one_fits() -> None:
    assert chosen(("Email",), [config("own", "Firm")], [config("shipped")]) == "shipped"


def test_an_optional_column_may_be_missing_and_counts_where_it_is_there() -> None:
    tier = [config("plain"), config("with title", optional="Title")]
    assert chosen(("Email", "Title"), tier) == "with title"


def test_a_tie_names_those_that_fit_alike() -> None:
    with pytest.raises(SourceMistake, match=r"people\.csv fits several .* one, two.* -c"):
        chosen(("Email",), [config("one"), config("two"), config("no", "Firm")])


def test_where_none_fits_the_nearest_is_named_with_what_it_lacks() -> None:
    with pytest.raises(SourceMistake, match=r"nearest is near; not in the file: Firm\. .*far"):
        chosen(("Email", "City"), [config("far", "A", "B"), config("near", "Firm", "City")])


def test_a_config_that_could_never_fill_a_row_does_not_fit() -> None:
    never = parse_config("columns: {Email: {field: email, optional: true}}", "never")
    with pytest.raises(SourceMistake, match="nearest is never"):
        chosen(("Firm",), [never])


def test_without_any_config_one_is_asked_for() -> None:
    with pytest.raises(SourceMistake, match="-c"):
        chosen(("Email",), [], [])


def test_a_config_that_would_leave_an_address_out_in_silence_does_not_fit() -> None:
    with pytest.raises(SourceMistake, match=r"it would leave out: Work Email\. .*`init people\.csv`"):
        chosen(("Email", "Work Email"), [config("plain")])
    ignoring = parse_config("columns: {Email: email, Work Email: ignore}", "ignoring")
    assert chosen(("Email", "Work Email"), [config("plain"), ignoring]) == "ignoring"
