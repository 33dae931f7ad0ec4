"""docs/config.md and configs/schema.json are held to the models: no key is missing, and every default is right."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel
from ruamel.yaml import YAML

from pipeline.clean import CLEANERS, STEPS
from pipeline.config import load_config, parse_config
from pipeline.config.model import Document, Target, WrittenConstants
from pipeline.config.schema import schema, schema_text
from pipeline.fields import FIELDS
from pipeline.shipped import configs

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "config.md").read_text("utf-8")
KEYS = {
    found[1]: (found[2] or "").strip().strip("`")
    for found in re.finditer(r"^\| `([\w.]+)` \| (`[^|]*`)? ?\|", PAGE, re.MULTILINE)
}


def keys(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """Every key of a section, dotted; a section of its own has no line."""
    for name, field in model.model_fields.items():
        inner = field.annotation
        if inner is WrittenConstants:
            yield from (f"{prefix}{name}{more}" for more in ("", ".label_names", ".custom_fields"))
        elif isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from keys(inner, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


def test_the_page_has_every_key_and_no_other() -> None:
    assert set(KEYS) == {"columns", *keys(Document), *Target.model_fields}


def test_the_page_has_every_contact_field() -> None:
    (listed,) = re.findall(r"^Contact fields: (.*?)\. `label_names`", PAGE, re.DOTALL | re.MULTILINE)

    assert re.findall(r"`(\w+)`", listed) == list(FIELDS)


@pytest.mark.parametrize(("key", "default"), [(key, default) for key, default in KEYS.items() if default])
def test_a_default_of_the_page_changes_nothing(key: str, default: str) -> None:
    plain = parse_config("columns: {Email: email}", "x")
    if key in Target.model_fields:
        other = parse_config(
            f"columns: {{Email: {{field: email}}, T: {{field: title, {key}: {default}}}}}", "x"
        )
        (target,) = other.columns[1].targets
        assert target == Target(field="title")
        return
    *parents, last = key.split(".")
    lines = [f"{'  ' * depth}{name}:" for depth, name in enumerate(parents)]
    written = "\n".join(["columns: {Email: email}", *lines, f"{'  ' * len(parents)}{last}: {default}"])

    other = parse_config(written, "x")

    assert other.model_copy(update={"text": plain.text, "sha256": plain.sha256}) == plain


def test_the_example_of_the_page_has_no_mistakes() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)

    assert parse_config(example, "example").phone_region == "DE"


def test_the_shipped_schema_is_the_one_of_the_models() -> None:
    assert (ROOT / "configs" / "schema.json").read_text("utf-8") == schema_text()


def test_the_schema_knows_every_field_cleaner_and_key() -> None:
    target = schema()["$defs"]["Target"]["properties"]
    plain, *steps = target["clean"]["items"]["anyOf"]

    assert set(target["field"]["enum"]) == {*FIELDS, "name"}
    assert plain["enum"] == list(CLEANERS)
    assert [step["required"] for step in steps] == [[name] for name in STEPS]
    assert set(schema()["properties"]) == {"columns", *Document.model_fields}


def test_every_reference_of_the_schema_leads_somewhere() -> None:
    made = schema()
    named = set(re.findall(r'"#/\$defs/(\w+)"', json.dumps(made)))

    assert named == set(made["$defs"])


@pytest.mark.parametrize("path", configs(), ids=lambda path: path.stem)
def test_a_shipped_config_has_only_keys_of_the_schema(path: Path) -> None:
    written = YAML(typ="safe", pure=True).load(path)
    target = set(schema()["$defs"]["Target"]["properties"])

    assert set(written) <= set(schema()["properties"])
    assert all(set(form) <= target for form in written["columns"].values() if isinstance(form, dict))
    assert load_config(path).columns
