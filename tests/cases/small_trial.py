"""A small trial in one file, from which each case departs in one thing, and what comes of it.

A case writes the study with `write_study` and reads what the validation says of it with
`validated` (in this process, by the functions that the jobs call) or makes results with `made`
(the rules of the workflow that lead to the named files).
"""

from __future__ import annotations

import copy
import csv
import io
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from harness import World
from snakemake_runs import run_snakemake

from trialtrail import ROOT
from trialtrail.errors import StudyError

HEADER = ("id", "arm", "allocated", "age", "sex", "walk0", "walk12", "seen12")
REPORT = "results/report/report.html"
"""The target that is made of all tables and figures."""
PDF = "results/report/report.pdf"
"""The same on paper; it is made with the trail, where no target is named."""
SEALED = "results/lineage/"
"""Where results lie that are made of whole records of jobs."""
CONFIG: dict[str, Any] = {
    "study": {
        "title": "A weekly class",
        "short_name": "CLASS",
        "synthetic": True,
        "arms": [{"id": "leaflet", "label": "Leaflet"}, {"id": "group", "label": "Group"}],
    },
    "exports": {"trial": {"file": "data/trial.csv", "delimiter": ";", "dates": "%d.%m.%Y"}},
    "missing": ["", "."],
    "tables": {
        "participants": {
            "sources": [
                {
                    "export": "trial",
                    "columns": {
                        "participant_id": "id",
                        "arm": "arm",
                        "randomised_on": "allocated",
                    },
                    "codes": {"arm": {"A": "leaflet", "B": "group"}},
                }
            ]
        }
    },
    "forms": {
        "baseline": {
            "label": "Baseline visit",
            "timepoint": "baseline",
            "sources": [
                {
                    "export": "trial",
                    "columns": {"participant_id": "id", "completed_on": "allocated"},
                }
            ],
            "variables": [
                {"id": "age_years", "column": "age", "type": "integer", "label": "Age"},
                {
                    "id": "sex",
                    "column": "sex",
                    "type": "category",
                    "label": "Sex",
                    "codes": {"F": "female", "M": "male"},
                },
                {"id": "walk_before_s", "column": "walk0", "type": "number", "label": "Walk"},
            ],
        },
        "twelve_months": {
            "label": "Visit at twelve months",
            "timepoint": "twelve_months",
            "sources": [
                {"export": "trial", "columns": {"participant_id": "id", "completed_on": "seen12"}}
            ],
            "variables": [
                {"id": "walk_after_s", "column": "walk12", "type": "number", "label": "Walk"}
            ],
        },
    },
    "analysis": {
        "followed_up": {"form": "twelve_months", "label": "Measured at twelve months"},
        "outcomes": [
            {
                "id": "walk",
                "label": "Timed walk",
                "role": "primary",
                "kind": "continuous",
                "unit": "s",
                "measured": [
                    {"form": "baseline", "variables": ["walk_before_s"]},
                    {"form": "twelve_months", "variables": ["walk_after_s"]},
                ],
            }
        ],
    },
}
"""The configuration of the small trial."""


def config() -> dict[str, Any]:
    """Return a configuration of the small trial that may be changed."""
    return copy.deepcopy(CONFIG)


def records(count: int = 24) -> list[dict[str, str]]:
    """Return the records of ``count`` participants, who were all seen; in turn of each arm."""
    return [
        {
            "id": f"P{n:03}",
            "arm": "AB"[n % 2],
            "allocated": f"{n % 28 + 1:02}.03.2024",
            "age": str(66 + n % 20),
            "sex": "FM"[n // 2 % 2],
            "walk0": f"{11 + n % 7 * 0.5:.1f}",
            "walk12": f"{10 + n % 9 * 0.7:.1f}",
            "seen12": f"{n % 28 + 1:02}.03.2025",
        }
        for n in range(1, count + 1)
    ]


def delimited(rows: Sequence[Mapping[str, str]], delimiter: str = ";") -> str:
    """Return records as delimited text, under the columns of the first."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(rows[0]), delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def write_study(
    folder: Path,
    rows: Sequence[Mapping[str, str]] | None = None,
    change: Callable[[dict], None] | None = None,
    files: Mapping[str, str | bytes] | None = None,
) -> Path:
    """Write a study into ``folder`` and return its configuration file.

    Args:
        folder: where the study is written, which may not exist yet.
        rows: the records of ``data/trial.csv``; by default those of `records`.
        change: changes the configuration, which it is given.
        files: further files, or others in the place of ``data/trial.csv``, by their path.
    """
    whole = config()
    if change:
        change(whole)
    text = delimited(records() if rows is None else rows)
    for name, content in {"data/trial.csv": text, **(files or {})}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    file = folder / "study.yaml"
    text = yaml.dump(whole, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)
    file.write_text(text, encoding="utf-8")
    return file


@dataclass
class Validated:
    """What the validation says of a study.

    Attributes:
        refusal: the message that ended it, if one did.
        queries: one row a query: the columns of ``queries.csv``, and ``table``.
        tables: the checked tables: typed, the rows that would be set aside among them.
        changes: (table, column of the file, from, to, cells) of each change of form.
    """

    refusal: StudyError | None
    queries: pd.DataFrame
    tables: dict[str, pd.DataFrame]
    changes: list[tuple]

    def told(self, rule: str, column: str | None = None) -> pd.DataFrame:
        """Return the queries of a rule, of one column of the file where it is given."""
        found = self.queries[self.queries["rule"] == rule]
        return found if column is None else found[found["column"] == column]


def validated(file: Path) -> Validated:
    """Validate the study of a configuration file in this process."""
    try:
        world = World.at(file)
        good, queries = world.good, world.known
    except StudyError as refusal:
        return Validated(refusal, pd.DataFrame(), {}, [])
    changes = [
        (reading["table"], *change)
        for table in good.values()
        for reading in table.readings
        for change in reading["changes"]
    ]
    return Validated(None, queries, {name: each.frame for name, each in good.items()}, changes)


@dataclass
class Made:
    """A run of the workflow: its folder, its exit code, what it said on the screen."""

    folder: Path
    exit_code: int
    said: str

    def by_row(self, table: str) -> dict[str, dict[str, str]]:
        """Return a result table, or a topic of the summaries, as text, by the names of its rows."""
        topic = self.folder / "results" / "summaries" / f"{table}.parquet"
        if topic.exists():
            rows = pd.read_parquet(topic).astype("string").fillna("").to_dict("records")
            return {row["row"].removeprefix(f"{table}."): row for row in rows}
        path = self.folder / "results" / "tables" / f"{table}.csv"
        with open(path, encoding="utf-8", newline="") as stream:
            return {row["row"]: row for row in csv.DictReader(stream)}


def made(file: Path, *targets: str) -> Made:
    """Make the files ``targets`` (all results without any) of the study of ``file``, beside it.

    Where targets are given and none of them is sealed, the jobs are done in the process of the run,
    and the PDF of the report is an empty file.
    """
    options = [*targets, "--cores", "2", "--directory", str(file.parent)]
    options += ["--snakefile", str(ROOT / "Snakefile")]
    options += ["--configfile", os.path.relpath(file, ROOT)]
    here = bool(targets) and not any(target.startswith(SEALED) for target in targets)
    options += ["--executor", "local"] if here else []
    return Made(file.parent, *run_snakemake(options, ROOT, with_jobs=here))
