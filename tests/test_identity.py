# ruff: noqa: RUF001 - look-alike letters are the point
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.identity import (
    claim_keys,
    company_key,
    content_key,
    email_key,
    folded_email,
    full_name_key,
    name_company_key,
    person_key,
)
from pipeline.records import Contact

LATIN = st.text(st.characters(max_codepoint=0x24F, categories=("L", "N", "P", "S", "Zs")), max_size=20)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ann@Example.com", "ann@example.com"),
        (" ann@example.com ", "ann@example.com"),
        ("JÖRG@example.com", "jörg@example.com"),
        ("jo\u0308rg@example.com", "j\u00f6rg@example.com"),
        ("\uff41nn@example.com", "ann@example.com"),
        ("ΝΙΚΟΣ@example.com", "νικος@example.com"),
    ],
)
def test_addresses_are_equal_without_case_unicode_form_and_surrounding_blanks(one: str, other: str) -> None:
    assert email_key(one) == email_key(other)


def test_two_mailboxes_stay_two() -> None:
    assert email_key("strasse@example.com") != email_key("straße@example.com")
    assert email_key("ann+a@example.com") != email_key("ann@example.com")


@pytest.mark.parametrize("nothing", [None, "", "  ", "\u00a0"])
def test_an_absent_address_has_no_key(nothing: str | None) -> None:
    assert email_key(nothing) == folded_email(nothing) == ""


@pytest.mark.parametrize(
    ("email", "folded"),
    [
        ("Ann+News@Example.com", "ann@example.com"),
        ("ann+a+b@example.com", "ann@example.com"),
        ("+ann@example.com", "+ann@example.com"),
        ("ann@a+b.example", "ann@a+b.example"),
        ("ann", "ann"),
    ],
)
def test_the_plus_suffix_is_folded_away_from_the_local_part_only(email: str, folded: str) -> None:
    assert folded_email(email) == folded


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Ann", "O'Neil"), ("ANN", "oneil")),
        (("Ann", "O\u2019Neil"), ("Ann", "O\u00b4Neil")),
        (("Jean-Luc", "Muster"), ("jean  luc", " Muster ")),
        (("J.", "Muster"), ("J", "Muster")),
        (("Rene\u0301", "Muster"), ("Ren\u00e9", "Muster")),
        (("\uff21nn", "Muster"), ("Ann", "Muster")),
        (("Anna", "Strauß"), ("ANNA", "STRAUSS")),
        (("A\u200bnn", "Mu\u00adster"), ("Ann", "Muster")),
        (("Mary Ann", "Muster"), ("Mary", "Ann Muster")),
    ],
)
def test_names_are_equal_however_they_are_written(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert full_name_key(*one) == full_name_key(*other) != ""


def test_accents_make_another_name() -> None:
    assert full_name_key("René", "Muster") != full_name_key("Rene", "Muster")


@pytest.mark.parametrize(
    ("first", "last"), [(None, "Muster"), ("Ann", None), ("", "Muster"), (" ", "Muster")]
)
def test_half_a_name_is_no_name(first: str | None, last: str | None) -> None:
    assert full_name_key(first, last) == name_company_key(first, last, "Acme") == ""


ACME = """
    ACME|Acme GmbH|Acme G.m.b.H.|Acme G m b H|Acme GmbH & Co. KG|Acme GmbH & Co KGaA|Acme AG|Acme SE|Acme KG|Acme OHG
    Acme UG (haftungsbeschränkt)|Acme e.V.|Acme e.K.|Acme Ltd|Acme Ltd.|Acme, Limited|Acme LLC|Acme L.L.C.|Acme, Inc.
    Acme Incorporated|Acme Corp.|Acme Corporation|Acme Co.|Acme & Co.|Acme and Company|Acme Company|Acme PLC|Acme LLP
    Acme L.P.|Acme S.A.|Acme SA|Acme S. A.|Acme SAS|Acme SARL|Acme S.à r.l.|Acme S.a.r.l.|Acme S.p.A.|Acme S.r.l.
    Acme B.V.|Acme N.V.|Acme AB|Acme A/S|Acme ApS|Acme AS|Acme Oy|Acme Oyj|Acme Sp. z o.o.|Acme sp.z o.o.|Acme S.L.
    Acme S.A. de C.V.|Acme S. de R.L. de C.V.|Acme Ltda.|Acme Pty Ltd|Acme Pty. Ltd.|Acme Pte Ltd|Acme Pvt. Ltd.
    Acme Co., Ltd.|Acme K.K.|Acme株式会社|Acme 株式会社|Acme（株）|Acme㈱|Acme 有限公司|Acme ООО|Acme, ОАО|Acme s.r.o.
    Acme spol. s r.o.|Acme d.o.o.|Acme A.Ş.|Acme Ltd. Şti.|Acme Kft.|Acme Sdn. Bhd.|Acme™|Acme®, Inc.|  acme  gmbh
    ＡＣＭＥ　ＧｍｂＨ|"Acme" GmbH|Acme (LLC)|Acme - Ltd"""


@pytest.mark.parametrize(
    "company", [name for line in ACME.split("\n") for name in line.split("|") if name.strip()]
)
def test_a_company_is_the_same_with_and_without_its_legal_form(company: str) -> None:
    assert company_key(company) == "acme"


@pytest.mark.parametrize(
    "company", ["SE", "Co", "AG", "GmbH", "Co., Ltd.", "株式会社", "ООО", "!!!", "...", "'", "The Company"]
)
def test_a_company_never_loses_its_whole_name(company: str) -> None:
    assert company_key(company)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme", "Acme Ltd Services"),
        ("Limited Brands", "Brands"),
        ("Vitamin", "Vita"),
        ("Nova", "No"),
        ("The Limited", "The Company"),
        ("!!!", "???"),
        ("Café Nord", "Cafe Nord"),
        ("Acme Mango", "Acme"),
        ("SE", "AG"),
    ],
)
def test_two_companies_stay_two(one: str, other: str) -> None:
    assert company_key(one) != company_key(other)


