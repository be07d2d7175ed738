"""What the trail costs: runs with records and confinement, beside runs that only do the work.

    python benchmarks/trail_cost.py [--pairs 3] [--cores 2]

Both run the shipped study from the raw exports to the last table and figure, in fresh folders and
in turn. The bare one is a copy of the checkout in which a job calls its `main` and leaves an empty
record. A third run goes on to the report, a fourth through the whole audit stage. Prints medians in
seconds and their ratios.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CODE = ("Snakefile", "workflow", "scripts", "schemas", "src", "templates", "config", "data")
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
'''


def copied(folder: Path) -> Path:
    """Return a copy of the code and the data of the checkout."""
    folder.mkdir()
    for name in CODE:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    shutil.copytree(ROOT / "requirements", folder / "requirements")
    return folder


def seconds(checkout: Path, cores: int, targets: list[str]) -> float:
    """Return how long Snakemake takes in a fresh folder."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "snakemake", "--cores", str(cores), "--quiet", "all"]
        command += ["--snakefile", str(checkout / "Snakefile"), "--directory", folder, *targets]
        environment = os.environ | {"PYTHONPATH": str(checkout / "src")}
        start = time.perf_counter()
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        taken = time.perf_counter() - start
    if done.returncode:
        sys.exit(done.stderr[-2000:])
    return taken


def main() -> None:
    """Run the pairs and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--cores", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as base:
        whole, bare = copied(Path(base, "whole")), copied(Path(base, "bare"))
        (bare / "src/trialtrail/lineage/job/record.py").open("a").write(BARE)
        times = {"whole": [], "bare": [], "report": [], "audit": []}
        for _ in range(options.pairs):
            times["bare"].append(seconds(bare, options.cores, TARGETS))
            times["whole"].append(seconds(whole, options.cores, TARGETS))
            times["report"].append(seconds(whole, options.cores, REPORT))
            times["audit"].append(seconds(whole, options.cores, []))
    medians = {name: statistics.median(values) for name, values in times.items()}
    print(f"tables and figures, jobs only        {medians['bare']:6.1f} s")
    print(f"tables and figures, with the trail   {medians['whole']:6.1f} s")
    print(f"  ratio                              {medians['whole'] / medians['bare']:6.2f}")
    print(f"report, with the trail               {medians['report']:6.1f} s")
    print(f"report and whole audit stage         {medians['audit']:6.1f} s")
    print(f"  ratio                              {medians['audit'] / medians['report']:6.2f}")


if __name__ == "__main__":
    main()
