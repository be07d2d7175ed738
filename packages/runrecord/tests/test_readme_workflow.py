"""The workflow of the README, as it stands there, run by Snakemake and verified."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

README = Path(__file__).parents[1] / "README.md"
FILES = dict(re.findall(r"```python\n# (\S+)\n(.*?)```", README.read_text(), re.DOTALL))


def run(folder: Path, *command: str) -> subprocess.CompletedProcess:
    """Run a command in the folder of the workflow, with nothing of this test in its environment."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "_RUNRECORD"))}
    return subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env=kept,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def snakemake(folder: Path) -> subprocess.CompletedProcess:
    (line,) = re.findall(r"^snakemake (.*)$", README.read_text(), re.MULTILINE)
    return run(folder, "-m", "snakemake", *line.split())


def written(folder: Path) -> Path:
    """Write the workflow of the README, its data and its configuration."""
    assert {*FILES} == {"Snakefile", "scripts/count.py", "scripts/seal.py"}
    given = {"data/words.txt": "one two three\n", "config.yaml": "language: en\n"}
    for name, text in {**FILES, **given}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.fixture(scope="module")
def workflow(tmp_path_factory) -> Path:
    """Return the folder of the workflow after a run."""
    folder = written(tmp_path_factory.mktemp("flow"))
    done = snakemake(folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def again(workflow, tmp_path) -> Path:
    """Return the folder of a copy of that run, time stamps and all."""
    return Path(shutil.copytree(workflow, tmp_path, dirs_exist_ok=True))


def test_it_runs_and_is_whole(workflow):
    assert (workflow / "results/tables/count.csv").read_text() == "words\n3\n"
    done = run(workflow, "-I", "results/lineage/verify.py")
    assert done.returncode == 0, done.stdout
    assert "2 records and 2 balances of rows checked: all is whole" in done.stdout
    done = run(workflow, "-m", "runrecord", "verify")
    assert done.returncode == 0, done.stdout


def test_nothing_of_another_project_takes_part(workflow):
    for record in (workflow / "results/lineage/records").iterdir():
        assert "trial" not in record.read_text()
        assert "words.txt" in record.read_text() or record.stem == "seal"


def test_a_changed_file_is_found(workflow):
    table = workflow / "results/tables/count.csv"
    before = table.read_text()
    table.write_text("words\n4\n")
    done = run(workflow, "-m", "runrecord", "verify")
    table.write_text(before)
    assert done.returncode == 1
    assert "results/tables/count.csv" in done.stdout


def test_a_file_that_the_rule_does_not_declare_is_refused(again):
    script = again / "scripts/count.py"
    (again / "data/other.txt").write_text("four five\n")
    script.write_text(script.read_text().replace("job.input[0]", "'data/other.txt'"))
    done = snakemake(again)
    assert done.returncode == 1
    assert "count reached for files that its rule does not declare" in done.stdout + done.stderr
    assert "data/other.txt" in done.stdout + done.stderr


def test_code_that_has_changed_runs_again_and_a_comment_does_not(again):
    script = again / "scripts/count.py"
    script.write_text(script.read_text() + "# A comment.\n")
    done = snakemake(again)
    assert "Nothing to be done" in done.stdout + done.stderr
    script.write_text(script.read_text().replace("words\\n", "number\\n"))
    assert snakemake(again).returncode == 0
    assert (again / "results/tables/count.csv").read_text() == "number\n3\n"
