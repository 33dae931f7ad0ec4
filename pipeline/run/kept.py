"""A run as its folder and the ledger keep it: enough to go on with it, or tell about it, without the original files."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.config import Columns, Config, match_columns, parse_config, with_options
from pipeline.errors import ConfigMistake, UsageMistake
from pipeline.ledger import HistoryRules, Ledger, Rows, RunRecord
from pipeline.loader import Charset, SourceOptions, Table, open_as_told
from pipeline.run import copies


@dataclass(frozen=True, slots=True)
class Kept:
    """One run's folder and the config it runs under; `charset` is its source's, if that is known.

    `who_only` as in `RunRecord`.
    """

    folder: Path
    config: Config
    who_only: bool = False
    charset: Charset | None = None

    @classmethod
    def of(cls, ledger: Ledger, run: RunRecord) -> "Kept":
        """The folder and rules of a run.

        Raises:
            UsageMistake: the folder or its config is gone.
        """
        folder = ledger.folder / run.run_id
        try:
            text = (folder / "config.yaml").read_text(encoding="utf-8")
        except OSError as error:
            raise UsageMistake(f"{folder / 'config.yaml'} cannot be read: {error.strerror}.") from error
        rules: dict[str, Any] = dict(run.options["rules"])
        config = with_options(parse_config(text, str(run.options["config"])), **rules)
        charset = run.options.get("charset")
        return cls(folder, config, run.who_only, Charset(*charset) if charset else None)

    @property
    def source(self) -> Path:
        """The run's copy of the source."""
        return copies.kept_source(self.folder)

    @property
    def told(self) -> SourceOptions:
        """How the copy is to be read."""
        return source_options(self.config)._replace(charset=self.charset)

    def open(self) -> Table:
        """The table in the run's copy of the source."""
        return open_as_told(self.source, self.told)


def columns_of(config: Config, table: Table, instead: Mapping[str, str] | None = None) -> Columns:
    """As `match_columns`; where that fails, the row and the sheet are told in which the columns were looked for.

    Raises:
        ConfigMistake: columns of the config are missing, or none that is there can fill a required set.
    """
    try:
        return match_columns(config, table.columns, instead or {})
    except ConfigMistake as mistake:
        sheet = f" of sheet “{table.sheet}”" if table.sheet else ""
        keys = "`source.sheet` and `source.header_row` name" if sheet else "`source.header_row` names"
        place = f"the names were looked for in row {table.header_row}{sheet}; {keys} another place"
        raise ConfigMistake(mistake.path, mistake.mistakes, place) from None


def source_options(config: Config) -> SourceOptions:
    """How the config wants the source to be read."""
    return SourceOptions(**config.source.model_dump())


def rows_of(ledger: Ledger, run: RunRecord, config: Config) -> Rows:
    """The rows of a run under its rules."""
    asked = config.dedupe.history and not run.again
    rules = HistoryRules(asked=asked, updates=config.send.on_match == "update")
    return Rows(ledger, run.key, run.team, rules)
