"""Cleaners and checks: what is accepted, what is repaired, and what is refused in which words."""

import pytest
from email_validator import validate_email
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import is_possible_number, parse

from pipeline.clean import (
    CLEANERS,
    PLAIN_EMAIL,
    PLAIN_URL,
    are_plain_phones,
    check_email,
    check_phone,
    check_url,
    fitting,
    is_plain_phone,
    is_region,
    region_of,
    split_name,
    trim,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("jane@example.com", "jane@example.com"),
        ("Jane.O'Neil+x@Mail.Example.org", "Jane.O'Neil+x@Mail.Example.org"),
        ("\u00a0jane@exam\u200bple.com ", "jane@example.com"),
        ("mailto:jane@example.com?subject=x", "jane@example.com"),
        ("Doe, Jane <jane@example.com>", "jane@example.com"),
        ("jane@example.com.", "jane@example.com"),
        ("jane@example.com,", "jane@example.com"),
        ("'jane@example.com'", "jane@example.com"),
        ("jane@example.com (work)", "jane@example.com"),
        ("jürgen@müller.example", "jürgen@müller.example"),
        ("ja\u00adne@exam\u2060ple.com", "jane@example.com"),
        ("\uff4aane\uff20example\uff0ecom", "jane@example.com"),
        ("jane@example.com\u3002", "jane@example.com"),
        ("jane@example\uff61com", "jane@example.com"),
        ("mailto://jane@example.com", "jane@example.com"),
        ("SMTP:jane@example.com", "jane@example.com"),
        ("'jane@example.com", "jane@example.com"),
        ("jane@example.com(work)", "jane@example.com"),
        ("ja\u200dne@example.com", "jane@example.com"),
        ("ශ්\u200dරී@ශ්\u200dරී.example", "ශ්\u200dරී@ශ්\u200dරී.example"),
        ("用户@例子.广告", "用户@例子.广告"),
    ],
)
def test_an_address_is_found_in_its_cell(text: str, value: str) -> None:
    assert check_email(text) == (value, "", "", "")


@pytest.mark.parametrize(
    "between",
    ["; ", ", ", " / ", "/", "\n", " ", " or ", "\u3001", "\u060c", " \u2022 ", "\x0b", "\x1d", "\u2028"],
)
def test_of_several_addresses_the_first_is_used_and_the_rest_told(between: str) -> None:
    found = check_email(f"a@example.com{between}b@example.org")
    assert found.value == "a@example.com"
    assert "b@example.org" in found.note


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nobody", "no @"),
        ("jane@example", "period"),
        ("jane@@example.com", "valid"),
        ("@example.com", "valid"),
        ("jane..doe@example.com", "two periods"),
        ("jane@corp.local", "valid"),
        ("ja ne@", "valid"),
    ],
)
def test_what_is_no_address_is_refused(text: str, words: str) -> None:
    found = check_email(text)
    assert found.value == ""
    assert words in found.fault


def test_an_address_beside_one_in_brackets_is_told() -> None:
    found = check_email("Jane Doe <jane@example.com>, bob@example.org")
    assert found.value == "jane@example.com"
    assert "bob@example.org" in found.note


@pytest.mark.parametrize(
    ("text", "beside"),
    [
        ("Jane Doe jane@example.com", "Jane Doe"),
        ("Jane Doe info@example.com", "Jane Doe"),
        ("jane jane.doe@example.com", "jane"),
        ("work jane@example.com", "work"),
        ("Sales - info@example.com", "Sales -"),
        ("Jane\ninfo@example.com", "Jane"),
        ("jane@example.com until May", "until May"),
    ],
)
def test_words_beside_a_whole_address_are_told(text: str, beside: str) -> None:
    found = check_email(text)
    assert found.value.endswith("@example.com")
    assert found.note == f'"{beside}" beside the address was left out'


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("jane doe@example.com", "jane.doe@example.com"),
        ("Jane doe@example.com; joe@example.org", ""),
        ("mary jane doe@example.com", "mary.jane.doe@example.com"),
        ("jane@example.co m", "jane@example.com"),
        ("jane@example.co .uk", "jane@example.co.uk"),
        ("jane@example.co. uk", "jane@example.co.uk"),
    ],
)
def test_an_address_that_may_be_half_of_one_is_never_sent(text: str, meant: str) -> None:
    found = check_email(text)
    assert (found.value, found.suggestion) == ("", meant)
    assert "blank" in found.fault
    assert CLEANERS["email"](text) == text


