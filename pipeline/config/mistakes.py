"""What is wrong, in the words of the person who wrote the config, with the likely right word."""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from pipeline.config.model import Document
from pipeline.config.reading import Path
from pipeline.errors import Mistake
from pipeline.fields import FIELDS, FULL_NAME, PHONES

TARGET_NAMES = (*FIELDS, FULL_NAME)

_SHOWN = 60


def quoted(value: object) -> str:
    """A value in quotes, on one line, cut where it is long."""
    text = " ".join(str(value).split())
    return f'"{text[:_SHOWN]}…"' if len(text) > _SHOWN else f'"{text}"'


def listed(words: Iterable[str], last: str = "or") -> str:
    """`a, b or c`."""
    *head, tail = words
    return f"{', '.join(head)} {last} {tail}" if head else tail


def likely(word: str, known: Iterable[str]) -> str:
    """The known word that was most likely meant, or ""."""
    folded = {" ".join(name.split()).casefold(): name for name in reversed(list(known))}
    found = difflib.get_close_matches(" ".join(word.split()).casefold(), folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else ""


def meant(word: str, known: Iterable[str]) -> str:
    """`; did you mean "…"?`, or "" when no known word is near."""
    found = likely(word, known)
    return f"; did you mean {quoted(found)}?" if found else ""


_PHONES = f"a phone is one of {listed(PHONES)}"
_ADDRESS = "write {field: present_raw_address, part: 1}, and part: 2 for the next column of the address"
_EXPLAINED: Mapping[str, str] = {
    **dict.fromkeys(("phone", "phones", "telephone", "tel", "phone_number", "work_phone"), _PHONES),
    **dict.fromkeys(("mobile", "cell", "cell_phone"), "write mobile_phone"),
    **dict.fromkeys(("company", "company_name", "organization", "organisation", "account", "employer"),
                    "write organization_name for the company's name, or account_id for its id"),
    **dict.fromkeys(("linkedin", "linkedin_profile", "person_linkedin_url"), "write linkedin_url"),
    **dict.fromkeys(("website", "web", "url", "domain", "homepage"), "write website_url"),
    **dict.fromkeys(("address", "location", "city", "state", "country", "street", "zip"), _ADDRESS),
    **dict.fromkeys(("list", "lists", "label", "labels", "tags"), "write label_names for Apollo's Lists"),
    **dict.fromkeys(("stage", "contact_stage_name"), "write contact_stage for a stage by its name"),
    **dict.fromkeys(("full_name", "fullname", "contact_name"), "write name, which is split in two"),
    **dict.fromkeys(("surname", "lastname", "family_name"), "write last_name"),
    **dict.fromkeys(("firstname", "given_name"), "write first_name"),
    **dict.fromkeys(("job", "job_title", "position", "role"), "write title"),
    **dict.fromkeys(("mail", "e-mail", "email_address", "work_email"), "write email"),
    **dict.fromkeys(("skip", "none", "unused", "ignored"), "write ignore"),
    **dict.fromkeys(("custom", "custom_field", "custom_fields"), "write {custom_field: Its label}"),
}  # fmt: skip


def unknown_field(word: str) -> str:
    """Why a word is no contact field, and which one may be meant."""
    key = re.sub(r"[\s-]+", "_", word.strip().casefold())
    hint = _EXPLAINED.get(key) or _EXPLAINED.get(word.strip().casefold())
    if hint:
        return f"{quoted(word)} is not a contact field; {hint}"
    found = likely(key, TARGET_NAMES)
    if found:
        return f"{quoted(word)} is not a contact field; did you mean {quoted(found)}?"
    ways = "a custom field is written {custom_field: its label}"
    return f"{quoted(word)} is not a contact field; there are {listed(TARGET_NAMES, 'and')}; {ways}"


def of_validation(
    error: ValidationError, lines: Mapping[Path, int], at: Path = (), model: type[BaseModel] = Document
) -> list[Mistake]:
    """A mistake for each finding of pydantic; `at` is where the checked part stands in the config."""
    return [_mistake(found, lines, at, model) for found in error.errors(include_url=False)]


def _mistake(found: ErrorDetails, lines: Mapping[Path, int], at: Path, model: type[BaseModel]) -> Mistake:
    where = (*at, *found["loc"])
    line = next((lines[where[:end]] for end in range(len(where), -1, -1) if where[:end] in lines), None)
    if found["type"] == "extra_forbidden":
        return Mistake(line, _unknown_key(found["loc"], at, model))
    place = _place(where)
    value = found["input"]
    if value is None:
        return Mistake(line, f"{place} has no value; write one, or delete the line")
    return Mistake(line, f"{place}: {_sentence(found)}")


def _place(where: Path) -> str:
    """`send.rate.day`, the way the key is found when reading down; places in a list count from 1."""
    if where[:1] == ("columns",) and len(where) > 1:
        rest = ".".join(str(part) for part in where[2:] if isinstance(part, str))
        return f"column {quoted(where[1])}" + (f", {rest}" if rest else "")
    return ".".join(str(part + 1 if isinstance(part, int) else part) for part in where)


_SENTENCES: Mapping[str, str] = {
    "int_parsing": "write a whole number",
    "int_type": "write a whole number",
    "int_from_float": "write a whole number",
    "int_parsing_size": "the number is too large",
    "string_type": "a text is expected here",
    "string_too_short": "is empty; write a value, or delete the line",
    "too_short": "is an empty list; name at least one",
    "tuple_type": "a list is expected here, such as [one, two]",
    "dict_type": "a map is expected here: lines of the form `key: value`, indented",
    "model_type": "a map is expected here: lines of the form `key: value`, indented",
    "string_unicode": "holds a damaged character",
}


def _sentence(found: ErrorDetails) -> str:
    kind, context, value = found["type"], found.get("ctx", {}), found["input"]
    shown = f", not {quoted(value)}" if isinstance(value, str) and value else _shape(value)
    if kind == "value_error":
        return f"{context['error']}{shown}"
    if kind in ("enum", "literal_error"):
        words = re.findall(r"'([^']*)'", str(context.get("expected", "")))
        return f"write {listed(words)}{shown}{meant(value, words) if isinstance(value, str) else ''}"
    if kind in ("greater_than_equal", "less_than_equal"):
        bound = f"at least {context['ge']}" if "ge" in context else f"at most {context['le']}"
        return f"must be {bound}{shown}"
    return _SENTENCES.get(kind, found["msg"]) + ("" if kind.endswith("too_short") else shown)


def _shape(value: object) -> str:
    if isinstance(value, dict):
        return ", not a map"
    return ", not a list" if isinstance(value, list) else ""


def _unknown_key(loc: Sequence[str | int], at: Path, model: type[BaseModel]) -> str:
    key, parents = str(loc[-1]), loc[:-1]
    known = _keys(model, parents)
    place = _place((*at, *parents)) if (*at, *parents) else ""
    inside = (
        f" under {place}" if place and not place.startswith("column ") else f" of {place}" if place else ""
    )
    text = f"{quoted(key)} is not a key{inside}"
    home = _home(key)
    if parents == ("constants",):
        if key == FULL_NAME:
            return f"{text}; write first_name and last_name"
        near = meant(key, known) or f"; custom fields stand under {quoted('custom_fields')}"
        return f"{quoted(key)} is not a contact field{near}"
    if likely(key, known):
        return text + meant(key, known)
    if home and home != place:
        return f"{text}; it belongs under {home}"
    return f"{text}; there are {listed(known, 'and')}"


def _keys(model: type[BaseModel], parents: Sequence[str | int]) -> list[str]:
    """The keys that a part of the config knows."""
    for part in parents:
        inner = model.model_fields[str(part)].annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            model = inner
    return [*model.model_fields, "columns"] if model is Document else list(model.model_fields)


def _home(key: str) -> str:
    """The section to which a key belongs, or ""."""
    for section in ("source", "dedupe", "send"):
        inner = Document.model_fields[section].annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel) and key in inner.model_fields:
            return section
    return ""
