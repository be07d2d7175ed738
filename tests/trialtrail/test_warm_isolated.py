"""Jobs that a workflow has isolated, in the warm interpreter and in one of their own."""

from __future__ import annotations

import sys

import pytest
from runrecord.isolation import command_line, start_options
from small_workflow import SmallWorkflow

from trialtrail import ROOT

COMMAND = [sys.executable, *start_options()]
ISOLATED = f"import sys\nsys.executable = {command_line(COMMAND)!r}\n\n"
LIAR = "raise SystemExit('another module was taken')\n"
WHO = """
import os, sys, json, string, wave, trialtrail
from pathlib import Path
parent = Path(f"/proc/{os.getppid()}/cmdline").read_bytes().decode()
words = ["warm" if "plugin_warm.server" in parent else "plain", sys.flags.isolated, trialtrail.ROOT]
Path(snakemake.output[0]).write_text(" ".join(map(str, words)))
"""


@pytest.fixture
def small(tmp_path):
    """Return a workflow without rules, in a folder of its own."""
    workflow = SmallWorkflow(tmp_path)
    yield workflow
    workflow.end()


@pytest.mark.parametrize("executor", ["warm", "local"])
def test_modules_beside_the_script_and_in_pythonpath_are_not_taken(small, executor):
    """PYTHONPATH is the folder of the workflow; Snakemake puts its scripts into .snakemake."""
    small.opening, small.imports = ISOLATED, "colorsys"
    beside = small.folder / ".snakemake" / "scripts"
    beside.mkdir(parents=True)
    for name in ("trialtrail.py", "string.py", "json.py"):
        (beside / name).write_text(LIAR)
    (small.folder / "wave.py").write_text(LIAR)  # which Snakemake itself does not import
    code, said = small.add("who", WHO).run(executor=executor)
    assert code == 0, said
    kind = {"warm": "warm", "local": "plain"}[executor]
    assert small.made("who") == f"{kind} 1 {ROOT}"


@pytest.mark.parametrize("executor", ["warm", "local"])
def test_without_that_they_are(small, executor):
    """The attack is one."""
    beside = small.folder / ".snakemake" / "scripts"
    beside.mkdir(parents=True)
    (beside / "colorsys.py").write_text(LIAR)
    code, said = small.add("who", "import colorsys\n" + WHO).run(executor=executor)
    assert code != 0
    assert "another module was taken" in said


def test_a_job_in_a_snakemake_of_its_own_is_isolated(small, tmp_path_factory):
    """As on a node of a cluster: the job's own Snakemake is started by the same command."""
    small.opening = ISOLATED
    small.add("own", "")
    small.rules["own"] = (
        'rule own:\n    output:\n        "own.txt",\n    run:\n        import colorsys, sys\n'
        "        open(output[0], 'w').write(f'{sys.flags.isolated} {sys.executable}')\n"
    )
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "colorsys.py").write_text(LIAR)
    code, said = small.run(executor="local", PYTHONPATH=str(elsewhere))
    assert code == 0, said
    assert small.made("own") == f"1 {command_line(COMMAND)}"
