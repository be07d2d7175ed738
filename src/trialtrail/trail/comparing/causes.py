"""List what changed from one run to another: raw cells, parameters, code and environment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from runrecord.graph import Graph
from runrecord.places import REPOSITORY

from trialtrail.configuration.shorthand import in_full
from trialtrail.trail.comparing.raw_cells import RawPair
from trialtrail.trail.comparing.raw_tables import Change
from trialtrail.trail.comparing.run_inputs import MACHINERY, RunInputs
from trialtrail.trail.comparing.settings import ABSENT, Entry, differing

REPLAYED, NOT_REPLAYED, FAILED = "replayed", "not replayed", "stopped"
PLAIN_CSV = {"format": "csv"}
"""How a CSV file is read whose form is a parameter of no job."""


@dataclass
class Cause:
    """One change that may move results.

    Attributes:
        kind: raw, parameter, code, record-keeping or environment.
        name: what changed: a cell, an entry of the configuration, a file.
        facts: the parts of the name and what A and B have, as JSON has them.
        data: raw files by their name in the study, and what of each is changed.
        code: files of code as B has them, by their path in the repository; None: B has none.
        entries: entries of the configuration.
        everything: whether all jobs must run again to show its effect.
        starts: the files and jobs of the lineage that it reaches first.
        state, why: whether it was replayed, and why not.
        parameters: the parameters of jobs that it moves.
        moves: the addresses that it moves by itself, with what A and the replay have there.
        beside: numbers of the causes that it was replayed with, because they are too many.
    """

    kind: str
    name: str
    facts: dict[str, Any]
    data: dict[str, list[Change]] = field(default_factory=dict)
    code: dict[str, bytes | None] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    everything: bool = False
    starts: set[str] = field(default_factory=set)
    number: int = 0
    state: str = NOT_REPLAYED
    why: str = ""
    parameters: list[str] = field(default_factory=list)
    moves: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)
    beside: list[int] = field(default_factory=list)


class Comparison:
    """Compare the inputs of two runs.

    Attributes:
        pairs: raw files that differ, by their name in the study; None where A or B has none.
        causes: what changed, numbered from 1.
        parameters: what differs in the parameters of each job.
        missing: what is needed to tell more and is not here.
    """

    def __init__(self, a: RunInputs, b: RunInputs) -> None:
        self.a, self.b = a, b
        self.missing: list[str] = []
        self.pairs: dict[str, RawPair | tuple[bytes | None, bytes | None]] = {}
        paths = (a.configuration(), b.configuration())
        self.configurations = _configurations(paths)
        self.parameters = {job: found for job, found in _parameters(a, b) if found}
        self.causes = [
            *self._raw(),
            *self._entries(),
            *self._code(),
            *self._machinery(),
            *self._environment(),
        ]
        for number, cause in enumerate(self.causes, 1):
            cause.number = number

    @property
    def are_strangers(self) -> bool:
        """Return whether the runs read raw files and none of the same name or content."""
        names = [{run.inside_study(name) for name in run.data} for run in (self.a, self.b)]
        contents = [{*run.data.values()} for run in (self.a, self.b)]
        return all(names) and not (names[0] & names[1] or contents[0] & contents[1])

    def _raw(self) -> Iterator[Cause]:
        a, b = ({run.inside_study(name): name for name in run.data} for run in (self.a, self.b))
        for inside in sorted({*a, *b}):
            names = [a.get(inside), b.get(inside)]
            if self.a.data.get(names[0]) != self.b.data.get(names[1]):
                runs = zip((self.a, self.b), names, strict=True)
                contents = [run.data_content(name) if name else None for run, name in runs]
                yield from self._raw_file(inside, names, contents)

    def _raw_file(
        self, inside: str, names: list[str | None], contents: list[bytes | None]
    ) -> Iterator[Cause]:
        shown = names[0] or names[1]
        starts = {name for name in names if name}
        facts = {"file": shown, "line": None, "column": None, "a": None, "b": None}
        for letter, name, content in zip("ab", names, contents, strict=True):
            if name and content is None:
                self.missing.append(
                    f"{name} is not here as {letter.upper()} read it: give --raw-{letter} DIR"
                )
                why = "the file is not here as both runs read it"
                yield Cause("raw", shown, facts | {"what": "file"}, starts=starts, why=why)
                return
        if None in names:
            what = "file added" if names[0] is None else "file removed"
            change = Change(what)
            self.pairs[inside] = (contents[0], contents[1])
            yield Cause(
                "raw", f"{shown}, {what}", facts | {"what": what}, {inside: [change]}, starts=starts
            )
            return
        forms = tuple(
            run.source_of(name) or (PLAIN_CSV if Path(name).suffix == ".csv" else {})
            for run, name in zip((self.a, self.b), names, strict=True)
        )
        pair = RawPair(contents[0], contents[1], forms, self._key(forms[0]))
        self.pairs[inside] = pair
        for change in pair.changes:
            facts = change_facts(shown, change)
            if pair.details:
                facts["details"] = [change_facts(shown, detail) for detail in pair.details]
            yield Cause("raw", change_name(shown, change), facts, {inside: [change]}, starts=starts)

    def _key(self, form: dict[str, Any]) -> str:
        """Return the column that the configuration maps first of an export."""
        found = next((c for c in self.configurations if c), None) or {}
        for part in ("tables", "forms"):
            for table in found.get(part, {}).values():
                for source in table.get("sources", []):
                    if source.get("export") == form.get("name") and source.get("columns"):
                        return str(next(iter(source["columns"].values())))
        return ""

    def _entries(self) -> Iterator[Cause]:
        one, two = self.configurations
        if one is None or two is None:
            if self.parameters:
                self.missing += [
                    f"the configuration of {run} is not known: give --config-{run.lower()} FILE"
                    for run, known in (("A", one), ("B", two))
                    if known is None
                ]
            yield from self._parameter_causes()
            return
        for entry in differing(one, two):
            if entry.path == ("folder",):
                continue  # where the files lie; what they hold is compared
            given = [
                (job, moved)
                for job, found in self.parameters.items()
                for moved in found
                if (moved.a, moved.b) == (entry.a, entry.b)
            ]
            facts = {"entry": entry.name, "a": _plain(entry.a), "b": _plain(entry.b)}
            cause = Cause("parameter", entry.name, facts, entries=[entry])
            cause.starts = {job for job, _ in given} or set(self.parameters)
            cause.parameters = [f"{job}: {moved.name}" for job, moved in given]
            yield cause

    def _parameter_causes(self) -> Iterator[Cause]:
        """Yield the parameters that differ, job by job: no configuration is known for both."""
        for job, entry in (
            (job, entry) for job, found in self.parameters.items() for entry in found
        ):
            name = f"{job}: {entry.name}"
            facts = {"job": job, "parameter": entry.name}
            facts |= {"a": _plain(entry.a), "b": _plain(entry.b)}
            why = "no entry of a configuration is known that gives this parameter"
            yield Cause("parameter", name, facts, starts={job}, why=why, parameters=[name])

    def _code(self) -> Iterator[Cause]:
        for name, one, two in _changed_code(self.a, self.b):
            facts = {"file": name, "a": one, "b": two}
            cause = Cause("code", name, facts, starts={name, f"{REPOSITORY}/{name}"})
            self._code_of_b(cause, {name: two})
            yield cause

    def _machinery(self) -> Iterator[Cause]:
        one, two = self.a.machinery, self.b.machinery
        names = sorted(n for n in {*one, *two} if one.get(n) != two.get(n))
        if names:
            files = [{"file": n, "a": one.get(n), "b": two.get(n)} for n in names]
            cause = Cause("record-keeping", MACHINERY, {"files": files}, everything=True)
            self._code_of_b(cause, {name: two.get(name) for name in names})
            yield cause

    def _environment(self) -> Iterator[Cause]:
        a, b = self.a, self.b
        both = sorted(a.libraries.keys() & b.libraries.keys())
        libraries = {
            name: {"a": a.libraries[name], "b": b.libraries[name]}
            for name in both
            if a.libraries[name] != b.libraries[name]
        }
        if a.lock == b.lock and a.python == b.python and not libraries:
            return
        facts = {
            "python": {"a": a.python, "b": b.python},
            "lock": {"a": a.lock, "b": b.lock},
            "libraries": libraries,
        }
        cause = Cause("environment", "environment", facts, everything=True)
        if libraries or a.python != b.python:
            cause.why = "interpreter or libraries are not the same: only their own machine shows it"
        else:
            self._code_of_b(cause, b.lock)
        yield cause

    def _code_of_b(self, cause: Cause, digests: dict[str, str | None]) -> None:
        """Give the cause its files as B had them, or say that they are not here."""
        for name, digest in digests.items():
            content = self.b.code_content(name, digest) if digest else None
            if digest and content is None:
                cause.why = f"{name} is not here as B had it: give --code-b DIR"
                self.missing.append(cause.why)
                cause.code = {}
                return
            cause.code[name] = content


def may_move(cause: Cause, graphs: Iterable[Graph]) -> set[str]:
    """Return the tables, by file name without ending, that lie downstream of a cause."""
    found: set[str] = set()
    for graph in graphs:
        reached = reached_from(cause, graph)
        found |= {Path(n).stem for n in reached if graph.files[n]["kind"] == "table"}
        found |= {"report" for name in reached if graph.files[name]["kind"] == "report"}
    return found


def reached_from(cause: Cause, graph: Graph) -> set[str]:
    """Return the files of a run that a cause starts from, and all that are made from them."""
    left = [name for name in cause.starts if name in graph.files]
    left += [out for job in cause.starts if job in graph.jobs for out in graph.made[job]]
    found = {*left}
    while left:
        new = {*graph.outputs(left.pop())} - found
        found |= new
        left += new
    return found


def units(causes: list[Cause], most: int) -> list[list[Cause]]:
    """Return the causes in the groups in which they are replayed: single ones, if not too many."""
    if len(causes) <= most:
        return [[cause] for cause in causes]
    for part in (("file", "column"), ("file",)):
        groups: dict[tuple, list[Cause]] = {}
        for cause in causes:
            raw = cause.kind == "raw"
            key = tuple(cause.facts[k] for k in part) if raw else (cause.number,)
            groups.setdefault((cause.kind, *key), []).append(cause)
        if len(groups) <= most:
            break
    return list(groups.values())


def change_name(file: str, change: Change) -> str:
    """Return what changed in a raw file, as a person reads it."""
    line = change.line or change.line_b
    place = f"{file}, line {line}" if line else file
    if change.line and change.line_b and change.line != change.line_b:
        place += f" (in B {change.line_b})"
    named = f" ({change.key})" if change.key else ""
    return {
        "cell": f"{place}{named}, column {change.column}",
        "record": f"{place}{named}, number of cells",
        "order": f"{file}, order of the records",
        "layout": f"{file}, the way it is written",
        "file": file,
    }.get(change.what, f"{place}{named}, {change.what}")


def change_facts(file: str, change: Change) -> dict[str, Any]:
    """Return a change of a raw file as JSON has it."""
    facts: dict[str, Any] = {"what": change.what, "file": file}
    facts |= {"line": change.line or None, "line_b": change.line_b or None}
    facts |= {"column": change.column or None, "key": change.key or None}
    is_cell = change.what in ("cell", "record")
    return facts | {"a": change.a if is_cell else None, "b": change.b if is_cell else None}


def read_configuration(path: Path) -> Any:
    """Return what a configuration file says, written out in full: two ways to say it are one.

    One that no run can have read is compared as it stands.
    """
    config = yaml.safe_load(path.read_text(encoding="utf-8"))
    try:
        return in_full(config)
    except (AttributeError, KeyError, TypeError):
        return config


def _configurations(paths: tuple[Path | None, Path | None]) -> list[Any]:
    """Return what two configuration files say; files of the same bytes are read once."""
    texts = [path.read_bytes() if path else None for path in paths]
    known = {
        text: read_configuration(path) for text, path in zip(texts, paths, strict=True) if path
    }
    return [known.get(text) for text in texts]


def _parameters(a: RunInputs, b: RunInputs) -> Iterator[tuple[str, list[Entry]]]:
    for job in sorted(a.records.keys() & b.records.keys()):
        one, two = (run.records[job]["result"]["params"] for run in (a, b))
        yield job, differing(one, two)


def _changed_code(a: RunInputs, b: RunInputs) -> Iterator[tuple[str, str | None, str | None]]:
    """Yield the files of code that differ; one that a run had and did not use is no change."""
    for name in sorted({*a.code, *b.code}):
        one, two = a.code.get(name), b.code.get(name)
        if one == two:
            continue
        if one is None and a.has_unused(name, two):
            continue
        if two is None and b.has_unused(name, one):
            continue
        yield name, one, two


def _plain(value: Any) -> Any:
    """Return a value of a configuration as JSON has it."""
    if value is ABSENT:
        return None
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)
