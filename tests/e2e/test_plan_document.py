"""`snakemake plan`: from the configuration alone, beside a sealed run and before there is any."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pypdf
import yaml
from runrecord.checking.verify import Check
from runrecord.cli import main

ROOT = Path(__file__).resolve().parents[2]
MADE = ("results/report/plan.html", "results/report/plan.pdf")


def read(path):
    """Return the text of a PDF, in single spaces."""
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(path).pages).split())


def test_the_plan_is_made_where_there_is_nothing_but_the_configuration(tmp_path, workflow, digests):
    """Of the shipped study; the file of a locked plan, where it names one, is no data file."""
    file = tmp_path / "config" / "config.yaml"
    file.parent.mkdir()
    shutil.copy(ROOT / "config" / "config.yaml", file)
    study = yaml.safe_load(file.read_text(encoding="utf-8"))["study"]
    if "plan_lock" in study:
        (tmp_path / study["plan_lock"]).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / study["plan_lock"], tmp_path / study["plan_lock"])
    done = workflow(tmp_path, "plan", config=file)
    assert done.exit_code == 0, done.said
    said = read(tmp_path / MADE[1])
    counted = re.search(r"Of 55 items, (\d+) are filled, (\d+) in part, (\d+) missing\.", said)
    assert sum(map(int, counted.groups())) == 55
    assert "Missing" in said
    assert "Effect of the offer" in said
    results = {path for path in digests(tmp_path / "results") if "lineage/" not in path}
    assert results == {"report/plan.html", "report/plan.pdf", "logs/render_plan.log"}
    # What reads an export says that it is missing, as ever.
    refused = workflow(tmp_path, config=file)
    assert refused.exit_code == 1
    assert "A file of the export" in refused.said
    assert "Traceback" not in refused.said


def test_the_plan_is_made_beside_a_sealed_run_and_changes_nothing_of_it(
    good_copy, workflow, digests, monkeypatch, capsys
):
    config = good_copy.folder / "study.yaml"
    before = digests(good_copy.results)
    assert not set(before) & {path.removeprefix("results/") for path in MADE}
    done = workflow(good_copy.folder, "plan", config=config)
    assert done.exit_code == 0, done.said
    after = digests(good_copy.results)
    changed = {path for path in before if after.get(path) != before[path]}
    assert changed == {"lineage/journal.jsonl"}
    monkeypatch.chdir(good_copy.folder)
    assert main(["verify"]) == 0, capsys.readouterr().out
    assert "made beside the seal, which holds no digest of it: render_plan" in _notes()
    again = workflow(good_copy.folder, config=config)
    assert "Nothing to be done" in again.said
    Path(MADE[1]).write_bytes(b"%PDF another\n")
    assert main(["verify"]) == 1
    assert MADE[1] in capsys.readouterr().out


def _notes():
    found = Check("results")
    found.run()
    return found.notes
