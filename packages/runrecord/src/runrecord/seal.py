"""Join the records of all jobs into one graph and one manifest, and refuse what contradicts."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from runrecord import journal
from runrecord.checking import standalone_verify
from runrecord.digest import DAMAGE, as_list, file_digest, json_text, value_digest
from runrecord.errors import UserError
from runrecord.job.record import FORM as RECORD_FORM
from runrecord.job.rows import Rows
from runrecord.places import FOLDER, real_path
from runrecord.project import project
from runrecord.syntax import syntax_of

FORM = "runrecord-lineage/1"
VERIFIER = os.path.relpath(standalone_verify.__file__)
"""What an auditor runs with Python alone; the seal puts a copy beside the manifest."""
RESULTS = "results/"
KINDS = {
    "results/lineage/records/": "record",
    "results/lineage/": "lineage",
    RESULTS: "intermediate",
}
"""What a file of the results is, by the folder it is in, where the project says no other."""
ELSEWHERE = {"config": "configuration", "scripts": "code", "workflow": "code"}
"""What a file of the repository is, by the folder at its top, where the project says no other."""
AGAIN = "run snakemake again; if it then finds nothing to do, add --forcerun and the rules named"


def read_record(path: str | Path) -> dict[str, Any]:
    """Return a record.

    Raises:
        UserError: it is no whole record of a job that ended well.
    """
    try:
        record = json.loads(Path(path).read_text(encoding="utf-8"))
        whole = record["form"] == RECORD_FORM and record["run"]["exit"] == 0
        whole = whole and {"rule", "inputs", "outputs", "code", "modules"} <= set(record["result"])
        whole = whole and all(isinstance(digest, str) for _, _, digest in files_of_record(record))
    except DAMAGE:
        whole = False
    if not whole:
        raise UserError(
            "A record cannot be read, or is not that of a job that ended well",
            where=Path(path).as_posix(),
            remedy="delete it and run snakemake again",
        )
    return record


def files_of_record(record: dict[str, Any]) -> Iterable[tuple[str, str, str]]:
    """Yield each file of a record: its role (input, code, output), name and digest.

    A module that was loaded and not declared counts as code: the job ran it.
    """
    result = record["result"]
    modules = {name: about["sha256"] for name, about in result["modules"].items()}
    for role, files in (
        ("input", result["inputs"]),
        ("code", modules | result["code"]),
        ("output", result["outputs"]),
    ):
        for name, digest in sorted(files.items()):
            yield role, name, digest


def kind_of(name: str, roles: Iterable[str]) -> str:
    """Return what a file is: raw, code, configuration, intermediate, record or another kind."""
    if name.startswith(RESULTS):
        kinds = {**project().kinds, **KINDS}
        return next(kind for start, kind in kinds.items() if name.startswith(start))
    folders = {**ELSEWHERE, **project().folders}
    if "code" in roles:
        return "code"
    by_ending = project().endings.get(Path(name).suffix, "raw")
    return folders.get(name.partition("/")[0], by_ending)


class Seal:
    """The files and jobs of all records, gathered one record at a time."""

    def __init__(self, folder: str | Path = ".") -> None:
        self.folder = Path(folder)
        self.digests: dict[str, str] = {}
        self.syntax: dict[str, str | None] = {}
        self.told_by: dict[str, str] = {}
        self.roles: dict[str, set[str]] = {}
        self.maker: dict[str, str] = {}
        self.jobs: list[dict[str, Any]] = []
        self.used: list[dict[str, str]] = []
        self.generated: list[dict[str, str]] = []
        self.places: dict[str, str] = {FOLDER: "."}
        self.elsewhere: dict[str, str] = {}
        self.surroundings: set[str] = set()

    def add(self, path: str) -> None:
        """Add the record at ``path``, a path relative to the working folder."""
        record = read_record(self.folder / path)
        result, run = record["result"], record["run"]
        job = Path(path).stem
        self.places |= run["places"]
        self.elsewhere |= run["elsewhere"]
        self.surroundings |= {*record["environment"]["lock"], *record["environment"]["lineage"]}
        for role, name, digest in files_of_record(record):
            said = result.get("syntax", {}).get(name) if role == "code" else None
            self._agree(name, digest, job, said)
            self.roles.setdefault(name, set()).add(role)
            if role == "output":
                self._made(name, job)
            else:
                self.used.append({"job": job, "file": name, "role": role})
        name = Path(path).as_posix()
        self.roles[name] = {"record"}
        self._made(name, job)
        self.jobs.append(
            {
                "id": job,
                "rule": result["rule"],
                "wildcards": result["wildcards"],
                "record": name,
                "result_sha256": value_digest(result),
                "rows": {
                    table: rows | {"balanced": balanced(rows)}
                    for table, rows in result["rows"].items()
                },
            }
        )

    def accompany(self, path: str) -> None:
        """Have the manifest name a file that no job before the seal read or made.

        Such are the configuration, which Snakemake reads, and what is made with the manifest.
        """
        self.surroundings.add(Path(path).as_posix())

    def path(self, name: str) -> Path:
        """Return where a file is, seen from here."""
        return real_path(name, self.elsewhere.get(name, FOLDER), self.places, self.folder)

    def check(self) -> None:
        """Refuse a result that no record made, and a file that is no longer what was recorded."""
        for edge in self.used:
            if edge["file"].startswith(RESULTS) and edge["file"] not in self.maker:
                raise UserError(
                    f"{edge['file']} is read by {edge['job']} and no record says what made it",
                    rule="each job leaves a record, and seal_lineage is given all of them",
                    remedy="give the rule that makes it an output named `record`",
                )
        for name, digest in sorted(self.digests.items()):
            path = self.path(name)
            if not path.is_file() or not self._is_as_recorded(name, path, digest):
                state = "has changed" if path.is_file() else "is gone"
                users = sorted({edge["job"] for edge in self.used if edge["file"] == name})
                raise UserError(
                    f"{name} {state} since the jobs recorded it",
                    where=", ".join(filter(None, [self.maker.get(name), *users])),
                    rule="what is sealed is what the jobs read and made",
                    remedy=AGAIN,
                )

    def manifest(self) -> str:
        """Return every file used or made, in the form that ``sha256sum -c`` reads."""
        files = {self._relative(name): digest for name, digest in self.digests.items()}
        for name in {*self.surroundings, *(job["record"] for job in self.jobs)}:
            path = self.path(name)
            if path.is_file():
                files[self._relative(name)] = file_digest(path)
        return "".join(manifest_line(path, files[path]) for path in sorted(files))

    def lineage(self) -> dict[str, Any]:
        """Return the graph: files, jobs, and which job used and generated which file.

        A record holds times and names of machines, so it stands here without a digest of its own;
        ``result_sha256`` of its job is that of its deterministic part.
        """
        files = []
        for name in sorted(self.roles):
            about = {"id": name, "path": self._relative(name)}
            about["kind"] = kind_of(name, self.roles[name])
            if name in self.digests:
                about |= {"sha256": self.digests[name], "bytes": self.path(name).stat().st_size}
            if self.syntax.get(name):
                about["syntax"] = self.syntax[name]
            files.append(about)
        return {
            "form": FORM,
            "places": self.places,
            "links": self._links(),
            "files": files,
            "jobs": sorted(self.jobs, key=lambda job: job["id"]),
            "used": sorted(self.used, key=lambda edge: (edge["job"], edge["file"], edge["role"])),
            "generated": sorted(self.generated, key=lambda edge: (edge["job"], edge["file"])),
        }

    def _links(self) -> list[str]:
        """Return the paths of the files outside of the results that a link leads to.

        A file that becomes a link after the seal can be changed unseen: ``verify`` tells of it.
        """
        top = os.path.realpath(self.folder)
        paths = {self._relative(name) for name in {*self.digests, *self.surroundings}}
        plain = {path: os.path.normpath(os.path.join(top, path)) for path in paths}
        outside = (path for path in sorted(paths) if not path.startswith(RESULTS))
        return [path for path in outside if os.path.realpath(plain[path]) != plain[path]]

    def _relative(self, name: str) -> str:
        return real_path(name, self.elsewhere.get(name, FOLDER), self.places, ".").as_posix()

    def _is_as_recorded(self, name: str, path: Path, digest: str) -> bool:
        """Return whether a file is what the jobs read; of code, what is sealed is what is there.

        A changed comment reruns nothing, so jobs may have run on code of other bytes that says the
        same.
        """
        found, says = file_digest(path), self.syntax.get(name)
        if found != digest and says and syntax_of(path).sha256 == says:
            self.digests[name] = found
        return found == self.digests[name]

    def _agree(self, name: str, digest: str, job: str, syntax: str | None) -> None:
        known = self.digests.setdefault(name, digest)
        teller = self.told_by.setdefault(name, job)
        says = self.syntax.setdefault(name, syntax)
        if known != digest and (syntax is None or says != syntax):
            raise UserError(
                f"{name} was one thing to {teller} and another to {job}",
                where=f"sha256 {known[:12]}… and {digest[:12]}…",
                rule="a file has one digest in all records",
                remedy=AGAIN,
            )

    def _made(self, name: str, job: str) -> None:
        maker = self.maker.setdefault(name, job)
        if maker != job:
            raise UserError(
                f"{name} was made by two jobs: {maker} and {job}",
                rule="a file is made by one job",
                remedy="delete records of rules that are no more, and run again",
            )
        self.generated.append({"job": job, "file": name})


def seal_run(job: Any) -> dict[str, Rows]:
    """Be the ``main`` of the job that seals a run.

    Args:
        job: its inputs are ``records`` (of all jobs before it) and ``verifier`` (`VERIFIER`), and
            what no job read and the run rests on: ``configuration``, ``map``. Its outputs are
            ``lineage``, ``manifest``, ``head`` (of the journal) and ``verifier``.

    Returns:
        The records read, one row each.

    Raises:
        UserError: records contradict each other or the files, or the configuration is not the one
            that the run was started with.
    """
    records = as_list(job.input.records)
    configuration = getattr(job.input, "configuration", None)
    if configuration is not None:
        digest = file_digest(configuration)
        journal.check_configuration_kept(journal.FOLDER, configuration, digest)
    sealed = seal(records)
    for name in ("configuration", "map"):
        for path in as_list(getattr(job.input, name, [])):
            sealed.accompany(path)
    Path(job.output.lineage).write_text(json_text(sealed.lineage()), encoding="utf-8")
    journal.write_head(job.output.head)
    shutil.copyfile(job.input.verifier, job.output.verifier)
    for path in (job.output.lineage, job.output.head, job.output.verifier):
        sealed.accompany(path)
    Path(job.output.manifest).write_text(sealed.manifest(), encoding="utf-8")
    return {"records": Rows(read=len(records), used=len(sealed.jobs))}


def seal(records: Iterable[str], folder: str | Path = ".") -> Seal:
    """Return the seal of the records at the paths ``records``, relative to ``folder``.

    Raises:
        UserError: the records contradict each other or the files.
    """
    sealed = Seal(folder)
    for path in sorted(map(str, records)):
        sealed.add(path)
    sealed.check()
    return sealed


def balanced(rows: dict[str, Any]) -> bool:
    """Return whether the rows of a record add up."""
    return rows["read"] == rows["used"] + sum(rows["set_aside"].values())


def manifest_line(path: str, digest: str) -> str:
    """Return a line as sha256sum writes it: a name with a backslash or line end is escaped."""
    escaped = path.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
    return f"{'' if escaped == path else chr(92)}{digest}  {escaped}\n"
