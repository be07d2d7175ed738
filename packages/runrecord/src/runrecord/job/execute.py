"""Run a script as a job: of a recorded one, in the process that keeps the books, no line of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from runrecord.job.record import run_script
from runrecord.job.start import compiled

PREAMBLE_END = b"######## snakemake preamble end #########\n"
"""The line that Snakemake puts between what it tells a script and the script's own lines."""


def execute(script: str, space: dict[str, Any]) -> None:
    """Run a script in the namespace of ``__main__``, or keep the books of its job.

    Of a script that Snakemake has prepared for a recorded job, this process runs what Snakemake
    has put before it; the confined process that it forks reads the script.

    Raises:
        SystemExit: of a recorded job that has failed, with 1.
    """
    source = Path(script).read_bytes()
    prepared, mark, _ = source.partition(PREAMBLE_END)
    if mark:
        exec(compile(prepared, script, "exec", dont_inherit=True), space)
        if run_script(space):
            return
    exec(compiled(script, source), space)