def test_a_faulty_first_address_of_several_comes_with_a_good_one() -> None:
    found = check_email("jane@; joe@example.com")
    assert (found.value, found.suggestion) == ("", "joe@example.com")


@pytest.mark.parametrize(
    ("text", "words"),
    [("jo\ufffdrg@example.com", "character that was lost"), ("Jane <=jane@example.com>", "formula")],
)
def test_an_address_that_came_to_harm_is_never_sent(text: str, words: str) -> None:
    found = check_email(text)
    assert found.value == ""
    assert words in found.fault


def test_an_address_with_a_blank_in_it_is_a_fault_with_a_suggestion() -> None:
    assert check_email("jane @example.com").suggestion == "jane@example.com"


@given(st.from_regex(r"[a-zA-Z0-9._%+'-]{1,20}@[a-zA-Z0-9.-]{1,30}\.[a-zA-Z]{2,10}", fullmatch=True))
def test_the_fast_pattern_accepts_nothing_that_the_validator_refuses(text: str) -> None:
    if PLAIN_EMAIL.fullmatch(text):
        assert validate_email(text, check_deliverability=False)


@pytest.mark.parametrize(
    "text",
    [
        "example.com", "www.example.com", "https://example.com/a?b=c#d", "http://example.com:8080",
        "https://münchen.example/ä", "https://www.linkedin.com/in/jane-doe-1a2b/",
    ],
)  # fmt: skip
def test_a_web_address_stays_as_typed(text: str) -> None:
    assert check_url(text) == (text, "", "", "")


def test_a_web_address_loses_what_stands_around_it() -> None:
    assert check_url("<https://example.com>,").value == "https://example.com"
    assert check_url("https://example.com.").value == "https://example.com"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("coming soon", "blanks"),
        ("https://example.com/a b", "blanks"),
        ("jane@example.com", "email address"),
        ("ftp://example.com", "http"),
        ("localhost", "such as"),
        ("javascript:alert(1)", "such as"),
        ("http://", "such as"),
    ],
)
def test_what_is_no_web_address_is_refused(text: str, words: str) -> None:
    assert words in check_url(text).fault


@pytest.mark.parametrize(
    ("text", "region", "value"),
    [
        ("+49 151 23456789", None, "+49 151 23456789"),
        ("+1 (857) 555-0147", "DE", "+1 (857) 555-0147"),
        ("+1 415 555 0100 ext. 12", None, "+1 415 555 0100 ext. 12"),
        ("0049 151 23456789", None, "+49 151 23456789"),
        ("'+1 617-555-0147", None, "+1 617-555-0147"),
        ("tel:+1-415-555-0100", None, "+1-415-555-0100"),
        ("+49 (0)151 23456789", None, "+4915123456789"),
        ("+49 0151 23456789", None, "+4915123456789"),
        ("+39 06 1234567", None, "+39 06 1234567"),
        ("\u00a0\u202a+49 151 23456789\u202c", None, "+49 151 23456789"),
        ("0151 23456789", "DE", "+4915123456789"),
        ("030/1234567", "DE", "+49301234567"),
        ("(415) 555-0100 x12", "US", "+14155550100 ext. 12"),
        ("4155550100.0", "US", "+14155550100"),
        ("447911123456.0", "GB", "+447911123456"),
        ("447911123456,0", "GB", "+447911123456"),
        ("4.47911123456E+11", "GB", "+447911123456"),
        ("\uff10\uff13-1234-5678", "JP", "+81312345678"),
        ("1-800-FLOWERS", "US", "+18003569377"),
        ("447911123456,00", "GB", "+447911123456"),
        ("447,911,123,456", "GB", "+447911123456"),
        ("\u2019+44 7911 123456", None, "+44 7911 123456"),
        ("+44 7911 123456.", None, "+44 7911 123456"),
        ("+44 7911 123456 |", None, "+44 7911 123456"),
        ("++447911123456", None, "+447911123456"),
        ("+0044 7911 123456", None, "+44 7911 123456"),
        ("(0044) 7911 123456", None, "+44 7911 123456"),
        ("M: +44 7911 123456", None, "+44 7911 123456"),
        ("(US) +1 415 555 0100", None, "+1 415 555 0100"),
        ("+44 7911 123456 (mobile)", None, "+44 7911 123456"),
        ("+44 7911 123456 mobile", None, "+44 7911 123456"),
        ("+1 415 555 0100 US", None, "+14155550100"),
        ("\u0660\u0667\u0669\u0661\u0661\u0661\u0662\u0663\u0664\u0665\u0666", "GB", "+447911123456"),
    ],
)
def test_a_phone_keeps_its_form_with_a_country_code_and_gets_one_from_its_region(
    text: str, region: str | None, value: str
) -> None:
    assert check_phone(text, region) == (value, "", "", "")


