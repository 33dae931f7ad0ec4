"""One column on its own: what its name says, corrected by its values."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import NamedTuple

from pipeline.suggest.frames import Concept, reading
from pipeline.suggest.looks import Look
from pipeline.suggest.words import folded, meanings

NAME, VALUES, BOTH = "name", "values", "name and values"


@dataclass(frozen=True, slots=True)
class Column:
    """A column with the concept found so far; `doubt` keeps it from being mapped, `reason` says why there is none."""

    at: int
    name: str
    look: Look
    concept: Concept
    meanings: frozenset[str] = frozenset()
    why: str = NAME
    doubt: str = ""
    reason: str = ""

    def doubted(self, doubt: str) -> "Column":
        """The same, only offered."""
        return replace(self, doubt=doubt)

    def dropped(self, reason: str) -> "Column":
        """The same, mapped to nothing."""
        return replace(self, concept=Concept.NONE, doubt="", reason=reason)

    def turned(self, concept: Concept, why: str = "") -> "Column":
        """The same, standing for something else."""
        return replace(self, concept=concept, why=why or self.why)


class _Trait(NamedTuple):
    """`proof`: a shape that confirms the concept; `must`: it has to be there; `never`: shapes that speak against."""

    proof: str = ""
    must: bool = False
    never: tuple[str, ...] = ()


_TEXT = ("email", "url", "number", "date", "flag", "id")
_PHONE = _Trait("phone", must=True)
_WORDS = _Trait(never=_TEXT)

_TRAITS: Mapping[Concept, _Trait] = {
    **dict.fromkeys((Concept.LAST, Concept.BARE_NAME, Concept.COMPANY, Concept.JOB, Concept.LISTS), _WORDS),
    **dict.fromkeys(
        (Concept.BARE_TITLE, Concept.CITY, Concept.STATE, Concept.STAGE, Concept.ADDRESS), _WORDS
    ),
    **dict.fromkeys(
        (Concept.MOBILE, Concept.DIRECT, Concept.CORPORATE, Concept.HOME_PHONE, Concept.OTHER_PHONE), _PHONE
    ),
    **dict.fromkeys((Concept.ANY_PHONE, Concept.BARE_OFFICE, Concept.BARE_HOME), _PHONE),
    Concept.FIRST: _Trait("given", never=_TEXT),
    Concept.FULL: _Trait("person", never=_TEXT),
    Concept.EMAIL: _Trait("email", must=True),
    Concept.WEBSITE: _Trait("url", must=True, never=("linkedin",)),
    Concept.LINKEDIN: _Trait("linkedin_person", must=True),
    Concept.COUNTRY: _Trait("country", never=_TEXT),
    Concept.ACCOUNT_ID: _Trait("id", must=True),
}

_FOUND: tuple[tuple[str, Concept, float], ...] = (
    ("email", Concept.EMAIL, 0.8),
    ("linkedin_person", Concept.LINKEDIN, 0.8),
    ("sure_phone", Concept.ANY_PHONE, 0.8),
    ("given", Concept.FIRST, 0.6),
    ("family", Concept.LAST, 0.5),
    ("given_and_more", Concept.FULL, 0.6),
    ("country", Concept.COUNTRY, 0.9),
)


def columns_of(names: Sequence[str], looks: Sequence[Look]) -> list[Column]:
    """Every column that has a name, read by its name and then by its values."""
    known = {" ".join(folded(name)) for name in names}
    special = {column: said for needed, column, said in _vendors() if needed <= known}
    found = []
    for at, (name, look) in enumerate(zip(names, looks, strict=True)):
        if name:
            said = special.get(" ".join(folded(name))) or meanings(name)
            found.append(_seen(_named(at, name, look, said)))
    return _discovered(found)


def _named(at: int, name: str, look: Look, said: frozenset[str]) -> Column:
    found = reading(said - {"APOLLO"})
    values_may_tell = "" if found.open else NAME
    return Column(at, name, look, found.concept, said, values_may_tell, found.doubt, found.reason)


def _seen(column: Column) -> Column:
    """The column after a look at its values."""
    look = column.look
    if column.concept is Concept.NONE or not look.known:
        return _unseen(column)
    special = _SPECIAL.get(column.concept)
    if special is not None:
        column = special(column)
    trait = _TRAITS.get(column.concept, _Trait())
    if column.concept is Concept.NONE:
        return column
    if trait.proof and look.mostly(trait.proof):
        return _confirmed(column)
    if trait.must:
        return column.doubted("the name says so, but most cells do not look like it")
    spoken = next((shape for shape in trait.never if look.mostly(shape, 0.6)), "")
    return (
        column.doubted(f"the name says so, but most cells look like {_CALLED[spoken]}") if spoken else column
    )


_CALLED: Mapping[str, str] = {
    "email": "email addresses",
    "url": "links",
    "number": "numbers",
    "date": "dates",
    "flag": "yes or no",
    "id": "ids",
    "linkedin": "LinkedIn pages",
}


def _confirmed(column: Column) -> Column:
    freed = column.doubt and column.meanings & {"VERIFIED"} and column.concept is Concept.EMAIL
    named = column.doubt and column.meanings == {"PERSON"} and column.look.mostly("person", 0.7)
    why = column.why if column.why == VALUES else BOTH
    return replace(column, why=why, doubt="" if freed or named else column.doubt)


def _unseen(column: Column) -> Column:
    if column.concept is Concept.ANY_URL:
        return column.doubted("the name does not say whose page it is")
    return column


def _link(column: Column) -> Column:
    """A link is the person's LinkedIn page, the company's website, or neither."""
    if column.look.mostly("linkedin_person"):
        return column.turned(Concept.LINKEDIN, BOTH)
    if column.look.mostly("linkedin"):
        return column.dropped("a LinkedIn page, but not of the person's profile")
    if "COMPANY" in column.meanings and column.look.mostly("url"):
        return column.turned(Concept.WEBSITE, BOTH)
    return column.doubted("the name does not say whose page it is")


def _profile(column: Column) -> Column:
    if column.look.mostly("linkedin") and not column.look.mostly("linkedin_person"):
        return column.dropped("a LinkedIn page, but not of the person's profile")
    return column


def _site(column: Column) -> Column:
    if column.look.mostly("linkedin_person"):
        return column.turned(Concept.LINKEDIN, VALUES)
    return column.dropped("a LinkedIn page, not a website") if column.look.mostly("linkedin") else column


def _whose(column: Column) -> Column:
    """`Profile` is as often the page of a person as the name."""
    if column.look.mostly("linkedin_person"):
        return replace(column, concept=Concept.LINKEDIN, doubt="", why=VALUES)
    return column


def _honorific(column: Column) -> Column:
    if column.look.mostly("honorific"):
        return column.dropped("Mr., Dr. and the like, not the job")
    return column


_SPECIAL: Mapping[Concept, Callable[[Column], Column]] = {
    Concept.ANY_URL: _link,
    Concept.LINKEDIN: _profile,
    Concept.WEBSITE: _site,
    Concept.FULL: _whose,
    Concept.BARE_TITLE: _honorific,
    Concept.JOB: _honorific,
}


def _discovered(columns: Sequence[Column]) -> list[Column]:
    """What values alone say of columns whose names say nothing, where no other column is that."""
    found = list(columns)
    for shape, concept, least in _FOUND:
        taken = any(column.concept is concept for column in found) or (
            concept in _ALIKE and _has_like(found, concept)
        )
        unknown = [column for column in found if column.concept is Concept.NONE and not column.why]
        candidates = [column for column in unknown if column.look.mostly(shape, least)]
        if not taken and len(candidates) == 1:
            turned = candidates[0].turned(concept, VALUES)
            somebody_s = concept is Concept.FULL and not _NO_NAME.fullmatch(turned.name)
            found[found.index(candidates[0])] = turned.doubted(_WHOSE) if somebody_s else turned
    return found


_WHOSE = "there are names in it, but its own name does not say whose"
_NO_NAME = re.compile(
    r"\W*\w\W*|(?:column|col|field|spalte|feld|colonne|champ|columna|campo|coluna)\W*\d+", re.IGNORECASE
)
"""Names that a program gives to columns that have none."""


_ALIKE: Mapping[Concept, frozenset[Concept]] = {
    Concept.FIRST: frozenset({Concept.FULL, Concept.BARE_NAME}),
    Concept.LAST: frozenset({Concept.FULL, Concept.BARE_NAME}),
    Concept.FULL: frozenset({Concept.FIRST, Concept.LAST, Concept.BARE_NAME}),
    Concept.ANY_PHONE: frozenset({Concept.MOBILE, Concept.DIRECT, Concept.CORPORATE, Concept.HOME_PHONE}),
}


def _has_like(columns: Sequence[Column], concept: Concept) -> bool:
    return any(column.concept in _ALIKE[concept] for column in columns)


def _vendors() -> list[tuple[frozenset[str], str, frozenset[str]]]:
    rows = []
    for line in files(__package__).joinpath("vendors.tsv").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            _, needed, column, said = line.split("\t")
            rows.append((frozenset(needed.split("|")), column, frozenset(said.split())))
    return rows
