"""The config for a source when none was named."""

from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from pipeline.choosing import choose
from pipeline.cli.speaking import tell
from pipeline.config import Config, load_config
from pipeline.errors import ConfigMistake, SourceMistake
from pipeline.fields import PHONES
from pipeline.loader import SourceOptions, is_fed_back, open_source
from pipeline.run.kept import source_options
from pipeline.shipped import configs as shipped_configs
from pipeline.suggest import suggest

OWN = Path("configs")
_LOOKED_AT = 200


def config_for(source: Path, sheet: str | None, *, quiet: bool = False) -> Config:
    """The config of `./configs`, else of those shipped, that fits the source; which one is told.

    Raises:
        SourceMistake: the source cannot be read, or not exactly one config fits it best.
    """
    columns = _Columns(source, sheet)
    chosen = choose(
        source, (_readable(sorted(OWN.glob("*.yaml"))), _shipped()), columns.under, columns.precious
    )
    if not quiet:
        tell(f"{source}: config {chosen.name}, because it fits the columns; -c names another")
    return chosen


class _Columns:
    """The source's columns, read once for each way of reading."""

    def __init__(self, source: Path, sheet: str | None) -> None:
        self._source = source
        self._sheet = sheet
        plain = SourceOptions(sheet)
        self._tops: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
        self._plain = self._read(plain)
        self._known = {plain: self._plain}

    def under(self, config: Config) -> tuple[str, ...]:
        """The columns as a config would have the source read; none where it cannot be read so."""
        if is_fed_back(self._plain):  # then what it says of the original file does not count
            return self._plain
        told = source_options(config)
        told = told._replace(sheet=self._sheet or told.sheet)
        if told not in self._known:
            try:
                self._known[told] = self._read(told)
            except SourceMistake:
                self._known[told] = ()
        return self._known[told]

    def precious(self, columns: Sequence[str]) -> frozenset[str]:
        """Those columns that surely hold email addresses or phones, by their names and first values."""
        fields = suggest(columns, self._tops.get(tuple(columns), [])).fields
        return frozenset(column for column, field in fields.items() if field == "email" or field in PHONES)

    def _read(self, told: SourceOptions) -> tuple[str, ...]:
        with open_source(self._source, told) as table:
            rows = (row.cells for chunk in table.chunks(_LOOKED_AT) for row in chunk)
            self._tops[table.columns] = list(islice(rows, _LOOKED_AT))
            return table.columns


def _readable(paths: list[Path]) -> list[Config]:
    found = []
    for path in paths:
        try:
            found.append(load_config(path))
        except ConfigMistake as mistake:
            tell(f"{path} was passed over: {mistake}")
    return found


def _shipped() -> list[Config]:
    own = {path.resolve() for path in OWN.glob("*.yaml")}
    return _readable([path for path in shipped_configs() if path.resolve() not in own])