@pytest.mark.parametrize("nothing", [None, "", " ", "\t\u00a0"])
def test_an_absent_company_has_no_key(nothing: str | None) -> None:
    assert company_key(nothing) == name_company_key("Ann", "Muster", nothing) == ""


def test_a_full_stop_joins_and_other_punctuation_separates() -> None:
    assert company_key("A.B.C.") == company_key("ABC")
    assert company_key("A-B/C") == company_key("a b c") != company_key("abc")
    assert company_key("Nord & Süd") == company_key("Nord Süd")


def test_name_and_company_do_not_run_into_each_other() -> None:
    assert name_company_key("Ann", "Muster Nord", "Süd") != name_company_key("Ann", "Muster", "Nord Süd")


@given(LATIN)
def test_the_unicode_form_never_matters(text: str) -> None:
    for form in ("NFC", "NFD"):
        other = unicodedata.normalize(form, text)
        assert company_key(other) == company_key(text)
        assert email_key(other) == email_key(text)
        assert full_name_key(other, "x") == full_name_key(text, "x")


@given(st.text(max_size=20))
def test_a_text_has_a_key_unless_it_is_blank(text: str) -> None:
    assert bool(company_key(f"{text}x")) is True
    assert company_key(f" {text}\t") == company_key(text)


@given(st.text(st.characters(max_codepoint=127), max_size=20))
def test_the_short_way_for_ascii_gives_what_the_long_way_gives(text: str) -> None:
    assert full_name_key(f"é {text}", "x") == f"é {full_name_key(f'e {text}', 'x').removeprefix('e ')}"


def test_kinds_of_person_keys_never_meet() -> None:
    by_email = Contact(
        email="ann@example.com", first_name="Ann", last_name="Muster", organization_name="Acme"
    )
    by_name = Contact(first_name="Ann", last_name="Muster", organization_name="Acme")
    by_content = Contact(first_name="Ann", last_name="Muster")
    persons = {person_key(contact.values) for contact in (by_email, by_name, by_content)}
    assert len({*persons, content_key(by_content.values)}) == 4


