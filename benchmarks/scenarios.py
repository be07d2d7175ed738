"""The shipped study: a cold run, a run with nothing to do, and runs after one change each.

    python -m benchmarks.scenarios [--repeat 5] [--ways default stock floor]

Each way runs in turn in a fresh copy of the checkout: ``default`` (the profile that ships),
``stock`` (Snakemake's local executor) and ``floor`` (one process that calls the same functions).
Writes ``benchmarks/results/scenarios.json``: for each way and scenario the seconds of each run.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.checkout import Checkout, Took, sources_of, write_result
from benchmarks.steps import Step, harvest

CELL = ("studies/moments/data/contact_log.csv", ",T,1,10,,", ",T,1,11,,")
COMMENT = ("src/trialtrail/tables.py", "\n# A comment, and nothing else.\n")
REASON = (
    "{key: confidence_level, now: 0.9, reason: To measure what it costs, "
    f'date: "{datetime.now(UTC).date()}", by: A benchmark}}'
)
"""Without it the run would stop: the plan is locked."""
PARAMETER = (
    "config/config.yaml",
    "confidence_level: 0.95",
    f"confidence_level: 0.9\n  deviations: [{REASON}]",
)
WAYS = ("default", "stock", "floor")
STAYS = {"SNAKEMAKE_WARM_IDLE": "120"}


def default(checkout: Checkout) -> Took:
    """Run the workflow with the profile that ships; its warm interpreter stays for the next run."""
    return checkout.snakemake(**STAYS)


def stock(checkout: Checkout) -> Took:
    """Run the workflow with Snakemake's own local executor."""
    return checkout.snakemake("--executor", "local")


def prepare_folders(checkout: Checkout, steps: list[Step]) -> None:
    """Make the folders of the outputs, as Snakemake does before it starts a job."""
    for step in steps:
        for path in (*step.outputs, "results/logs/any.log"):
            (checkout.folder / path).parent.mkdir(parents=True, exist_ok=True)


def scenarios(checkout: Checkout, run: Callable[[Checkout], Took]) -> dict[str, float]:
    """Return the seconds of a cold run, a second one, and runs after a change each."""
    took = {"cold": run(checkout)}
    inside = inside_of(checkout)
    took["second"] = run(checkout)
    checkout.append(*COMMENT)
    took["comment"] = run(checkout)
    checkout.change(*CELL)
    took["cell"] = run(checkout)
    checkout.change(*PARAMETER)
    took["parameter"] = run(checkout)
    return {name: each.seconds for name, each in took.items()} | inside


def inside_of(checkout: Checkout) -> dict[str, float]:
    """Return what the records say of a run: seconds of the report's layout, and of all work."""
    found = {}
    for path in (checkout.folder / "results" / "lineage" / "records").glob("*.json"):
        record = json.loads(path.read_text(encoding="utf-8"))
        found[path.stem] = record["run"]["took"].get("seconds", 0.0)
    if not found.get("render_report"):
        return {}
    return {"layout": found["render_report"], "work": sum(found.values())}


def one_round(base: Path, number: int, ways: list[str]) -> dict[str, dict[str, float]]:
    """Return one run of each way and scenario."""
    took: dict[str, dict[str, float]] = {}
    checkout = Checkout(base / f"default{number}")
    version = checkout.run(sys.executable, "-m", "snakemake", "--version")
    took["snakemake --version"] = {"second": version.seconds}
    if "default" in ways:
        took["default"] = scenarios(checkout, default)
        end_warm(checkout)
    if "stock" in ways:
        took["stock"] = scenarios(Checkout(base / f"stock{number}"), stock)
    if "floor" in ways:
        steps_of = Checkout(base / f"floor{number}")
        steps = harvest(steps_of)
        prepare_folders(steps_of, steps)
        floor = [sys.executable, "-m", "benchmarks.floor", *(step.script for step in steps)]
        took["floor"] = {"cold": steps_of.run(*floor).seconds}
    for name in WAYS:
        shutil.rmtree(base / f"{name}{number}", ignore_errors=True)
    return took


def end_warm(checkout: Checkout) -> None:
    """End the interpreter that stayed for this copy, and no other."""
    of_copy = f"PYTHONPATH={sources_of(checkout.folder)}".encode()
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            server = b"plugin_warm.server" in (place / "cmdline").read_bytes()
            if server and of_copy in (place / "environ").read_bytes():
                os.kill(int(place.name), signal.SIGKILL)


def main() -> None:
    """Run the rounds and write what they took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=[*WAYS])
    options = parser.parse_args()
    rounds = []
    with tempfile.TemporaryDirectory(prefix="bench-") as base:
        for number in range(options.repeat):
            rounds.append(one_round(Path(base), number, options.ways))
            print(json.dumps(rounds[-1], indent=1), flush=True)
    asked = f"--repeat {options.repeat} --ways {' '.join(options.ways)}"
    write_result("scenarios", asked, rounds)


if __name__ == "__main__":
    main()
