"""Run a job's ``main`` and write its record: what it read, used and made.

A record has three parts. ``result`` is deterministic: names, digests, parameters, rows.
``environment`` says with what it ran: interpreter, libraries, lock file, this machinery. ``run``
says who, where and when. Two runs of the same study have equal ``result`` parts.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from runrecord import journal
from runrecord.digest import as_list, file_digest, files_of, json_text, write_text
from runrecord.environment import environment, moment, whereabouts
from runrecord.errors import UserError
from runrecord.job import faults, notes
from runrecord.job.child import Outcome, run_confined
from runrecord.job.confine import Confinement, confined_reads
from runrecord.job.rows import Rows
from runrecord.job.script import Main, hand_over, is_defined_in, read_script
from runrecord.places import Places, repository_of, source_path
from runrecord.project import Project, is_used, project, set_project
from runrecord.syntax import syntax_of_bytes

FORM = "runrecord-record/1"
CODE = "code"
"""The parameter in which a rule declares the files of code that its job runs on."""


class JobError(UserError):
    """A job broke what it promises: its rows, its inputs or its outputs."""


def run(main: Main, namespace: Mapping[str, Any]) -> None:
    """Run ``main`` with Snakemake's job and write the job's record; do nothing without a job.

    Args:
        main: takes the job (``job.input``, ``job.output``, ``job.params``, ``job.wildcards``) and
            returns the rows it read, used and set aside by table, or None.
        namespace: the script's ``globals()``; Snakemake puts the job there as ``snakemake``.

    Raises:
        SystemExit: with 1 if the job failed; what went wrong stands on the screen and in the log.
    """
    if "snakemake" in namespace and not hand_over(main):
        _attempt(main, namespace)


def run_script(namespace: Mapping[str, Any]) -> bool:
    """Run the script of a recorded job, of which no line has run yet; return whether it is one.

    Args:
        namespace: what Snakemake has put before the script's own lines: the job as ``snakemake``,
            the script as ``__file__``, its copy as ``__real_file__``.

    Raises:
        SystemExit: as `run`.
    """
    job = namespace.get("snakemake")
    if getattr(getattr(job, "output", None), "record", None) is None:
        return False
    _attempt(None, namespace)
    return True


def _attempt(main: Main | None, namespace: Mapping[str, Any]) -> None:
    attempt = Attempt(namespace)
    with faults.quiet(attempt.frames) as withheld:
        attempt.withheld = withheld
        problem = attempt.carry_out(main)
    attempt.write_log(problem, withheld.lines())
    if problem is None:
        return
    print(problem, file=sys.stderr, flush=True)
    if attempt.outcome.traceback:
        print(attempt.outcome.traceback, file=sys.stderr, flush=True)
    raise SystemExit(1)


class Attempt:
    """One attempt at a job: the job as Snakemake gives it, and what is learned on the way."""

    def __init__(self, namespace: Mapping[str, Any]) -> None:
        self.job = namespace["snakemake"]
        self.script: str | None = namespace.get("__file__")
        repository = repository_of(self.script)
        if not is_used():
            set_project(Project(root=Path(repository)))
        self.places = Places(".", repository, getattr(self.job, "config", None))
        self.frames = faults.Frames(
            self.script, namespace.get("__real_file__"), repository, self.places.name
        )
        self.record_path: str | None = getattr(self.job.output, "record", None)
        stem = Path(self.record_path).name if self.record_path else f"{self.job.rule}.json"
        base = Path(self.record_path).parent.parent if self.record_path else "results/lineage"
        self.folder = Path(base)
        self.failed_path = self.folder / "failed" / stem
        self.start = moment()
        self.outcome = Outcome()
        self.libraries: dict[str, str] = {}
        self.withheld: faults.Withheld | None = None
        self.result: dict[str, Any] = {}

    def carry_out(self, main: Main | None) -> str | None:
        """Run ``main`` between the digests and write the record; return what went wrong.

        Without ``main``, it is the one that the script hands over.
        """
        problem = None
        about = whereabouts(self.places)
        try:
            self._before()
            problem = self._compute(main)
        except UserError as error:
            problem = error.text()
        except KeyboardInterrupt:
            problem = f"{self.job.rule} was stopped"
        except Exception as fault:
            problem = faults.fault_text(fault, self.frames)
            self.outcome.traceback = faults.traceback_text(fault)
        record = self._record(0 if problem is None else 1, about)
        if problem is None:
            write_text(self.record_path, json_text(record))
            self.failed_path.unlink(missing_ok=True)
            return self._enter(record["run"], None)
        # The message of a UserError is for the screen; a fault's has no text of its own.
        record["run"]["problem"] = problem
        write_text(self.failed_path, json_text(record))
        return self._enter(record["run"], problem)

    def _compute(self, main: Main | None) -> str | None:
        """Run ``main`` in the confined child; return what went wrong."""
        outcome = run_confined(lambda confinement: self._work(main, confinement), self._bounds())
        self.outcome = outcome
        if self.withheld is not None:
            self.withheld.counts |= outcome.withheld
        self._refuse_beyond(outcome.beyond)
        if outcome.problem is None:
            self._after(*outcome.result)
        return outcome.problem

    def _outputs(self) -> list[str]:
        return [path for path in map(str, self.job.output) if path != self.record_path]

    def _enter(self, run: Mapping[str, Any], problem: str | None) -> str | None:
        """Note the attempt in the journal, with the digest of its record; else the job fails."""
        path = self.record_path if problem is None else self.failed_path
        facts = {
            "job": self.failed_path.stem,
            "rule": self.job.rule,
            "wildcards": {key: str(value) for key, value in self.job.wildcards.items()},
            "attempt": run["attempt"],
            "exit": run["exit"],
            "record_sha256": file_digest(path),
        }
        try:
            journal.append(self.folder, "attempt", **facts)
            for each in self.result.get("notes", []) if problem is None else []:
                journal.append(self.folder, job=facts["job"], **each)
        except journal.JournalError as error:
            return f"{problem}\n{error.text()}" if problem else error.text()
        return problem

    def _work(self, main: Main | None, confinement: Confinement) -> Outcome:
        """Run ``main`` in the confined child; what it raises is put into words here."""
        outcome = Outcome()
        try:
            main = self._read_script(main, bool(confinement.report["by"]))
            notes.taken()  # what code before this job may have left
            rows = main(self.job)
            counts = {str(table): count.plain() for table, count in (rows or {}).items()}
            outcome.result = counts, self._loaded(), notes.taken()
        except UserError as error:
            outcome.problem = error.text()
        except KeyboardInterrupt:
            outcome.problem = f"{self.job.rule} was stopped"
        except (Exception, SystemExit) as fault:
            confinement.learn(fault)
            outcome.problem = faults.fault_text(fault, self.frames)
            outcome.traceback = faults.traceback_text(fault)
        if self.withheld is not None:
            outcome.withheld = self.withheld.counts
        return outcome

    def _read_script(self, main: Main | None, confined: bool) -> Main:
        """Return ``main`` as the script hands it over to this process, if that has to be read."""
        known = main is not None
        if known and not (confined and is_defined_in(main, self.script, self.frames.copy)):
            return main
        handed_over = read_script(self.script, self.job, project().is_own)
        if handed_over is None and main is None:
            raise JobError(
                f"{self.places.name(self.script)} hands nothing over to be run",
                rule="the script of a rule with an output `record` ends in `run(main, globals())`",
                remedy="write that line, or take `record` out of the rule's outputs",
            )
        return handed_over or main

    def _bounds(self) -> Confinement:
        """Return what the job may touch: what its rule declares, and its own code."""
        inputs = [source_path(path) for path in map(str, self.job.input)]
        code = [*self._code(), *filter(None, [self.script])]
        also = (self.frames.copy, str(self.folder / journal.FILE))  # read by the job that seals
        copies = [path for path in also if path and os.path.isfile(path)]
        outputs = [path for path in map(str, self.job.output) if path != self.record_path]
        records = as_list(getattr(self.job.input, "records", []))
        return Confinement([*confined_reads(inputs, code, records), *copies], outputs)

    def _refuse_beyond(self, beyond: list[str]) -> None:
        names = [self.places.name(each) if os.path.isabs(each) else each for each in beyond]
        if names:
            what = "files" if all(map(os.path.isabs, beyond)) else "files or addresses"
            raise JobError(
                f"{self.job.rule} reached for {what} that its rule does not declare",
                where=", ".join(names),
                rule="a job reads and writes only what it declares",
                remedy="declare them as input or output of the rule, or do without them",
            )

    def write_log(self, problem: str | None, withheld: Iterable[str]) -> None:
        """Write the log: what was withheld, the rows, and what went wrong."""
        if not self.job.log:
            return
        lines = [*withheld]
        if self.outcome.lines:
            lines.append(f"withheld: line on the screen ({self.outcome.lines} times)")
        for table, rows in sorted(self.result.get("rows", {}).items()):
            aside = sum(rows["set_aside"].values())
            lines.append(
                f"{table}: {rows['read']} rows read, {rows['used']} used, {aside} set aside"
            )
        lines.append(problem or f"{self.job.rule}: done")
        write_text(str(self.job.log[0]), "\n".join(lines) + "\n")

    def _before(self) -> None:
        """Digest what the job is about to read, and note the parameters."""
        if self.record_path is None:
            raise JobError(
                f"The rule {self.job.rule} declares no output named `record`",
                remedy='add record="results/lineage/records/<rule>.json" to its outputs',
            )
        inputs = [str(path) for path in self.job.input]
        self.result |= {
            "rule": self.job.rule,
            "wildcards": {key: str(value) for key, value in self.job.wildcards.items()},
            "params": self._params(),
            "inputs": self._digests(inputs, "input"),
            "code": self._digests(list(self._code()), "code"),
            "syntax": self._syntax(),
        }
        self.stamps = {path: _stamp(path) for path in files_of(inputs)}

    def _after(
        self, rows: Mapping[str, Mapping[str, Any]], modules: list[str], noted: list[dict]
    ) -> None:
        """Check what ``main`` promised and digest what it made."""
        self.result["rows"] = dict(rows)
        for each in (each for each in noted if each.get("kind") == notes.LIBRARIES):
            self.libraries |= {str(name): str(v) for name, v in each["versions"].items()}
        noted = [each for each in noted if each.get("kind") != notes.LIBRARIES]
        if any(each.get("kind") not in notes.BY_JOBS for each in noted):
            raise JobError(
                f"{self.job.rule} asks for an entry of the journal that is not a job's to make",
                rule=f"a job notes only: {', '.join(notes.BY_JOBS)}",
            )
        if noted:
            self.result["notes"] = noted
        for table, count in ((table, Rows(**counts)) for table, counts in rows.items()):
            if not count.balanced:
                raise JobError(
                    f"The rows of {table} do not balance in {self.job.rule}: {count.read} read,"
                    f" {count.used} used, {sum(count.set_aside.values())} set aside",
                    rule="every row read is used or set aside with a reason",
                    remedy="correct the counts that the script's main returns",
                )
        for path, stamp in self.stamps.items():
            if _stamp(path) != stamp:
                raise JobError(
                    f"{self.places.name(path)} changed while {self.job.rule} was reading it",
                    remedy="let nothing write to the inputs during a run, and run again",
                )
        outputs = self._outputs()
        for path in outputs:
            if os.path.isfile(path) and os.path.getsize(path) == 0:
                raise JobError(
                    f"{self.job.rule} left its output {self.places.name(path)} empty",
                    rule="a job makes every output that it declares",
                    remedy="write it, or take it out of the rule",
                )
        self.result["outputs"] = self._digests(outputs, "output")
        self.result["modules"] = self._modules(modules)

    def _digests(self, paths: list[str], what: str) -> dict[str, str]:
        found = {}
        for path in files_of([str(path) for path in paths]):
            name = self.places.name(path)
            try:
                found[name] = file_digest(source_path(path))
            except OSError:
                raise JobError(
                    f"The {what} {name} of {self.job.rule} cannot be read",
                    remedy="look whether the file is there and readable",
                ) from None
        return found

    def _code(self) -> Mapping[str, str]:
        """Return the code that the rule declares, as the parameter `code`: path -> syntax."""
        return getattr(self.job.params, CODE, None) or {}

    def _syntax(self) -> dict[str, str]:
        """Return the digest of what each file of code says: equal where comments alone differ."""
        found = {}
        for path, asked in self._code().items():
            raw = Path(path).read_bytes()
            sha256 = hashlib.sha256(raw).hexdigest()
            found[self.places.name(path)] = syntax_of_bytes(raw, sha256, path).sha256
            if found[self.places.name(path)] != asked:
                raise JobError(
                    f"{self.places.name(path)} was changed after the run had begun",
                    rule="a job runs on the code that was there when its rules were read",
                    remedy="run snakemake again, and change no code meanwhile",
                )
        return found

    def _params(self) -> dict[str, Any]:
        """Return the parameters by name; one without a name has its place in the order."""
        params = self.job.params
        pairs = params._allitems() if hasattr(params, "_allitems") else params.items()
        return {
            str(place if key is None else key): self._plain(value)
            for place, (key, value) in enumerate(pairs)
            if key != CODE
        }

    def _plain(self, value: Any) -> Any:
        """Return a parameter as JSON has it, without the path of this machine."""
        if isinstance(value, Mapping):
            return {str(key): self._plain(item) for key, item in value.items()}
        if isinstance(value, (list, tuple, set, frozenset)):
            items = sorted(value, key=str) if isinstance(value, (set, frozenset)) else value
            return [self._plain(item) for item in items]
        if isinstance(value, (str, Path)):
            text = str(value)
            return self.places.name(text) if os.path.isabs(text) else text
        if value is None or isinstance(value, (bool, int)):
            return value
        if isinstance(value, float):
            return value if value - value == 0 else str(value)
        return str(value)

    def _loaded(self) -> list[str]:
        """Return the files of the project's modules that are loaded, and the script."""
        files = {self.script} | {
            getattr(module, "__file__", None)
            for name, module in list(sys.modules.items())
            if project().is_own(name)
        }
        return sorted(path for path in files if path and os.path.isfile(path))

    def _modules(self, files: list[str]) -> dict[str, dict[str, Any]]:
        """Return the loaded modules: digest, and whether declared."""
        named = {self.places.name(path): path for path in files}
        return {
            name: {"sha256": file_digest(path), "declared": name in self.result["code"]}
            for name, path in sorted(named.items())
        }

    def _record(self, exit_code: int, about: dict[str, Any]) -> dict[str, Any]:
        attempt = 1 + _attempts(self.failed_path)
        return {
            "form": FORM,
            "result": self.result,
            "environment": environment(self.places, self.libraries),
            "run": {
                "start": self.start,
                "end": moment(),
                "attempt": attempt,
                "exit": exit_code,
                "took": self.outcome.took,
                "confined": self.outcome.confined or {"by": None, "why": "the job did not start"},
                "places": self.places.used(),
                "elsewhere": dict(sorted(self.places.elsewhere.items())),
                **about,
            },
        }


def _attempts(failed: Path) -> int:
    """Return how often the job has failed since it last succeeded."""
    try:
        return int(json.loads(failed.read_text(encoding="utf-8"))["run"]["attempt"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0


def _stamp(path: str) -> tuple[int, int]:
    about = os.stat(path)
    return about.st_mtime_ns, about.st_size
