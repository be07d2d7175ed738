"""A small sealed trail, written by hand: two raw files, a table, a dataset, a result, a report."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from runrecord.digest import file_digest, json_text
from runrecord.job.record import FORM as RECORD
from runrecord.seal import FORM, kind_of

from scripts import define_columns, draw_lineage

ROOT = Path(__file__).resolve().parents[2]
HIDDEN = ("FOUND-7788", "P-0042", "CORRECTED-9911")
"""What the exports hold of participants: a value found, a study number, a correction."""
SCRIPTS = {
    "scripts/validate_table.py": '"""Validate one table."""\n',
    "scripts/split_used_rows.py": '"""Split rows."""\n# </script><script>alert(1)</script>\n',
    "scripts/derive_people.py": '''"""Derive the people: one row is one person."""

arm = matched("arm", "register.arm", "id", "people", title="Arm")


@column("people.visits", title="Any")
def any_visit(people):
    """At least one visit."""
    return people["visits"] > 0


def has_form(form):
    return Derivation(f"has_{form}", ())


def copies(items):
    return [matched(item, "register.x", "id", "people") for item in items]
''',
    "scripts/tabulate_uptake.py": '"""Tabulate the uptake."""\n',
    "schemas/raw/people.py": '''class People(Record):
    """One row is one person."""

    id: Text = column("Person", "Study number")
    arm: Text = column("Arm", "As allocated")

    class Config:
        """Key."""

        unique = ["id"]
''',
}
SOURCE = {
    "name": "register",
    "label": "data/register.csv",
    "columns": {"id": "Study No", "arm": "Alloc", "visits": "N"},
    "known": ["Study No", "Alloc", "N", "Note"],
    "constants": {"site": "north"},
    "codes": {"arm": {"A": "active"}},
    "missing": ["", "NK"],
}
PEOPLE = "results/validated/people.parquet"
DATASET = "results/datasets/people.parquet"
UPTAKE = "results/tables/uptake.csv"
JOBS: dict[str, dict[str, Any]] = {
    "validate_table-people": {
        "inputs": ["data/register.csv"],
        "code": ["scripts/validate_table.py", "schemas/raw/people.py"],
        "outputs": ["results/validation/checked/people.parquet"],
        "params": {"is_form": False, "sources": [SOURCE], "variables": []},
        "rows": {"people": {"read": 40, "used": 39, "set_aside": {"width": 1}}},
    },
    "split_used_rows": {
        "inputs": ["results/validation/checked/people.parquet"],
        "code": ["scripts/split_used_rows.py"],
        "outputs": [PEOPLE],
        "params": {"corrections": [{"id": HIDDEN[1], "value": HIDDEN[2]}]},
    },
    "derive_people": {
        "inputs": [PEOPLE],
        "code": ["scripts/derive_people.py"],
        "outputs": [DATASET, "results/lineage/columns/people.json"],
        "params": {"counted": {"mode": ["home"]}},
    },
    "tabulate_uptake": {
        "inputs": [DATASET],
        "code": ["scripts/tabulate_uptake.py"],
        "outputs": [UPTAKE],
    },
    "render_report": {
        "inputs": [UPTAKE, "data/note.md"],
        "code": [],
        "outputs": ["results/report/report.pdf"],
    },
}
COLUMNS = [
    ("id", "validated", "as validated", ["validated:people.id"]),
    (
        *("arm", "matched", "arm of the same id"),
        ["dataset:people.id", "validated:register.arm"],
    ),
    ("any_visit", "computed", "At least one visit.", ["dataset:people.arm"]),
    ("has_scan", "computed", "a form is there", ["dataset:people.id"]),
    ("age", "matched", "age of the same id", ["dataset:people.id"]),
]
"""Of each column of the dataset its name, kind, rule and sources."""
DICTIONARY = ("row", "table", "column", "type", "label", "unit", "rule")
NUMBERS = ("id", "printed", "value", "table", "row", "column")
QUERIES = ("query_id", "severity", "export", "file", "line", "record", "column", "rule", "found")


def write(folder: Path, name: str, text: str) -> Path:
    """Write a file of the trail."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def write_rows(folder: Path, name: str, *rows: tuple) -> Path:
    """Write a CSV file of the trail, its header first."""
    path = write(folder, name, "")
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(rows)
    return path


def lineage(folder: Path, more: int) -> dict[str, Any]:
    """Return the graph of the jobs, with ``more`` raw files beside."""
    roles: dict[str, set[str]] = {f"data/more_{n:04}.csv": {"input"} for n in range(more)}
    jobs, used, generated = [], [], []
    for job, about in JOBS.items():
        record = f"results/lineage/records/{job}.json"
        inputs = [*about["inputs"], *(roles if job == "validate_table-people" else ())]
        for role, names in (("input", inputs), ("code", about["code"])):
            used += [{"job": job, "file": name, "role": role} for name in names]
        generated += [{"job": job, "file": name} for name in [*about["outputs"], record]]
        rows = {key: rows | {"balanced": True} for key, rows in about.get("rows", {}).items()}
        head = {"id": job, "rule": job.partition("-")[0], "wildcards": {}, "record": record}
        jobs.append(head | {"result_sha256": "0" * 64, "rows": rows})
    for edge in [*used, *generated]:
        roles.setdefault(edge["file"], set()).add(edge.get("role", "output"))
    files = [{"id": name, "path": name, "kind": kind_of(name, roles[name])} for name in roles]
    for file in files:
        path = folder / file["id"]
        file |= {"sha256": file_digest(path) if path.is_file() else "1" * 64, "bytes": 10}
    parts = {"files": files, "jobs": jobs, "used": used, "generated": generated}
    return {"form": FORM, "places": {"folder": "."}, **parts}


