"""Slips in rows that look right: what is suggested, and what `--apply-suggestions` does with it; nothing unasked."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.clean import PLAIN_EMAIL, likely_address, likely_names
from pipeline.config import match_columns, parse_config
from pipeline.errors import UsageMistake
from pipeline.mapper import Mapper
from pipeline.records import Row
from pipeline.reporter import Summary
from pipeline.run import Job, import_source
from tests.import_desk import ImportDesk, human


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[ImportDesk]:
    made = ImportDesk(tmp_path)
    yield made
    made.sandbox.close()


def applying(desk: ImportDesk, source: Path, *, dry_run: bool = False) -> Summary:
    """Runs a file with `--apply-suggestions`."""
    config = parse_config(desk.config, "test.yaml")
    job = Job(source, desk.output, config, {}, desk.access, dry_run=dry_run, apply_suggestions=True)
    return import_source(job, desk.world)


SLIP = human(1, Email="ada1@gmial.com")
MEANT = "Email: ada1@gmail.com"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("jane@gmial.com", "jane@gmail.com"),
        ("jane@gmai.com", "jane@gmail.com"),
        ("jane@gmail.co", "jane@gmail.com"),
        ("jane@gmail.con", "jane@gmail.com"),
        ("jane@GMIAL.com", "jane@gmail.com"),
        ("Jane.Doe@hotmial.com", "Jane.Doe@hotmail.com"),
        ("jane@yahooo.com", "jane@yahoo.com"),
        ("jane@outlok.com", "jane@outlook.com"),
        ("jane@t-onlin.de", "jane@t-online.de"),
        ("jane@works.con", "jane@works.com"),
    ],
)
def test_a_mail_domain_that_is_a_letter_off_is_likely_the_known_one(typed: str, meant: str) -> None:
    assert likely_address(typed) == meant


@pytest.mark.parametrize(
    "domain",
    [
        "gmail.com",
        "mail.com",
        "email.com",
        "ymail.com",
        "gail.com",
        "gmx.de",
        "yahoo.dk",
        "yahoo.ca",
        "works.example",
    ],
)
def test_a_domain_that_is_nobody_s_slip_is_left_alone(domain: str) -> None:
    assert likely_address(f"jane@{domain}") == ""


@given(
    st.sampled_from(["gmail.com", "hotmail.co.uk", "t-online.de", "works.example"]),
    st.integers(0, 12),
    st.text("aeglmot.-", max_size=2),
)
def test_what_is_meant_by_an_address_is_a_good_address_that_means_itself(
    domain: str, at: int, typed: str
) -> None:
    meant = likely_address(f"jane@{domain[:at]}{typed}{domain[at + 1 :]}")
    assert not meant or (PLAIN_EMAIL.fullmatch(meant) and not likely_address(meant))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (("Jane Doe", ""), ("Jane", "Doe")),
        (("Jane Doe", "Doe"), ("Jane", "Doe")),
        (("Jane Doe", "jane doe"), ("Jane", "Doe")),
        (("Jane", "Jane Doe"), ("Jane", "Doe")),
        (("Jane van der Berg", ""), ("Jane", "van der Berg")),
        (("Doe, Jane", ""), ("Jane", "Doe")),
        (("Doe", "Jane"), ("Jane", "Doe")),
        (("Müller", "Jürgen"), ("Jürgen", "Müller")),
        (("Иванов", "Иван"), ("Иван", "Иванов")),
    ],
)
def test_names_in_the_wrong_cell_are_noticed(typed: tuple[str, str], meant: tuple[str, str]) -> None:
    assert likely_names(*typed) == meant


@pytest.mark.parametrize(
    "right",
    [
        ("Jane", "Doe"),
        ("Mary Ann", ""),
        ("Mary Ann", "Smith"),
        ("Jean D.", ""),
        ("Paul", "Simon"),
        ("Thomas", "Martin"),
        ("Li", "Wei"),
        ("Sales Team", ""),
        ("van der Berg", ""),
        ("Jane", "van der Berg"),
        ("", "Jane Doe"),
        ("", ""),
    ],
)
def test_names_that_may_be_right_are_left_alone(right: tuple[str, str]) -> None:
    assert likely_names(*right) == ("", "")


def suggested(config: str, header: list[str], cells: tuple[str, ...]) -> list[str]:
    rules = parse_config(f"columns: {{{config}}}", "test.yaml")
    return [str(one) for one in Mapper(rules, match_columns(rules, header)).map(Row(2, cells)).suggestions]


def test_a_suggestion_names_the_column_that_the_value_came_from() -> None:
    config = "Work: email, Home: {field: email, optional: true}"
    assert suggested(config, ["Work", "Home"], ("", "jo@gmial.com")) == ["Home: jo@gmail.com"]


def test_names_are_looked_at_only_where_each_has_a_column() -> None:
    config = "Email: email, First: first_name"
    assert suggested(config, ["Email", "First"], ("jo@works.example", "Jane Doe")) == []


def test_a_faulty_cell_and_one_that_looks_good_are_suggested_together() -> None:
    config = "E: email, F: first_name, L: last_name"
    assert suggested(config, ["E", "F", "L"], ("jo @works.example", "Doe", "Jane")) == [
        "E: jo@works.example",
        "F: Jane",
        "L: Doe",
    ]


def test_a_slip_is_suggested_and_sent_as_it_is(desk: ImportDesk) -> None:
    summary = desk.run(desk.write("people.csv", [SLIP, human(2, First="Doe", Last="Jane")]))

    assert [row["suggestion"] for row in desk.results(summary.run_id)] == [MEANT, "First: Jane | Last: Doe"]
    assert [row["reason"] for row in desk.results(summary.run_id)] == ["new", "new"]
    assert [contact["email"] for contact in desk.sandbox.contacts] == [
        "ada1@gmial.com",
        "ada2@works2.example",
    ]
    assert "rows that are taken as they are, but have a suggestion in results.csv: 2" in summary.source.notes


def fed_back(desk: ImportDesk, run_id: str, *, edit: dict[str, str] | None = None) -> Path:
    """results.xlsx as a CSV file: every row, with what became of it; `edit` is what a person types into the rows."""
    rows = desk.table(desk.output / run_id / "failed.csv")
    path = desk.folder / "mended.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows([{**row, **(edit or {})} for row in rows])
    return path


@pytest.fixture
def declined(desk: ImportDesk) -> str:
    """A run of one row with a slip, which nobody agreed to."""
    desk.agree = lambda _: False
    run_id = desk.run(desk.write("people.csv", [SLIP])).run_id
    desk.agree = lambda _: True
    return run_id


def test_suggestions_are_applied_to_results_when_asked(desk: ImportDesk, declined: str) -> None:
    summary = applying(desk, fed_back(desk, declined))

    assert [contact["email"] for contact in desk.sandbox.contacts] == ["ada1@gmail.com"]
    (row,) = desk.results(summary.run_id)
    assert row["warnings"] == 'Email: "ada1@gmail.com" instead of "ada1@gmial.com", as suggested'
    assert "rows with suggestions that were applied: 1" in summary.source.notes


def test_suggestions_are_not_applied_unasked(desk: ImportDesk, declined: str) -> None:
    desk.run(fed_back(desk, declined))
    assert [contact["email"] for contact in desk.sandbox.contacts] == ["ada1@gmial.com"]


def test_a_cell_that_was_edited_since_stays_as_it_was_edited(desk: ImportDesk, declined: str) -> None:
    mended = fed_back(desk, declined, edit={"Email": "ada@works1.example"})
    (row,) = desk.results(applying(desk, mended).run_id)
    assert row["email"] == "ada@works1.example"
    assert f'import_suggestion: "{MEANT}" was not applied; the row has changed since' in row["warnings"]


def test_a_suggestion_that_was_deleted_is_not_applied(desk: ImportDesk, declined: str) -> None:
    mended = fed_back(desk, declined, edit={"import_suggestion": ""})
    (row,) = desk.results(applying(desk, mended).run_id)
    assert (row["email"], row["warnings"]) == ("ada1@gmial.com", "")


def test_a_value_that_nobody_suggested_is_not_applied(desk: ImportDesk, declined: str) -> None:
    mended = fed_back(desk, declined, edit={"import_suggestion": "Email: other@works.example"})
    (row,) = desk.results(applying(desk, mended).run_id)
    assert row["email"] == "ada1@gmial.com"


def test_a_faulty_address_is_mended_by_its_suggestion(desk: ImportDesk) -> None:
    first = desk.run(desk.write("people.csv", [human(1, Email="ada1 @works1.example")]))
    assert desk.results(first.run_id)[0]["suggestion"] == "Email: ada1@works1.example"

    second = applying(desk, desk.output / first.run_id / "failed.csv")

    assert [contact["email"] for contact in desk.sandbox.contacts] == ["ada1@works1.example"]
    assert second.counts.created == 1


def test_a_person_who_was_sent_is_not_sent_again_under_the_suggested_address(desk: ImportDesk) -> None:
    first = desk.run(desk.write("people.csv", [SLIP, human(2, Email="ada2 @works2.example")]))
    results = desk.output / first.run_id / "results.xlsx"

    second = applying(desk, results)

    assert [row["reason"] for row in desk.results(second.run_id)] == ["done_before", "new"]
    assert len(desk.sandbox.contacts) == 2


def test_a_file_without_suggestions_has_none_to_apply(desk: ImportDesk) -> None:
    with pytest.raises(UsageMistake, match="has no column import_suggestion"):
        applying(desk, desk.write("people.csv", [SLIP]))


def test_a_dry_run_that_is_resumed_applies_what_it_showed(desk: ImportDesk, declined: str) -> None:
    shown = applying(desk, fed_back(desk, declined), dry_run=True)
    assert desk.results(shown.run_id)[0]["email"] == "ada1@gmail.com"
    desk.resume(shown.run_id)
    assert [contact["email"] for contact in desk.sandbox.contacts] == ["ada1@gmail.com"]
