"""The JSON Schema of a config, for editors: made from the models, so that both cannot differ.

Editors read it by the line `# yaml-language-server: $schema=…` (github.com/redhat-developer/yaml-language-server).
A config's numbers and flags may stand bare in YAML though this program reads texts, so both are allowed.
"""

import json
import sys
from typing import Any, TypeAlias

from pipeline.clean import CLEANERS
from pipeline.config.columns import IGNORE
from pipeline.config.model import Document, Target
from pipeline.fields import FIELDS, FULL_NAME

_Schema: TypeAlias = dict[str, Any]

_HELP = {
    "version": "The version of this form; 1.",
    "source": "How the file is to be read; what is not said is found out.",
    "phone_region": "For numbers without a country code: a region such as DE, or a column that holds one.",
    "columns": "Spreadsheet column -> contact field.",
    "constants": "Values for new contacts where the row gives none.",
    "require": "At least one of these sets of fields must be filled.",
    "blank_values": "A whole cell like this is empty.",
    "dedupe": "What makes two rows one person.",
    "send": "How contacts are sent.",
}
_DURATION = {
    "type": "string",
    "pattern": r"^\s*(?=\d)(\d+d)?\s*(\d+h)?\s*(\d+m)?\s*(\d+s)?\s*$",
    "examples": ["30s", "1h30m"],
}


def schema() -> _Schema:
    """The JSON Schema (2020-12) of the config file."""
    document = Document.model_json_schema()
    definitions = document.pop("$defs", {})
    target = Target.model_json_schema()
    definitions |= target.pop("$defs", {})
    target["properties"]["field"] = {"enum": [*FIELDS, FULL_NAME], "description": "A contact field."}
    target["properties"]["clean"] = {"type": "array", "items": _cleaner()}
    target["properties"]["optional"] = {"type": "boolean", "default": False}
    target["oneOf"] = [{"required": ["field"]}, {"required": ["custom_field"]}]
    definitions["Target"] = target
    properties = {"columns": _columns(), **document["properties"]}
    for name, words in _HELP.items():
        properties[name] = {**properties[name], "description": words}
    properties["require"]["items"]["items"] = {"enum": list(FIELDS)}
    _as_written(definitions)
    _plainly(*properties.values(), *definitions.values())
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A config of contact-import",
        "type": "object",
        "additionalProperties": False,
        "required": ["columns"],
        "properties": properties,
        "$defs": definitions,
    }


def schema_text() -> str:
    """The schema as the file that is shipped, configs/schema.json."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _columns() -> _Schema:
    one = {"anyOf": [{"enum": [*FIELDS, FULL_NAME]}, {"$ref": "#/$defs/Target"}]}
    several = {"type": "array", "items": one, "minItems": 1}
    either = {"anyOf": [{"const": IGNORE}, *one["anyOf"], several]}
    return {"type": "object", "minProperties": 1, "additionalProperties": either}


def _cleaner() -> _Schema:
    texts = {
        "type": "object",
        "additionalProperties": {"type": ["string", "number", "null"]},
        "minProperties": 1,
    }
    two = {"type": "array", "items": {"type": ["string", "null"]}, "minItems": 2, "maxItems": 2}
    with_values = {"map": texts, "regex": two, "date": {"type": "string"}}
    steps = [
        {"type": "object", "properties": {name: form}, "required": [name], "additionalProperties": False}
        for name, form in with_values.items()
    ]
    return {"anyOf": [{"enum": list(CLEANERS)}, *steps]}


def _as_written(definitions: dict[str, _Schema]) -> None:
    """Puts the forms of the YAML where the models have the values that are made of them."""
    send = definitions["SendRules"]["properties"]
    for name, written in (("server_deadline", "300s"), ("settle_after", "30s"), ("max_wait", "1h")):
        send[name] = {**_DURATION, "default": written}
    send["max_errors"] = {
        "anyOf": [
            {"type": "integer", "minimum": 0},
            {"type": "string", "pattern": r"^\s*\d+(\.\d+)?\s*%?\s*$"},
        ],
        "default": "20%",
    }
    definitions.pop("MaxErrors", None)
    lists = definitions["WrittenConstants"]["properties"]
    lists["label_names"] = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}


def _plainly(*parts: _Schema) -> None:
    """Takes out what only Python needs: titles after names, and defaults that are whole sections."""
    for part in parts:
        part.pop("title", None)
        if isinstance(part.get("default"), dict) or part.get("default", ...) is None:
            del part["default"]
        _plainly(*part.get("properties", {}).values())


if __name__ == "__main__":
    sys.stdout.write(schema_text())
