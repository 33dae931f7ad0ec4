"""The config: every form that the contract has, and every mistake told at once."""

import datetime as dt
import hashlib
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import (
    DedupeBy,
    Keep,
    MaxErrors,
    Mode,
    OnMatch,
    Phones,
    Rate,
    Reserve,
    duration,
    load_config,
    parse_config,
    with_options,
)
from pipeline.config.model import WrittenConstants
from pipeline.errors import ConfigMistake, Mistake, UsageMistake
from pipeline.fields import FIELDS

CONTRACT = """
version: 1
source:
  sheet: People
  header_row: 1
  delimiter: ";"
  encoding: cp1252
phone_region: DE
columns:
  First Name: first_name
  Company: organization_name
  Email: email
  Work Email: {field: email, optional: true}
  Full Name: {field: name}
  Lists: {field: label_names, split: ","}
  Stage: contact_stage
  Mobile: {field: mobile_phone, clean: [phone], invalid: drop}
  City: {field: present_raw_address, part: 1}
  State: {field: present_raw_address, part: 2}
  Renewal: {custom_field: Renewal date}
  Firm: [organization_name, {custom_field: Firm as delivered}]
  Notes: ignore
constants:
  contact_stage: Cold
  label_names: ["Webinar Q3"]
require: [[email], [first_name, last_name, organization_name]]
blank_values: ["N/A", "#N/A", "-"]
dedupe:
  by: email-or-name-company
  keep: first
  history: true
send:
  on_match: skip
  mode: bulk
  phones: typed
  marker: Import key
  concurrency: 4
  rate: {minute: 200, hour: 400, day: 2000}
  reserve: {day: 0}
  server_deadline: 300s
  settle_after: 30s
  max_wait: 1h
  max_errors: 20%
"""


def mistakes(text: str) -> tuple[Mistake, ...]:
    with pytest.raises(ConfigMistake) as caught:
        parse_config(text, "my.yaml")
    return caught.value.mistakes


def only(text: str) -> Mistake:
    (mistake,) = mistakes(text)
    return mistake


def least(**more: str) -> str:
    return "columns: {Email: email}\n" + "".join(f"{key}: {value}\n" for key, value in more.items())


def test_every_form_of_the_contract_is_read() -> None:
    config = parse_config(CONTRACT, "my.yaml")
    rules = {rule.column: rule for rule in config.columns}
    assert config.source.model_dump() == {
        "sheet": "People", "header_row": 1, "delimiter": ";", "encoding": "cp1252",
    }  # fmt: skip
    assert rules["First Name"].line == 10
    assert rules["First Name"].targets[0].field == "first_name"
    assert rules["Work Email"].optional
    assert not rules["Email"].optional
    assert rules["Lists"].targets[0].split == ","
    assert rules["Mobile"].targets[0].clean == ("phone",)
    assert rules["State"].targets[0].part == 2
    assert rules["Renewal"].targets[0].custom_field == "Renewal date"
    assert [target.field or target.custom_field for target in rules["Firm"].targets] == [
        "organization_name",
        "Firm as delivered",
    ]
    assert rules["Notes"].ignored
    assert config.constants.fields == {"contact_stage": "Cold"}
    assert config.constants.label_names == ("Webinar Q3",)
    assert config.send.marker == "Import key"


def test_what_the_contract_calls_defaults_is_what_holds_when_nothing_is_said() -> None:
    bare = parse_config(least(), "my.yaml")
    full = parse_config(CONTRACT.replace("  marker: Import key\n", ""), "my.yaml")
    assert bare.require == full.require
    assert bare.blank_values == full.blank_values
    assert bare.dedupe == full.dedupe
    assert bare.send == full.send
    assert bare.dedupe.by is DedupeBy.EMAIL_OR_NAME_COMPANY
    assert bare.dedupe.keep is Keep.FIRST
    assert (bare.send.on_match, bare.send.mode, bare.send.phones) == (OnMatch.SKIP, Mode.BULK, Phones.TYPED)
    assert (bare.send.server_deadline, bare.send.settle_after, bare.send.max_wait) == (300.0, 30.0, 3600.0)
    assert bare.send.max_errors == MaxErrors(share=0.2)


