"""Drawn trials as a workflow: before there are data, and beside a sealed report."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BEFORE = """
study:
  title: A trial to be
  short_name: TOBE
  synthetic: true
  arms:
    - {id: usual, label: Usual care}
    - {id: class, label: Class}
simulation:
  trials: 6
  block: 4
  scenarios:
    - {id: planned, sizes: 20, sd: 15, clusters: {class: 5}, correlation: 0.05, effect: 5}
  power:
    {wanted: 0.8, trials: 50, totals: [60, 90], effect: 12, sd: 15, caseload: 6, within: [class]}
"""


def test_power_and_trials_are_drawn_in_an_empty_folder_from_yaml_alone(workflow, tmp_path):
    file = tmp_path / "study" / "study.yaml"
    file.parent.mkdir()
    file.write_text(BEFORE, encoding="utf-8")
    run = workflow(file.parent, "power", "simulate", config=file)
    assert run.exit_code == 0, run.said
    rows = run.by_row("power")
    assert {"tried.60", "tried.90"} <= rows.keys()
    assert rows["tried.90"]["clusters"] == "class 8"
    assert run.by_row("operating_characteristics")["planned.ancova_hc3"]["trials"] == "6"
    for name in ("power", "simulation"):
        assert (run.results / "report" / f"{name}.pdf").read_bytes().startswith(b"%PDF")
    records = {path.stem for path in (run.results / "lineage" / "records").glob("*.json")}
    assert {"estimate_power", "simulate_block-planned-1", "simulate_block-planned-2"} <= records
    again = workflow(file.parent, "power", "simulate", "-n", config=file)
    assert "Nothing to be done" in again.said


@pytest.mark.nightly
def test_no_run_of_the_report_makes_or_seals_drawn_trials(workflow, tmp_path):
    """And the seal is whole with them beside it; what they read is what was sealed."""
    study = ROOT / "tests/studies/wards/study.yaml"
    before = workflow(tmp_path, config=study)
    assert before.exit_code == 0, before.said
    sealed = (before.results / "lineage/manifest.sha256").read_text(encoding="utf-8")
    assert "results/tables/arms.csv" in sealed
    for name in ("results/simulation", "results/tables/operating", "results/tables/power"):
        assert name not in sealed
    file = tmp_path / "results/simulation"
    assert not file.exists()
    drawn = workflow(tmp_path, "results/simulation/as_it_was/1.parquet", "-n", config=study)
    assert "simulate_block" in drawn.said
    described = workflow(tmp_path, "results/simulation/design.json", config=study)
    assert described.exit_code == 0, described.said
    design = json.loads((file / "design.json").read_text(encoding="utf-8"))
    assert design["clusters"]
    assert "Nothing to be done" in workflow(tmp_path, "-n", config=study).said
    verified = subprocess.run(
        [str(Path(sys.executable).parent / "trialtrail"), "verify"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "all is whole" in verified.stdout, verified.stdout
