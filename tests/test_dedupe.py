from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from pipeline.config.model import DedupeBy, DedupeRules, Keep
from pipeline.dedupe import Deduper, Duplicate, ManyKeys, keys_of
from pipeline.identity import email_key, name_company_key
from pipeline.records import Contact

ANN = Contact(first_name="Ann", last_name="Muster", organization_name="Acme")
ANN_HOME = ANN.model_copy(update={"email": "ann@home.example"})
ANN_WORK = ANN.model_copy(update={"email": "ann@acme.example"})
DEFAULT = DedupeBy.EMAIL_OR_NAME_COMPANY


def found(*contacts: Contact, by: DedupeBy = DEFAULT, keep: Keep = Keep.FIRST) -> list[Duplicate]:
    """The duplicates of contacts that stand in rows 2, 3, 4 and so on."""
    return decide(list(enumerate(contacts, start=2)), by, keep)


def decide(rows: list[tuple[int, Contact]], by: DedupeBy, keep: Keep) -> list[Duplicate]:
    rules = DedupeRules(by=by, keep=keep)
    deduper = Deduper(rules)
    for row, contact in rows:
        deduper.add(row, keys_of(contact.values, rules))
    return list(deduper.duplicates())


def test_the_same_address_in_another_case_is_a_duplicate() -> None:
    assert found(ANN_WORK, Contact(email="ANN@acme.example")) == [Duplicate(3, 2, "email")]


def test_email_is_named_before_name_and_company() -> None:
    assert found(ANN_WORK, ANN_WORK) == [Duplicate(3, 2, "email")]


def test_a_name_at_a_company_is_one_person_when_one_row_has_no_address() -> None:
    assert found(ANN_WORK, ANN) == [Duplicate(3, 2, "name_company")]
    assert found(ANN, ANN) == [Duplicate(3, 2, "name_company")]


def test_two_addresses_are_two_people() -> None:
    assert found(ANN_WORK, ANN_HOME) == []


def test_a_row_without_an_address_is_never_kept_in_place_of_one_with() -> None:
    assert found(ANN, ANN_WORK) == [Duplicate(2, 3, "name_company")]
    assert found(ANN_WORK, ANN, keep=Keep.LAST) == [Duplicate(3, 2, "name_company")]
    rich = ANN.model_copy(update={"title": "Head", "mobile_phone": "+1 212 555 0123"})
    assert found(rich, ANN_WORK, keep=Keep.MOST_COMPLETE) == [Duplicate(2, 3, "name_company")]


def test_rows_are_compared_with_kept_rows_and_never_chained() -> None:
    other = Contact(first_name="Bob", last_name="Meier", organization_name="Acme")
    dropped = other.model_copy(update={"email": "ann@acme.example"})
    assert found(ANN_WORK, dropped, other) == [Duplicate(3, 2, "email")]


def test_a_row_that_equals_two_kept_rows_is_a_duplicate_of_the_first_taken() -> None:
    assert found(ANN_WORK, ANN_HOME, ANN) == [Duplicate(4, 2, "name_company")]
    assert found(ANN_WORK, ANN_HOME, ANN, keep=Keep.LAST) == [Duplicate(4, 3, "name_company")]


def test_an_empty_part_never_equals_anything() -> None:
    nameless = Contact(organization_name="Acme", title="A")
    homeless = Contact(first_name="Ann", last_name="Muster")
    for by in DedupeBy:
        assert found(nameless, nameless, homeless, homeless, by=by) == []


def test_by_none_finds_nothing() -> None:
    assert found(ANN_WORK, ANN_WORK, by=DedupeBy.NONE) == []


def test_by_email_looks_at_addresses_only() -> None:
    assert found(ANN_WORK, ANN, ANN_WORK, by=DedupeBy.EMAIL) == [Duplicate(4, 2, "email")]


def test_by_name_company_is_literal_and_warns_where_addresses_differ() -> None:
    different, same, bare = found(ANN_WORK, ANN_HOME, ANN_WORK, ANN, by=DedupeBy.NAME_COMPANY)
    assert different[:3] == (3, 2, "name_company")
    assert "row 2" in different.warning
    assert same == Duplicate(4, 2, "name_company")
    assert bare == Duplicate(5, 2, "name_company")


def test_keep_last_makes_earlier_rows_duplicates() -> None:
    assert found(ANN_WORK, ANN_WORK, ANN_WORK, keep=Keep.LAST) == [
        Duplicate(2, 4, "email"),
        Duplicate(3, 4, "email"),
    ]


def test_keep_most_complete_counts_fields_and_custom_fields_and_prefers_the_earlier() -> None:
    rich = ANN_WORK.model_copy(update={"custom_fields": {"a": "1", "b": "2"}})
    titled = ANN_WORK.model_copy(update={"title": "Head"})
    assert found(titled, rich, keep=Keep.MOST_COMPLETE) == [Duplicate(2, 3, "email")]
    assert found(ANN_WORK, ANN_WORK, keep=Keep.MOST_COMPLETE) == [Duplicate(3, 2, "email")]


