"""What `new` writes runs: the messy spreadsheet to its report, with nothing mended by hand."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.snakemake_runs import run_snakemake
from tests.trialtrail.new_study.messy_spreadsheet import ROWS, write_messy
from trialtrail.cli import main

ROOT = Path(__file__).resolve().parents[3]


def written(folder: Path) -> Path:
    """Write the spreadsheet and its study into a folder; return the study."""
    file = write_messy(folder / "schmerz.csv")
    options = ["--arm", "Gruppe", "--reference", "Placebo", "--primary", "Schmerz"]
    assert main(["new", str(file), *options]) == 0
    return folder / "study.yaml"


def rows_of(path: Path) -> list[dict[str, str]]:
    """Return the rows of a table."""
    with open(path, encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def run(study: Path, *targets: str, with_jobs: bool) -> None:
    """Run the workflow on a study."""
    options = [*targets, "--cores", "2", "--directory", str(study.parent)]
    options += ["--snakefile", str(ROOT / "Snakefile"), "--configfile", str(study)]
    code, said = run_snakemake(options, ROOT, with_jobs=with_jobs)
    assert code == 0, said


def check_results(folder: Path) -> None:
    """Check that the run has read what the spreadsheet says."""
    estimate = next(
        row
        for row in rows_of(folder / "results/tables/estimates.csv")
        if row["outcome"] == "schmerz" and row["role"] == "primary"
    )
    known = int(estimate["n_arm"]) + int(estimate["n_reference"])
    assert known + int(estimate["missing_arm"]) + int(estimate["missing_reference"]) == ROWS
    assert known == ROWS - ROWS // 11  # k.A. in every eleventh cell
    errors = [
        row
        for row in rows_of(folder / "results/validation/queries.csv")
        if row["severity"] == "error"
    ]
    assert errors == []


def test_the_messy_spreadsheet_is_estimated_without_an_error(tmp_path):
    study = written(tmp_path)
    run(study, "results/tables/estimates.csv", with_jobs=True)
    check_results(tmp_path)


@pytest.mark.nightly
def test_the_messy_spreadsheet_comes_to_its_report(tmp_path):
    study = written(tmp_path)
    run(study, with_jobs=False)
    assert (tmp_path / "results/report/report.pdf").read_bytes().startswith(b"%PDF")
    check_results(tmp_path)
