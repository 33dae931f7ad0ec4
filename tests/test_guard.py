import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.guard import protect, protect_all, unprotect

FORMULA_STARTS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
any_text = st.one_of(st.text(), st.text(alphabet="'=+-@\t\r\n \x1f\"0123456789(x\uff1d"))


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "@SUM(A1)",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "- none",
        "\t=1",
        "\r=1",
        "\uff1d1",
        " =1+1",
        "+",
        "--x",
    ],
)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert protect(text) == "'" + text


@pytest.mark.parametrize(
    "text",
    [
        *("", "Jane", "O'Brien", "'t Hooft", "a=b", "0207", "'90s"),
        *("+49 30 555 01 23", "+1-415-555-0123", "+1 (415) 555-0123 ext. 4", "(+49) 30"),
        *("-", "--", "-5", "-3.2%", "+5", "-1,234.50"),
    ],
)
def test_phones_numbers_dashes_and_plain_words_stay_whole(text: str) -> None:
    assert protect(text) == text


@pytest.mark.parametrize(
    ("guarded", "meant"),
    [
        ("'+44 20 7946 0123", "+44 20 7946 0123"),
        ('="02079460123"', "02079460123"),
        ('="say ""hi"""', 'say "hi"'),
        ("'02079460123", "02079460123"),
        ("'=1+1", "=1+1"),
        ("''=1+1", "'=1+1"),
        ("'t Hooft", "'t Hooft"),
        ('="a"&"b"', '="a"&"b"'),
        ("O'Brien", "O'Brien"),
    ],
)
def test_guards_of_other_programs_are_read_as_what_they_guard(guarded: str, meant: str) -> None:
    assert unprotect(guarded) == meant


@given(any_text)
@example("'+49 30")
@example("''=")
@example('="0207"')
@example("'12345")
def test_every_text_comes_back_from_its_guard(text: str) -> None:
    assert unprotect(protect(text)) == text


@given(any_text)
def test_a_protected_text_begins_like_no_formula_unless_it_is_a_number_or_a_dash(text: str) -> None:
    protected = protect(text)
    if protected.lstrip(" ").startswith(FORMULA_STARTS):
        assert set(protected) <= set("+-0123456789 .,%()/extEXT#")
        assert protected[0] in "+-"


@given(st.lists(any_text | st.sampled_from(["+49 30 555 01 23", "+1 (415) 555-0123", "+1 x\n2"])))
@example(["+1\x1fcmd|' /C calc'!A0"])
def test_many_texts_are_protected_as_one_is(texts: list[str]) -> None:
    assert list(protect_all(texts)) == list(map(protect, texts))
