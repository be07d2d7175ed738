"""Tell what a verification found: each file at fault, and what rests on it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from trialtrail.lineage.graph import Graph, counted, summary_of
from trialtrail.lineage.seal import RESULTS

TRAIL = f"{RESULTS}lineage/"
SHOWN = 5
"""Files downstream that are named; of more, the count is told."""


def resting_on(
    name: str, graph: Graph, after: Collection[str], manifest: Collection[str]
) -> list[str]:
    """Return the files that rest on one.

    On a record rests what its job made. On a file that is sealed and that no job before the seal
    read (the lock file, the configuration, the map of the jobs) rests all that was made.

    Args:
        name: of the file in the graph, or its path.
        graph: of all records.
        after: the jobs that run after the seal, and the one that seals.
        manifest: the paths that are sealed.
    """
    about = graph.files.get(name, {"path": name, "kind": ""})
    starts = [name] if name in graph.files else []
    around = about["path"] in manifest and not about["path"].startswith(RESULTS)
    if around and not {*graph.readers.get(name, [])}.difference(after):
        starts += [other for made in graph.made.values() for other in made]
    if about["kind"] == "record":
        starts += graph.made.get(graph.maker.get(name, ""), [])
    found = {other: None for start in starts for other in graph.downstream(start)}
    return [other for other in found if other != name]


def told(
    faults: Mapping[str, list[str]],
    notes: list[str],
    counts: Mapping[str, int],
    graph: Graph,
    downstream: Callable[[str], list[str]],
) -> str:
    """Return what is wrong, what lies downstream of it, and what was looked at."""
    lines: list[str] = []
    for name, texts in sorted(faults.items()):
        lines += [name, *(f"  {text}" for text in texts)]
        below = downstream(name)
        if below:
            lines.append(f"  downstream: {summary_of(below, graph)}")
            shown = [other for other in below if graph.files[other]["kind"] != "code"]
            lines += [f"    {other}" for other in shown[:SHOWN]]
            lines += [f"    and {len(shown) - SHOWN} more"] if len(shown) > SHOWN else []
        elif name.startswith(TRAIL):
            lines.append("  downstream: the trail itself, and by it every result")
        lines.append("")
    lines += [f"Note: {note}" for note in notes]
    looked = (
        f"{counted(counts['files'], ('file', 'files'))}, "
        f"{counted(counts['records'], ('record', 'records'))} and "
        f"{counted(counts['balances'], ('balance of rows', 'balances of rows'))} checked"
    )
    wrong = counted(len(faults), ("file is", "files are"))
    lines.append(f"{looked}: {f'{wrong} not as sealed' if faults else 'all is whole'}.")
    return "\n".join(lines)
