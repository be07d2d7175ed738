"""The codebook as a tree of codes, of any depth, and the addresses of what stands in it.

A codebook says where a code stands in one of two ways: by its ``parent`` (the code or the guid of
another row, or the labels from the outermost down, with `` > `` or ``\\`` between them), or by the
columns ``category`` and ``theme``. What a code stands under need not be a code itself, and may be
one: a parent that can be given has codings of its own, and counts them with those below it.

The outermost are *themes*, what stands below them and has something below is a *category*, the
rest are *codes*. A code without a parent is its own theme, in one row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import pandas as pd

from trialtrail.errors import StudyError

SEPARATOR = re.compile(r"\s+>\s+|\\+")
"""What stands between the labels of a path."""
GUID = re.compile(r"\{?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?", re.IGNORECASE)
COLUMNS = ["row", "level", "label", "theme", "category", "code", "codes", "categories"]


@dataclass
class Node:
    """One theme, category or code, and what stands below it.

    Attributes:
        key: what the codebook calls it; unique among what stands beside it.
        label: its name for readers.
        record: the row of the codebook that it is, ``None`` where none is.
        part: its part of an address; unique among what stands beside it.
        code: what it is called in the dataset of codings; empty where it cannot be given.
    """

    key: str
    label: str
    record: dict | None = None
    below: dict[str, Node] = field(default_factory=dict)
    part: str = ""
    code: str = ""

    @property
    def can_be_given(self) -> bool:
        """Whether it is a code of the codebook, and no group of codes."""
        codable = None if self.record is None else self.record.get("codable")
        return self.record is not None and (pd.isna(codable) or bool(codable))

    def walk(self, above: tuple[Node, ...] = ()) -> Iterator[tuple[Node, ...]]:
        """Yield the path of this node and of all below it; codes before what has codes below."""
        path = (*above, self)
        yield path
        for each in sorted(self.below.values(), key=lambda node: bool(node.below)):
            yield from each.walk(path)


def entries(codebook: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each theme, category and code, parents first, in the order of the codebook.

    Columns: ``row`` (the parts of its path, joined by points), ``level`` (theme, category, code),
    ``label``; ``theme`` and ``category``, the parts of the path above (of a category, its own as
    well), ``code``, what the dataset of codings calls it (empty where it cannot be given),
    ``codes``, a tuple of these of all below it and its own, and ``categories``, of a category a
    tuple of the ``category`` of all below it and its own. A group without codes is left out.

    Raises:
        StudyError: a code stands below itself, or one id has two labels in one place.
    """
    found = []
    for path in _paths(codebook):
        top, node = path[0], path[-1]
        branch = len(path) > 1 and bool(node.below)
        middle = path[1:] if branch else path[1:-1]
        level = "theme" if len(path) == 1 else "category" if branch else "code"
        codes = tuple(each[-1].code for each in node.walk() if each[-1].code)
        if not codes:
            continue
        category = ".".join(each.part for each in middle)
        inner = (each for each in node.walk() if each[-1].below and branch)
        categories = tuple(".".join([category, *(n.part for n in each[1:])]) for each in inner)
        row = ".".join(each.part for each in path)
        found.append((row, level, node.label, top.part, category, node.code, codes, categories))
    return pd.DataFrame(found, columns=COLUMNS)


def of_entry(segments: pd.DataFrame, entry: pd.Series) -> pd.DataFrame:
    """Return the segments that belong to an entry of the codebook (see `entries`)."""
    return segments[segments["code"].isin(list(entry["codes"]))]


def where_of(entry: pd.Series) -> dict[str, str | list[str]]:
    """Return the condition on the rows of the dataset under which they belong to an entry.

    It names the columns that the codebook gives, so that the trail leads there as well.
    """
    where: dict[str, str | list[str]] = {"theme": entry["theme"]}
    if entry["level"] == "category":
        inner = list(entry["categories"])
        where["category"] = inner[0] if len(inner) == 1 else inner
    elif entry["level"] == "code":
        where |= {name: entry[name] for name in ("category", "code") if entry[name]}
    return where


