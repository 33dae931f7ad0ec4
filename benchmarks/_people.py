"""Made-up people for the benchmarks: 30 columns, about 410 bytes a row, as an enrichment service delivers them."""

import csv
from collections.abc import Iterator
from pathlib import Path

HEADER = (
    *("First Name", "Last Name", "Title", "Company", "Email", "Website", "Mobile", "Work Phone"),
    *(
        "City",
        "State",
        "Country",
        "LinkedIn",
        "Stage",
        "Lists",
        "Industry",
        "Employees",
        "Revenue",
        "Founded",
    ),
    *("Department", "Seniority", "Technologies", "Keywords", "Company Address", "Company City", "Zip", "SIC"),
    *("Last Raised", "Score", "Source", "Notes"),
)

CONFIG = """\
columns:
  First Name: first_name
  Last Name: last_name
  Title: title
  Company: organization_name
  Email: email
  Website: website_url
  Mobile: mobile_phone
  Work Phone: corporate_phone
  City: {field: present_raw_address, part: 1}
  State: {field: present_raw_address, part: 2}
  Country: {field: present_raw_address, part: 3}
  LinkedIn: linkedin_url
  Stage: contact_stage
  Lists: {field: label_names, split: ";"}
  Industry: {custom_field: Industry}
  Score: {custom_field: Score}
"""
"""Sixteen of the thirty columns; the others are not used."""

_FIRST = ("Ada", "Jürgen", "Zoë", "Null", "Siobhán", "Wei", "Olga", "Tomás", "Amélie", "Priya", "Jean Luc")
_LAST = ("Müller", "O'Brien", "Null", "de la Cruz", "Nguyễn", "Smith", "García", "Novák", "Okafor")
_TITLE = ("Head of Sales", "VP Marketing", "Chief Revenue Officer", "Engineer", "Geschäftsführer")
_FORM = ("GmbH", "Inc.", "Ltd", "S.A.", "LLC", "AG", "")
_PLACE = (("Köln", "NRW", "Germany"), ("Austin", "TX", "United States"), ("Łódź", "", "Poland"))


def people(rows: int) -> Iterator[tuple[str, ...]]:
    """Rows under `HEADER`. One in 100 repeats a person, one in 200 has a fault, one in ten a line break in a cell."""
    for number in range(rows):
        person = number - 50 if number % 100 == 99 else number
        first, last = _FIRST[person % 11], _LAST[person % 9]
        site = f"firma{person % 50_000}.example"
        city, state, country = _PLACE[person % 3]
        email = f"person{person}@{site}" if number % 200 != 7 else f"person{person} at {site}"
        yield (
            *(
                first,
                f"{last}{person % 1000}",
                _TITLE[person % 5],
                f"Firma {person % 50_000} {_FORM[person % 7]}",
            ),
            *(
                email,
                f"https://{site}",
                f"+49 151 555{person % 100_000_000:08}",
                f"+1 212-555-{person % 10_000:04}",
            ),
            *(
                city,
                state,
                country,
                f"https://www.linkedin.com/in/person-{person}",
                "Cold",
                "Webinar Q3; Import",
            ),
            *(
                "Information Technology & Services",
                str(person % 5000),
                f"${person % 900}M",
                str(1900 + person % 120),
            ),
            *(
                "Sales",
                "Director",
                "Salesforce, HubSpot, AWS",
                "saas, b2b",
                f"Hauptstraße {person % 300}",
                city,
            ),
            *(f"{person % 100_000:05}", "7372", "2026-01-31", f"{person % 100}", "Example Data Ltd"),
            f"met at the fair\nin hall {person % 12}" if number % 10 == 3 else "newsletter reader",
        )


def write_csv(path: Path, rows: int) -> None:
    """A CSV of that many people."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(people(rows))