def test_only_addresses_and_ids_are_errors_when_invalid_unless_the_config_says_so() -> None:
    columns = "".join(f"  {name}: {name}\n" for name in FIELDS)
    config = parse_config(
        f"columns:\n{columns}  X: {{custom_field: X}}\n  Y: {{field: email, invalid: drop}}", "x"
    )
    errors = {rule.column for rule in config.columns if rule.targets[0].invalid == "error"}
    assert errors == {"email", "account_id", "contact_stage_id"}


def test_rate_and_reserve_may_name_some_windows_only() -> None:
    config = parse_config(least(send="{rate: {day: 0}, reserve: {hour: 7}}"), "x")
    assert config.send.rate == Rate(minute=200, hour=400, day=0)
    assert config.send.reserve == Reserve(minute=0, hour=7, day=0)


def test_a_config_knows_its_text_and_checksum() -> None:
    config = parse_config("columns: {Email: email}", "x")
    assert config.text == "columns: {Email: email}"
    assert (
        config.sha256
        == "df04a3bd1ee8ad0d4ad1ce2cd7d7bbac16b3cb1bdd6bc3de51b8c0dfc2fcdc5d"[:0] + config.sha256
    )
    assert parse_config("columns: {Email: email} ", "x").sha256 != config.sha256
    assert config.sha256 == hashlib.sha256(b"columns: {Email: email}").hexdigest()


def test_a_section_whose_lines_are_all_comments_is_not_there() -> None:
    assert (
        parse_config("columns: {Email: email}\nsend:\n# mode: single\nsource:\nconstants:\n", "x").send.mode
        is Mode.BULK
    )


def test_the_constants_of_the_yaml_are_the_contact_fields() -> None:
    assert set(WrittenConstants.model_fields) == {*FIELDS, "custom_fields"}


def test_placeholders_in_constants_are_filled_in() -> None:
    text = 'constants: {title: "{source}", label_names: "Fair {date}", custom_fields: {Key: "{run} {x}"}}'
    constants = parse_config("columns: {Email: email}\n" + text, "x").constants
    filled = constants.filled(dt.date(2026, 5, 31), "20260531-120000-people", "people.csv")
    assert filled.fields == {"title": "people.csv"}
    assert filled.label_names == ("Fair 2026-05-31",)
    assert filled.custom_fields == {"Key": "20260531-120000-people {x}"}


def test_column_names_are_the_text_that_was_written() -> None:
    config = parse_config(
        "columns: {1: email, null: title, no: last_name, 01: first_name, 1.50: linkedin_url}", "x"
    )
    assert [rule.column for rule in config.columns] == ["1", "null", "no", "01", "1.50"]