@pytest.mark.parametrize(
    ("text", "region", "value"),
    [
        ("4917012345678", "DE", "+4917012345678"),
        ("49 211 5550101", "DE", "+492115550101"),
        ("491701234567.0", "DE", "+491701234567"),
        ("62812345678", "ID", "+62812345678"),
    ],
)
def test_a_number_that_lost_its_plus_keeps_its_country_code_where_an_area_code_begins_alike(
    text: str, region: str, value: str
) -> None:
    found = check_phone(text, region)
    assert (found.value, found.fault) == (value, "")
    assert f"is read as {value}" in found.note


@pytest.mark.parametrize("text", ["0491 1234567", "04921 1234567", "491 123456", "4921 123456"])
def test_a_national_number_whose_area_code_begins_like_the_country_code_stays_national(text: str) -> None:
    digits = "".join(filter(str.isdecimal, text)).removeprefix("0")
    assert check_phone(text, "DE") == (f"+49{digits}", "", "", "")


@pytest.mark.parametrize(
    "text", ["555-123-4567", "0151 23456789", "(415) 555-0100 x12", "1-800-FLOWERS", "030/12345"]
)
def test_a_national_number_of_no_region_goes_as_typed_with_a_note(text: str) -> None:
    found = check_phone(text, None)
    assert found.value == text
    assert "+1" in found.note


def test_the_point_and_zero_of_a_number_go() -> None:
    assert check_phone("447911123456.0", None).value == "447911123456"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("4.47911E+11", "export it again"),
        ("4,47911E+11", "export it again"),
        ("call me", "no phone number"),
        ("12", "no phone number"),
        ("+999 1234567", "country code"),
        ("+1 415 555", "phone number"),
        ("+1 415 555 0100 0100 01", "too long"),
        ("", "no phone number"),
        ("4.47911 E+11", "export it again"),
        ("4.47911E+11; +44 20 7946 0000", "export it again"),
        ("2026-01-05", "is a date"),
        ("0000000000", "no phone number"),
        ("+1 415 555 0100 " * 100, "no phone number"),
    ],
)
def test_what_is_no_phone_is_refused(text: str, words: str) -> None:
    assert words in check_phone(text, None).fault


def test_of_several_phones_the_first_is_used_and_the_rest_told() -> None:
    for between in ("; ", " / ", ", ", " or ", "\n", " & ", " und ", "\u2028"):
        found = check_phone(f"+49 151 23456789{between}030 1234567", "DE")
        assert found.value == "+49 151 23456789"
        assert "030 1234567" in found.note
    for between in ("", " "):
        found = check_phone(f"+49 151 23456789{between}+49 30 1234567", None)
        assert found.value == "+49 151 23456789"
        assert "+49 30 1234567" in found.note


def test_letters_are_no_phone_of_a_region_without_area_codes() -> None:
    assert check_phone("1.23E-05", "GB").value == ""


@given(st.from_regex(r"\+[1-9][0-9]{0,2}[ .-]?[0-9 ()-]{4,14}[0-9]", fullmatch=True))
def test_what_is_plainly_a_phone_is_possible_for_libphonenumber(text: str) -> None:
    if is_plain_phone(text):
        assert is_possible_number(parse(text, None))


@given(
    st.lists(
        st.from_regex(r"\+[0-9 .()-]{0,20}[0-9a]", fullmatch=True) | st.text("+0123 ()", max_size=9),
        max_size=5,
    )
)
def test_numbers_are_plainly_phones_together_as_they_are_alone(texts: list[str]) -> None:
    assert are_plain_phones(texts) == list(map(is_plain_phone, texts))


def test_numbers_with_a_line_break_are_not_taken_together() -> None:
    assert not is_plain_phone("+49 30 1234567\n")
    with pytest.raises(ValueError, match="zip"):
        are_plain_phones(("+49 30 1234567", "a\nb"))


