"""Make the RO-Crate of the run: one entity a file, job, step, tool and parameter.

The form is Provenance Run Crate 0.5 on RO-Crate 1.1. The root is the folder of the metadata file.
A file below it is named by its path; any other (raw files, code, tables) by its digest, as an `ni:`
URI (RFC 6920), with its path beside it: nothing outside the root is promised to be in the crate.
Times and users are those of the records, so the crates of two runs of one study differ in them.
"""

import base64
import json
import os
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import quote

from runrecord.digest import file_digest, json_text
from runrecord.seal import read_record

from trialtrail.record import Rows, run

CONTEXT = [
    "https://w3id.org/ro/crate/1.1/context",
    "https://w3id.org/ro/terms/workflow-run/context",
]
PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": ("Process Run Crate", "0.5"),
    "https://w3id.org/ro/wfrun/workflow/0.5": ("Workflow Run Crate", "0.5"),
    "https://w3id.org/ro/wfrun/provenance/0.5": ("Provenance Run Crate", "0.5"),
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0": ("Workflow RO-Crate", "1.0"),
}
FORMATS = {
    ".csv": "text/csv",
    ".html": "text/html",
    ".json": "application/json",
    ".md": "text/markdown",
    ".parquet": "application/vnd.apache.parquet",
    ".pdf": "application/pdf",
    ".py": "text/x-python",
    ".svg": "image/svg+xml",
}
DONE = "http://schema.org/CompletedActionStatus"
NO_LICENCE = "None is stated here: the data and the report are under the study's own terms."

Entity = dict[str, Any]


class Crate:
    """The entities of one crate, each once, and the ids by which files are named in it."""

    def __init__(self, lineage: Entity, records: dict[str, Entity], root: str) -> None:
        self.lineage, self.records, self.root = lineage, records, root
        self.entities: dict[str, Entity] = {}
        self.ids: dict[str, str] = {}
        self.parts: list[str] = []
        self.tools: dict[str, str] = {}
        self.times = sorted(record["run"]["end"] for record in records.values())

    def add(self, entity: str, kind: Any, /, **about: Any) -> str:
        """Add an entity, or more about one; return its id."""
        self.entities.setdefault(entity, {"@id": entity, "@type": kind}).update(about)
        return entity

    def add_file(self, name: str, path: str, **about: Any) -> str:
        """Add a file, by path where it is below the root and by digest elsewhere."""
        inside = os.path.relpath(path, self.root).replace(os.sep, "/")
        about = {"name": name} | {key: value for key, value in about.items() if value is not None}
        suffix = Path(path).suffix
        if suffix in FORMATS:
            about["encodingFormat"] = FORMATS[suffix]
        if inside.startswith("../"):
            entity = f"{named_by(about['sha256'])}?path={quote(name, safe='/')}"
            about["alternateName"] = inside
        else:
            entity = quote(inside, safe="/")
        self.ids[name] = self.add(entity, "File", **about)
        self.parts.append(entity)
        return entity

    def files(self) -> None:
        """Add every file of the lineage."""
        for file in self.lineage["files"]:
            size = file.get("bytes")
            self.add_file(
                file["id"],
                file["path"],
                sha256=file.get("sha256"),
                contentSize=None if size is None else str(size),
                description=f"kind: {file['kind']}",
            )

    def tool(self, job: Entity) -> str:
        """Return the id of what a job ran: its script, or an entity for its rule."""
        rule = job["rule"]
        if rule not in self.tools:
            scripts = [
                name
                for name in self.records[job["id"]]["result"]["code"]
                if Path(name).stem == rule and name in self.ids
            ]
            if scripts:
                tool = self.ids[scripts[0]]
                self.entities[tool]["@type"] = ["File", "SoftwareSourceCode"]
                self.entities[tool]["programmingLanguage"] = refer("#python")
            else:
                tool = self.add(f"#tool/{quote(rule)}", "SoftwareApplication", name=rule)
            self.tools[rule] = tool
            place = len(self.tools)
            step = {"position": str(place), "name": rule, "workExample": refer(tool)}
            self.add(f"#step/{quote(rule)}", "HowToStep", **step)
        return self.tools[rule]

    def person(self, job: str) -> str:
        """Return the id of who ran a job; the record may not know."""
        user = self.records[job]["run"].get("user") or "unknown"
        return self.add(f"#person/{quote(user)}", "Person", name=user)

    def jobs(self) -> None:
        """Add each job: what it read, its parameters, what it made, when and for whom."""
        used, made = edges(self.lineage["used"]), edges(self.lineage["generated"])
        for job in self.lineage["jobs"]:
            name = job["id"]
            about, tool = self.records[name], self.tool(job)
            given = [
                self.add(
                    f"#parameter/{quote(name)}/{quote(key)}",
                    "PropertyValue",
                    name=key,
                    value=json.dumps(value, sort_keys=True, ensure_ascii=False),
                )
                for key, value in sorted(about["result"]["params"].items())
            ]
            read = sorted(self.ids[file] for file in used.get(name, []) if self.ids[file] != tool)
            action = self.add(
                f"#job/{quote(name)}",
                "CreateAction",
                name=f"job {name}",
                instrument=refer(tool),
                object=refers(dict.fromkeys([*read, *given])),
                result=refers(sorted(self.ids[file] for file in made.get(name, []))),
                startTime=about["run"]["start"],
                endTime=about["run"]["end"],
                agent=refer(self.person(name)),
                actionStatus=refer(DONE),
            )
            self.add(
                f"#orchestrate/{quote(name)}",
                "ControlAction",
                name=f"orchestrate {name}",
                instrument=refer(f"#step/{quote(job['rule'])}"),
                object=refer(action),
            )

    def workflow(self, copy: str, sources: list[str], engine: str | None) -> None:
        """Add the workflow, its run as a whole, and the engine that organised it."""
        main = self.add_file("Snakefile", copy, sha256=file_digest(copy))
        based = [
            self.add_file(name, path, sha256=file_digest(path))
            for name, path in sorted((Path(path).name, path) for path in sources)
        ]
        kinds = ["File", "SoftwareSourceCode", "ComputationalWorkflow", "HowTo"]
        self.entities[main] |= {
            "@type": kinds,
            "programmingLanguage": refer("#snakemake"),
            "step": refers(f"#step/{quote(rule)}" for rule in self.tools),
            "hasPart": refers(dict.fromkeys(self.tools.values())),
            "isBasedOn": refers(based),
        }
        snakemake = {"name": "Snakemake", "url": refer("https://snakemake.github.io/")}
        self.add("#snakemake", "ComputerLanguage", **snakemake)
        self.add("#python", "ComputerLanguage", name="Python", url=refer("https://www.python.org/"))
        about = {"softwareVersion": engine or "not recorded", "url": snakemake["url"]}
        self.add("#engine", "SoftwareApplication", name="Snakemake", **about)
        kind = {file["id"]: file["kind"] for file in self.lineage["files"]}
        runs = self.records.values()
        when = {
            "startTime": min((record["run"]["start"] for record in runs), default=""),
            "endTime": max(self.times, default=""),
        }
        people = {self.person(job) for job in self.records}
        self.add(
            "#run",
            "CreateAction",
            name="run of the workflow",
            instrument=refer(main),
            object=refers(self.ids[name] for name in kind if kind[name] == "raw"),
            result=refers(
                self.ids[name] for name in kind if kind[name] in ("table", "figure", "report")
            ),
            agent=refers(sorted(people)),
            actionStatus=refer(DONE),
            **when,
        )
        self.add(
            "#organise",
            "OrganizeAction",
            name="Snakemake's run of the jobs",
            instrument=refer("#engine"),
            object=refers(f"#orchestrate/{quote(job['id'])}" for job in self.lineage["jobs"]),
            result=refer("#run"),
            agent=refers(sorted(people)),
            **when,
        )
        self.main = main

    def document(self, title: str, descriptor: str) -> Entity:
        """Return the metadata document."""
        for profile, (name, version) in PROFILES.items():
            self.add(profile, "CreativeWork", name=name, version=version)
        actions = [name for name, entity in self.entities.items() if acts(entity)]
        root = {
            "@id": "./",
            "@type": "Dataset",
            "name": f"Lineage of a run: {title}",
            "description": (
                "What each job of the workflow read, ran on and made, with digests. Files below"
                " this folder are in the crate; others are named by their digest."
            ),
            "datePublished": max(self.times, default=""),
            "license": NO_LICENCE,
            "conformsTo": refers(PROFILES),
            "mainEntity": refer(self.main),
            "hasPart": refers(dict.fromkeys(self.parts)),
            "mentions": refers(actions),
        }
        about = {
            "@id": descriptor,
            "@type": "CreativeWork",
            "about": refer("./"),
            "conformsTo": refers(["https://w3id.org/ro/crate/1.1", list(PROFILES)[-1]]),
        }
        rest = [self.entities[name] for name in sorted(self.entities)]
        return {"@context": CONTEXT, "@graph": [about, root, *rest]}