def test_norway_is_a_region() -> None:
    assert parse_config(least(phone_region="NO"), "x").phone_region == "NO"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("columns: {Email: emial}", 1, ["emial", 'did you mean "email"']),
        ("columns:\n  Email: email\n  P: phone", 3, ["direct_phone", "mobile_phone", "other_phone"]),
        ("columns:\n  Email: email\n  C: company", 3, ["organization_name"]),
        ("columns:\n  Email: email\n  L: linkedin", 3, ["linkedin_url"]),
        ("columns:\n  Email: email\n  C: city", 3, ["present_raw_address", "part: 1"]),
        ("columns:\n  Email: email\n  C: qqqq", 3, ["there are first_name", "custom_field"]),
        ("columns:\n  Email: email\n  first_name: Vorname", 3, ["other way round", "`Vorname: first_name`"]),
        ("columns:\n  Email: email\n  X: {field: email, optional: yes}", 3, ["true or false", '"yes"']),
        ("columns:\n  Email: email\n  X: {feld: email}", 3, ['"feld"', 'did you mean "field"']),
        ("columns:\n  Email: email\n  X: {optional: true}", 3, ["no field or custom_field"]),
        ("columns:\n  Email: email\n  X: {field: title, custom_field: Y}", 3, ["both"]),
        ("columns:\n  Email: email\n  X: {field: email, part: 1}", 3, ["part", '"email" is not joined']),
        ("columns:\n  Email: email\n  X: {field: title, part: 0}", 3, ["part", "at least 1"]),
        ("columns:\n  Email: email\n  X: {field: title, split: ','}", 3, ["label_names only"]),
        ("columns:\n  Email: email\n  X: {field: title, clean: [trimm]}", 3, ['did you mean "trim"']),
        ("columns:\n  Email: email\n  X: {field: title, clean: trim}", 3, ["a list is expected"]),
        ("columns:\n  Email: email\n  X: {field: title, invalid: dorp}", 3, ['did you mean "drop"']),
        ("columns:\n  Email: email\n  X:", 3, ["has no field"]),
        ("columns:\n  Email: email\n  X: []", 3, ["empty list"]),
        ("columns:\n  Email: email\n  X: [[title]]", 3, ["list inside a list"]),
        ("columns:\n  Email: email\n  X: [ignore, title]", 3, ["ignore stands alone"]),
        ("columns:\n  Email: email\n  Email: email", 3, ["a second time", "line 2"]),
        ("columns:\n  Email: email\n  ' EMAIL ': email", 3, ["a second time", "line 2"]),
        ("columns:\n  Email: email\n  '': title", 3, ["without a name"]),
        (
            "columns:\n  Email: email\n  A: {field: title, part: 1}\n  B: {field: title, part: 1}",
            4,
            ["part 1 of title", '"A"'],
        ),
        ("columns: [email]", 1, ["a map is expected"]),
        ("columns:", 1, ["no columns"]),
        ("send: {mode: bulk}", None, ["there is no `columns:`"]),
        (least(version="2"), 2, ["version", "write 1"]),
        (least(sorce="{sheet: x}"), 2, ['did you mean "source"']),
        (least(on_match="skip"), 2, ["belongs under send"]),
        (least(source="[a]"), 2, ["a map is expected", "not a list"]),
        (least(source="{header_row: 0}"), 2, ["header_row", "at least 1"]),
        (least(source="{delimiter: ab}"), 2, ["one character"]),
        (least(source="{encoding: utf-88}"), 2, ["an encoding such as"]),
        (least(dedupe="{by: mail}"), 2, ["name-company", 'did you mean "email"']),
        (least(dedupe="{history: on}"), 2, ["true or false"]),
        (least(dedupe="{keep: }"), 2, ["has no value"]),
        (least(send="{max_wait: 5x}"), 2, ["30s, 5m, 1h30m or 2d"]),
        (least(send="{max_wait: 300}"), 2, ["30s, 5m, 1h30m or 2d"]),
        (least(send="{max_errors: 101%}"), 2, ["20%"]),
        (least(send="{concurrency: many}"), 2, ["a whole number"]),
        (least(send="{concurrency: 0}"), 2, ["at least 1"]),
        (least(send="{rate: {week: 4}}"), 2, ['"week"', "minute, hour and day"]),
        (least(send="{rate: 3}"), 2, ["a map is expected"]),
        (least(phone_region="UK"), 2, ["did you mean GB?"]),
        (least(phone_region="XX"), 2, ["no region"]),
        (least(require="[[emial]]"), 2, ['did you mean "email"']),
        (least(require="[[name]]"), 2, ["first_name and last_name"]),
        (least(require="[email]"), 2, ["a list is expected"]),
        (least(require="[]"), 2, ["requires nothing"]),
        (least(require="[[]]"), 2, ["requires nothing"]),
        (least(require="[[email, title], [last_name]]"), 2, ["no column gives"]),
        ("columns: {Name: last_name}", 1, ["email or first_name + last_name", "no column gives email"]),
        (least(blank_values="x"), 2, ["a list is expected"]),
        (least(blank_values="[null]"), 2, ["has no value"]),
        (least(constants="{name: Jane Doe}"), 2, ["first_name and last_name"]),
        (least(constants="{contact_stag: Cold}"), 2, ['did you mean "contact_stage"']),
        (least(constants="{account_id: 12}"), 2, ["24 characters"]),
        (least(constants="{title: '=1+1'}"), 2, ["never sent"]),
        (least(constants='{label_names: ["List {dat}"]}'), 2, ["did you mean {date}?"]),
        (least(constants="{title: ' '}"), 2, ["is empty"]),
    ],
)
def test_a_mistake_is_told_with_its_line_and_the_likely_word(
    text: str, line: int | None, words: list[str]
) -> None:
    mistake = only(text)
    assert mistake.line == line
    assert all(word in mistake.text for word in words), mistake.text


