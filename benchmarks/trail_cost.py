"""What the trail costs: runs with records and confinement, beside runs that only do the work.

    python -m benchmarks.trail_cost [--pairs 5]

Both run the shipped study from the raw exports to the last table and figure, as the default profile
has it, in turn. The bare one is a copy of the checkout in which a
job calls its ``main`` and leaves an empty record. The other goes on to the report and then through
the whole audit stage. Writes ``benchmarks/results/trail_cost.json``.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from benchmarks.checkout import Checkout, write_result

TARGETS = ["results/tables/claims.csv", "results/figures/forest_plot.svg"]
TARGETS += ["results/figures/retention.svg", "results/figures/flow_chart.svg"]
REPORT = ["results/report/report.pdf"]
BARE = '''
def run(main, namespace):
    """Do the work of a job and nothing else."""
    if "snakemake" in namespace:
        job = namespace["snakemake"]
        main(job)
        with open(job.output.record, "w") as record:
            record.write("{}")


def run_script(namespace):
    """Have the script run as any other, in this process."""
    return False
'''


def seconds(checkout: Checkout, targets: list[str]) -> float:
    """Return how long Snakemake takes from nothing to the targets."""
    checkout.clear()
    options = {"SNAKEMAKE_WARM_IDLE": "0"}
    return checkout.snakemake(*targets, **options).seconds


def main() -> None:
    """Run the pairs and write what they took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=5)
    options = parser.parse_args()
    rounds = []
    with tempfile.TemporaryDirectory() as base:
        whole, bare = Checkout(Path(base, "whole")), Checkout(Path(base, "bare"))
        bare.append("packages/runrecord/src/runrecord/job/record.py", BARE)
        for _ in range(options.pairs):
            rounds.append(
                {
                    "tables, jobs only": seconds(bare, TARGETS),
                    "tables": seconds(whole, TARGETS),
                    "report": seconds(whole, REPORT),
                    "everything": seconds(whole, []),
                }
            )
            print(rounds[-1], flush=True)
    write_result("trail_cost", f"--pairs {options.pairs}", rounds)


if __name__ == "__main__":
    main()
