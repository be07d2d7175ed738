"""What YAML reads as something else than the text that was meant, and what to write instead.

A bare `no` is false in YAML 1.1, `012` is ten, `12:30` is 750, `2024-01-01` a date and `~` nothing.
In quotation marks each is the text that it shows. Of a key that stands twice YAML takes the last.
"""

from __future__ import annotations

import json
import re
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
NUMBERS = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")
MERGE = "tag:yaml.org,2002:merge"
OTHER_NUMBER = re.compile(r"[+-]?(?:0[0-9_]+|0[xb][0-9a-fA-F_]+|[0-9][0-9_]*(?::[0-9.]+)+)")
"""A bare word that YAML takes for a number nobody would read in it: octal, or to the base of 60."""


def odd_words(node: yaml.Node | None) -> Iterator[tuple[yaml.ScalarNode, str]]:
    """Yield the bare words that are not read as written, each with what it is: a key, or a value.

    A key that is meant as text is no text; a value is another number than the one that it shows.
    """
    for part in _nodes(node):
        for key, value in _pairs(part):
            if isinstance(key, yaml.ScalarNode) and _is_odd_key(key):
                yield key, "A key is no text"
            if _is_other_number(value):
                yield value, "A value is not read as it is written"
        for item in part.value if isinstance(part, yaml.SequenceNode) else ():
            if _is_other_number(item):
                yield item, "A value is not read as it is written"


def keys_named_twice(node: yaml.Node | None) -> Iterator[yaml.ScalarNode]:
    """Yield each key that stood before in the same mapping: YAML takes the last, and says nothing.

    A number and the same digits in quotation marks are one key here, for both become that text.
    """
    for part in _nodes(node):
        seen: set[str] = set()
        for key, _ in _pairs(part):
            if not isinstance(key, yaml.ScalarNode) or key.tag == MERGE:
                continue
            if key.value in seen:
                yield key
            seen.add(key.value)


def _nodes(root: yaml.Node | None) -> Iterator[yaml.Node]:
    """Yield every node once, also where several places name it."""
    left, seen = [root], set()
    while left:
        node = left.pop()
        if node is None or id(node) in seen:
            continue
        seen.add(id(node))
        yield node
        if isinstance(node, yaml.MappingNode):
            left += [each for pair in reversed(node.value) for each in reversed(pair)]
        elif isinstance(node, yaml.SequenceNode):
            left += reversed(node.value)


def _pairs(node: yaml.Node) -> list[tuple[yaml.Node, yaml.Node]]:
    return node.value if isinstance(node, yaml.MappingNode) else []


def _is_odd_key(key: yaml.ScalarNode) -> bool:
    """Return whether a key is none of text, and no number that is written as it is read."""
    if key.tag in NUMBERS:
        return str(yaml.safe_load(key.value)) != key.value
    return key.tag in KINDS


def _is_other_number(node: yaml.Node) -> bool:
    return node.tag in NUMBERS and OTHER_NUMBER.fullmatch(node.value) is not None


def is_bare(node: yaml.Node | None) -> bool:
    """Return whether a value is a bare word that YAML reads as something else than text."""
    return isinstance(node, yaml.ScalarNode) and node.tag in KINDS and node.value != ""


def misread(node: yaml.ScalarNode) -> tuple[str, str]:
    """Return (what YAML reads, what to write) for a bare word where text was meant."""
    word, kind = node.value, KINDS[node.tag]
    do = f"put it in quotation marks: {json.dumps(word, ensure_ascii=False)}"
    if node.tag in NUMBERS and (_is_other_number(node) or _is_odd_key(node)):
        kind += f", {yaml.safe_load(word)}"
        plain = word.lstrip("+-").lstrip("0")
        do += f"; where a number is meant, write {plain}" if plain.isdecimal() else ""
    return f"YAML reads `{word}` as {kind}", do