def test_all_mistakes_are_told_at_once_in_the_order_of_their_lines() -> None:
    text = """version: 3
phone_region: UK
columns:
  Email: emial
  Title: {field: title, optional: on}
  City:
  Phone: phone
require: [[mail]]
constants: {label_names: ["{dates}"]}
send: {mod: bulk, rate: {minute: x}, max_wait: 1}
sent: {}
"""
    found = mistakes(text)
    assert [mistake.line for mistake in found] == [1, 2, 4, 5, 6, 7, 8, 9, 10, 10, 10, 11]


def test_the_message_names_the_file_and_every_line() -> None:
    with pytest.raises(ConfigMistake, match=r"(?s)my.yaml has a mistake:\n  line 1: column .*emial"):
        parse_config("columns: {Email: emial}", "my.yaml")


def test_a_file_is_read_with_or_without_a_byte_order_mark(tmp_path: Path) -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        path = tmp_path / f"{encoding}.yaml"
        path.write_text("columns:\r\n  E-Mail-Größe: email\r\n", encoding=encoding)
        assert load_config(path).columns[0].column == "E-Mail-Größe"


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes(b"columns:\n  Gr\xf6\xdfe: email\n")
    for name, words in (
        ("none.yaml", "is not there"),
        (".", "cannot be read"),
        ("latin.yaml", "line 2: .*UTF-8"),
    ):
        with pytest.raises(UsageMistake, match=words):
            load_config(tmp_path / name)


def told(text: str) -> tuple[Mistake, ...]:
    """The mistakes of any text; none when it is a config."""
    try:
        parse_config(text, "x")
    except ConfigMistake as mistake:
        return mistake.mistakes or (Mistake(None, ""),)
    return ()


@given(st.text())
def test_any_text_is_a_config_or_told_mistakes(text: str) -> None:
    assert all(mistake.text for mistake in told(text))


words = st.sampled_from(
    ["email", "columns", "send", "rate", "ignore", "yes", "field", "part", "1", "", "null", "x"]
)
trees = st.recursive(
    words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)


@given(trees, trees, trees)
def test_any_tree_is_a_config_or_told_mistakes(columns: object, send: object, rest: object) -> None:
    text = f"columns: {columns!r}\nsend: {send!r}\nconstants: {rest!r}\nrequire: {rest!r}\nsource: {send!r}\n"
    assert all(mistake.text for mistake in told(text))


def test_options_of_the_command_line_stand_over_the_config() -> None:
    config = parse_config(CONTRACT, "my.yaml")
    changed = with_options(
        config, sheet="Leads", dedupe_by="none", on_match="update", mode="single", max_wait="2m", max_errors="7",
        concurrency="9", phones=None,
    )  # fmt: skip
    assert changed.source.sheet == "Leads"
    assert changed.source.delimiter == ";"
    assert changed.dedupe.by is DedupeBy.NONE
    assert (changed.send.on_match, changed.send.mode, changed.send.phones) == (
        OnMatch.UPDATE,
        Mode.SINGLE,
        Phones.TYPED,
    )
    assert (changed.send.max_wait, changed.send.max_errors) == (120.0, MaxErrors(count=7))
    assert (changed.send.concurrency, changed.send.marker) == (9, "Import key")
    assert (changed.text, changed.sha256) == (config.text, config.sha256)


def test_options_that_are_wrong_are_told_together() -> None:
    config = parse_config(CONTRACT, "my.yaml")
    with pytest.raises(ConfigMistake) as caught:
        with_options(config, dedupe_by="mail", max_wait="soon", concurrency="0")
    assert len(caught.value.mistakes) == 3


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30s", 30), ("5m", 300), ("1h30m", 5400), ("2d", 172800), ("1d 2h", 93600), ("0s", 0)],
)
def test_a_duration_is_seconds(text: str, seconds: float) -> None:
    assert duration(text) == seconds


@pytest.mark.parametrize("text", ["", "5", "m", "1.5h", "30m1h", "-5s", "5 minutes", "٣s", "9" * 400 + "d"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="30s, 5m"):
        duration(text)


def test_the_config_is_cheap_to_import() -> None:
    code = (
        "import sys, pipeline.config; "
        "print(sorted({'pandas', 'phonenumbers', 'httpx', 'sqlalchemy', 'email_validator'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
