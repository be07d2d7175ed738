"""Note a decision of people in the journal, and tell what the journal holds.

Jobs note themselves. What people decide beside them (a query is resolved, the raw data are locked,
the allocation is unblinded, a verdict is given) is noted here, by name and with the reason, and
with the digests of the files it was taken on. The next seal then holds it.
"""

from __future__ import annotations

import argparse
import csv
import io
from pathlib import Path
from typing import Any

from runrecord import journal
from runrecord.digest import file_digest
from runrecord.graph import Graph, counted, load, results_folder
from runrecord.seal import RESULTS

from trialtrail.errors import StudyError
from trialtrail.results.cells import nearest

ABOUT = {
    "resolution": ("results/validation/queries.csv",),
    "verdict": ("results/tables/convergence.csv", "results/tables/claims.csv"),
}
"""Decisions that are about a row of a table, and the tables that may have it."""
KINDS = ("resolution", "lock", "unblinding", "verdict")
RULE = "a decision is noted with who took it, why, and on what"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `trialtrail note`."""
    parser.add_argument("kind", choices=KINDS, help="what was decided")
    parser.add_argument("--by", required=True, metavar="NAME", help="who decided")
    parser.add_argument(
        "--why", required=True, metavar="TEXT", help="the reason, without a participant's value"
    )
    parser.add_argument("--about", default="", metavar="ID", help="a query, theme or claim, by id")
    parser.add_argument(
        "--file", action="append", default=[], metavar="FILE", help="a file it rests on as well"
    )


def command(arguments: argparse.Namespace) -> int:
    """Note a decision; tell the entry."""
    results = results_folder(arguments.results)
    for part in ("by", "why"):
        if not getattr(arguments, part).strip():
            raise StudyError(f"--{part} says nothing", rule=RULE, remedy="give a name and a reason")
    graph = load(results)
    files = _rests_on(arguments.kind, arguments.about, graph)
    files |= {name: _digest(Path(name), name) for name in arguments.file}
    about = {"about": arguments.about} if arguments.about else {}
    entry = journal.append(
        results / "lineage",
        arguments.kind,
        by=arguments.by.strip(),
        why=arguments.why.strip(),
        files=dict(sorted(files.items())),
        **about,
    )
    print(_line(entry))
    print("It is sealed with the next run, and signed with the next signature.")
    return 0


def _rests_on(kind: str, about: str, graph: Graph) -> dict[str, str]:
    """Return the digests of the files that a decision of this kind is taken on, by path.

    Raises:
        StudyError: they are not those of the run, or nothing has that id.
    """
    if kind == "lock":
        return _raw_files(graph)
    if kind not in ABOUT:
        return {}
    known: list[str] = []
    for name in ABOUT[kind]:
        path = graph.path(name)
        if not path.is_file():
            continue
        rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline=""))
        ids = [row[0] for row in rows if row][1:]
        if about in ids:
            return {name: file_digest(path)}
        known += ids
    raise StudyError(
        f"Nothing that a {kind} is about has the id `{about}`{nearest(about, known)}",
        where=", ".join(ABOUT[kind]),
        rule=RULE,
        remedy="give its id with --about",
    )


def _raw_files(graph: Graph) -> dict[str, str]:
    found = {}
    for name, file in graph.files.items():
        if file["kind"] == "raw":
            found[file["path"]] = _digest(graph.path(name), name)
            if found[file["path"]] != file["sha256"]:
                raise StudyError(
                    f"{name} is not as the last run read it",
                    rule="what is locked is what the results rest on",
                    remedy="run snakemake, look at the results, then lock",
                )
    return found


def _digest(path: Path, name: str) -> str:
    try:
        return file_digest(path)
    except OSError:
        raise StudyError("A file cannot be read", where=name, rule=RULE) from None


def history(arguments: argparse.Namespace) -> int:
    """Tell the journal in lines; return 0 where it is whole, else 1."""
    folder = results_folder(arguments.results) / "lineage"
    account = journal.read(folder)
    runs = 0
    for entry in account.entries.values():
        runs += entry["kind"] == "run_start"
        if entry["kind"] != "attempt" or entry.get("exit") or arguments.all:
            print(_line(entry))
    attempts = sum(entry["kind"] == "attempt" for entry in account.entries.values())
    for problem in account.problems:
        print(f"{RESULTS}lineage/{journal.FILE} {problem}")
    text = f"{counted(runs, ('run', 'runs'))}, {counted(attempts, ('attempt', 'attempts'))} at jobs"
    print(f"{text}; {'not whole' if account.problems else 'the chain is whole'}")
    return 1 if account.problems else 0


def _line(entry: dict[str, Any]) -> str:
    """Return an entry as people read it: number, time, kind, and what it is about."""
    kind = entry["kind"]
    parts = {
        "run_start": lambda: "--touch" if entry.get("touch") else "",
        "run_end": lambda: entry.get("outcome", ""),
        "attempt": lambda: f"{entry.get('job')} {'failed' if entry.get('exit') else 'done'}",
    }
    parts["edition"] = lambda: _given_out(entry)
    text = parts[kind]() if kind in parts else _decided(entry)
    return f"{entry['n']:>5}  {entry['at']}  {kind.replace('_', ' '):<10}  {text}".rstrip()


def _given_out(entry: dict[str, Any]) -> str:
    """Return who made editions of a run, why, and for whom, with the fingerprints of their keys."""
    readers = [f"{each.get('name')} ({each.get('key')})" for each in entry.get("readers") or []]
    made = [f"{name} {digest[:12]}…" for name, digest in (entry.get("editions") or {}).items()]
    manifest = f"of the manifest {(entry.get('manifest_sha256') or '?')[:12]}…"
    text = f"by {entry.get('by') or '?'}: {entry.get('why') or '?'}; for {', '.join(readers)}"
    return "; ".join([text, ", ".join(made), manifest])


def _decided(entry: dict[str, Any]) -> str:
    """Return a decision: one noted by hand has its reason, one that a job applied its state."""
    files = entry.get("files") or {}
    about = entry.get("about") or entry.get("query") or ""
    who = entry.get("by") or entry.get("who") or "?"
    why = f": {entry['why']}" if entry.get("why") else ""
    parts = [about, entry.get("state", ""), f"by {who}", entry.get("when", "")]
    on = f" (on {counted(len(files), ('file', 'files'))})" if files else ""
    return ", ".join(filter(None, parts)) + why + on
