"""Phone numbers: repaired, kept as typed where they have a country code, completed where the region is known."""

import functools
import re
import unicodedata
from collections.abc import Sequence

from pipeline.clean.checked import Checked
from pipeline.clean.text import bare, shown

_SCIENTIFIC = re.compile(r"\+?[0-9]+(?:[.,][0-9]+)?\s*e\+?[0-9]{1,3}", re.IGNORECASE)
_POINT_ZERO = re.compile(r"(\+?[0-9]{6,})[.,]0{1,2}")
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3}){2,}")
_WHOLE = re.compile(r"(\+?[0-9])[.,]([0-9]{6,14})e\+?([0-9]{1,2})", re.IGNORECASE)
_LABEL = re.compile(
    r"\A(?:[a-z]{1,12}\s*[.:]+\s*(?=[+(0-9])|\(?[a-z]{1,12}\)?\s*(?=\+[0-9]))+", re.IGNORECASE
)
_TAIL = re.compile(
    r"(?:[\s,;.|/-]|\([a-z][a-z .]{0,20}\)|(?<=\s)(?:mobile?|cell|direct|office|work|home|main|private?|handy|fax))+\Z",
    re.IGNORECASE,
)
_ZEROS = re.compile(r"\A\+?(?:\(00\)|00)[\s./-]*(?=[1-9])")
_ZEROS_IN_BRACKETS = re.compile(r"\A\(00([1-9][0-9]{0,2})\)")
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-")
_BETWEEN = re.compile(
    r"\s*(?:[;|,&]|\s/\s|\b(?:or|oder|and|und|et|y)\b)\s*|(?<=[0-9])\s*(?=\+[0-9])", re.IGNORECASE
)
_LINES = re.compile(r"[\r\n\x85\u2028\u2029]+")
_DATE = re.compile(r"(?:19|20)[0-9]{2}-[01][0-9]-[0-3][0-9](?:[ T][0-9:.]+)?")
_EXTENSION = re.compile(r"\s*(?:;ext=|ext\.?|extension|x|#)\s*[0-9]{1,7}\Z", re.IGNORECASE)
_DIGIT = re.compile(r"[0-9]")
_TYPED = re.compile(r"[0-9+()\s./\\-]+")
_SIGNS = b"+ ().-"
_NATIONAL = re.compile(r"(?![0-9]+\.00?\Z)[0-9(][0-9 ().-]{3,18}[0-9]")
_INTERNATIONAL = re.compile(r"\+[ (]{0,2}[1-9][0-9 ().-]{4,23}[0-9]")
_CLEAR = re.compile(r"\+(?:[0-9\s./-]|\([0-9 ]+\))+")
_VANITY = re.compile(
    r"(?:1[\s.-]?)?\(?8[0-9]{2}\)?[\s.-]?(?=(?:[\s.-]*[A-Z0-9]){7}\Z)[A-Z0-9\s.-]+", re.IGNORECASE
)
_FEWEST, _MOST = 5, 17
_WITH_CODE = range(11, 16)
_LONGEST = 500
_CACHED = 20_000


def repair_phone(text: str) -> str:
    """The number as typed, without what exports and spreadsheets do to it.

    A text mark ('), `tel:`, `(mobile)`, invisible characters, thousands separators and the `.0` of a number go; a
    leading 00 becomes +.
    """
    if len(text) > _LONGEST or (_NATIONAL.fullmatch(text) and not text.startswith(("00", "(00"))):
        return text
    if _INTERNATIONAL.fullmatch(text) and not ("." in text or "  " in text):
        return text
    line = bare(text)
    if not line.isascii():
        line = unicodedata.normalize("NFKC", line).translate(_DASHES)
        line = re.sub(r"\d", lambda digit: str(unicodedata.decimal(digit[0])), line)
    line = _TAIL.sub("", _LABEL.sub("", line.strip("'`\"\u00b4\u2018\u2019 ")))
    line = line.replace(",", "") if _GROUPED.fullmatch(line) else line
    whole = _POINT_ZERO.fullmatch(line)
    return _ZEROS_IN_BRACKETS.sub(r"+\1", _ZEROS.sub("+", whole[1] if whole else _unscaled(line)))


def _unscaled(line: str) -> str:
    """4.47911123456E+11 as it was typed, where the digits are all there; one fewer, and a last zero may be lost."""
    found = _WHOLE.fullmatch(line)
    return found[1] + found[2] if found and len(found[2]) == int(found[3]) else line


def e164(text: str) -> str:
    """A possible number with a country code as +4940669690; any other text stays as it is."""
    number = repair_phone(text)
    if not number.startswith(("+", "(+")):
        return text
    checked = _parsed(number, None)
    return text if checked.fault or _EXTENSION.search(number) else f"+{_digits(checked.value)}"


def is_plain_phone(text: str) -> bool:
    """Whether this is surely a possible number with its country code, so that nothing needs to be parsed.

    A number whose digits after the code are of a possible length stays possible whatever libphonenumber strips.
    """
    return "\n" not in text and are_plain_phones((text,))[0]


def are_plain_phones(texts: Sequence[str]) -> list[bool]:
    """As `is_plain_phone`, of texts without line breaks: the signs of all are taken out at once.

    Raises:
        ValueError: there is a line break in one of them.
    """
    if not texts:
        return []
    lines = "\n".join(texts).encode("utf-8", "replace").translate(None, _SIGNS).decode().split("\n")
    return [
        _INTERNATIONAL.fullmatch(text) is not None and _is_plain(digits[:4], len(digits))
        for text, digits in zip(texts, lines, strict=True)
    ]


