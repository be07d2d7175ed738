"""The shipped study under several engines, in turn and in fresh copies of the checkout.

    python -m benchmarks.engines [--repeat 5] [--quick]

Writes ``benchmarks/results/engines.json``: for each engine and scenario the seconds of each run.
The engines: ``default`` (the profile that ships), ``stock`` (Snakemake's local executor, without
the store), ``floor`` (one process that calls the same functions), ``doit`` and ``dvc`` (the same
steps as tasks of those tools, each step a process). Those two, and their libraries, are installed
into a folder of their own from ``requirements/bench.txt``.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import yaml

from benchmarks.checkout import ROOT, Checkout, Took, write_result
from benchmarks.steps import Step, harvest

OTHERS = ROOT / ".venv-bench"
CELL = ("data/moments/contact_log.csv", ",T,1,10,,", ",T,1,11,,")
COMMENT = ("src/trialtrail/tables.py", "\n# A comment, and nothing else.\n")
PARAMETER = ("config/config.yaml", "confidence_level: 0.95", "confidence_level: 0.9")
STAYS = {"SNAKEMAKE_WARM_IDLE": "120"}
ENDS = {"SNAKEMAKE_WARM_IDLE": "0"}


def default(checkout: Checkout) -> Took:
    """Run the workflow with the profile that ships; its warm interpreter stays for the next run."""
    return checkout.snakemake(**STAYS)


def stock(checkout: Checkout) -> Took:
    """Run the workflow with Snakemake's own local executor."""
    return checkout.snakemake("--executor", "local", TRIALTRAIL_STORE="0")


def others(program: str) -> Path:
    """Return a program of the other tools, installed at the first time."""
    if not (OTHERS / "bin" / program).exists():
        uv = [sys.executable, "-m", "uv"]
        subprocess.run([*uv, "venv", "-q", "--allow-existing", str(OTHERS)], check=True)
        lock = str(ROOT / "requirements" / "bench.txt")
        sync = [*uv, "pip", "sync", "-q", "--require-hashes", "--compile-bytecode"]
        subprocess.run([*sync, "--python", str(OTHERS / "bin" / "python"), lock], check=True)
    return OTHERS / "bin" / program


def write_doit(checkout: Checkout, steps: list[Step]) -> None:
    """Write the steps as tasks of doit."""
    lines = ["import sys", f"PYTHON = {sys.executable!r}", f"STEPS = {json.dumps(plain(steps))}"]
    lines += [
        "def task_step():",
        "    for step in STEPS:",
        "        yield {'name': step['script'], 'actions': [[PYTHON, step['script']]],",
        "               'file_dep': step['inputs'], 'targets': step['outputs']}",
    ]
    (checkout.folder / "dodo.py").write_text("\n".join(lines) + "\n")


def doit(checkout: Checkout) -> Took:
    """Run the steps under doit, four processes at a time."""
    return checkout.run(others("doit"), "-n", "4", "-v", "0", TRIALTRAIL_STORE="0")


def write_dvc(checkout: Checkout, steps: list[Step]) -> None:
    """Write the steps as stages of DVC."""
    stages = {
        Path(step["script"]).stem: {
            "cmd": f"{sys.executable} {step['script']}",
            "deps": step["inputs"],
            "outs": [{path: {"cache": False}} for path in step["outputs"]],
        }
        for step in plain(steps)
    }
    (checkout.folder / "dvc.yaml").write_text(yaml.safe_dump({"stages": stages}))
    checkout.run(others("dvc"), "init", "--no-scm", "-q", "-f")
    checkout.run(others("dvc"), "config", "core.analytics", "false")


def dvc(checkout: Checkout) -> Took:
    """Run the stages under DVC, which runs one at a time."""
    return checkout.run(others("dvc"), "repro", "-q", TRIALTRAIL_STORE="0", DVC_NO_ANALYTICS="1")


def plain(steps: list[Step]) -> list[dict]:
    """Return the steps as those tools take them: no file twice among the inputs."""
    return [
        {
            "script": step.script,
            "inputs": list(dict.fromkeys([step.script, *step.inputs])),
            "outputs": step.outputs,
        }
        for step in steps
    ]


def prepare_folders(checkout: Checkout, steps: list[Step]) -> None:
    """Make the folders of the outputs, as Snakemake does before it starts a job."""
    for step in steps:
        for path in (*step.outputs, "results/logs/any.log"):
            (checkout.folder / path).parent.mkdir(parents=True, exist_ok=True)


def scenarios(checkout: Checkout, run: Callable[[Checkout], Took], parameter: bool) -> dict:
    """Return the seconds of a cold run, a second one, and runs after a change each."""
    took = {"cold": run(checkout)}
    inside = inside_of(checkout)
    took["second"] = run(checkout)
    checkout.append(*COMMENT)
    took["comment"] = run(checkout)
    checkout.change(*CELL)
    took["cell"] = run(checkout)
    if parameter:
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


def one_round(base: Path, number: int, quick: bool) -> dict[str, dict[str, float]]:
    """Return one run of each engine and scenario."""
    took: dict[str, dict[str, float]] = {}
    checkout = Checkout(base / f"default{number}")
    version = checkout.run(sys.executable, "-m", "snakemake", "--version")
    took["snakemake --version"] = {"second": version.seconds}
    took["default"] = scenarios(checkout, default, True)
    end_warm(checkout)
    took["stock"] = scenarios(Checkout(base / f"stock{number}"), stock, True)
    steps_of = Checkout(base / f"steps{number}")
    steps = harvest(steps_of)
    prepare_folders(steps_of, steps)
    floor = [sys.executable, "-m", "benchmarks.floor", *(step.script for step in steps)]
    took["floor"] = {"cold": steps_of.run(*floor, TRIALTRAIL_STORE="0").seconds}
    if not quick:
        for name, write, run in (("doit", write_doit, doit), ("dvc", write_dvc, dvc)):
            shutil.rmtree(steps_of.folder / "results", ignore_errors=True)
            prepare_folders(steps_of, steps)
            write(steps_of, steps)
            took[name] = scenarios(steps_of, run, False)
            steps_of.change(CELL[0], CELL[2], CELL[1])
    for name in ("default", "stock", "steps"):
        shutil.rmtree(base / f"{name}{number}")
    return took


def end_warm(checkout: Checkout) -> None:
    """End the interpreter that stayed for this copy, and no other."""
    of_copy = f"PYTHONPATH={checkout.folder / 'src'}{os.pathsep}".encode()
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            server = b"plugin_warm.server" in (place / "cmdline").read_bytes()
            if server and of_copy in (place / "environ").read_bytes():
                os.kill(int(place.name), signal.SIGKILL)


def main() -> None:
    """Run the rounds and write what they took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="without doit and DVC")
    options = parser.parse_args()
    rounds = []
    with tempfile.TemporaryDirectory(prefix="bench-") as base:
        for number in range(options.repeat):
            rounds.append(one_round(Path(base), number, options.quick))
            print(json.dumps(rounds[-1], indent=1), flush=True)
    quick = "--quick " if options.quick else ""
    write_result("engines", f"{quick}--repeat {options.repeat}", rounds)


if __name__ == "__main__":
    main()
