"""Write config/README.md from the schema of the configuration and the prose in this folder.

    python tools/write_configuration_page.py

The prose is `configuration_page.md`; a line ``<!-- table: section -->`` in it becomes what the file
of that section says of it, and the table of its keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from trialtrail import ROOT
from trialtrail.configuration.schema import Key, resolved, schema_files, schema_keys

PAGE = ROOT / "config" / "README.md"
PROSE = Path(__file__).with_name("configuration_page.md")
MARKER = re.compile(r"^<!-- table: (.+) -->$", re.MULTILINE)
TOP_LEVEL, RULES = "top level", "rules"
ACTION, SEVERITY = "validation.actions.", "validation.severities."
KEY_HEAD = "<!-- keys -->\n| key | type | default | description | example |\n|---|---|---|---|---|"
RULE_HEAD = "<!-- rules -->\n| rule | what it finds | severity | by default |\n|---|---|---|---|"
NOTE = (
    "<!-- Made by tools/write_configuration_page.py from schemas/configuration/ and "
    "tools/configuration_page.md: change those. -->"
)
LONG = 60
"""Letters from which on a description is printed once, and elsewhere referred to."""
WIDE = 10_000
"""Letters of a line of YAML that is not broken."""
TYPES = {
    "string": "text",
    "boolean": "`true`, `false`",
    "integer": "whole number",
    "number": "number",
    "object": "mapping",
}
LIMITS = {
    "minimum": "from {}",
    "exclusiveMinimum": "above {}",
    "maximum": "to {}",
    "exclusiveMaximum": "below {}",
}
ID = schema_files()["common.yaml"]["$defs"]["id"]


def page() -> str:
    """Return the whole page."""
    prose = PROSE.read_text(encoding="utf-8")
    sections = MARKER.findall(prose)
    body = MARKER.sub(lambda found: _section(found[1], sections), prose)
    return f"{NOTE}\n{body}"


def _section(name: str, sections: list[str]) -> str:
    """Return what stands in the place of a marker."""
    if name == RULES:
        return "\n".join([RULE_HEAD, *_rule_rows()])
    others = [f"{each}." for each in sections if each.startswith(f"{name}.")]
    keys = [
        key
        for key in schema_keys()
        if (key.name.startswith((f"{name}.", f"{name}[")) or (name == TOP_LEVEL and _is_top(key)))
        and not key.name.startswith((ACTION, SEVERITY, *others))
    ]
    said = schema_files().get(f"{name}.yaml", {}).get("description")
    intro = f"{said}\n\n" if said else ""
    return intro + "\n".join([KEY_HEAD, *_key_rows(_shared_once(keys))])


def _is_top(key: Key) -> bool:
    return "." not in key.name


def _shared_once(keys: list[Key]) -> list[Key]:
    """Return the keys with those that all tables share once, after the tables."""
    tables = [key for key in keys if re.fullmatch(r"tables\.\w+", key.name)]
    shared = {}
    for key in keys:
        if key not in tables:
            name = re.sub(r"^tables\.\w+\.", "tables.<name>.", key.name)
            shared.setdefault(name, Key(name, key.schema, key.needed, key.file))
    return [*tables, *shared.values()]


def _key_rows(keys: list[Key]) -> Iterator[str]:
    for key in keys:
        name = f"**`{key.name}`**" if key.needed else f"`{key.name}`"
        default = _code(key.schema["default"]) if "default" in key.schema else ""
        examples = ", ".join(map(_code, key.schema.get("examples", [])))
        yield _row(name, _type(key.schema, key.file), default, _description(key), examples)


def _description(key: Key) -> str:
    """Return the description of a key, or of which other key it is the same."""
    said = key.schema["description"]
    same = (each.name for each in schema_keys() if each.schema == key.schema)
    first = re.sub(r"^tables\.\w+\.", "tables.<name>.", next(same))
    return said if first == key.name or len(said) < LONG else f"As `{first}`."


def _rule_rows() -> Iterator[str]:
    known = {key.name: key.schema for key in schema_keys()}
    for name, schema in known.items():
        if name.startswith(ACTION):
            rule = name.removeprefix(ACTION)
            severity = known[SEVERITY + rule]["default"]
            yield _row(f"`{rule}`", schema["description"], severity, f"`{schema['default']}`")


def _row(*cells: str) -> str:
    texts = (re.sub(r"(?<!\\)\|", r"\\|", cell) for cell in cells)
    return f"| {' | '.join(texts)} |"


def _type(schema: dict, file: str) -> str:
    """Return what values a key takes, in words."""
    schema, file = resolved(schema, file)
    if "enum" in schema:
        return ", ".join(map(_code, schema["enum"]))
    choices = [each for kind in ("anyOf", "oneOf") for each in schema.get(kind, [])]
    words = [_type(each, file) for each in choices if set(each) != {"required"}]
    if words:
        return ", or ".join(dict.fromkeys(words))
    kinds = schema.get("type", [])
    return " or ".join(_of_type(kind, schema, file) for kind in _listed(kinds)) or "any value"


def _of_type(kind: str, schema: dict, file: str) -> str:
    if kind == "array":
        inside = _type(schema.get("items", {}), file)
        plural = {"text": " of text", "id": " of ids"}.get(inside, "")
        if "enum" in schema.get("items", {}):
            plural = f" of {inside}"
        count = schema.get("minItems", 0)
        if count > 1:
            exactly = schema.get("maxItems") == count
            return f"list{plural} of {count}" if exactly else f"list{plural}, {count} or more"
        return f"list{plural}"
    if (
        kind == "string"
        and schema.get("pattern") == schema_files()["common.yaml"]["$defs"]["id"]["pattern"]
    ):
        return "id"
    if kind == "string" and schema.get("maxLength") == 1:
        return "one sign"
    if kind in ("integer", "number"):
        limits = [words.format(schema[key]) for key, words in LIMITS.items() if key in schema]
        return " ".join([TYPES[kind], " and ".join(limits).replace("and to", "to")]).strip()
    return TYPES[kind]


def _listed(kinds: str | list[str]) -> list[str]:
    return [kinds] if isinstance(kinds, str) else kinds


def _code(value: Any) -> str:
    """Return a value as it may be written in the configuration."""
    text = yaml.safe_dump(
        value, default_flow_style=True, sort_keys=False, allow_unicode=True, width=WIDE
    )
    return f"`{text.rstrip().removesuffix('...').rstrip()}`"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
