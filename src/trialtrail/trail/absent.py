"""Say which files a results folder lists and does not hold: nobody vouches for those."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from runrecord.digest import DAMAGE
from runrecord.graph import LINEAGE, Graph, place, summary_of

NOT_HERE = "not here, not checked"


def absent_files(results: Path, paths: Iterable[str]) -> list[str]:
    """Return those of the files, by their paths in the manifest, that are not here."""
    names = _names(results)[1]
    return sorted(p for p in paths if not place(p, results, names.get(p, "")).is_file())


def kinds_of(results: Path, paths: Iterable[str]) -> str:
    """Return how many files of each kind there are: ``1 raw file, 12 files of code``.

    What no job read by itself, or a folder whose graph is damaged, is counted as other files.
    """
    paths = [*paths]
    graph, names = _names(results)
    if graph is None:
        return f"{len(paths):,} file{'s' * (len(paths) != 1)}"
    known = [names[path] for path in paths if path in names]
    parts = [summary_of(known, graph)] if known else []
    if rest := len(paths) - len(known):
        parts.append(f"{rest:,} other file{'s' * (rest != 1)}")
    return ", ".join(parts)


def _names(results: Path) -> tuple[Graph | None, dict[str, str]]:
    """Return the graph, if it can be read, and the name in it of each path."""
    try:
        graph = Graph(json.loads((results / LINEAGE).read_text(encoding="utf-8")), results)
        return graph, {file["path"]: name for name, file in graph.files.items()}
    except DAMAGE:
        return None, {}


def absent_on_the_way(names: Iterable[str], graph: Graph) -> list[str]:
    """Return those files of an answer, by name, that are not here."""
    known = (name for name in names if name in graph.files)
    return sorted({name for name in known if not graph.path(name).is_file()})