@functools.lru_cache(maxsize=_CACHED)
def _is_plain(begin: str, count: int) -> bool:
    """Whether numbers of `count` digits that begin with these four are surely possible."""
    for size in (1, 2, 3):
        possible = _lengths(begin[:size])
        if possible is not None:
            return count - size in possible and begin[size] != "0"
    return False


@functools.cache
def _lengths(code: str) -> frozenset[int] | None:
    """How many digits may follow a country code; None where it is no code. The data of a region loads in 1 ms."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata  # noqa: PLC0415 - 40 ms

    regions = COUNTRY_CODE_TO_REGION_CODE.get(int(code))
    data = PhoneMetadata.metadata_for_region(regions[0], None) if regions else None
    return frozenset(data.general_desc.possible_length) if data and data.general_desc else None


@functools.lru_cache(maxsize=_CACHED)
def check_phone(text: str, region: str | None) -> Checked:
    """A number with a country code as typed, a national one of `region` as +…; both must be possible numbers.

    Without a region a national number stays as typed, with a note: Apollo reads it as one of +1 (API.md, phones).
    """
    if len(text) > _LONGEST:
        return Checked("", fault="is no phone number")
    number = repair_phone(_LINES.sub(";", text.strip()))
    if _NATIONAL.fullmatch(number):
        return _checked(number, region)
    first, *others = list(filter(None, _BETWEEN.split(number))) or [""]
    if others and all(_count(part) >= _FEWEST for part in (first, *others)):
        checked = _checked(_ZEROS.sub("+", first), region)
        left_out = ", ".join(shown(other) for other in others)
        return (
            checked
            if checked.fault
            else _with_note(checked, f"only the first number is used; left out: {left_out}")
        )
    return _checked(number, region)


def _with_note(checked: Checked, note: str) -> Checked:
    return checked._replace(note=f"{note}; {checked.note}" if checked.note else note)


def _digits(text: str) -> str:
    return "".join(_DIGIT.findall(text))


def _count(text: str) -> int:
    return len(_digits(text))


def _checked(number: str, region: str | None) -> Checked:
    if is_plain_phone(number):
        return Checked(number)
    damage = _damage(number)
    if damage:
        return Checked("", fault=damage)
    if number.startswith(("+", "(+")) or region is not None:
        return _parsed(number, region)
    return _unparsed(number)


def _damage(number: str) -> str:
    """What a spreadsheet or a placeholder has made of a number, if that can be seen."""
    if _SCIENTIFIC.fullmatch(number):
        return "has lost digits in a spreadsheet; format the column as text there, and export it again"
    if _DATE.fullmatch(number):
        return "is a date; format the column as text in the spreadsheet, and type the number again"
    return "" if number.strip("0 ()./-") else "is no phone number"


def _parsed(number: str, region: str | None) -> Checked:
    coded = _with_code(number, region) if region and number[:1] not in "+(0" else ""
    if coded:
        return Checked(coded, note=f"{shown(number)} begins with a country code and is read as {coded}")
    return _as_parsed(number, region)


def _with_code(number: str, region: str) -> str:
    """4917012345678 of DE as +4917012345678; "" where the code is no code, or libphonenumber sees it by itself.

    It takes the digits for a national number where an area code, such as 04917, begins like the country code. Typed
    without its 0 such a number is rare, and mostly shorter.
    """
    import phonenumbers  # noqa: PLC0415 - 40 ms

    code, digits = str(phonenumbers.country_code_for_region(region)), _digits(number)
    if len(digits) not in _WITH_CODE or not digits.startswith(code) or not _NATIONAL.fullmatch(number):
        return ""
    national = phonenumbers.parse(number, region).national_number
    coded = phonenumbers.parse(f"+{digits}")
    return f"+{digits}" if str(national) == digits and phonenumbers.is_valid_number(coded) else ""


def _as_parsed(number: str, region: str | None) -> Checked:
    import phonenumbers  # noqa: PLC0415 - 40 ms

    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException as error:
        unknown = error.error_type == phonenumbers.NumberParseException.INVALID_COUNTRY_CODE
        return Checked("", fault="has no known country code" if unknown else "is no phone number")
    told = phonenumbers.is_possible_number_with_reason(parsed)
    possible = phonenumbers.ValidationResult
    local = told == possible.IS_POSSIBLE_LOCAL_ONLY and not number.startswith("+")
    if local and _TYPED.fullmatch(number) and _count(number) >= _FEWEST:
        return Checked(number, note=f"{shown(number)} has no area code, and is sent as typed")
    if told != possible.IS_POSSIBLE:
        too = {possible.TOO_SHORT: "is too short", possible.TOO_LONG: "is too long"}
        return Checked("", fault=f"{too.get(told, 'has a wrong number of digits')} for a phone number")
    full = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    base = _EXTENSION.sub("", number)
    if _CLEAR.fullmatch(base) and _digits(base) == _digits(full):
        return Checked(number)
    return Checked(f"{full} ext. {parsed.extension}" if parsed.extension else full)


def _unparsed(number: str) -> Checked:
    """A national number of an unknown region: as typed, when it looks like one at all."""
    base = number if _NATIONAL.fullmatch(number) else _EXTENSION.sub("", number)
    digits = _FEWEST <= _count(base) <= _MOST and _TYPED.fullmatch(base)
    if not digits and not _is_vanity(base):
        return Checked("", fault="is no phone number")
    return Checked(
        number,
        note=f"{shown(number)} has no country code and is sent as typed; Apollo reads it as +1 (US, Canada)",
    )


def _is_vanity(number: str) -> bool:
    """1-800-555-SHOE: letters that stand on the keys of a phone."""
    return bool(_VANITY.fullmatch(number))
