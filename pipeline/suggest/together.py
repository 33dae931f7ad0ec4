"""Columns beside each other: which of several is meant, and what a bare word means among the others."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from pipeline.suggest.columns import BOTH, Column
from pipeline.suggest.frames import FIRMS_PLACE, PLACE_WORDS, Concept
from pipeline.suggest.words import folded

PLACES = (Concept.CITY, Concept.STATE, Concept.COUNTRY)
_WHO = frozenset({"PERSON", "CUSTOMER", "CONTACT"})
_OF_A_PERSON = (Concept.FIRST, Concept.LAST, Concept.EMAIL)


def settled(columns: Sequence[Column]) -> list[Column]:
    """Every column with a concept that is a field of Apollo's, or a part of its address, or none."""
    for step in (_names, _titles, _bare_phones, _any_phone, _places, _addresses, _stages, _ranked):
        columns = step(columns)
    return list(columns)


def _sure(columns: Iterable[Column], *concepts: Concept) -> list[Column]:
    return [column for column in columns if column.concept in concepts and not column.doubt]


def _each(columns: Sequence[Column], concept: Concept, change: Callable[[Column], Column]) -> list[Column]:
    return [change(column) if column.concept is concept else column for column in columns]


def _names(columns: Sequence[Column]) -> list[Column]:
    """A bare `Nom`, `Nombre`, `Name` is what the other columns leave open: first name, last name, or both."""
    first, last = _sure(columns, Concept.FIRST), _sure(columns, Concept.LAST)
    meant = Concept.FULL
    if bool(first) != bool(last):
        meant = Concept.LAST if first else Concept.FIRST
    people = any(column.meanings & _WHO for column in _sure(columns, Concept.BARE_NAME, Concept.FULL))
    firms = bool(_sure(columns, Concept.COMPANY))

    def change(column: Column) -> Column:
        whole = column.look.mostly("person", 0.7)
        if people and not column.meanings & _WHO:
            turned = column.turned(Concept.COMPANY)
            return turned.doubted("the contact's name stands in another column") if firms else turned
        if meant is not Concept.FULL and whole:
            return column.turned(Concept.FULL, BOTH)
        return column.turned(meant, BOTH if whole else "")

    return _each(columns, Concept.BARE_NAME, change)


def _titles(columns: Sequence[Column]) -> list[Column]:
    """`Title` is the job unless a column beside it says so better; in other languages it is as often Dr. or Prof."""
    jobs = bool(_sure(columns, Concept.JOB))
    honorifics = any("HONORIFIC" in column.meanings for column in columns)

    def change(column: Column) -> Column:
        turned = column.turned(Concept.JOB)
        english = "title" in folded(column.name)
        if jobs or not (english or (column.look.known and not honorifics)):
            return turned.doubted("it may be Mr. or Dr. rather than the job")
        return turned

    return _each(columns, Concept.BARE_TITLE, change)


def _bare_phones(columns: Sequence[Column]) -> list[Column]:
    """`Office` and `Private` are phones beside a mobile phone, or when their cells are."""
    beside = bool(_sure(columns, Concept.MOBILE))
    meant = {Concept.BARE_OFFICE: Concept.DIRECT, Concept.BARE_HOME: Concept.HOME_PHONE}

    def change(column: Column) -> Column:
        turned = column.turned(meant[column.concept])
        known = not column.doubt and (beside or column.look.known)
        return turned if known else turned.doubted("the name does not say that it is a phone")

    return [change(column) if column.concept in meant else column for column in columns]


def _any_phone(columns: Sequence[Column]) -> list[Column]:
    """A plain `Phone` is the direct one beside phones with other names, else of a kind that nobody told.

    Where the person's columns are called `Contact First Name`, `Contact Email`, it is the company's.
    """
    others = _sure(columns, Concept.OTHER_PHONE)
    beside = bool(_sure(columns, Concept.MOBILE, Concept.HOME_PHONE, Concept.OTHER_PHONE))
    direct = _sure(columns, Concept.DIRECT)
    free = Concept.OTHER_PHONE if not others else Concept.DIRECT
    meant = Concept.DIRECT if beside and not direct else free
    marked = [column for column in _sure(columns, *_OF_A_PERSON) if column.meanings & _WHO]

    def change(column: Column) -> Column:
        of_firm = len(marked) > 1 and not column.meanings & _WHO
        return column.turned(Concept.CORPORATE if of_firm else meant)

    return _each(columns, Concept.ANY_PHONE, change)