@given(
    st.lists(
        st.from_regex(PLAIN_EMAIL)
        | st.from_regex(PLAIN_URL)
        | st.text("a.@-\n\r:/?#1é", max_size=9)
        | st.sampled_from(["a@b.test", "a@b.co\n", "\na@b.co", "a@b.co\nb", "a@b.co", f"{'a' * 58}@b.comm"])
    )
)
def test_a_pattern_fits_texts_together_as_it_does_alone(texts: list[str]) -> None:
    for pattern in (PLAIN_EMAIL, PLAIN_URL):
        assert list(fitting(pattern)(texts)) == [pattern.fullmatch(text) is not None for text in texts]


def test_a_country_is_known_by_code_and_by_name_in_many_languages() -> None:
    names = [
        "DE",
        "de",
        "Germany",
        " germany ",
        "Deutschland",
        "Allemagne",
        "Alemania",
        "Duitsland",
        "Niemcy",
        "DEU",
    ]
    assert {region_of(name) for name in names} == {"DE"}
    assert region_of("UK") == region_of("United  Kingdom") == region_of("U.K.") == "GB"
    assert region_of("O\u0308sterreich\u200b") == region_of("osterreich") == "AT"
    assert region_of("Cote d\u2019Ivoire") == region_of("Ivory Coast") == "CI"
    assert region_of("Atlantis") is None
    assert is_region("NO")
    assert not is_region("UK")
    assert not is_region("Germany")


@pytest.mark.parametrize(
    ("full", "first", "last"),
    [
        ("Jane Doe", "Jane", "Doe"),
        ("Jane  Q. Doe", "Jane Q.", "Doe"),
        ("Ludwig van Beethoven", "Ludwig", "van Beethoven"),
        ("Ursula von der Leyen", "Ursula", "von der Leyen"),
        ("van Dyke, Dick", "Dick", "van Dyke"),
        ("Martin Luther King Jr.", "Martin Luther", "King Jr."),
        ("King, Martin Luther, Jr.", "Martin Luther", "King Jr."),
        ("John Smith, III", "John", "Smith III"),
        ("Dr. Jane Doe, PhD", "Jane", "Doe"),
        ("Van Morrison", "Van", "Morrison"),
        ("de la Cruz", "", "de la Cruz"),
        ("Madonna", "Madonna", ""),
        ("Null", "Null", ""),
        ("Anh Null", "Anh", "Null"),
        ("", "", ""),
    ],
)
def test_a_full_name_is_split(full: str, first: str, last: str) -> None:
    assert split_name(full) == (first, last)


def test_only_what_is_outside_is_trimmed() -> None:
    assert trim("\ufeff\u00a0 नी\u200cक्षा \u200b") == "नी\u200cक्षा"
    assert trim("a\x00b\nc") == "ab\nc"
    assert trim("Head of\x0bSales") == "Head of\nSales"


def test_what_cannot_be_seen_goes_and_joiners_inside_a_name_stay() -> None:
    assert trim("Jo\u00adhn\u00a0\u200bDoe") == "John Doe"
    assert trim("نی\u200cنی") == "نی\u200cنی"
    assert trim("क्\u200dष") == "क्\u200dष"


@pytest.mark.parametrize(
    ("cleaner", "text", "value"),
    [
        ("trim", "  a \u00a0 b\u200b ", "a b"),
        ("trim", "نی\u200cنی  क्\u200dष", "نی\u200cنی क्\u200dष"),
        ("lower", "ÄB", "äb"),
        ("upper", "äb", "ÄB"),
        ("first", " ; a | b", "a"),
        ("email", "Jane <mailto:jane@example.com>; joe@example.com", "jane@example.com"),
        ("email", "no address", "no address"),
        ("phone", "tel: 0049 151 23456789", "+49 151 23456789"),
        ("phone", "0151 23456789", "0151 23456789"),
        ("url", " <https://example.com>, ", "https://example.com"),
    ],
)
def test_a_cleaner_does_what_its_line_says(cleaner: str, text: str, value: str) -> None:
    assert CLEANERS[cleaner](text) == value


@given(st.text(), st.sampled_from([None, "DE", "US"]))
def test_no_text_upsets_a_check_or_a_cleaner(text: str, region: str | None) -> None:
    found = [check_email(text), check_url(text), check_phone(text, region)]
    assert all(bool(check.value) != bool(check.fault) for check in found)
    assert all(isinstance(clean(text), str) for clean in CLEANERS.values())
    assert len(split_name(text)) == 2
