"""What to write where a value of the configuration is not of its form, as it may be pasted."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence

import yaml

OTHERWISE = "see config/README.md for the form of this key"
TYPES = {
    "string": "text",
    "boolean": "true or false, without quotation marks",
    "integer": "a whole number, without quotation marks",
    "number": "a number with a decimal point, without quotation marks",
    "array": "a list",
    "object": "keys, each with its value",
}
"""What the types of JSON are in words."""
ONE_SIGN = 'write one sign in quotation marks; a tab is "\\t"'
NAME = "^[a-z][a-z0-9_]*$"
DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


def remedy_of_type(wanted: Sequence[str], node: yaml.Node | None) -> str:
    """Return what to write in the place of a value of a wrong type."""
    if "array" in wanted and "string" not in wanted and isinstance(node, yaml.ScalarNode):
        return f"write a list: [{_quoted(node.value)}]"
    return f"write {' or '.join(TYPES.get(each, each) for each in wanted)}"


def remedy_of_form(error, key: object) -> str:
    """Return what to write in the place of a value that breaks a rule of the schema.

    ``error`` is what jsonschema tells of it, ``key`` the last one of its path.
    """
    limit, rule = error.validator_value, error.validator
    if rule == "pattern":
        return _of_pattern(limit, str(error.instance))
    if rule in ("minLength", "maxLength"):
        return ONE_SIGN if key in ("delimiter", "quote", "escape") else "write some text"
    if rule in ("minimum", "maximum"):
        return f"write a number of {'at least' if rule == 'minimum' else 'at most'} {limit}"
    if rule in ("exclusiveMinimum", "exclusiveMaximum"):
        return f"write a number {'above' if rule == 'exclusiveMinimum' else 'below'} {limit}"
    if rule in ("minItems", "maxItems", "minProperties"):
        return f"write at {'most' if rule == 'maxItems' else 'least'} {limit}"
    if rule in ("anyOf", "oneOf"):
        return "write " + ", or ".join(dict.fromkeys(_choices(limit))) if limit else OTHERWISE
    return OTHERWISE


def listed(values: Sequence) -> str:
    """Return the values that a key may have; signs that YAML takes for its own are quoted."""
    return ", ".join(
        each if isinstance(each, str) and each[:1].isalpha() else _quoted(each) for each in values
    )


def _choices(branches: Sequence[dict]) -> Iterator[str]:
    """Yield what each branch of a choice takes, in words."""
    for branch in branches:
        if "enum" in branch:
            yield f"one of {listed(branch['enum'])}"
        elif "required" in branch:
            yield " and ".join(f"`{key}`" for key in branch["required"])
        elif branch.get("minItems", 0) == branch.get("maxItems", 1):
            yield f"a list of {branch['minItems']}"
        elif "type" in branch:
            yield TYPES.get(branch["type"], branch["type"])
        else:
            yield "a list of texts"


def _of_pattern(pattern: str, text: str) -> str:
    if pattern == DAY:
        return 'write a day in quotation marks, such as "2026-12-31"'
    return remedy_of_name(text) if pattern == NAME else OTHERWISE


def remedy_of_name(text: str) -> str:
    """Return what to write in the place of a text that is no name."""
    return f"write small letters, digits and underscores, a letter first, such as `{as_name(text)}`"


def as_name(text: str) -> str:
    """Return a text as a name of the configuration: `6-Min Walk` becomes `n6_min_walk`."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss")).encode("ascii", "ignore")
    name = re.sub("[^a-z0-9]+", "_", plain.decode().lower()).strip("_")
    return name if name[:1].isalpha() else f"n{name}"


def _quoted(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
