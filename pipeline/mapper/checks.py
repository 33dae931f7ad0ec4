"""Readers that check what they read, after the kind of the field."""

import difflib
import functools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from pipeline.clean import (
    PLAIN_EMAIL,
    PLAIN_URL,
    Checked,
    are_plain_phones,
    bare,
    by_name,
    check_custom,
    check_email,
    check_phone,
    check_url,
    fitting,
    is_plain_phone,
    region_of,
    shown,
)
from pipeline.fields import Kind
from pipeline.mapper.cells import Cells, Fault, Notes, Place, Read
from pipeline.records import CustomField, Problem, Reason

_ID = re.compile(r"[0-9a-fA-F]{24}")
_REASONS: Mapping[Kind, Reason] = {Kind.EMAIL: Reason.INVALID_EMAIL, Kind.URL: Reason.INVALID_URL}


class Check(NamedTuple):
    """How a kind of value is checked: `fine` tells quickly that a text is good as it is, `look` what is wrong.

    `many_fine` is as `fine`, of printable texts, where that is quicker together. `value` is what a good text becomes
    if it has to be brought into a form; None where there is something to tell about it.
    """

    fine: Callable[[str], object]
    look: Callable[[str, Cells], Checked]
    many_fine: Callable[[Sequence[str]], Iterable[object]] | None = None
    value: Callable[[str], str | None] | None = None

    def fine_together(self, texts: Sequence[str]) -> Iterable[object]:
        """As `fine`, of each of these printable texts."""
        return self.many_fine(texts) if self.many_fine else map(self.fine, texts)


Checks: TypeAlias = Mapping[Kind, Check]


class Region(NamedTuple):
    """Whose numbers a row's phones are; `doubt` is a country that is not known, as the row has it."""

    code: str | None
    doubt: str = ""


def checks_of(stages: Mapping[str, str] | None, region: Callable[[Cells], Region]) -> Checks:
    """The check of every kind that has one; `region` tells whose numbers a row's phones are."""
    kinds = {
        Kind.EMAIL: Check(PLAIN_EMAIL.fullmatch, lambda text, _: check_email(text), fitting(PLAIN_EMAIL)),
        Kind.URL: Check(PLAIN_URL.fullmatch, lambda text, _: check_url(text), fitting(PLAIN_URL)),
        Kind.PHONE: Check(
            is_plain_phone, lambda text, cells: _check_phone(text, region(cells)), are_plain_phones
        ),
        Kind.ID: Check(_ID.fullmatch, _no_id),
    }
    if stages is not None:
        spelt = {name.casefold(): name for name in stages}
        kinds[Kind.STAGE] = Check(
            lambda text: text.casefold() in spelt, lambda text, _: _no_stage(text, spelt)
        )
    return kinds


def custom_checks(fields: Iterable[CustomField]) -> Mapping[str, Check]:
    """The check of every custom field, by casefolded label and by id; it brings values into their type's form."""

    def check_of(field: CustomField) -> Check:
        look = functools.lru_cache(maxsize=1_000)(functools.partial(check_custom, field))

        def value(text: str) -> str | None:
            found = look(text)
            return found.value if found == Checked(found.value) else None

        return Check(lambda _: False, lambda text, _: look(text), value=value)

    return {name: check_of(field) for name, field in by_name(fields).items()}


def near_list(lists: Sequence[str] | None) -> Callable[[str], str]:
    """Tells of a List that does not exist but nearly does; a slip of the pen makes a new List in Apollo."""
    known = {name.casefold(): name for name in lists or ()}

    def note(word: str) -> str:
        if not known or word.casefold() in known:
            return ""
        near = difflib.get_close_matches(word.casefold(), known, n=1, cutoff=0.85)
        return f"{shown(word)} is a new List; did you mean {shown(known[near[0]])}?" if near else ""

    return note


def region_reader(region: str | None, index: int | None, columns: Sequence[str]) -> Callable[[Cells], Region]:
    """The region of a row: the config's own, or the one that the row's cell at `index` of the `columns` names."""
    if index is None:
        fixed = Region(region_of(region) if region else None)
        return lambda _: fixed

    def read(cells: Cells) -> Region:
        country = cells[index]
        code = region_of(country)
        unknown = code is None and bare(country)
        return Region(code, f"{columns[index]}: {shown(country)} is no known country" if unknown else "")

    return read


def _check_phone(text: str, region: Region) -> Checked:
    found = check_phone(text, region.code)
    if not region.doubt or text.lstrip().startswith(("+", "(+", "00")):
        return found
    if found.fault:
        return found._replace(fault=f"{found.fault} ({region.doubt})")
    return found._replace(note="; ".join(filter(None, (found.note, region.doubt))))


def _no_id(_text: str, _cells: Cells) -> Checked:
    return Checked("", fault="is no id of Apollo; those have 24 characters, 0-9 and a-f")


def _no_stage(text: str, spelt: Mapping[str, str]) -> Checked:
    near = difflib.get_close_matches(text.casefold(), spelt, n=1)
    if near:
        meant = spelt[near[0]]
        return Checked(
            "", fault=f"is no contact stage of this team; did you mean {shown(meant)}?", suggestion=meant
        )
    known = ", ".join(map(shown, list(spelt.values())[:10]))
    return Checked(
        "", fault=f"is no contact stage of this team; there are {known}" if known else "is no contact stage"
    )


def checked(read: Read, place: Place, check: Check | None) -> Read:
    """The reader of a place whose value is checked; a bad one is left out, or is a fault, as the target says."""
    if check is None:
        return read
    fine, look = check.fine, check.look
    kept = _keeper(place)

    def read_checked(cells: Cells, notes: Notes) -> str:
        text = read(cells, notes)
        if not text or fine(text):
            return text
        return kept(look(text, cells), text, notes)

    return read_checked


def _keeper(place: Place) -> Callable[[Checked, str, Notes], str]:
    column, target = place.column, place.target
    reason = _REASONS.get(target.kind, Reason.INVALID_VALUE)

    def kept(found: Checked, text: str, notes: Notes) -> str:
        if found.note:
            notes.append(f"{column}: {found.note}")
        if not found.fault:
            return found.value
        said = f"{column}: {shown(text)} {found.fault}"
        if target.invalid == "drop":
            notes.append(f"{said} (left out)")
        else:
            notes.append(Fault(place.at, place.fields, Problem(reason, column, text, said, found.suggestion)))
        return ""

    return kept
