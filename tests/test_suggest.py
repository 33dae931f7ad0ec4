"""`init`: which columns are found by their names and values, which are left alone, and the config that comes of it."""

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import Config, column_names, parse_config
from pipeline.suggest import Choice, suggest, to_yaml

HEADERS = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "headers.jsonl").read_text("utf-8").splitlines()
]


def fields(*headers: str, rows: list[list[str]] | None = None) -> dict[str, str]:
    return suggest(headers, rows or []).fields


def choice(column: str, *headers: str, rows: list[list[str]] | None = None) -> Choice:
    return next(found for found in suggest(headers, rows or []).choices if found.column == column)


def config(headers: list[str], rows: list[list[str]]) -> Config:
    return parse_config(to_yaml(suggest(headers, rows), "people.csv"), "suggested.yaml")


@pytest.mark.parametrize("row", HEADERS, ids=lambda row: row["source"])
def test_a_config_suggested_for_real_headers_has_no_mistakes(row: dict[str, Any]) -> None:
    suggestion = suggest(row["headers"])

    written = parse_config(to_yaml(suggestion, "people.csv"), "suggested.yaml")

    mapped = {rule.column for rule in written.columns if not rule.ignored}
    assert mapped == set(suggestion.fields)


@pytest.mark.parametrize("row", HEADERS, ids=lambda row: row["source"])
def test_every_column_of_real_headers_has_a_line_of_its_own(row: dict[str, Any]) -> None:
    written = [choice.column for choice in suggest(row["headers"]).choices]

    assert sorted(written) == sorted(name for name in column_names(row["headers"]) if name)


@pytest.mark.parametrize("row", HEADERS, ids=lambda row: row["source"])
def test_what_must_not_be_mapped_is_not(row: dict[str, Any]) -> None:
    found = {(item.field, item.column) for item in suggest(row["headers"]).choices if item.sure}

    assert not found & {
        (field, column) for field, columns in row.get("not", {}).items() for column in columns
    }


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ("Vorname|Nachname|Firma|E-Mail|Handy", "first_name last_name organization_name email mobile_phone"),
        ("Prénom|Nom|Société|Courriel|Fonction", "first_name last_name organization_name email title"),
        ("Nombre|Apellidos|Empresa|Cargo|Correo electrónico", "first_name last_name organization_name title email"),
        ("Nome|Sobrenome|Empresa|Cargo|Celular", "first_name last_name organization_name title mobile_phone"),
        ("Nome|Cognome|Azienda|Ruolo|Sito web", "first_name last_name organization_name title website_url"),
        ("Voornaam|Achternaam|Bedrijfsnaam|Functie|E-mailadres", "first_name last_name organization_name title email"),
        ("Imię|Nazwisko|Nazwa firmy|Stanowisko|Adres e-mail", "first_name last_name organization_name title email"),
        ("Förnamn|Efternamn|Företag|Befattning|E-post", "first_name last_name organization_name title email"),
        ("Имя|Фамилия|Компания|Должность|Эл. почта", "first_name last_name organization_name title email"),
        ("名|姓|会社名|役職|メールアドレス", "first_name last_name organization_name title email"),
        ("Fornavn|Efternavn|Virksomhed|Stilling|Mobil", "first_name last_name organization_name title mobile_phone"),
        ("Etunimi|Sukunimi|Yritys|Tehtävänimike|Sähköposti", "first_name last_name organization_name title email"),
        ("Jméno|Příjmení|Společnost|Pozice|Mobil", "first_name last_name organization_name title mobile_phone"),
        ("Ad\u0131|Soyad\u0131|Şirket|Unvan|E-posta", "first_name last_name organization_name title email"),
    ],
)  # fmt: skip
def test_names_of_columns_are_known_in_many_languages(headers: str, expected: str) -> None:
    columns = headers.split("|")

    assert fields(*columns) == dict(zip(columns, expected.split(), strict=True))


def test_a_companys_phone_is_never_the_persons_mobile() -> None:
    found = fields("Email", "Mobile", "Company Phone", "Company Mobile")

    assert found == {"Email": "email", "Mobile": "mobile_phone", "Company Phone": "corporate_phone"}


def test_the_persons_linkedin_is_no_website_and_the_companys_is_nothing() -> None:
    found = fields("Email", "Person Linkedin Url", "Company Linkedin Url", "Website")

    assert found == {"Email": "email", "Person Linkedin Url": "linkedin_url", "Website": "website_url"}


def test_a_link_to_a_linkedin_profile_is_known_by_its_values() -> None:
    rows = [["https://www.linkedin.com/in/jane-doe", "a@example.com"]] * 3

    assert fields("profileUrl", "Email", rows=rows)["profileUrl"] == "linkedin_url"


def test_a_column_called_website_that_holds_company_pages_of_linkedin_is_left_alone() -> None:
    found = choice(
        "Website", "Website", "Email", rows=[["https://linkedin.com/company/acme", "a@example.com"]]
    )

    assert (found.field, found.why) == ("", "a LinkedIn page, not a website")