def small_trail(folder: Path, *, more_files: int = 0, more_numbers: int = 0) -> SimpleNamespace:
    """Write the trail into ``folder`` and return the inputs of the two jobs."""
    sources = [write(folder, name, text) for name, text in SCRIPTS.items()]
    records = []
    for job, about in JOBS.items():
        result = {key: {} for key in ("inputs", "outputs", "code", "modules")}
        result |= {"rule": job.partition("-")[0], "params": about.get("params", {})}
        record = {"form": RECORD, "run": {"exit": 0}, "result": result}
        records.append(write(folder, f"results/lineage/records/{job}.json", json_text(record)))
    entries = [
        {
            "column": name,
            "title": name,
            "unit": "",
            "type": "string",
            "derivations": [
                {"kind": kind, "where": {}, "sources": sources, "rule": rule}
                | {"by": ["id"] if kind == "matched" else None, "among": None}
            ],
        }
        for name, kind, rule, sources in COLUMNS
    ]
    told = {"dataset": "people", "key": ["id"], "left_out": [], "columns": entries}
    graph = json_text(lineage(folder, more_files))
    return SimpleNamespace(
        lineage=str(write(folder, "results/lineage/lineage.json", graph)),
        records=list(map(str, records)),
        columns=[str(write(folder, "results/lineage/columns/people.json", json.dumps(told)))],
        dictionary=str(_dictionary(folder)),
        sources=list(map(str, sources)),
        numbers=str(_numbers(folder, more_numbers)),
        queries=str(_queries(folder)),
        takes=[str(_takes(folder))],
        style=str(ROOT / "templates/lineage.css"),
        scripts=[
            str(ROOT / "templates" / f"lineage{part}.js")
            for part in ("_walk", "_drawing", "_search", "_card", "")
        ],
    )


def _dictionary(folder: Path) -> Path:
    rows = (
        ("people.id", "people", "id", "text", "Person", "", "Study number"),
        ("people.arm", "people", "arm", "text", "Arm", "", "As allocated"),
        ("people.site", "people", "site", "text", "Site", "", ""),
        ("people.visits", "people", "visits", "whole number", "Visits", "", ""),
        ("people.visits_bound", "people", "visits_bound", "text", "Bound", "", ""),
        ("people.stage", "people", "stage", "text", "Stage", "", ""),
    )
    return write_rows(folder, "results/tables/data_dictionary.csv", DICTIONARY, *rows)


def _numbers(folder: Path, more: int) -> Path:
    rows = [
        ("any_visit.percent", "75", "75.04", "uptake", "any_visit", "percent"),
        ("any_visit.n", "129", "129", "uptake", "any_visit", "n"),
        ("odd", "</script><i>1", "1", "uptake", "odd", "n"),
    ]
    rows += [(f"more-{n}", f"{n}.5", f"{n}.5", "uptake", f"row_{n}", "n") for n in range(more)]
    return write_rows(folder, "results/report/numbers.csv", NUMBERS, *rows)


def _queries(folder: Path) -> Path:
    place = ("register", "data/register.csv", "12", HIDDEN[1], "Alloc", "code", HIDDEN[0])
    rows = [("Q-1", "error", *place, "the code is not among those of the configuration")]
    return write_rows(folder, "results/validation/queries.csv", (*QUERIES, "message"), *rows)


def _takes(folder: Path) -> Path:
    """Write what two results take; the second takes the first, and by a condition with a value."""
    first = {"table": "dataset:people", "columns": ["any_visit"], "needs": ["arm"], "same": []}
    second = {"table": "result:uptake", "columns": ["percent"], "needs": [], "same": []}
    rows = {
        "any_visit": [{"cells": ["percent"], "takes": [first | {"where": {"age": HIDDEN[0]}}]}],
        "odd": [{"cells": ["n"], "takes": [second | {"where": {"row": "any_visit"}}]}],
    }
    return write(folder, "results/takes/uptake.json", json.dumps({"uptake": rows}))


def make_pages(folder: Path, inputs: SimpleNamespace) -> tuple[Path, Path]:
    """Run the two jobs and return the page of the trail and that of the definitions."""
    pages = []
    for script, name, template in (
        (draw_lineage, "index.html", "lineage.html.j2"),
        (define_columns, "define.html", "define.html.j2"),
    ):
        page = folder / "results/lineage" / name
        inputs.template = str(ROOT / "templates" / template)
        inputs.sign = str(ROOT / "templates/lineage_sign.svg")
        params = SimpleNamespace(title="A <small> study", synthetic=True)
        output = SimpleNamespace(page=str(page), sign=str(page.with_name("trail.svg")))
        script.main(SimpleNamespace(input=inputs, output=output, params=params))
        pages.append(page)
    return pages[0], pages[1]
