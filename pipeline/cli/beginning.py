"""What `init` does: reads the top of a source, and writes the config that fits its columns."""

from collections import Counter
from itertools import islice
from pathlib import Path

from pipeline.cli.calling import command
from pipeline.cli.speaking import counted, say, say_notes, say_wrapped
from pipeline.config import parse_config
from pipeline.errors import ConfigMistake, UsageMistake
from pipeline.loader import SourceOptions, open_source
from pipeline.shipped import configs
from pipeline.suggest import Suggestion, suggest, to_yaml

_ROWS = 500
_HOME = Path("configs")


def begin(source: Path, file: Path | None, sheet: str | None) -> int:
    """Writes the config and says what to do next; 0.

    Raises:
        SourceMistake: the source cannot be read.
        UsageMistake: the config cannot be written, or is there already.
    """
    with open_source(source, SourceOptions(sheet)) as table:
        columns, notes = table.columns, table.notes
        rows = [row.cells for row in islice((row for chunk in table.chunks(_ROWS) for row in chunk), _ROWS)]
    suggestion = suggest(columns, rows)
    text = to_yaml(suggestion, source.name, _schema(), sheet or "")
    file = file or _HOME / f"{source.name.partition('.')[0] or 'config'}.yaml"
    _write(file, text)
    _tell(suggestion, file, rows=len(rows))
    say_notes(notes)
    _next(text, source, file)
    return 0


def _schema() -> str:
    """Where editors find the schema that travels with the program."""
    return (configs()[0].parent / "schema.json").resolve().as_uri()


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except FileExistsError:
        raise UsageMistake(
            f"{file} is there already and was left as it is; name another file with -o"
        ) from None
    except OSError as error:
        raise UsageMistake(f"{file} cannot be written: {error.strerror or error}") from None


def _tell(suggestion: Suggestion, file: Path, rows: int) -> None:
    kinds = Counter(
        "unsure" if not choice.sure else "mapped" if choice.field else "ignored"
        for choice in suggestion.choices
    )
    told = ", ".join(f"{kinds[kind]} {kind}" for kind in ("mapped", "ignored", "unsure"))
    say_wrapped(f"{file}: {counted(len(suggestion.choices), 'column')}: {told} ({_by(rows)})")


def _by(rows: int) -> str:
    if not rows:
        return "by their names only, since there are no rows"
    return f"by their names and the first {rows:,} rows" if rows > 1 else "by their names and one row"


def _next(text: str, source: Path, file: Path) -> None:
    try:
        parse_config(text, str(file))
    except ConfigMistake as mistake:
        say(f"It is not complete yet. {mistake}")
    say_wrapped("Read it once, and take the # from the lines that are right. Then:")
    say(f"  {command(['check', str(file), str(source)])}")
    say(f"  {command(['run', str(source), '-c', str(file), '--dry-run'])}")