@pytest.mark.parametrize("values", [["Mr", "Mrs.", "Dr."], ["Herr", "Frau", "Herr Dr."]])
def test_a_title_that_holds_forms_of_address_is_not_the_job(values: list[str]) -> None:
    found = choice("Title", "Title", "Email", rows=[[value, "a@example.com"] for value in values])

    assert (found.field, found.sure) == ("", True)


def test_a_title_that_holds_jobs_is_the_job() -> None:
    rows = [["Head of Sales", "a@example.com"], ["Dr. med., Chief Physician", "b@example.com"]]

    assert fields("Titel", "Email", rows=rows)["Titel"] == "title"


def test_a_foreign_title_without_rows_is_only_offered() -> None:
    found = choice("Titel", "Titel", "Email")

    assert (found.field, found.sure, found.others) == ("title", False, ("ignore",))


def test_further_addresses_stand_in_for_the_first_where_it_is_seen_to_lack() -> None:
    header = ["Personal Email", "Name", "Work Email", "Email 2"]
    rows = [
        ["a@home.example", "Ann Lee", "", ""],
        ["b@home.example", "Bo Lee", "b@work.example", "b@2.example"],
    ]

    found = suggest(header, rows).choices

    assert [(item.column, item.sure, item.optional) for item in found if item.field == "email"] == [
        ("Work Email", True, False),
        ("Personal Email", True, True),
        ("Email 2", True, True),
    ]


def test_a_further_address_is_only_offered_where_the_first_may_always_be_there() -> None:
    header = ["Email", "Email 2"]
    for rows in ([], [["a@work.example", "a@home.example"]]):
        assert suggest(header, rows).fields == {"Email": "email"}
        assert "# Email 2: {field: email, optional: true}" in to_yaml(suggest(header, rows), "people.csv")


def test_a_companys_city_is_not_the_persons() -> None:
    found = choice("Company City", "Email", "City", "Company City")

    assert (found.field, found.why) == ("", "the company's place, not the person's")


def test_two_whole_addresses_are_only_offered_unless_one_is_clearly_filled() -> None:
    headers = ["Email", "Home City", "Business City"]

    assert set(fields(*headers)) == {"Email"}
    assert "Business City" in fields(*headers, rows=[["a@example.com", "", "Hamburg"]])


def test_a_bare_name_is_what_the_other_columns_leave_open() -> None:
    assert fields("Nom", "Prénom")["Nom"] == "last_name"
    assert fields("Nombre", "Apellidos")["Nombre"] == "first_name"
    assert fields("Name", "Email")["Name"] == "name"
    assert fields("Name", "Contact Name", "Email")["Name"] == "organization_name"
    assert fields("Name", "Ansprechpartner") == {"Name": "organization_name", "Ansprechpartner": "name"}


def test_values_that_are_not_what_the_name_says_make_a_column_unsure() -> None:
    rows = [["yes", "+49 40 66969 001"], ["no", "+49 40 66969 002"]]
    found = suggest(["Email", "Phone"], rows).choices

    assert [(item.column, item.sure) for item in found] == [("Email", False), ("Phone", True)]


def test_a_column_with_a_name_that_says_nothing_is_found_by_its_values() -> None:
    rows = [["Anna", "a@example.com", "x"], ["Peter", "b@example.com", "y"]]
    found = suggest(["Feld A", "Feld B", "Feld C"], rows)

    assert found.fields == {"Feld A": "first_name", "Feld B": "email"}
    assert {item.why for item in found.choices if item.field} == {"values"}


def test_the_address_of_a_colleague_is_not_found_by_its_values() -> None:
    assert fields("Name", "Contact owner", rows=[["Jane Roe", "boss@example.com"]]) == {"Name": "name"}


def test_the_country_of_phones_without_a_code_is_the_column_that_holds_it() -> None:
    suggestion = suggest(["Email", "Mobile", "Land"], [["a@example.com", "0171 3920031", "Deutschland"]])

    assert (suggestion.phone_region, suggestion.national) == ("Land", "DE")


def test_a_file_without_addresses_and_companies_gets_a_rule_that_it_can_meet() -> None:
    suggestion = suggest(["First Name", "Last Name", "Mobile"])

    assert suggestion.require == (("first_name", "last_name"),)
    assert config(["First Name", "Last Name", "Mobile"], []).require == (("first_name", "last_name"),)


def test_lists_are_split_where_the_cells_are() -> None:
    rows = [["a@example.com", "* myContacts ::: Fair"]]

    assert choice("Labels", "Email", "Labels", rows=rows).split == " ::: "


def test_the_stage_is_mapped_only_in_apollos_own_export() -> None:
    assert "Stage" not in fields("Email", "Stage")
    assert fields("Email", "Stage", "Apollo Contact Id")["Stage"] == "contact_stage"


@given(st.lists(st.lists(st.text(max_size=30), min_size=2, max_size=2), max_size=6))
def test_a_shape_never_holds_a_value(rows: list[list[str]]) -> None:
    for found in suggest(["Email", "Notes"], rows).choices:
        assert re.fullmatch(r"[Aa0 .,;:@+\-/()&'_|#%?…]*", found.shape)