def meeting(segments: pd.DataFrame, where: Mapping[str, str | list[str]]) -> pd.DataFrame:
    """Return the segments that meet a condition as `where_of` gives it."""
    chosen = pd.Series(True, index=segments.index)
    for name, wanted in where.items():
        values = [wanted] if isinstance(wanted, str) else list(wanted)
        chosen &= segments[name].isin(values).fillna(False).astype(bool)
    return segments[chosen]


def known_codes(codebook: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each code that can be given, in the order of the tree.

    Columns: ``given`` (what the codebook calls it), ``code`` (what the dataset of codings calls
    it), ``category``, ``theme`` (as in `entries`), ``guid``, and ``path``, its labels from the
    outermost down, as a tuple.
    """
    found = []
    for path in _paths(codebook):
        node = path[-1]
        if not node.can_be_given:
            continue
        middle = path[1:] if node.below else path[1:-1]
        category = ".".join(each.part for each in middle) or pd.NA
        labels = tuple(each.label for each in path)
        guid = _guid(_text(node.record, "guid"))
        found.append((node.key, node.code, category, path[0].part, guid, labels))
    names = ["given", "code", "category", "theme", "guid", "path"]
    table = pd.DataFrame(found, columns=names)
    return table.astype(dict.fromkeys(("given", "code", "category", "theme", "guid"), "string"))


def codes_given(given: pd.Series, codebook: pd.DataFrame) -> pd.Series:
    """Return what the dataset calls the code of each coding, missing where the codebook lacks it.

    A coding names its code as the codebook does, by its guid, by the labels of its path, or by its
    label alone where no other code has it.
    """
    known = known_codes(codebook)
    labels = [path[-1] for path in known["path"]]
    alone = {label for label in labels if labels.count(label) == 1}
    names: dict[object, str] = {}
    for record, label in zip(known.to_dict("records"), labels, strict=True):
        keys = [
            record["given"],
            record["guid"],
            record["path"],
            *([label] if label in alone else []),
        ]
        for key in keys:
            if key:
                names.setdefault(key, record["code"])
    found = {
        each: names.get(each, names.get(_guid(each), names.get(_labels(each))))
        for each in given.dropna().unique()
    }
    return given.map(found).astype("string")


def codebook_of(codes: Iterable[str]) -> pd.DataFrame:
    """Return a flat codebook of the codes of a study that has none, by name."""
    names = sorted({str(code) for code in codes if not pd.isna(code)})
    return pd.DataFrame({"code": names, "label": names}, dtype="string")


def _paths(codebook: pd.DataFrame) -> list[tuple[Node, ...]]:
    """Return the path of each node of the tree, parents first, with the names of all given."""
    top = _tree(codebook)
    _name_parts(top)
    paths = [path for node in top.values() for path in node.walk()]
    givable = [path for path in paths if path[-1].can_be_given]
    parts = [path[-1].part for path in givable]
    taken: set[str] = set()
    for path in givable:
        repeated = parts.count(path[-1].part) > 1
        own = ".".join(each.part for each in path) if repeated else path[-1].part
        path[-1].code = _free(own, taken)
    return paths


def _tree(codebook: pd.DataFrame) -> dict[str, Node]:
    """Return the outermost nodes by key, each with what stands below it."""
    records = codebook.to_dict("records")
    by_name: dict[str, dict] = {}
    for each in records:
        by_name.setdefault(_text(each, "code"), each)
    for each in records:
        if guid := _guid(_text(each, "guid")):
            by_name.setdefault(guid, each)
    top: dict[str, Node] = {}
    by_labels = _by_labels(records, by_name)
    for each in records:
        below = top
        for step in _steps(each, by_name, by_labels, ()):
            below = _joined(below, *step).below
    return top


def _joined(nodes: dict[str, Node], key: str, label: str, record: dict | None) -> Node:
    """Return the node of a key among ``nodes``, made or completed by a step of a path."""
    node = nodes.setdefault(key, Node(key, label, record))
    if node.label == label or label == key:
        node.record = node.record or record
    elif node.label == key:
        node.label, node.record = label, node.record or record
    elif (node.record is None) != (record is None):
        raise StudyError(
            f"the id `{key}` has two labels in one place of the codebook",
            where="table codebook",
            rule="what has one id in one place is one thing, with one label",
            remedy="rename one of them, or give both the same label",
        )
    return node


Step = tuple[str, str, dict | None]


def _steps(
    record: dict, by_name: dict[str, dict], by_labels: dict[tuple, dict], seen: tuple[str, ...]
) -> list[Step]:
    """Return key, label and record of each node from the outermost down to the code."""
    code = _text(record, "code")
    own: Step = (code, _text(record, "label") or code, record)
    if code in seen:
        raise StudyError(
            f"the code `{code}` stands below itself",
            where="table codebook, column parent",
            rule="a codebook is a tree",
            remedy="correct the parent of one of the codes",
        )
    parent = _parent(record)
    if not parent:
        return [*_columns_above(record, own), own]
    above = by_name.get(parent) or by_name.get(_guid(parent)) or by_labels.get(_labels(parent))
    if above is None:
        return [*((label, label, None) for label in _labels(parent)), own]
    return [*_steps(above, by_name, by_labels, (*seen, code)), own]


def _parent(record: dict) -> str:
    """Return what a row says of its parent; a code that is written as a path says it, too."""
    if parent := _text(record, "parent"):
        return parent
    *above, last = _labels(_text(record, "code")) or ("",)
    is_path = bool(above) and last == _text(record, "label") and not _text(record, "theme")
    return " > ".join(above) if is_path else ""


def _columns_above(record: dict, own: Step) -> list[Step]:
    """Return the theme and the category of a code that the columns of its row name.

    A column that repeats the code itself, or its theme, says nothing more.
    """
    code, label, _ = own
    found: list[Step] = []
    for name in ("theme", "category"):
        key = _text(record, name)
        named = _text(record, f"{name}_label")
        is_own = key == code and named in ("", label)
        if key and not is_own and (not found or (key, named or key) != found[0][:2]):
            found.append((key, named or key, None))
    return found


def _by_labels(records: list[dict], by_name: dict[str, dict]) -> dict[tuple, dict]:
    """Return the rows by the labels of their paths, as far as parents are named by id or guid."""
    found: dict[tuple, dict] = {}
    for each in records:
        labels, at, seen = [], each, set()
        while at is not None and id(at) not in seen:
            seen.add(id(at))
            labels.append(_text(at, "label") or _text(at, "code"))
            parent = _parent(at)
            above = by_name.get(parent) or by_name.get(_guid(parent)) if parent else None
            if parent and above is None:
                labels.extend(reversed(_labels(parent)))
            at = above
        found.setdefault(tuple(reversed(labels)), each)
    return found


def _name_parts(nodes: dict[str, Node], above: str = "", taken: set[str] | None = None) -> None:
    """Give each node its part of the addresses: its key, or its label where that is no name."""
    rows = set() if taken is None else taken
    for node in nodes.values():
        path = _labels(node.key)
        is_name = not GUID.fullmatch(node.key) and (len(path) < 2 or path[-1] != node.label)
        whole = _free(above + _safe(node.key if is_name else node.label), rows)
        node.part = whole.removeprefix(above)
    for node in nodes.values():
        _name_parts(node.below, f"{above}{node.part}.", rows)


def _safe(name: str) -> str:
    """Return a name without the signs that end a part of an address."""
    return re.sub(r"[/#]+", "_", " ".join(name.split())).strip("_") or "code"


def _free(name: str, taken: set[str]) -> str:
    """Return ``name``, numbered where it is taken, and take it."""
    found, number = name, 2
    while found in taken:
        found, number = f"{name}_{number}", number + 1
    taken.add(found)
    return found


def _labels(path: str) -> tuple[str, ...]:
    return tuple(part for part in SEPARATOR.split(path) if part)


def _guid(text: str) -> str:
    """Return an identifier without braces and in small letters."""
    return text.strip("{}").lower()


def _text(record: dict, name: str) -> str:
    value = record.get(name)
    return "" if value is None or pd.isna(value) else str(value)