def test_a_person_is_the_address_else_name_and_company_else_the_content() -> None:
    assert person_key(Contact(email="ANN@example.com", title="A").values) == person_key(
        Contact(email="ann@example.com").values
    )
    named = Contact(first_name="Ann", last_name="Muster", organization_name="Acme GmbH", title="A")
    assert person_key(named.values) == person_key(
        named.model_copy(update={"organization_name": "ACME", "title": "B"}).values
    )
    assert person_key(Contact(last_name="Muster").values) != person_key(Contact(last_name="Meier").values)
    assert len(person_key(named.values)) == len(content_key(named.values)) == 16


def test_content_is_the_same_in_any_order() -> None:
    one = Contact(
        title="A", email="a@example.com", label_names=("L", "M"), custom_fields={"x": "1", "y": "2"}
    )
    other = Contact(
        custom_fields={"y": "2", "x": "1"}, label_names=("M", "L"), email="a@example.com", title="A"
    )
    assert content_key(one.values) == content_key(other.values)
    for contact in (one, other):
        assert content_key(contact.values, contact.to_json()) == content_key(contact.values)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Contact(title="A"), Contact(title="a")),
        (Contact(title="A"), Contact(last_name="A")),
        (Contact(title="A"), Contact(custom_fields={"title": "A"})),
        (Contact(label_names=("A", "B")), Contact(label_names=("A B",))),
        (Contact(label_names=("A",)), Contact(custom_fields={"A": "A"})),
        (Contact(custom_fields={"a": "1", "b": "2"}), Contact(custom_fields={"a": "2", "b": "1"})),
        (Contact(title="A\ntitle 1 B"), Contact(title="A")),
        (Contact(last_name="A", title="B"), Contact(last_name="A\ntitle 1 B")),
    ],
)
def test_other_values_are_other_content(one: Contact, other: Contact) -> None:
    assert content_key(one.values) != content_key(other.values)


def test_content_keys_stay_what_history_has_them_as() -> None:
    contact = Contact(first_name="Ann", label_names=("L",), custom_fields={"x": "1"})
    assert content_key(contact.values).hex() == "d28f80ec5acc89eb9ff2d6131b8e527c"
    assert person_key(Contact(email="ann@example.com").values).hex() == "65fca54f6f09327830235187a58fec24"


def claims_meet(one: Contact, other: Contact) -> bool:
    return bool(set(claim_keys(one.values)) & set(claim_keys(other.values)))


ANN = Contact(first_name="Ann", last_name="Muster", organization_name="Acme", email="ann@acme.example")


@pytest.mark.parametrize(
    "other",
    [
        Contact(email="Ann+News@ACME.example"),
        Contact(first_name="ANN", last_name="Muster", organization_name="Acme Ltd", email="x@other.example"),
        Contact(first_name="Ann", last_name="Muster", organization_name="Other", email="x@acme.example"),
    ],
)
def test_rows_that_apollo_might_match_share_a_claim(other: Contact) -> None:
    assert claims_meet(ANN, other)


@pytest.mark.parametrize(
    "other",
    [
        Contact(first_name="Bob", last_name="Muster", organization_name="Acme", email="bob@acme.example"),
        Contact(first_name="Ann", last_name="Muster", organization_name="Other", email="ann@other.example"),
        Contact(organization_name="Acme"),
        Contact(first_name="Ann", organization_name="Acme"),
    ],
)
def test_rows_that_apollo_keeps_apart_share_no_claim(other: Contact) -> None:
    assert not claims_meet(ANN, other)


def test_an_account_is_a_company_to_apollo() -> None:
    one = Contact(first_name="Ann", last_name="Muster", organization_name="Acme", account_id="a1")
    assert claims_meet(one, one.model_copy(update={"organization_name": "Acme Holding"}))
    assert not claims_meet(one, Contact(first_name="Ann", last_name="Muster", account_id="a2"))


def test_bare_names_are_claimed_as_such() -> None:
    assert claims_meet(
        Contact(first_name="Ann", last_name="Muster"), Contact(first_name="ann", last_name="muster")
    )
    assert claim_keys(Contact(title="Head of Sales").values) == []
