#!/usr/bin/env python3
"""Writes a small made-up file for each layout that has a config in configs/: sample_data/apollo.csv and so on.

The people are the same in every file, told with the columns and habits of its program. Domains end in .example, and
phone numbers are those set aside for fiction. The same script makes the same bytes.
"""

import csv
import io
import sys
from pathlib import Path

Person = dict[str, str]

_FIELDS = (
    *("prefix", "first", "last", "job", "company", "short", "domain", "email", "second", "direct", "mobile"),
    *("corporate", "city", "state", "country", "linkedin"),
)
_PEOPLE = """
|Priya|Raman|Director of Operations|Halyard Freight Inc|Halyard|halyard|priya.raman@halyard.example|priya@raman.example|(415) 555-0131|+1 415 555 0132|+1 415 555 0100|San Francisco|California|United States|priya-raman
Mr.|Owen|McAllister|Head of IT|Fenwick & Sons Ltd|Fenwick|fenwick|owen@fenwick.example||020 7946 0811|07700 900811||London|England|United Kingdom|owen-mcallister
Dr.|Jürgen|van der Velde|Leiter Einkauf|Elbtal Maschinenbau GmbH|Elbtal|elbtal|j.vandervelde@elbtal.example||+49 40 66969 041|0171 3920041|+49 40 66969 0|Hamburg||Germany|juergen-van-der-velde
|Sofía|Herrera Luna|Consultora|Nube Azul S.L.|Nube Azul|nube-azul|||||+34 912 345 600|Madrid|Madrid|Spain|sofia-herrera
"""  # noqa: E501 - a table

