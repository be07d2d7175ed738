"""What the files for exchange of any run have to hold, whatever its study."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pyreadstat
from cdisc_models import problems

from trialtrail.exchange.ard import LAYOUTS, differing, restore
from trialtrail.results.cells import read_rows

from schemas.results.ard import Ard
from scripts.export_ard import columns_of

KEY = [
    *("analysis", "context", "variable", "variable_level", "stat_name", "timepoint"),
    *(f"group{at}{end}" for at in range(1, 5) for end in ("", "_level")),
    *("population", "reference", "measure"),
]


def check_exchange(results: Path) -> dict[str, int]:
    """Hold the files for exchange of a run against its tables and datasets; return counts."""
    ard = pd.read_parquet(results / "ard" / "ard.parquet", dtype_backend="numpy_nullable")
    rows = _ard(results, ard)
    event = json.loads((results / "ard" / "ars.json").read_text("utf-8"))
    assert not problems("ars_1_0", event)
    values = [r for each in event["analyses"] for r in each["results"] if "rawValue" in r]
    numbers = {f"{each['stat']:.10g}" for each in rows if "stat" in each}
    assert numbers <= {f"{float(each['rawValue']):.10g}" for each in values}
    define = json.loads((results / "adam" / "define.json").read_text("utf-8"))
    for dataset in define["datasets"]:
        _dataset(results, dataset)
    subjects = pd.read_parquet(results / "datasets" / "participants.parquet")["participant_id"]
    assert define["datasets"][0]["records"] == subjects.notna().sum()
    return {"statistics": len(ard), "analyses": len(event["analyses"])}


def _ard(results: Path, ard: pd.DataFrame) -> list[dict]:
    """Check the statistics: of the contract, unique, and the tidy tables are had again."""
    Ard.validate(ard)
    assert not ard.duplicated(KEY).any()
    paths = {name: results / "tables" / f"{name}.csv" for name in LAYOUTS}
    tables = {
        name: read_rows(name, path.read_text("utf-8"))
        for name, path in paths.items()
        if path.exists()
    }
    rows = json.loads((results / "ard" / "ard.json").read_text("utf-8"))
    columns = {name: columns_of(name) for name in tables}
    assert not differing(restore(rows, columns), tables)
    assert [each.get("stat") for each in rows] == ard["stat"].astype(object).where(
        ard["stat"].notna(), None
    ).tolist()
    return rows


def _dataset(results: Path, about: dict) -> None:
    """Check a dataset: both files have its records, variables, labels and numbers."""
    stem = about["name"].lower()
    whole = json.loads((results / "adam" / f"{stem}.json").read_text("utf-8"))
    assert not problems("dataset_json_1_1", whole)
    names = [each["name"] for each in about["variables"]]
    found, told = pyreadstat.read_xport(results / "adam" / f"{stem}.xpt")
    assert list(found) == names == [each["name"] for each in whole["columns"]]
    assert told.column_labels == [each["label"] for each in about["variables"]]
    assert len(found) == about["records"] == len(whole["rows"])
    assert not found.duplicated(about["keys"]).any()
    for at, column in enumerate(whole["columns"]):
        if column["dataType"] in ("integer", "float"):
            mine = [None if pd.isna(value) else value for value in found[column["name"]]]
            assert mine == [row[at] for row in whole["rows"]], column["name"]
