"""The schema of the configuration, one file a section: its keys, and the defaults that stand there.

Nothing heavy is imported here: the Snakefile runs it.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from trialtrail import ROOT

FOLDER = ROOT / "schemas" / "configuration"
TOP = "configuration.yaml"
"""The file of the top level, which refers to those of the sections."""
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Key:
    """One key that a configuration may have.

    Attributes:
        name: its path: ``[]`` stands for an item of a list, ``<name>`` for a name of the study's.
        schema: what the schema says of its value, references followed.
        needed: whether it must be there where the mapping around it is.
        file: the file of the schema in which that stands.
    """

    name: str
    schema: dict[str, Any]
    needed: bool
    file: str


@cache
def schema_files() -> dict[str, dict]:
    """Return what each file of the schema says, by its name."""
    return {
        path.name: yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
        for path in sorted(FOLDER.glob("*.yaml"))
    }


@cache
def schema_validator():
    """Return the validator of a whole configuration; it asks for no file that is not here."""
    import jsonschema
    from referencing import Registry
    from referencing.jsonschema import DRAFT202012

    files = schema_files()
    resources = [(name, DRAFT202012.create_resource(content)) for name, content in files.items()]
    registry = Registry().with_resources(resources)
    return jsonschema.Draft202012Validator(files[TOP], registry=registry)


@cache
def schema_keys() -> tuple[Key, ...]:
    """Return all keys of the configuration, in the order of the schema."""
    return tuple(_inside(schema_files()[TOP], TOP, ""))


@cache
def _defaults() -> dict[str, Any]:
    return {key.name: key.schema["default"] for key in schema_keys() if "default" in key.schema}


def has_default(name: str) -> bool:
    """Return whether the schema gives a value for a key that is left out."""
    return name in _defaults()


def default_of(name: str) -> Any:
    """Return the value that stands for a key that is left out, by its name as in `Key`.

    Raises:
        KeyError: the schema has no such key, or no default of it.
    """
    return copy.deepcopy(_defaults()[name])


def defaults_within(name: str) -> dict[str, Any]:
    """Return the defaults of the keys directly inside the mapping ``name``, by their last part."""
    return copy.deepcopy(_defaults_within(name))


@cache
def _defaults_within(name: str) -> dict[str, Any]:
    inside = f"{name}."
    return {
        key.removeprefix(inside): value
        for key, value in _defaults().items()
        if key.startswith(inside) and "." not in key.removeprefix(inside)
    }


def with_defaults(value: Any, name: str) -> Any:
    """Return what a configuration says at ``name``, the defaults of all keys within written out."""
    if isinstance(value, dict):
        whole = defaults_within(name) | value
        return {key: with_defaults(part, f"{name}.{key}") for key, part in whole.items()}
    if isinstance(value, list):
        return [with_defaults(part, f"{name}[]") for part in value]
    return value


def _inside(node: dict, file: str, name: str) -> Iterator[Key]:
    """Yield the keys within a part of the schema that is written in ``file``."""
    needed = {*node.get("required", ()), *node.get("else", {}).get("required", ())}
    for key, part in node.get("properties", {}).items():
        whole, home = resolved(part, file)
        path = f"{name}.{key}" if name else key
        yield Key(path, whole, key in needed, home)
        yield from _inside(whole, home, path)
    if isinstance(node.get("additionalProperties"), dict):
        whole, home = resolved(node["additionalProperties"], file)
        if "description" in whole and "properties" not in node:
            yield Key(f"{name}.<name>", whole, False, home)
        yield from _inside(whole, home, f"{name}.<name>")
    if isinstance(node.get("items"), dict):
        yield from _inside(*resolved(node["items"], file), f"{name}[]")
    for choice in node.get("oneOf", ()):
        yield from _inside(*resolved(choice, file), name)


def resolved(node: dict, file: str) -> tuple[dict, str]:
    """Return a part of the schema with its reference followed, and the file that it leads to.

    What stands beside a reference comes before what it refers to.
    """
    while "$ref" in node:
        target, _, pointer = node["$ref"].partition("#")
        file = target or file
        found = schema_files()[file]
        for step in pointer.split("/")[1:]:
            found = found[step]
        node = {**found, **{key: value for key, value in node.items() if key != "$ref"}}
    return node, file
