"""Tell what a verification found: each file at fault, and what rests on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from typing import Any

from trialtrail.lineage.digest import DAMAGE
from trialtrail.lineage.graph import Graph, counted, summary_of
from trialtrail.lineage.seal import RESULTS

TRAIL = f"{RESULTS}lineage/"
RECORDS = f"the records in {TRAIL}records/"
JOBS = ("job was", "jobs were")
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


def circumstances(records: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Yield what is no fault in how the jobs ran, and what a reader should know of it."""
    loose: Counter[str] = Counter()
    dirty = 0
    seen: dict[str, set[str]] = {"commit": set(), "version of Python": set(), "lock file": set()}
    for record in records.values():
        with suppress(*DAMAGE):  # a damaged record is told of elsewhere
            run, around = record["run"], record["environment"]
            if not run["confined"]["by"]:
                loose[run["confined"]["why"]] += 1
            dirty += run["git"]["clean"] is False
            lock = ",".join(sorted(around["lock"].values()))
            for what, found in zip(
                seen, (run["git"]["commit"], around["python"], lock), strict=True
            ):
                seen[what].add(found)
    for why, jobs in sorted(loose.items()):
        yield f"{counted(jobs, JOBS)} not confined to what the rules declare: {why}"
    if dirty:
        yield f"{counted(dirty, JOBS)} run from a checkout with changes that are in no commit"
    for what, found in seen.items():
        if len(found) > 1:
            yield f"the jobs ran on more than one {what}; {RECORDS} say which ran on what"


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
