"""Contacts written and told apart as columns: the same as one by one."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from pipeline.config.model import DedupeBy, DedupeRules, Keep
from pipeline.dedupe import Deduper, keys_of
from pipeline.identity import (
    address_key,
    address_keys,
    content_key,
    contents,
    digests,
    named_key,
    named_keys,
    payloads,
    person_key,
    person_keys,
)
from pipeline.records import PlainRows, Values, values_json
from pipeline.run.entries import keyed, together
from pipeline.run.needs import Need

FIELDS = (
    "first_name",
    "last_name",
    "organization_name",
    "email",
    "website_url",
    "label_names",
    "mobile_phone",
)
text = st.text(max_size=6).filter(str.isprintable) | st.sampled_from(
    [
        "",
        "Ann",
        "Müller",
        "Acme GmbH",
        "The Limited",
        "ann@example.com",
        'a"b',
        "a\\b",
        "100%",
        "%s",
        "{x}",
        "S. A.",
    ]
)
lists = st.lists(st.sampled_from(["Import", "Fair", 'A "b"', "%"]), unique=True, max_size=3).map(tuple)
labels = st.lists(st.sampled_from(["Industry", "Score %", 'Say "so"']), unique=True, max_size=3).map(sorted)


@st.composite
def plain_rows(draw: st.DrawFn) -> PlainRows:
    fields = tuple(field for field in FIELDS if draw(st.booleans()))
    custom = tuple(draw(labels))
    rows = list(range(2, 2 + draw(st.integers(0, 4))))
    columns = [[draw(lists if name == "label_names" else text) for _ in rows] for name in (*fields, *custom)]
    shapes = [tuple(bool(column[at]) for column in columns) for at in range(len(rows))]
    return PlainRows(fields, custom, rows, columns, shapes)


def one_by_one(plain: PlainRows) -> list[Values]:
    found: list[Values] = []
    for at in range(len(plain.rows)):
        cells = [column[at] for column in plain.columns]
        values = {name: cell for name, cell in zip(plain.fields, cells, strict=False) if cell}
        own = {
            name: cell for name, cell in zip(plain.custom, cells[len(plain.fields) :], strict=True) if cell
        }
        found.append({**values, "custom_fields": own} if own else values)
    return found


@given(plain_rows())
def test_columns_are_written_as_each_row_is_by_itself(plain: PlainRows) -> None:
    assert payloads(plain) == list(map(values_json, one_by_one(plain)))


@given(plain_rows())
def test_columns_have_the_keys_that_each_row_has_by_itself(plain: PlainRows) -> None:
    each = one_by_one(plain)
    said = contents(payloads(plain), [values.get("label_names", ()) for values in each])
    emails, names = address_keys(plain.column("email")), named_keys(*together(plain, DedupeRules()).people)
    assert digests(said) == list(map(content_key, each))
    assert emails == list(map(address_key, each))
    assert names == list(map(named_key, each))
    assert person_keys(emails, names, said) == list(map(person_key, each))
    assert Need.across(plain) == list(map(Need.of, each))


@given(plain_rows(), st.sampled_from(DedupeBy), st.sampled_from(Keep), st.randoms())
def test_rows_are_compared_alike_together_and_alone_and_in_any_order(
    plain: PlainRows, by: DedupeBy, keep: Keep, random: Random
) -> None:
    rules = DedupeRules(by=by, keep=keep)
    at_once, alone = Deduper(rules), Deduper(rules)
    at_once.add_all(plain.rows, keyed(together(plain, rules))[1])
    each = list(zip(plain.rows, one_by_one(plain), strict=True))
    random.shuffle(each)
    for row, values in each:
        alone.add(row, keys_of(values, rules))
    assert list(at_once.duplicates()) == list(alone.duplicates())
