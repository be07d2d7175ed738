"""Run the workflow of a study, as a person does at the command line."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from trialtrail import ROOT


def run_study(configfile: Path, words: Sequence[str]) -> int:
    """Run the workflow that this program brings on a study; return Snakemake's exit code.

    The working folder is that of the configuration, so results lie beside it in ``results``.

    Args:
        configfile: the configuration of the study.
        words: options and targets of Snakemake, passed on as they are.
    """
    file = Path(configfile).resolve()
    command = [sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile")]
    command += ["--directory", str(file.parent), "--configfile", str(file)]
    if not any(word in ("--cores", "-c", "-j", "--jobs") for word in words):
        command += ["--cores", str(os.cpu_count() or 1)]
    return subprocess.run([*command, *words], cwd=ROOT, check=False).returncode
