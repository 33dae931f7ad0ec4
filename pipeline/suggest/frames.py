"""Which meanings together make a contact field: the grammar of column names, as a table."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from pipeline.suggest.words import SECOND, UNKNOWN, vocabulary


class Concept(StrEnum):
    """What a column holds, finer than Apollo's fields: some depend on the columns beside it."""

    FIRST = "first_name"
    LAST = "last_name"
    FULL = "name"
    BARE_NAME = "bare name"
    JOB = "title"
    BARE_TITLE = "bare title"
    COMPANY = "organization_name"
    EMAIL = "email"
    MOBILE = "mobile_phone"
    DIRECT = "direct_phone"
    CORPORATE = "corporate_phone"
    HOME_PHONE = "home_phone"
    OTHER_PHONE = "other_phone"
    ANY_PHONE = "a phone of unknown kind"
    BARE_OFFICE = "bare office"
    BARE_HOME = "bare home"
    WEBSITE = "website_url"
    ANY_URL = "a link to something"
    LINKEDIN = "linkedin_url"
    ADDRESS = "present_raw_address"
    CITY = "city"
    STATE = "state"
    COUNTRY = "country"
    LISTS = "label_names"
    STAGE = "contact_stage"
    ACCOUNT_ID = "account_id"
    NONE = ""


class Frame(NamedTuple):
    """A concept, the meanings it needs, those it bears, and why it stays a question (then it is not mapped)."""

    concept: Concept
    needs: frozenset[str]
    bears: frozenset[str]
    doubt: str = ""


def _frame(concept: Concept, needs: str, bears: str = "", doubt: str = "") -> Frame:
    return Frame(concept, frozenset(needs.split()), frozenset(bears.split()), doubt)


_WHO = "PERSON CUSTOMER CONTACT"
_WHERE = f"{_WHO} ADDRESS LOCATION NAME HOME WORK"
_PART_OR_WHOLE = "it may be one of the names, or both"
_PERSON_OR_FIRM = "it may be a person or a company"

FRAMES: tuple[Frame, ...] = (
    _frame(Concept.FULL, "FIRST LAST", f"NAME FULL {_WHO}"),
    _frame(Concept.FIRST, "FIRST", _WHO),
    _frame(Concept.LAST, "LAST", _WHO),
    _frame(Concept.FULL, "FIRST NAME", _WHO, _PART_OR_WHOLE),
    _frame(Concept.FULL, "LAST NAME", _WHO, _PART_OR_WHOLE),
    _frame(Concept.FULL, "CONTACT", "NAME PERSON FULL"),
    _frame(Concept.FULL, "FULL NAME", _WHO),
    _frame(Concept.BARE_NAME, "NAME", "PERSON"),
    _frame(Concept.FULL, "PERSON", "", "it may hold a name, or something else of the person"),
    _frame(Concept.FULL, "CUSTOMER", "NAME PERSON", _PERSON_OR_FIRM),
    _frame(Concept.JOB, "JOB", f"TITLE NAME WORK COMPANY {_WHO}"),
    _frame(Concept.JOB, "TITLE COMPANY"),
    _frame(Concept.JOB, "TITLE WORK"),
    _frame(Concept.BARE_TITLE, "TITLE", _WHO),
    _frame(Concept.COMPANY, "COMPANY", "NAME FULL WORK"),
    _frame(Concept.COMPANY, "ACCOUNT NAME", "COMPANY"),
    _frame(Concept.COMPANY, "ACCOUNT COMPANY"),
    _frame(Concept.COMPANY, "COMPANY PERSON", "NAME", "it may be the company, or a person there"),
    _frame(Concept.COMPANY, "COMPANY CUSTOMER", "NAME"),
    _frame(Concept.COMPANY, "ACCOUNT", "CUSTOMER PERSON", "it may be a company, or an id"),
    _frame(Concept.EMAIL, "EMAIL", f"ADDRESS WORK HOME OTHER SECOND DIRECT {_WHO}"),
    _frame(
        Concept.EMAIL, "EMAIL COMPANY", "ADDRESS WORK", "it may be the company's address, not the person's"
    ),
    _frame(Concept.EMAIL, "EMAIL VERIFIED", "ADDRESS WORK", "it may say whether an address works"),
    _frame(Concept.DIRECT, "DIRECT", f"PHONE WORK {_WHO}"),
    _frame(Concept.MOBILE, "MOBILE", f"PHONE WORK HOME {_WHO}"),
    _frame(Concept.MOBILE, "MOBILE COMPANY", "PHONE", "a company's number is nobody's mobile"),
    _frame(Concept.MOBILE, "MOBILE OTHER", "PHONE", "a second mobile number; Apollo keeps one"),
    _frame(Concept.CORPORATE, "SWITCHBOARD PHONE", "COMPANY WORK"),
    _frame(Concept.CORPORATE, "COMPANY PHONE", "WORK"),
    _frame(Concept.HOME_PHONE, "HOME PHONE", _WHO),
    _frame(Concept.OTHER_PHONE, "OTHER PHONE", _WHO),
    _frame(Concept.DIRECT, "WORK PHONE", _WHO),
    _frame(Concept.ANY_PHONE, "PHONE", _WHO),
    _frame(Concept.BARE_OFFICE, "WORK"),
    _frame(Concept.BARE_HOME, "HOME"),
    _frame(Concept.WEBSITE, "WEBSITE", "COMPANY WORK URL ADDRESS DOMAIN CUSTOMER"),
    _frame(Concept.WEBSITE, "WEBSITE HOME", "URL", "a private page; Apollo's website is the company's"),
    _frame(Concept.WEBSITE, "DOMAIN", "COMPANY"),
    _frame(Concept.WEBSITE, "COMPANY URL", "WORK"),
    _frame(Concept.ANY_URL, "URL", f"COMPANY WORK {_WHO}"),
    _frame(Concept.LINKEDIN, "LINKEDIN", f"URL ADDRESS WEBSITE {_WHO}"),
    _frame(Concept.ADDRESS, "ADDRESS", f"FULL FORMATTED HOME LOCATION {_WHO}"),
    _frame(
        Concept.ADDRESS,
        "ADDRESS WORK",
        "FULL FORMATTED",
        "it is the company's address, or the person's there",
    ),
    _frame(Concept.ADDRESS, "LOCATION", f"FULL HOME {_WHO}"),
    _frame(Concept.ADDRESS, "LOCATION NAME", _WHO, "it may be the name of a place of the company"),
    _frame(Concept.ADDRESS, "CITY STATE", _WHERE, "city and region in one; Apollo takes one line of address"),
    _frame(Concept.CITY, "CITY", _WHERE),
    _frame(Concept.STATE, "STATE", _WHERE),
    _frame(Concept.COUNTRY, "COUNTRY", _WHERE),
    _frame(Concept.LISTS, "LISTS", "PERSON NAME"),
    _frame(Concept.STAGE, "STAGE", "PERSON"),
    _frame(Concept.ACCOUNT_ID, "APOLLOACCOUNT"),
)

