"""Texts of a study without the names of its arms."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

MASK = "[arm]"
"""In place of the name of an arm."""
SHORTEST = 3
"""Letters of a name that is looked for: a shorter one, such as A or B, is part of other words."""


def mask_of(arms: Iterable[Mapping[str, Any]]) -> Callable[[str], str]:
    """Return what puts `MASK` in the place of the id, label and description of each arm in a text.

    They are found as whole words in any case, whatever spaces, hyphens or underscores part them.
    """
    given = {str(arm.get(key, "")) for arm in arms for key in ("id", "label", "description")}
    names = [re.findall(r"[^\W_]+", name) for name in given]
    found = {r"[\W_]+".join(map(re.escape, words)) for words in names if _is_long(words)}
    if not found:
        return lambda text: text
    every = "|".join(sorted(found, key=lambda name: (-len(name), name)))
    pattern = re.compile(rf"(?<![^\W_])(?:{every})(?![^\W_])", re.IGNORECASE)
    return lambda text: pattern.sub(MASK, text)


def _is_long(words: Iterable[str]) -> bool:
    return len("".join(words)) >= SHORTEST


def masked(value: Any, mask: Callable[[str], str]) -> Any:
    """Return a piece of configuration with each text in it masked; keys stay."""
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, Mapping):
        return {key: masked(each, mask) for key, each in value.items()}
    return [masked(each, mask) for each in value] if isinstance(value, list | tuple) else value