LAYOUTS = {
    "apollo": (
        "First Name={first}|Last Name={last}|Title={job}|Company Name={company}|Company Name for Emails={short}|"
        "Email={email}|Email Status=Verified|Email Confidence=|Seniority=Manager|Contact Owner=me@us.example|"
        "Work Direct Phone={direct}|Home Phone=|Mobile Phone={mobile}|Corporate Phone={corporate}|Other Phone=|"
        "Stage=Cold|Lists=Trade fair, Partners|Last Contacted=|Account Owner=me@us.example|# Employees=120|Industry=|"
        "Keywords=|Person Linkedin Url=http://www.linkedin.example/in/{linkedin}|Website=https://www.{domain}.example|"
        "Company Linkedin Url=http://www.linkedin.example/company/{domain}|Facebook Url=|Twitter Url=|City={city}|"
        "State={state}|Country={country}|Company Address=1 Harbour Road, Reno|Company City=Reno|Company State=Nevada|"
        "Company Country=United States|Company Phone=+1 775 555 0199|Annual Revenue=|Email Sent=false|"
        "Apollo Contact Id=|Apollo Account Id=|Secondary Email={second}"
    ),
    "apollo_enrichment": (
        "id=|first_name={first}|last_name={last}|name={first} {last}|linkedin_url=http://www.linkedin.example/in/{linkedin}|"
        "title={job}|email_status=verified|photo_url=|twitter_url=|headline={job} at {short}|email={email}|"
        "organization_id=|organization.name={company}|organization.website_url=http://www.{domain}.example|"
        "organization.phone={corporate}|city={city}|state={state}|country={country}|mobile_phone={mobile}"
    ),
    "linkedin_connections": (
        "First Name={first}|Last Name={last}|URL=https://www.linkedin.example/in/{linkedin}|Email Address={email}|"
        "Company={company}|Position={job}|Connected On=05 Jan 2026"
    ),
    "sales_navigator": (
        "First Name={first}|Last Name={last}|Full Name={first} {last}|Current Job={job}|Email={email}|"
        "Email Status=safe|Company Name={company}|Company Domain={domain}.example|"
        "Company Website=https://{domain}.example|Company LinkedIn URL=https://www.linkedin.example/company/{domain}|"
        "Linkedin URL Public=https://www.linkedin.example/in/{linkedin}|"
        "Linkedin URL Sales Navigator=https://www.linkedin.example/sales/lead/0|Prospect Location={city}, {country}|"
        "Company Location=Reno|Company Phone={corporate}"
    ),
    "zoominfo": (
        "ZoomInfo Contact ID=0|Last Name={last}|First Name={first}|Middle Name=|Salutation={prefix}|Job Title={job}|"
        "Job Function=|Management Level=Director|Department=|Direct Phone Number={direct}|Email Address={email}|"
        "Email Domain={domain}.example|Mobile phone={mobile}|Contact Accuracy Score=95|"
        "ZoomInfo Contact Profile URL=https://zoominfo.example/p/0|"
        "LinkedIn Contact Profile URL=https://www.linkedin.example/in/{linkedin}|Person Street=|Person City={city}|"
        "Person State={state}|Person Zip Code=|Country={country}|ZoomInfo Company ID=0|Company Name={company}|"
        "Website=www.{domain}.example|Company HQ Phone={corporate}|Fax=|Employees=120|Company City=Reno|"
        "Company State=Nevada|Company Country=United States|Full Address=1 Harbour Road, Reno, Nevada"
    ),
    "hubspot": (
        "Record ID=0|First Name={first}|Last Name={last}|Email={email}|Phone Number={direct}|"
        "Mobile Phone Number={mobile}|Contact owner=Us Ourselves|Associated Company={company}|Job Title={job}|"
        "Lead Status=NEW|Lifecycle Stage=Lead|City={city}|State/Region={state}|Country/Region={country}|"
        "Website URL=https://{domain}.example|Create Date=2026-01-05 09:00"
    ),
    "salesforce": (
        "Salutation={prefix}|First Name={first}|Last Name={last}|Title={job}|Account Name={company}|Email={email}|"
        "Phone={direct}|Mobile={mobile}|Fax=|Mailing Street=1 Long Lane|Mailing City={city}|"
        "Mailing State/Province={state}|Mailing Zip/Postal Code=|Mailing Country={country}|Lead Source=Web|"
        "Contact Owner=Us Ourselves|Description="
    ),
    "google": (
        "First Name={first}|Middle Name=|Last Name={last}|Name Prefix={prefix}|Nickname=|Organization Name={company}|"
        "Organization Title={job}|Organization Department=|Birthday=|Notes=|Photo=|Labels=Trade fair ::: * myContacts|"
        "E-mail 1 - Label=* Work|E-mail 1 - Value={email}|E-mail 2 - Label=Home|E-mail 2 - Value={second}|"
        "Phone 1 - Label=Mobile|Phone 1 - Value={mobile}|Address 1 - Label=Work|Address 1 - Street=|"
        "Address 1 - City={city}|Address 1 - Region={state}|Address 1 - Country={country}|Website 1 - Label=|"
        "Website 1 - Value=https://{domain}.example"
    ),
    "google_legacy": (
        "Name={first} {last}|Given Name={first}|Additional Name=|Family Name={last}|Yomi Name=|Name Prefix={prefix}|"
        "Notes=|Group Membership=* myContacts ::: Trade fair|E-mail 1 - Type=* Work|E-mail 1 - Value={email}|"
        "E-mail 2 - Type=Home|E-mail 2 - Value={second}|Phone 1 - Type=Mobile|Phone 1 - Value={mobile}|"
        "Address 1 - Type=Work|Address 1 - Formatted={city}, {country}|Address 1 - City={city}|"
        "Address 1 - Region={state}|Address 1 - Country={country}|Organization 1 - Name={company}|"
        "Organization 1 - Title={job}|Website 1 - Value=https://{domain}.example"
    ),
    "outlook": (
        "Title={prefix}|First Name={first}|Middle Name=|Last Name={last}|Suffix=|Company={company}|Department=|"
        "Job Title={job}|Business Street=|Business City={city}|Business State={state}|Business Postal Code=|"
        "Business Country/Region={country}|Home City=|Home Country/Region=|Business Fax=|Business Phone={direct}|"
        "Company Main Phone={corporate}|Home Phone=|Mobile Phone={mobile}|Other Phone=|Categories=Partners|"
        "E-mail Address={email}|E-mail Type=SMTP|E-mail 2 Address={second}|Notes=|Web Page=https://{domain}.example"
    ),
}
_NOTES = 'Notes:\r\n"Some addresses are missing here, because their owners do not share them."\r\n\r\n'


def written(layout: str) -> bytes:
    """The file of a layout, as its program writes one."""
    text = io.StringIO(newline="")
    columns = [column.partition("=")[::2] for column in LAYOUTS[layout].split("|")]
    rows = csv.writer(text)
    rows.writerow([name for name, _ in columns])
    rows.writerows([_filled(form, person) for _, form in columns] for person in _people())
    above = _NOTES if layout == "linkedin_connections" else ""
    return (above + text.getvalue()).encode()


def _people() -> list[Person]:
    return [dict(zip(_FIELDS, line.split("|"), strict=True)) for line in _PEOPLE.strip().splitlines()]


def _filled(form: str, person: Person) -> str:
    return form.format(**person)


def main(folder: Path) -> None:
    """Writes every layout's file into an existing folder."""
    for layout in LAYOUTS:
        (folder / f"{layout}.csv").write_bytes(written(layout))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