PLACE_WORDS = frozenset({"CITY", "STATE", "COUNTRY", "ADDRESS", "LOCATION", "STREET", "POSTAL"})
_FIRM = frozenset({"COMPANY", "SWITCHBOARD"})
_CUSTOM = "a custom field of Apollo could hold it"

REASONS: Mapping[str, str] = {
    "HONORIFIC": "Mr., Dr. and the like; no contact field",
    "SUFFIX": "what stands behind a name; no contact field",
    "MIDDLE": "a middle name; no contact field",
    "NICK": "not the name a letter would begin with",
    "MAIDEN": "a former name",
    "PHONETIC": "how the name is pronounced",
    "FAX": "a fax or pager number; no contact field",
    "OTHERPERSON": "about somebody else than the contact",
    "BIRTHDAY": f"a day in the person's life; {_CUSTOM}",
    "GENDER": "personal; no contact field",
    "STATUS": f"a status or score; {_CUSTOM}",
    "TYPE": f"says what sort of value stands elsewhere; {_CUSTOM}",
    "DATE": f"a date; {_CUSTOM}",
    "ID": "a number or id of another system",
    "BANK": f"about money; {_CUSTOM}",
    "NOTES": f"free text; {_CUSTOM}",
    "FIRMDATA": "about the company; Apollo has that by itself",
    "DEPARTMENT": f"not the job title itself; {_CUSTOM}",
    "SOCIAL": "another network or picture; no contact field",
    "SOURCE": f"where the row comes from; {_CUSTOM}",
    "SALESURL": "a link that only Sales Navigator opens",
    "FOREMAILS": "the company as mails address it, not its name",
    "REPEATS": "repeats one of the other phone columns",
    "STREET": "Apollo's address is city, region and country",
    "POSTAL": "Apollo's address is city, region and country",
}
FIRMS_PLACE = "the company's place, not the person's"
_NOTHING = f"no contact field is meant by this name; {_CUSTOM}"


class Reading(NamedTuple):
    """What a name says: a concept with its meanings and a doubt, or none with a reason.

    `open` is whether values may still say what the name does not.
    """

    concept: Concept
    meanings: frozenset[str]
    doubt: str = ""
    reason: str = ""
    open: bool = False


def reading(said: frozenset[str]) -> Reading:
    """The concept of the first frame that fits a name's meanings, or why there is none."""
    for frame in FRAMES:
        if frame.needs <= said <= frame.needs | frame.bears:
            return Reading(frame.concept, said, frame.doubt)
    reason = _reason(said)
    return Reading(Concept.NONE, said, reason=reason or _NOTHING, open=not reason and said <= {UNKNOWN})


def _reason(said: frozenset[str]) -> str:
    if "LINKEDIN" in said and said & _FIRM:
        return "the company's LinkedIn page, not the person's"
    if said & PLACE_WORDS and said & _FIRM:
        return FIRMS_PLACE
    known = next((word for word in (*vocabulary().others, "STREET", "POSTAL") if word in said), "")
    if known:
        return REASONS[known]
    if SECOND in said and said & PLACE_WORDS:
        return "a second address; Apollo keeps one"
    if SECOND in said and said & {"PHONE", "MOBILE", "HOME", "WORK", "DIRECT"}:
        return "a second number of one kind; Apollo keeps one"
    return ""
