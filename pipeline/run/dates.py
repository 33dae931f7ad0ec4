"""Columns of dates whose order of day and month nobody told: read as the whole column proves it, never guessed."""

from collections.abc import Callable, Iterator, Mapping

from pipeline.clean import OrderProof, by_name
from pipeline.config import ColumnRule, Columns, Target
from pipeline.loader import Table
from pipeline.records import CustomField, Names

_DATES = ("date", "datetime")
_WHERE_TO_SAY = "“clean: [day_first]” or “clean: [month_first]” in the config says"


def with_orders(
    columns: Columns, names: Names, open_table: Callable[[], Table]
) -> tuple[Columns, tuple[str, ...]]:
    """The columns, with a cleaner for dates whose order the source proves, and what is to be told of it.

    The source is read once more, where the config has columns for date fields of the team without a cleaner.
    """
    fields = by_name(names.described)
    places = {
        place for place, rule in columns.bound if any(_is_open(target, fields) for target in rule.targets)
    }
    if not places:
        return columns, ()
    proofs = _proofs(places, open_table)
    bound = tuple(
        (place, _ordered(rule, fields, proofs[place].cleaner if place in proofs else None))
        for place, rule in columns.bound
    )
    told = tuple(_told(columns.names[place], proof) for place, proof in proofs.items())
    return columns._replace(bound=bound), tuple(filter(None, told))


def _is_open(target: Target, fields: Mapping[str, CustomField]) -> bool:
    field = fields.get((target.custom_field or "").casefold())
    return field is not None and field.kind in _DATES and not target.clean and not target.part


def _proofs(places: set[int], open_table: Callable[[], Table]) -> dict[int, OrderProof]:
    proofs = {place: OrderProof() for place in sorted(places)}
    with open_table() as table:
        for cells in _cells(table):
            for place, proof in proofs.items():
                if place < len(cells) and cells[place]:
                    proof.look(cells[place])
    return proofs


def _cells(table: Table) -> Iterator[tuple[str, ...]]:
    return (row.cells for rows in table.chunks() for row in rows if not row.unreadable)


def _ordered(rule: ColumnRule, fields: Mapping[str, CustomField], cleaner: str | None) -> ColumnRule:
    if cleaner is None:
        return rule
    targets = tuple(
        target.model_copy(update={"clean": (cleaner,)}) if _is_open(target, fields) else target
        for target in rule.targets
    )
    return rule.model_copy(update={"targets": targets})


def _told(column: str, proof: OrderProof) -> str:
    if proof.cleaner:
        first = "day" if proof.cleaner == "day_first" else "month"
        return f"{column}: dates are read with the {first} first, as {proof.proofs[proof.cleaner]} shows"
    if proof.proofs:
        return (
            f"{column}: some dates have the day first, such as {proof.proofs['day_first']}, some the month, such as "
            f"{proof.proofs['month_first']}; neither was read. {_WHERE_TO_SAY} which to read"
        )
    if proof.open:
        return (
            f"{column}: no date shows whether the day or the month stands first, as in {proof.open}; none was read. "
            f"{_WHERE_TO_SAY} it"
        )
    return ""
