"""An export that changes from run to run: what stops the run, and what is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from pipeline.config import parse_config
from pipeline.errors import ConfigMistake
from pipeline.ledger import Ledger, Profile, Runs
from pipeline.reporter import Summary
from pipeline.run.drift import drift, fates, mapping_key
from tests.import_desk import HEADER, ImportDesk, human

PEOPLE = 40


def people(first: int = 1, count: int = PEOPLE, **more: str) -> list[list[str]]:
    return [human(number, **more) for number in range(first, first + count)]


def notes(summary: Summary) -> str:
    return "\n".join(summary.source.notes)


def seen(rows: int = 100, run_id: str = "before", **filled: int) -> Profile:
    return Profile(rows, tuple(filled), tuple(filled.values()), run_id)


def test_the_first_run_of_a_config_has_nothing_to_compare_with(desk: ImportDesk) -> None:
    assert notes(desk.run(desk.write("people.csv", people()), dry_run=True)) == ""


def test_a_file_like_the_last_one_is_not_remarked_on(desk: ImportDesk) -> None:
    desk.run(desk.write("monday.csv", people()))
    assert notes(desk.run(desk.write("tuesday.csv", people(100)))) == ""


def test_a_renamed_column_stops_the_run_and_is_named(desk: ImportDesk) -> None:
    before = desk.run(desk.write("monday.csv", people())).run_id
    header = ["Kontakt" if name == "Email" else name for name in HEADER]
    calls = len(desk.sandbox.requests)

    with pytest.raises(
        ConfigMistake, match=f'"Email" is not in the file; it was in run {before}, and now "Kontakt"'
    ):
        desk.run(desk.write("tuesday.csv", people(100), header))

    assert len(desk.sandbox.requests) == calls
    assert [path.name for path in desk.output.iterdir() if path.is_dir()] == [before]


def test_a_column_that_is_gone_stops_the_run(desk: ImportDesk) -> None:
    before = desk.run(desk.write("monday.csv", people())).run_id

    with pytest.raises(
        ConfigMistake, match=f'"Title" is not in the file; it was in run {before}. Take it out, or'
    ):
        desk.run(desk.write("tuesday.csv", [row[:4] for row in people(100)], HEADER[:4]))


def test_an_optional_column_that_is_renamed_or_gone_is_only_told(desk: ImportDesk) -> None:
    before = desk.run(desk.write("monday.csv", people())).run_id
    header = [{"Mobile": "Mobile Nr"}.get(name, name) for name in HEADER[:-1]]

    told = notes(desk.run(desk.write("tuesday.csv", [row[:-1] for row in people(100)], header)))

    assert f'column "Mobile" of run {before} seems to be called "Mobile Nr" now' in told
    assert f"columns of run {before} that are gone: Lists" in told


def test_a_new_column_is_told_once(desk: ImportDesk) -> None:
    desk.run(desk.write("monday.csv", people()))
    header = [*HEADER, "Shoe size"]
    wider = [[*row, "44"] for row in people(100)]
    assert "did not have: Shoe size" in notes(desk.run(desk.write("tuesday.csv", wider, header)))
    again = [[*row, "43"] for row in people(200)]
    assert "did not have" not in notes(desk.run(desk.write("wednesday.csv", again, header)))


def test_a_column_that_is_suddenly_empty_is_told(desk: ImportDesk) -> None:
    before = desk.run(desk.write("monday.csv", people())).run_id
    told = notes(desk.run(desk.write("tuesday.csv", people(100, Title=""))))
    assert f'"Title" is filled in 0% of the rows, where run {before} had 100%' in told


def test_far_fewer_rows_than_before_are_told(desk: ImportDesk) -> None:
    desk.run(desk.write("monday.csv", people()))
    desk.run(desk.write("tuesday.csv", people(100, count=44)))
    told = notes(desk.run(desk.write("wednesday.csv", people(200, count=4))))
    assert "4 rows, where the last 2 runs of this config had 40 to 44" in told


def test_a_dry_run_and_the_run_of_the_same_file_are_compared_with_those_before(desk: ImportDesk) -> None:
    desk.run(desk.write("monday.csv", people()))
    tuesday = desk.write("tuesday.csv", people(100, count=4))
    assert "4 rows, where run" in notes(desk.run(tuesday, dry_run=True))
    assert "4 rows, where run" in notes(desk.run(tuesday))


def test_rows_that_come_back_are_compared_with_nothing(desk: ImportDesk) -> None:
    first = desk.run(desk.write("people.csv", [*people(), human(99, Email="nobody")]))
    assert "where run" not in notes(desk.run(desk.output / first.run_id / "failed.csv"))
    assert "where run" not in notes(desk.retry(first.run_id))


def test_another_mapping_is_another_export(desk: ImportDesk) -> None:
    desk.run(desk.write("people.csv", people()))
    desk.config = desk.config.replace("Title: title", "Title: ignore")
    assert notes(desk.run(desk.write("few.csv", people(100, count=4)))) == ""


def test_a_mapping_stays_the_same_when_a_column_becomes_optional() -> None:
    one = parse_config("columns: {Email: email, Mobile: mobile_phone}", "one.yaml")
    other = parse_config("columns: {mobile: {field: mobile_phone, optional: true}, Email: email}", "two.yaml")
    assert mapping_key(one) == mapping_key(other)


def test_a_ledger_of_the_first_version_gets_the_new_table(desk: ImportDesk) -> None:
    desk.run(desk.write("monday.csv", people()))
    with Ledger.open(desk.output) as ledger, ledger.begin() as connection:
        connection.execute(text("DROP TABLE profiles"))
        connection.execute(text("PRAGMA user_version = 1"))

    assert notes(desk.run(desk.write("tuesday.csv", people(100)))) == ""

    with Ledger.open(desk.output) as ledger:
        assert len(Runs(ledger).all()) == 2
        with ledger.read() as connection:
            assert connection.execute(text("PRAGMA user_version")).scalar_one() == 2
            assert connection.execute(text("SELECT count(*) FROM profiles")).scalar_one() == 1


def test_a_share_between_those_of_earlier_runs_is_usual() -> None:
    before = (seen(A=90), seen(A=20))
    assert drift(seen(A=55), before) == ()
    assert drift(seen(A=0), (seen(A=90), seen(A=60)))[0].startswith('"A" is filled in 0% of the rows')


def test_few_rows_say_little_about_how_full_a_column_is() -> None:
    assert drift(seen(rows=3, A=1), (seen(rows=3, A=3),)) == ()
    assert drift(seen(rows=60, A=40), (seen(rows=60, A=60),)) != ()


def test_a_column_of_the_same_place_is_taken_for_the_renamed_one() -> None:
    said = fates(("Name", "Contact"), (seen(Name=1, Telephone=1),))
    assert said == {"telephone": '; it was in run before, and now "Contact" seems to stand for it'}


@given(st.lists(st.text(max_size=5), max_size=6, unique=True), st.integers(0, 1000))
def test_a_source_never_differs_from_itself(columns: list[str], rows: int) -> None:
    profile = Profile(rows, tuple(columns), tuple(rows // 2 for _ in columns), "before")
    assert drift(profile, (profile,)) == ()
