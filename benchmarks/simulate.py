"""Drawn trials on one core and on two: seconds of the same blocks.

    python -m benchmarks.simulate [--trials 4000]

Writes ``benchmarks/results/simulate.json``: the seconds of ``snakemake simulate`` of a study that
is nothing but two scenarios, on one core and on two, and whether both gave the same table.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import yaml

from benchmarks.checkout import Checkout, write_result

PER_JOB = 4
"""Blocks that share a job of Slurm, as profiles/slurm says."""
TABLE = "results/tables/operating_characteristics.csv"
SCENARIO = {"sizes": 140, "sd": 15, "clusters": {"class": 32}, "lost": 0.15, "covariate": 0.3}
"""What each scenario says, beside its id and the correlation within clusters."""


def write_study(folder: Path, trials: int, block: int) -> Path:
    """Write the configuration of a study without data; return its path."""
    scenarios = [
        {"id": name, "correlation": value, **SCENARIO}
        for name, value in (("alone", 0.0), ("alike", 0.05))
    ]
    study = {
        "study": {
            "title": "Drawn trials",
            "short_name": "DRAWN",
            "synthetic": True,
            "synthetic_note": "All trials are drawn.",
            "arms": [
                {"id": "usual", "label": "Usual", "description": "usual care"},
                {"id": "class", "label": "Class", "description": "a class"},
            ],
        },
        "simulation": {"trials": trials, "block": block, "scenarios": scenarios},
    }
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "study.yaml"
    file.write_text(yaml.safe_dump(study, sort_keys=False), encoding="utf-8")
    return file


def measure(base: Path, trials: int) -> dict:
    """Return the seconds on one core and on two, and whether the tables are equal."""
    took, tables = {}, set()
    for cores in (1, 2):
        checkout = Checkout(base / f"cores{cores}")
        file = write_study(checkout.folder / "drawn", trials, max(1, trials // 8))
        options = ("simulate", "--configfile", str(file), "--cores", str(cores))
        took[f"{cores} cores"] = checkout.snakemake(*options, SNAKEMAKE_WARM_IDLE="0").seconds
        tables.add((checkout.folder / TABLE).read_bytes())
    return {"trials": 2 * trials, "seconds": took, "equal": len(tables) == 1}


def main() -> None:
    """Measure and write what it took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trials", type=int, default=4000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as base:
        found = measure(Path(base), options.trials)
    assert found["equal"], "the tables differ"
    write_result("simulate", f"--trials {options.trials}", found)


if __name__ == "__main__":
    main()
