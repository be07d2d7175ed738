"""The workflow as a module of another, in its catalogue's form, and in Snakemake's own report."""

from __future__ import annotations

import html
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from trialtrail.as_module import HOOKS, hand_on_hooks

ROOT = Path(__file__).resolve().parents[2]
STUDY = ROOT / "tests" / "studies" / "balance"
SNAKEFILE = """\
from snakemake.utils import min_version


min_version("6.10.0")


configfile: "config/config.yaml"


module trialtrail:
    snakefile:
        "{snakefile}"
    config:
        config


use rule * from trialtrail
"""
"""What `snakedeploy deploy-workflow` writes (0.17.1), with a path for the address on GitHub."""


def snakemake(folder: Path, *words: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "snakemake", "--cores", "2", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def deployed(tmp_path) -> Path:
    """Return a folder as snakedeploy makes it, with another study in its configuration."""
    folder = tmp_path / "deployed"
    shutil.copytree(STUDY / "data", folder / "config" / "data")
    shutil.copy2(STUDY / "study.yaml", folder / "config" / "config.yaml")
    shutil.copytree(ROOT / "profiles", folder / "profiles")
    (folder / "workflow").mkdir()
    text = SNAKEFILE.format(snakefile=ROOT / "workflow" / "Snakefile")
    (folder / "workflow" / "Snakefile").write_text(text, encoding="utf-8")
    return folder


def test_a_module_asks_for_the_report_of_the_study_that_it_is_given(deployed):
    done = snakemake(deployed, "--dry-run")
    told = done.stdout + done.stderr
    assert done.returncode == 0, told
    for rule in ("validate_table", "render_report", "lay_out_document", "state_results"):
        assert rule in told
    assert "uptake" not in told  # which the shipped study has, and this one lacks


@pytest.mark.nightly
def test_a_module_runs_and_is_sealed(deployed):
    done = snakemake(deployed)
    assert done.returncode == 0, done.stdout + done.stderr
    program = str(Path(sys.executable).with_name("trialtrail"))
    verified = subprocess.run(
        [program, "verify"], cwd=deployed, capture_output=True, text=True, check=False
    )
    assert "all is whole" in verified.stdout


def test_hooks_of_a_module_run_before_those_of_the_workflow_that_takes_it():
    told = []
    workflow = SimpleNamespace(modifier=SimpleNamespace(is_main_snakefile=lambda: False))
    own = {}
    for name in HOOKS:
        setattr(workflow, f"_{name}", lambda log, name=name: told.append(f"outer {name} {log}"))
        own[name] = lambda log, name=name: told.append(f"own {name} {log}")
    hand_on_hooks(workflow, own)
    for name in HOOKS:
        getattr(workflow, f"_{name}")("log")
    expected = [f"{whose} {name} log" for name in HOOKS for whose in ("own", "outer")]
    assert told == expected


def test_hooks_of_the_main_workflow_are_left_alone():
    workflow = SimpleNamespace(modifier=SimpleNamespace(is_main_snakefile=lambda: True))
    hand_on_hooks(workflow, {})
    assert not hasattr(workflow, "_onstart")


def test_the_catalogue_finds_what_it_asks_for():
    said = yaml.safe_load((ROOT / ".snakemake-workflow-catalog.yml").read_text(encoding="utf-8"))
    usage = said["usage"]
    assert {*usage} == {"mandatory-flags", "software-stack-deployment", "report"}
    assert {*usage["mandatory-flags"]} == {"desc", "flags"}
    assert any(usage["software-stack-deployment"].values())
    assert usage["report"] is True
    for path in ("workflow/Snakefile", "config/README.md", "config/config.yaml"):
        assert (ROOT / path).is_file()


def test_every_marked_result_has_a_caption_and_is_of_many_people():
    rules = "\n".join(p.read_text("utf-8") for p in (ROOT / "workflow/rules").glob("*.smk"))
    marked = re.findall(r'shown\(\s*(?:update\()?"([^"]+)"', rules)
    assert len(marked) > 15
    captions = {path.stem for path in (ROOT / "workflow" / "report").glob("*.rst")}
    assert {re.sub(r"[{}]", "", Path(path).stem) for path in marked} == captions
    private = (
        "datasets",
        "validated",
        "quotation",
        "matrix",
        "qualitative",
        "set_aside",
        "curves.csv",
    )
    assert not [path for path in marked if any(word in path for word in private)]


def test_snakemake_reports_the_results_and_nothing_of_a_participant(second_study, tmp_path):
    run = tmp_path / "run"
    shutil.copytree(second_study.folder, run)
    study = os.path.relpath(STUDY / "study.yaml", ROOT)
    words = ["--directory", str(run), "--configfile", study, "--report", str(tmp_path / "out.zip")]
    done = snakemake(ROOT, *words)
    assert done.returncode == 0, done.stdout + done.stderr
    with zipfile.ZipFile(tmp_path / "out.zip") as packed:
        names = packed.namelist()
        texts = {
            name: packed.read(name).decode("utf-8", "replace")
            for name in names
            if name.endswith((".html", ".js", ".csv", ".svg", ".json"))
        }
    for name in ("flow_chart.svg", "forest_plot.svg", "estimates.csv", "report.html", "report.pdf"):
        assert [each for each in names if each.endswith(name)], name
    whole = html.unescape("\n".join(texts.values()))
    assert "The effect on each primary outcome with its confidence interval" in whole
    rows = (STUDY / "data" / "trial.csv").read_text(encoding="cp1252").splitlines()[1:]
    ids = {row.partition(";")[0] for row in rows}
    assert len(ids) > 50
    assert not {*re.findall(r"\bBT\d{3}\b", whole)} & ids
