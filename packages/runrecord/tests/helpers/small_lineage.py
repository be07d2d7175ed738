"""A small sealed run, written by hand: two jobs, six files, two records."""

from __future__ import annotations

import hashlib
from pathlib import Path
from types import SimpleNamespace

from runrecord.digest import json_text, write_text

RAW, TABLE, SCRIPT = "data/a register.csv", "results/tables/uptake.csv", "scripts/tabulate.py"
REPORT = "results/report/report.html"
LINEAGE, MANIFEST = "results/lineage/lineage.json", "results/lineage/manifest.sha256"
TEXTS = {RAW: "raw\n", TABLE: "row,n\nany,7\n", SCRIPT: "# code\n", REPORT: "<p>7</p>\n"}


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def record_of(rule: str, inputs: list[str], outputs: list[str], minute: int) -> dict:
    """Return the record of a job."""
    code = {SCRIPT: digest(TEXTS[SCRIPT])} if rule == "tabulate" else {}
    return {
        "form": "runrecord-record/1",
        "result": {
            "rule": rule,
            "wildcards": {},
            "params": {"level": 0.95},
            "inputs": {name: digest(TEXTS[name]) for name in inputs},
            "code": code,
            "modules": {},
            "outputs": {name: digest(TEXTS[name]) for name in outputs},
            "rows": {},
        },
        "environment": {
            "python": "3.11.7",
            "libraries": {"snakemake": "9.27.1"},
            "lock": {"requirements/lock.txt": "1" * 64},
            "lineage": {},
        },
        "run": {
            "start": f"2026-01-02T03:{minute:02}:00.000Z",
            "end": f"2026-01-02T03:{minute + 1:02}:00.000Z",
            "exit": 0,
            "user": "ann",
            "git": {"commit": "c" * 40, "clean": True},
        },
    }


def write_run(folder: Path) -> SimpleNamespace:
    """Write the run into ``folder``, the working folder; return a job that exports it."""
    jobs = {"tabulate": ([RAW], [TABLE], 10), "report": ([TABLE], [REPORT], 20)}
    kinds = {RAW: "raw", TABLE: "table", SCRIPT: "code", REPORT: "report"}
    files = [
        {"id": name, "path": name, "kind": kind, "sha256": digest(TEXTS[name]), "bytes": 4}
        for name, kind in kinds.items()
    ]
    lineage = {"form": "runrecord-lineage/1", "places": {}, "jobs": [], "used": []}
    lineage["generated"] = []
    paths = []
    for rule, (inputs, outputs, minute) in jobs.items():
        path = f"results/lineage/records/{rule}.json"
        paths.append(path)
        write_text(path, json_text(record_of(rule, inputs, outputs, minute)))
        files.append({"id": path, "path": path, "kind": "record"})
        lineage["jobs"].append(
            {"id": rule, "rule": rule, "wildcards": {}, "record": path, "rows": {}}
            | {"result_sha256": "2" * 64}
        )
        lineage["used"] += [{"job": rule, "file": name, "role": "input"} for name in inputs]
        lineage["generated"] += [{"job": rule, "file": name} for name in [*outputs, path]]
    lineage["used"].append({"job": "tabulate", "file": SCRIPT, "role": "code"})
    for name, text in TEXTS.items():
        write_text(name, text)
    write_text(LINEAGE, json_text(lineage | {"files": files}))
    write_text(MANIFEST, "")
    write_text("Snakefile", "# map\n")
    write_text("workflow/rules/report.smk", "# stage\n")
    return SimpleNamespace(
        input=SimpleNamespace(
            records=paths,
            lineage=LINEAGE,
            manifest=MANIFEST,
            report=[REPORT],
            snakefile="Snakefile",
            stages=["workflow/rules/report.smk"],
        ),
        output=SimpleNamespace(
            crate="results/lineage/ro-crate-metadata.json",
            snakefile="results/lineage/Snakefile",
            statement="results/lineage/statement.intoto.json",
        ),
        params=SimpleNamespace(title="A study"),
    )
