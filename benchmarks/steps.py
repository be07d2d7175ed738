"""The jobs of the workflow as plain steps, for a process that knows nothing of Snakemake.

They are what Snakemake itself runs: its copies of the scripts, each with its inputs, outputs and
parameters in it, kept with ``--skip-script-cleanup`` in the order in which they ran. So the steps
cannot differ from the workflow.
"""

from __future__ import annotations

import pickle
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.checkout import Checkout

PICKLED = re.compile(rb"snakemake = pickle\.loads\((b'.*?'|b\".*?\")\);from snakemake", re.DOTALL)


@dataclass(frozen=True)
class Step:
    """One job: its script, with the job in it, and the files that it reads and makes."""

    script: str
    rule: str
    inputs: list[str]
    outputs: list[str]


def job_in(script: Path) -> Any:
    """Return the job that Snakemake has put before a script."""
    found = PICKLED.search(script.read_bytes())
    if found is None:
        raise ValueError(f"{script} has no job in it")
    return pickle.loads(eval(found[1]))


def harvest(checkout: Checkout) -> list[Step]:
    """Run the workflow once, keep its scripts in ``steps/`` and return them in their order."""
    checkout.snakemake("--executor", "local", "--skip-script-cleanup")
    made = checkout.folder / ".snakemake" / "scripts"
    kept = checkout.folder.parent / "kept"
    shutil.rmtree(kept, ignore_errors=True)
    scripts = sorted(made.glob("*.py"), key=lambda path: path.stat().st_mtime_ns)
    shutil.copytree(made, kept)
    checkout.clear()
    shutil.copytree(kept, checkout.folder / "steps")
    steps = []
    for number, script in enumerate(scripts):
        name = f"{number:02}_{script.name.split('.', 1)[1]}"
        (checkout.folder / "steps" / script.name).rename(checkout.folder / "steps" / name)
        job = job_in(checkout.folder / "steps" / name)
        inputs, outputs = list(map(str, job.input)), list(map(str, job.output))
        steps.append(Step(f"steps/{name}", job.rule, inputs, outputs))
    return steps
