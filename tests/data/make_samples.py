#!/usr/bin/env python3
"""Writes sample_data/people.xlsx and people.csv: made-up people, with the faults that real exports have.

Run it as `make samples`. People and companies are the .psv files beside it; every domain ends in .example,
and phone numbers are those set aside for fiction or plainly invented. The same script makes the same bytes.
"""

import csv
import io
import re
import sys
import unicodedata
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

Row = dict[str, str]

HERE = Path(__file__).parent
COLUMNS = [
    *("First Name", "Last Name", "Title", "Company", "Email", "Email Status", "Work Direct Phone"),
    *("Mobile Phone", "Person Linkedin Url", "Website", "City", "State", "Postal Code", "Country"),
    *("Stage", "Lists", "Notes"),
]
STAGES = ("Approaching", "", "Interested", "Replied")
LISTS = ("Trade fair", "Trade fair, Newsletter", "", "Partners", "Newsletter")
MADE_AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
_PLAIN_LETTERS = str.maketrans(
    {"ß": "ss", "ł": "l", "đ": "d", "ø": "o", "\N{LATIN SMALL LETTER DOTLESS I}": "i"}
)


def workbook_rows() -> list[Row]:
    """The rows of people.xlsx: four repeated people, two faulty rows, one blank row."""
    rows = _people("workbook_people.psv")
    chen, wenzel, carter, haddad = (_row_of(rows, last) for last in ("Chen", "Wenzel", "Carter", "Haddad"))
    haddad |= {"Email": "N/A", "Email Status": "Unavailable"}
    _row_of(rows, "Ćwikła")["Email"] = "wojciech.cwikla(at)zubr.example"
    _row_of(rows, "Nakoa")["Title"] = "N/A"
    _row_of(rows, "Jäger")["Mobile Phone"] = "ask reception"
    _row_of(rows, "Penhaligon")["Website"] = "coming soon"
    _row_of(rows, "Strobl")["Notes"] = "Asked for an offer,\nthen said: “not before spring”"
    rows.insert(20, dict.fromkeys(COLUMNS, ""))
    rows += [
        chen | {"Email": chen["Email"].upper(), "Notes": "same address in capitals"},
        wenzel | {"Company": "ELBTAL MASCHINENBAU", "Email": "", "Notes": "same person, legal form left out"},
        carter | {"Email": f"  {carter['Email']} ", "Title": "Senior Account Executive"},
        haddad | {"Company": "Brightwater Analytics Inc"},
        dict.fromkeys(COLUMNS, "") | {"First Name": "Quentin", "Notes": "neither an address nor a company"},
    ]
    return rows


def csv_rows() -> list[Row]:
    """The rows of people.csv: three repeated people, three faulty rows, a blank row, four of people.xlsx."""
    rows = _people("csv_people.psv")
    _row_of(rows, "Brandt")["Email"] = "fiete.brandt@nordlicht"
    _row_of(rows, "Kim")["Email"] = "grace.kim@@acme.example"
    _row_of(rows, "Thorne").update({"Email": "", "Work Direct Phone": "", "Stage": ""})
    _row_of(rows, "Featherstone")["Email"] = "-"
    _row_of(rows, "Gray")["Notes"] = 'Said "call me, maybe"\nand then: "after 4 pm"'
    _row_of(rows, "Wadhwani")["Mobile Phone"] = "N/A"
    rows.insert(30, dict.fromkeys(COLUMNS, ""))
    repeated = [_row_of(rows, last) for last in ("Claußen", "Thorne", "Śliwa")]
    rows += [
        repeated[0] | {"Email": repeated[0]["Email"].title()},
        repeated[1] | {"Company": "BRIGHTWATER ANALYTICS"},
        repeated[2] | {"First Name": "BOŻENA", "Company": "Żubr Systemy Sp. z o. o.", "Email": ""},
        dict.fromkeys(COLUMNS, "") | {"Company": "Acme Robotics LLC", "Notes": "a company without a person"},
    ]
    rows += [_row_of(workbook_rows(), last) for last in ("Vogt", "Chen", "佐藤", "Ekeblad")]
    return rows


def write_csv(path: Path) -> None:
    """As Excel saves "CSV UTF-8": a byte order mark, commas, CRLF."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS)
        writer.writeheader()
        writer.writerows(csv_rows())


def write_workbook(path: Path) -> None:
    """Text cells, but for a phone and a postal code that are numbers shown by their format."""
    book = Workbook()
    book.properties.creator = "contact-import"
    book.properties.created = MADE_AT.replace(tzinfo=None)
    sheet = book.worksheets[0]
    sheet.title = "People"
    rows = workbook_rows()
    for row in ([*COLUMNS], *(list(row.values()) for row in rows)):
        sheet.append([value or None for value in row])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    _as_number(sheet, rows, ("Petersen", "Work Direct Phone"), 494066969005, '"+"00\\ 00\\ 00000\\ 000')
    _as_number(sheet, rows, ("Süß", "Postal Code"), 1067, "00000")
    path.write_bytes(_without_clock(book))


def _people(name: str) -> list[Row]:
    companies = {company["key"]: company for company in _table("companies.psv")}
    return [
        _person(person, companies[person["company"]], number)
        for number, person in enumerate(_table(name), start=1 if name.startswith("workbook") else 31)
    ]


def _table(name: str) -> list[Row]:
    with (HERE / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="|", quoting=csv.QUOTE_NONE))


def _person(person: Row, company: Row, number: int) -> Row:
    first, last = person["first"], person["last"]
    local = person["local"] or f"{_plain(first)}.{_plain(last)}"
    values = (
        *(first, last, person["title"], company["name"], f"{local}@{company['domain']}"),
        *("Verified" if number % 3 else "Extrapolated", company["direct"].format(number)),
        *(company["mobile"].format(number), f"https://linkedin.example/in/{local.replace('.', '-')}"),
        *(f"https://www.{company['domain']}", company["city"], company["state"], company["postal"]),
        *(company["country"], STAGES[number % len(STAGES)], LISTS[number % len(LISTS)], ""),
    )
    return dict(zip(COLUMNS, values, strict=True))


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.lower().translate(_PLAIN_LETTERS))
    return re.sub(r"[^a-z]", "", decomposed)


def _row_of(rows: list[Row], last_name: str) -> Row:
    return next(row for row in rows if row["Last Name"] == last_name)


def _as_number(sheet: Worksheet, rows: list[Row], where: tuple[str, str], value: int, shown_as: str) -> None:
    last_name, column = where
    row = rows.index(_row_of(rows, last_name)) + 2
    cell = sheet.cell(row, COLUMNS.index(column) + 1, value)
    cell.number_format = shown_as


def _without_clock(book: Workbook) -> bytes:
    # openpyxl stamps the time of saving into the properties and into every member of the archive.
    saved, result = io.BytesIO(), io.BytesIO()
    book.save(saved)
    stamp = MADE_AT.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = re.sub(rb"(?<=>)[^<]*(?=</dcterms:modified>)", stamp, old.read(name))
            new.writestr(zipfile.ZipInfo(name, MADE_AT.timetuple()[:6]), content, zipfile.ZIP_DEFLATED)
    return result.getvalue()


SAMPLES: dict[str, Callable[[Path], None]] = {"people.xlsx": write_workbook, "people.csv": write_csv}


def main(folder: Path) -> None:
    """Writes every sample into an existing folder."""
    for name, write in SAMPLES.items():
        write(folder / name)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
