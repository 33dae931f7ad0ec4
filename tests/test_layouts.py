"""Every shipped config: chosen for its own file, written with known words, and what it makes of the people in it."""

import json
from pathlib import Path

import pytest

from pipeline.choosing import choose
from pipeline.config import Config, load_config, match_columns, parse_config
from pipeline.loader import open_source
from pipeline.mapper import Mapper
from pipeline.records import Mapped
from pipeline.run.kept import source_options
from pipeline.shipped import configs, sample_data
from pipeline.suggest import suggest, to_yaml
from tests.data.make_layouts import LAYOUTS, written
from tests.invariants import contact_of

EXPECTED = json.loads((Path(__file__).parent / "data" / "layouts.json").read_text("utf-8"))
CONFIGS = [load_config(path) for path in configs()]


def mapped(config: Config, source: Path) -> list[Mapped]:
    with open_source(source, source_options(config)) as table:
        mapper = Mapper(config, match_columns(config, table.columns))
        return [mapper.map(row) for chunk in table.chunks() for row in chunk]


def config_of(layout: str) -> Config:
    return next(config for config in CONFIGS if Path(config.name).stem == layout)


def sample(layout: str) -> Path:
    return sample_data() / f"{layout}.csv"


def test_every_layout_has_a_config_a_sample_and_expected_contacts() -> None:
    stems = {Path(config.name).stem for config in CONFIGS} - {"people"}

    assert stems == set(LAYOUTS) == set(EXPECTED)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_sample_is_what_its_script_makes(layout: str) -> None:
    assert sample(layout).read_bytes() == written(layout)


@pytest.mark.parametrize("layout", [*LAYOUTS, "people"])
def test_without_a_config_the_one_for_the_layout_is_chosen(layout: str) -> None:
    with open_source(sample(layout)) as table:
        columns = table.columns

    assert Path(choose(sample(layout), [CONFIGS], lambda _: columns, lambda _: ()).name).stem == layout


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layouts_people_become_these_contacts(layout: str) -> None:
    rows = mapped(config_of(layout), sample(layout))

    assert [json.loads(contact_of(row).to_json()) for row in rows if not row.problems] == EXPECTED[layout]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_only_a_person_without_address_may_be_faulty_and_nothing_else_is_lost(layout: str) -> None:
    rows = mapped(config_of(layout), sample(layout))

    assert [row.row for row in rows if row.problems] == []


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_config_suggested_for_the_sample_maps_no_column_otherwise(layout: str) -> None:
    with open_source(sample(layout)) as table:
        rows = [row.cells for chunk in table.chunks() for row in chunk]
        text = to_yaml(suggest(table.columns, rows), sample(layout).name)
    shipped = {rule.column: rule for rule in config_of(layout).columns}

    suggested = {
        rule.column: rule for rule in parse_config(text, "suggested.yaml").columns if not rule.ignored
    }

    for column in suggested.keys() & shipped.keys():
        theirs = [target.field for target in shipped[column].targets]
        assert [target.field for target in suggested[column].targets] == theirs, column


@pytest.mark.parametrize("config", CONFIGS, ids=lambda config: Path(config.name).stem)
def test_every_shipped_config_begins_with_the_line_for_editors(config: Config) -> None:
    assert config.text.startswith("# yaml-language-server: $schema=schema.json\n")
