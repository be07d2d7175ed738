"""The models of CDISC that files for exchange are held against, as JSON Schema."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

MODELS = Path(__file__).parent / "golden" / "cdisc"
PLAIN = {
    "text": {"type": "string", "minLength": 1},
    "whole": {"type": "integer"},
    "count": {"type": "integer", "minimum": 0},
    "positive": {"type": "integer", "minimum": 1},
    "truth": {"type": "boolean"},
    "values": {
        "type": "array",
        "items": {"type": ["string", "integer", "number", "boolean", "null"]},
    },
}
SPONSOR = " or sponsor"
"""After a list of terms: a term of it, or one of the sponsor's own by its id."""


def problems(name: str, content: Any) -> list[str]:
    """Return what of ``content`` the model ``name`` does not allow: where, and why."""
    found = validator(name).iter_errors(content)
    return [f"{error.json_path}: {error.message}" for error in found]


@cache
def validator(name: str) -> Draft202012Validator:
    """Return what checks content against a model."""
    model = yaml.safe_load((MODELS / f"{name}.yaml").read_text(encoding="utf-8"))
    kinds = PLAIN | {n: {"enum": terms} for n, terms in model.get("terms", {}).items()}
    kinds |= {n: {"type": "string", "pattern": p} for n, p in model.get("patterns", {}).items()}
    schema = {
        "$ref": f"#/$defs/{model['root']}",
        "$defs": {n: _class(entries, kinds) for n, entries in model["classes"].items()},
    }
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def _class(entries: dict[str, str], kinds: dict[str, Any]) -> dict[str, Any]:
    found, required = {}, []
    for entry, kind in entries.items():
        name, needed, many = re.fullmatch(r"(\w+)(!?)((?:\[\])?)", entry).groups()
        own = _kind(kind, kinds)
        found[name] = {"type": "array", "items": own} if many else own
        required += [name] if needed else []
    return {
        "type": "object",
        "properties": found,
        "required": required,
        "additionalProperties": False,
    }


def _kind(kind: str, kinds: dict[str, Any]) -> dict[str, Any]:
    if kind.endswith(SPONSOR):
        return {"anyOf": [_term("controlledTerm", kinds[kind.removesuffix(SPONSOR)]), _term()]}
    return kinds.get(kind, {"$ref": f"#/$defs/{kind}"})


def _term(name: str = "sponsorTermId", own: dict | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {name: own or PLAIN["text"]},
        "required": [name],
        "additionalProperties": False,
    }
