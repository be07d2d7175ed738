"""Time and memory of each stage as the study grows.

    python -m benchmarks.growth [--women 1 10 100 1000 3400] [--transcripts 1 10 100]
                                [--outcomes 1 10]

Each size is a copy of the checkout with a larger study, run once by the default profile.
Seconds and megabytes are those of the jobs' own records: of each rule the
seconds of its jobs one after the other, from the first digest to the last, and the most memory that
one of them took beyond what it held when its work began; beside it the largest table it read or
made, as pandas holds it. Writes ``benchmarks/results/growth.json``.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from datetime import datetime
from pathlib import Path

from benchmarks.checkout import ROOT, Checkout, write_result
from benchmarks.scaled_study import scale
from snakemake_logger_plugin_trialtrail.run import read_stages

MEGABYTE = 2**20


def table_size(path: Path) -> float:
    """Return the megabytes of a table as the workflow reads it."""
    from trialtrail.tables import read_table

    return read_table(path).memory_usage(index=True, deep=True).sum() / MEGABYTE


def measure(checkout: Checkout, options: list[str]) -> dict:
    """Run the study and return the seconds of the whole, and of each rule what its jobs took."""
    took = checkout.snakemake(*options, SNAKEMAKE_WARM_IDLE="0")
    stages = read_stages(ROOT / "Snakefile")
    rules: dict[str, dict] = {}
    sizes: dict[str, float] = {}
    for path in sorted((checkout.folder / "results" / "lineage" / "records").glob("*.json")):
        record = json.loads(path.read_text(encoding="utf-8"))
        name, run, result = path.stem.partition("-")[0], record["run"], record["result"]
        rule = rules.setdefault(
            name, {"stage": stages[name], "seconds": 0, "work": 0, "megabytes": 0, "largest": 0}
        )
        start, end = (datetime.fromisoformat(run[key]) for key in ("start", "end"))
        rule["seconds"] += (end - start).total_seconds()
        rule["work"] += run["took"]["seconds"]
        grown = run["took"]["megabytes_most"] - run["took"]["megabytes_before"]
        rule["megabytes"] = max(rule["megabytes"], grown)
        for table in (*result["inputs"], *result["outputs"]):
            if table.endswith(".parquet"):
                if table not in sizes:
                    sizes[table] = table_size(checkout.folder / table)
                rule["largest"] = max(rule["largest"], sizes[table])
    rounded = {
        name: {key: round(value, 3) if key != "stage" else value for key, value in rule.items()}
        for name, rule in rules.items()
    }
    return {"seconds": took.seconds, "rules": rounded}


def main() -> None:
    """Run each size and write what it took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--women", type=int, nargs="*", default=[1, 10, 100, 1000, 3400])
    parser.add_argument("--transcripts", type=int, nargs="*", default=[1, 10, 100])
    parser.add_argument("--outcomes", type=int, nargs="*", default=[1, 10])
    parser.add_argument("--keep", type=Path, help="keep the copies in this folder")
    parser.add_argument("--name", default="growth", help="name of the file of results")
    options = parser.parse_args()
    found = []
    with tempfile.TemporaryDirectory() as base:
        for what in ("women", "transcripts", "outcomes"):
            for times in getattr(options, what):
                checkout = Checkout((options.keep or Path(base)) / f"{what}{times}")
                scale(checkout.folder, **{what: times})
                found.append({"what": what, "times": times, **measure(checkout, [])})
                print(what, times, round(found[-1]["seconds"], 1), flush=True)
                if not options.keep:
                    checkout.remove()
    sizes = [
        f"--{what} {' '.join(map(str, getattr(options, what)))}"
        for what in ("women", "transcripts", "outcomes")
    ]
    write_result(options.name, " ".join(sizes), found)


if __name__ == "__main__":
    main()