@given(
    st.lists(st.text(max_size=40), min_size=1, max_size=8),
    st.lists(st.lists(st.text(max_size=20)), max_size=4),
)
def test_any_headers_and_cells_make_a_config_that_can_be_read(
    headers: list[str], rows: list[list[str]]
) -> None:
    headers = ["Email", *headers]

    written = config(headers, rows) if "Email" in suggest(headers, rows).fields else None

    assert written is None or [rule.column for rule in written.columns if rule.column == "Email"] == ["Email"]


def test_odd_column_names_are_quoted() -> None:
    headers = ["Email", "null", "yes", "1", "# Employees", "a: b", "- x", "'q\"", "Tab\there", "ends with #"]

    names = [rule.column for rule in config(headers, []).columns]

    assert sorted(names) == sorted(["Email", *column_names(headers)[1:]])


def test_the_shipped_sample_is_understood_wholly() -> None:
    path = Path(__file__).parents[1] / "sample_data" / "people.csv"
    with path.open(encoding="utf-8-sig", newline="") as stream:
        headers, *rows = csv.reader(stream)

    text = to_yaml(suggest(headers, rows), path.name)

    assert "phone_region: Country" in text
    assert "Email: email" in text
    assert "Notes: ignore" in text
    assert not re.search("Henrike|nordlicht", text)


def test_cells_that_hold_a_word_for_nothing_do_not_count_as_values() -> None:
    rows = [["N/A", "-"], ["Ann <a@example.com>", "tel: +49 40 66969 001 / 002"], ["-", "N/A"]]
    found = suggest(["Email", "Phone"], rows).choices

    assert [(item.field, item.sure, item.why) for item in found] == [
        ("email", True, "name and values"),
        ("other_phone", True, "name and values"),
    ]
    assert found[0].full == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("Nome e cognome", "name"),
        ("Nom et prénom", "name"),
        ("Nombre y apellidos", "name"),
        ("Vor- und Nachname", "name"),
        ("Imię i nazwisko", "name"),
        ("Ansprechpartner", "name"),
        ("ФИО", "name"),
        ("氏名", "name"),
        ("Name > First name", "first_name"),
        ("What's your last name?", "last_name"),
        ("E-Mail (geschäftlich)", "email"),
        ("携帯番号", "mobile_phone"),
        ("会社電話番号", "corporate_phone"),
    ],
)
def test_names_of_several_words_are_read_as_a_whole(name: str, field: str) -> None:
    assert fields(name) == {name: field}


@pytest.mark.parametrize(
    ("headers", "rows", "region"),
    [
        (["E-Mail", "Telefon"], [["a@firma.example", "0171 3920031"]], "DE"),
        (["Email", "Phone"], [["a@firm.co.uk", "020 7946 0018"]], "GB"),
        (
            ["Email", "Phone"],
            [["a@firm.at", "0171 3920031"], ["b@firm.at", "0171 3920032"], ["c@b.de", ""]],
            "AT",
        ),
        (["Prénom", "Téléphone"], [["Jane", "01 99 00 12 34"]], "FR"),
        (["Email", "Phone"], [["a@start.io", "(202) 555-0123"]], "US"),
    ],
)
def test_the_region_offered_for_phones_is_the_file_s_own(
    headers: list[str], rows: list[list[str]], region: str
) -> None:
    assert f"# phone_region: {region}" in to_yaml(suggest(headers, rows), "people.csv")


def test_a_person_called_null_counts_as_a_filled_cell() -> None:
    found = choice(
        "Last Name", "Last Name", "Email", rows=[["Null", "n@example.com"], ["Doe", "d@example.com"]]
    )
    assert found.full == 1.0


def test_values_tell_last_and_full_names_where_column_names_say_nothing() -> None:
    assert fields("A", "B", rows=[["Anna", "Müller"], ["Jean", "Dupont"]]) == {
        "A": "first_name",
        "B": "last_name",
    }
    assert fields("A", "B", rows=[["Anna Müller", "x"], ["Jean Dupont", "y"]]) == {"A": "name"}
    assert fields("Vertreten durch", rows=[["Anna Müller"], ["Jean Dupont"]]) == {}


def test_a_profile_with_links_to_people_is_their_linkedin_page() -> None:
    row = ["Anna", "https://fr.linkedin.com/in/anna"]
    assert fields("Prénom", "Profil", rows=[row])["Profil"] == "linkedin_url"


def test_an_address_beside_its_country_is_all_of_the_address_but_the_country() -> None:
    found = choice("Address", "Email", "Address", "Country")
    assert (found.field, found.part, found.sure) == ("present_raw_address", 1, True)
    assert choice("Address", "Email", "Address", "City", "Country").field == ""


def test_a_long_word_that_is_a_letter_off_is_taken_for_what_it_means() -> None:
    assert fields("Emial", "Telefoonnumer", "Organistion", "Email") == {
        "Email": "email",
        "Telefoonnumer": "other_phone",
        "Organistion": "organization_name",
    }
