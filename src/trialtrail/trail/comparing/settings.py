"""Find the entries of a configuration or of parameters that differ, and take single ones over."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

Step = str | int | tuple[str]
"""A key, a place in a list, or (in a tuple) the ``id`` of an item of a list."""


class ABSENT:
    """Stands for an entry that one run does not have."""


@dataclass(frozen=True)
class Entry:
    """An entry that differs: its path, and what A and B have there."""

    path: tuple[Step, ...]
    a: Any
    b: Any
    index: int = -1
    """For an item that only B has: its place in the list of B."""

    @property
    def name(self) -> str:
        """Return the path as it is read: ``analysis.outcomes[walk].unit``."""
        return path_text(self.path)


def path_text(path: Iterable[Step]) -> str:
    """Return a path of keys as text."""
    text = ""
    for step in path:
        if isinstance(step, tuple):
            text += f"[{step[0]}]"
        elif isinstance(step, int):
            text += f"[{step + 1}]"
        else:
            text += f".{step}" if text else str(step)
    return text


def differing(a: Any, b: Any, path: tuple[Step, ...] = ()) -> list[Entry]:
    """Return the smallest entries that differ between two nested values.

    Items of a list are matched by their ``id`` where they have one. Lists whose items stand in
    another order, and lists of another length without ids, differ as a whole.
    """
    if isinstance(a, dict) and isinstance(b, dict):
        return [
            entry
            for key in [*a, *(key for key in b if key not in a)]
            for entry in differing(a.get(key, ABSENT), b.get(key, ABSENT), (*path, key))
        ]
    if isinstance(a, list) and isinstance(b, list):
        return _lists(a, b, path)
    same = type(a) is type(b) and a == b
    return [] if same else [Entry(path, a, b)]


def _lists(a: list, b: list, path: tuple[Step, ...]) -> list[Entry]:
    ids_a, ids_b = _ids(a), _ids(b)
    if ids_a is not None and ids_b is not None:
        if [i for i in ids_a if i in ids_b] != [i for i in ids_b if i in ids_a]:
            return [Entry(path, a, b)]
        items_a, items_b = dict(zip(ids_a, a, strict=True)), dict(zip(ids_b, b, strict=True))
        found = []
        for name in [*ids_a, *(name for name in ids_b if name not in items_a)]:
            step = (*path, (name,))
            if name in items_a and name in items_b:
                found += differing(items_a[name], items_b[name], step)
            else:
                place = ids_b.index(name) if name in items_b else -1
                ends = (items_a.get(name, ABSENT), items_b.get(name, ABSENT))
                found.append(Entry(step, *ends, place))
        return found
    if len(a) == len(b) and all(isinstance(item, (dict, list)) for item in [*a, *b]):
        pairs = enumerate(zip(a, b, strict=True))
        return [entry for at, (one, two) in pairs for entry in differing(one, two, (*path, at))]
    return [] if a == b and str(a) == str(b) else [Entry(path, a, b)]


def _ids(items: list) -> list[str] | None:
    ids = [item.get("id") if isinstance(item, dict) else None for item in items]
    whole = all(isinstance(name, str) for name in ids) and len(set(ids)) == len(ids)
    return ids if ids and whole else None


def taken_over(configuration: Any, entries: Iterable[Entry]) -> Any:
    """Return ``configuration`` (that of A) with only ``entries`` as B has them."""
    changed = deepcopy(configuration)
    for entry in entries:
        if not entry.path:
            return deepcopy(entry.b)
        holder = changed
        for step in entry.path[:-1]:
            holder = holder[_place(holder, step)]
        _set(holder, entry)
    return changed


def _place(holder: Any, step: Step) -> Any:
    if isinstance(step, tuple):
        return next(at for at, item in enumerate(holder) if item["id"] == step[0])
    return step


def _set(holder: Any, entry: Entry) -> None:
    last = entry.path[-1]
    if entry.b is ABSENT:
        del holder[_place(holder, last)]
    elif entry.a is ABSENT and isinstance(last, tuple):
        holder.insert(entry.index, deepcopy(entry.b))
    else:
        holder[_place(holder, last)] = deepcopy(entry.b)