def _group(column: Column) -> int:
    """Which address a part belongs to: the person's plain one first, then at work, then at home."""
    if "WORK" in column.meanings:
        return 1
    return 2 if "HOME" in column.meanings else 0


_SEVERAL = "one of several addresses; Apollo keeps one"
_CLEARLY = 3


def _chosen_group(places: Sequence[Column]) -> int | None:
    """The plain address, or the only other one; of two, the one that is clearly filled more often."""
    groups = sorted({_group(column) for column in places})
    if groups[0] == 0 or len(groups) == 1:
        return groups[0]
    filled = {
        group: max(column.look.full for column in places if _group(column) == group) for group in groups
    }
    more, less, *_ = sorted(groups, key=lambda group: -filled[group])
    return more if filled[more] > _CLEARLY * filled[less] else None


def _places(columns: Sequence[Column]) -> list[Column]:
    """City, region and country of one address; a region alone may be a sales region."""
    found = _sure(columns, *PLACES)
    if not found:
        return list(columns)
    group = _chosen_group(found)
    if group is None:
        return [column.doubted(_SEVERAL) if column in found else column for column in columns]
    kinds = {column.concept for column in found}

    def change(column: Column) -> Column:
        if _group(column) != group:
            return column.dropped("another address; Apollo keeps one")
        lone = column.concept is Concept.STATE and kinds == {Concept.STATE}
        return column.doubted("a region, a sales region, or a state of affairs") if lone else column

    return [change(column) if column in found else column for column in columns]


def _addresses(columns: Sequence[Column]) -> list[Column]:
    """An address beside a city is mostly the street; one in a line stands behind its parts."""
    kinds = {column.concept for column in _sure(columns, *PLACES)}
    parts = bool(kinds)
    at_work = any("WORK" in column.meanings and column.meanings & PLACE_WORDS for column in columns)
    firms = any(
        column.reason == FIRMS_PLACE and column.meanings & {"CITY", "STATE", "COUNTRY"} for column in columns
    )

    def change(column: Column) -> Column:
        whole = column.meanings & {"FULL", "FORMATTED"} or column.look.mostly("comma", 0.6)
        if kinds == {Concept.COUNTRY} and not whole:
            return column.turned(Concept.CITY)  # all of the address but its country
        if parts and "LOCATION" not in column.meanings and not whole:
            return column.dropped("the street; Apollo's address is city, region and country")
        if firms and not column.meanings & {"LOCATION", "PERSON", "HOME", "FORMATTED"}:
            return column.doubted("it may be the company's address")
        if at_work and "HOME" in column.meanings:
            return column.doubted(_SEVERAL)
        return column

    return _each(columns, Concept.ADDRESS, change)


def _stages(columns: Sequence[Column]) -> list[Column]:
    """The stage of an Apollo export is one of the team's; another tool's is not."""

    def change(column: Column) -> Column:
        ours = "APOLLO" in column.meanings
        return column if ours else column.doubted("only a stage that your team has in Apollo can be imported")

    return _each(columns, Concept.STAGE, change)


_LATER: Mapping[str, int] = {"SECOND": 4, "OTHER": 3, "HOME": 2, "CUSTOMER": 0}


def rank(column: Column) -> int:
    """The lower, the sooner a column is the one for its field: work before home, first before second."""
    later = max((_LATER.get(word, 0) for word in column.meanings), default=0)
    domain = 5 if column.concept is Concept.WEBSITE and "DOMAIN" in column.meanings else 0
    direct = "DIRECT" in column.meanings
    plain = int(
        direct if column.concept is Concept.EMAIL else column.concept is Concept.DIRECT and not direct
    )
    return later + domain + plain


def _ranked(columns: Sequence[Column]) -> list[Column]:
    """One column a field, others are only offered; but a second address stands in where the first is seen to lack."""
    found = list(columns)
    for concept in {column.concept for column in _sure(columns, *Concept)} - {Concept.NONE}:
        first, *rest = sorted(_sure(columns, concept), key=lambda column: (rank(column), column.at))
        lacking = concept is Concept.EMAIL and first.look.cells > 0 and first.look.full < 1
        for column in rest:
            if not (lacking and column.look.known):
                found[found.index(column)] = column.doubted(f"{first.name} is that already")
    return found