def acts(entity: Entity) -> bool:
    """Return whether an entity is an action that a crate's root mentions."""
    return entity["@type"] in ("CreateAction", "OrganizeAction")


def named_by(sha256: str) -> str:
    """Return the name of a content by its digest, as RFC 6920 has it."""
    text = base64.urlsafe_b64encode(bytes.fromhex(sha256)).decode().rstrip("=")
    return f"ni:///sha-256;{text}"


def refer(name: str) -> dict[str, str]:
    """Return a reference to an entity."""
    return {"@id": name}


def refers(names: Any) -> list[dict[str, str]]:
    """Return references to entities."""
    return [refer(name) for name in names]


def edges(pairs: list[dict[str, str]]) -> dict[str, list[str]]:
    """Return the files of each job, from the edges of the lineage."""
    found: dict[str, list[str]] = {}
    for pair in pairs:
        found.setdefault(pair["job"], []).append(pair["file"])
    return found


def engine_version(records: dict[str, Entity]) -> str | None:
    """Return the version of Snakemake that the jobs recorded."""
    seen = {record["environment"]["libraries"].get("snakemake") for record in records.values()}
    return ", ".join(sorted(filter(None, seen))) or None


def main(job) -> dict[str, Rows]:
    """Join lineage and records; write the metadata and a copy of the workflow beside it."""
    lineage = json.loads(Path(job.input.lineage).read_text(encoding="utf-8"))
    paths = [job.input.records] if isinstance(job.input.records, str) else job.input.records
    known = {entry["id"] for entry in lineage["jobs"]}
    records = {Path(path).stem: read_record(path) for path in paths if Path(path).stem in known}
    shutil.copyfile(job.input.snakefile, job.output.snakefile)
    crate = Crate(lineage, records, os.path.dirname(job.output.crate))
    crate.files()
    for path in (job.input.lineage, job.input.manifest):
        crate.add_file(path, path, sha256=file_digest(path), description="kind: lineage")
    crate.jobs()
    crate.workflow(job.output.snakefile, job.input.stages, engine_version(records))
    document = crate.document(job.params.title, Path(job.output.crate).name)
    Path(job.output.crate).write_text(json_text(document), encoding="utf-8")
    return {"records": Rows(read=len(paths), used=len(records))}


run(main, globals())
