"""The floor: one process calls what the jobs call, one after the other, and nothing else.

    python -m benchmarks.floor steps/*.py

The same functions, records and journal, with each library imported once: no Snakemake, no fork, no
confinement. No engine that starts jobs can be much faster on one core.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from benchmarks.steps import job_in


def main() -> None:
    """Run the scripts named on the command line."""
    from runrecord import journal
    from runrecord.job import record
    from runrecord.job.confine import Confinement

    def within(work, confinement: Confinement):
        outcome = work(confinement)
        outcome.confined = {"by": None, "why": "the floor of the benchmark"}
        return outcome

    record.run_confined = within
    journal.run_started("results/lineage", "config/config.yaml")  # the seal asks what began
    for name in sys.argv[1:]:
        script = Path(name)
        job = job_in(script)
        for path in map(str, [*job.output, *job.log]):
            os.makedirs(os.path.dirname(path), exist_ok=True)
        code = script.read_text(encoding="utf-8").partition("#########\n")[2]
        own = Path("scripts", f"{name.split('_', 1)[1]}").resolve()
        space = {"__name__": "__main__", "__file__": str(own), "snakemake": job}
        exec(compile(code, str(own), "exec"), space)


if __name__ == "__main__":
    main()
