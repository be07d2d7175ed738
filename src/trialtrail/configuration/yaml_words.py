"""What YAML reads as something else than the text that was meant, and what to write instead.

A bare `no` is false in YAML 1.1, `007` is seven, `2024-01-01` a date and `~` nothing. In quotation
marks each is the text that it shows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import yaml

KINDS = {
    "tag:yaml.org,2002:bool": "true or false",
    "tag:yaml.org,2002:int": "a number",
    "tag:yaml.org,2002:float": "a number",
    "tag:yaml.org,2002:timestamp": "a date",
    "tag:yaml.org,2002:null": "nothing",
}
"""What YAML makes of a bare word, by the tag that it gives it."""
NEVER_KEYS = ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:null", "tag:yaml.org,2002:timestamp")
"""Tags of what is never meant as a key."""


def has_odd_keys(config: object) -> bool:
    """Return whether a key anywhere in ``config`` is neither text nor a number."""
    if isinstance(config, dict):
        odd = any(isinstance(key, bool) or not isinstance(key, str | int | float) for key in config)
        return odd or any(map(has_odd_keys, config.values()))
    return isinstance(config, list) and any(map(has_odd_keys, config))


def odd_keys(node: yaml.Node | None) -> Iterator[yaml.ScalarNode]:
    """Yield the keys that YAML reads as true, false, nothing or a date."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.tag in NEVER_KEYS:
                yield key
            yield from odd_keys(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from odd_keys(item)


def is_bare(node: yaml.Node | None) -> bool:
    """Return whether a value is a bare word that YAML reads as something else than text."""
    return isinstance(node, yaml.ScalarNode) and node.tag in KINDS and node.value != ""


def misread(node: yaml.ScalarNode) -> tuple[str, str]:
    """Return (what YAML reads, what to write) for a bare word where text was meant."""
    word = node.value
    quoted = json.dumps(word, ensure_ascii=False)
    return f"YAML reads `{word}` as {KINDS[node.tag]}", f"put it in quotation marks: {quoted}"