def test_an_empty_file_has_no_duplicates() -> None:
    for by in DedupeBy:
        assert found(by=by) == []


def test_digests_that_only_begin_alike_are_two_people() -> None:
    half, whole = b"begins__", [b"begins__and ends", b"begins__and goes", b"begins__and ends"]
    assert all(digest.startswith(half) for digest in whole)
    deduper = Deduper(DedupeRules(by=DedupeBy.EMAIL))
    deduper.add_all((2, 3, 4), ManyKeys(whole))
    assert list(deduper.duplicates()) == [Duplicate(4, 2, "email")]


def test_duplicates_can_be_counted_and_sliced() -> None:
    rules = DedupeRules()
    deduper = Deduper(rules)
    for row in (2, 3, 4):
        deduper.add(row, keys_of(ANN.values, rules))
    duplicates = deduper.duplicates()
    assert len(duplicates) == 2
    assert list(duplicates[1:]) == [duplicates[-1]] == [Duplicate(4, 2, "name_company")]


class Case(NamedTuple):
    """Rows in file order, and the rules they are compared by."""

    rows: list[tuple[int, Contact]]
    by: DedupeBy
    keep: Keep


def in_file_order(rows: list[tuple[int, Contact]]) -> list[tuple[int, Contact]]:
    return sorted(rows, key=lambda pair: pair[0])


PEOPLE = st.builds(
    Contact,
    first_name=st.sampled_from([None, "Ann", "ANN", "Bob"]),
    last_name=st.sampled_from([None, "Muster"]),
    organization_name=st.sampled_from([None, "Acme", "Acme GmbH", "Nord"]),
    email=st.sampled_from([None, None, "a@x.example", "A@x.example", "b@x.example", "c@x.example"]),
    title=st.sampled_from([None, "Head"]),
    custom_fields=st.sampled_from([{}, {"a": "1"}]),
)
CASES = st.builds(
    Case,
    st.lists(st.tuples(st.integers(2, 500), PEOPLE), max_size=14, unique_by=lambda pair: pair[0]).map(
        in_file_order
    ),
    st.sampled_from(DedupeBy),
    st.sampled_from(Keep),
)


def equal_on(one: Contact, other: Contact, by: DedupeBy) -> str:
    """What the contract says two contacts share: `email`, `name_company` or nothing."""
    emails = email_key(one.email), email_key(other.email)
    names = [
        name_company_key(each.first_name, each.last_name, each.organization_name) for each in (one, other)
    ]
    if by in (DedupeBy.EMAIL, DEFAULT) and emails[0] and emails[0] == emails[1]:
        return "email"
    two_people = by is DEFAULT and all(emails)
    if by in (DedupeBy.NAME_COMPANY, DEFAULT) and names[0] and names[0] == names[1] and not two_people:
        return "name_company"
    return ""


def in_order(case: Case) -> list[tuple[int, Contact]]:
    rows = case.rows[::-1] if case.keep is Keep.LAST else case.rows
    if case.keep is Keep.MOST_COMPLETE:
        rows = sorted(rows, key=lambda pair: -filled(pair[1]))
    return sorted(rows, key=lambda pair: not pair[1].email)


def filled(contact: Contact) -> int:
    plain = contact.model_dump(exclude={"custom_fields"}, exclude_defaults=True)
    return len(plain) + len(contact.custom_fields)


def by_the_definition(case: Case) -> list[tuple[int, int, str]]:
    kept: list[tuple[int, Contact]] = []
    duplicates = []
    for row, contact in in_order(case):
        for kept_row, kept_contact in kept:
            if on := equal_on(contact, kept_contact, case.by):
                duplicates.append((row, kept_row, on))
                break
        else:
            kept.append((row, contact))
    return sorted(duplicates)


@given(CASES)
def test_it_finds_what_the_definition_says(case: Case) -> None:
    assert [each[:3] for each in decide(*case)] == by_the_definition(case)


@given(CASES)
def test_every_duplicate_points_at_a_kept_row_and_kept_rows_have_no_duplicates(case: Case) -> None:
    duplicates = decide(*case)
    kept = {row for row, _ in case.rows} - {each.row for each in duplicates}
    assert all(each.matched_row in kept for each in duplicates)
    assert decide([pair for pair in case.rows if pair[0] in kept], case.by, case.keep) == []


@given(CASES)
def test_only_name_company_warns_and_only_where_both_have_an_address(case: Case) -> None:
    contacts = dict(case.rows)
    for each in decide(*case):
        emails = {email_key(contacts[row].email) for row in (each.row, each.matched_row)}
        literal = case.by is DedupeBy.NAME_COMPANY
        assert bool(each.warning) is (literal and len(emails) == 2 and "" not in emails)
