"""Seconds from a machine without trialtrail to a report, by each way of installing; wheels' sizes.

    python -m benchmarks.installs [--rounds pip:none uv:warm ...] [--base DIR]

Each way starts in a new folder with the study of the tests (``tests/studies/balance``) and ends
with its report: *checkout* is ``make`` with its set-up, *pip* and *uv* install the wheels of
``make wheels`` into a virtual environment, *uvx* makes its own, *image* runs the steps of the
Dockerfile by ``tools/run_dockerfile.py`` (as root, with ``--base``). With the cache *none*, nothing
was fetched before; *warm* is the cache of this machine. Python, and the libraries of Pango, are
there before; with *image*, Python alone. Load is what else the machine had to do: the processes
that waited for its cores, on average over the minute before. Writes
``benchmarks/results/installs.json``.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.checkout import RESULTS, ROOT, write_result

STUDY = ROOT / "tests" / "studies" / "balance"
WAYS = ("checkout", "pip", "uv", "uvx", "image")
ROUNDS = ("pip:none", "uv:none", "uv:warm", "uvx:warm", "checkout:warm", "image:none")
IMAGE_USER = 1000
EXTRA = "trialtrail[run]"


def run(command: list[str], folder: Path, around: dict[str, str]) -> float:
    """Run a command; return its seconds.

    Raises:
        SystemExit: it failed; its last words are told.
    """
    start = time.perf_counter()
    done = subprocess.run(
        command,
        cwd=folder,
        env=around,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{command}\n{done.stdout[-3000:]}")
    return round(time.perf_counter() - start, 1)


def steps_of(way: str, base: Path, wheels: Path, system: Path | None) -> dict[str, list[str]]:
    """Return the commands of a way, by what they do: `install` and `run`, or both in one."""
    python, bin = sys._base_executable, base / "venv" / "bin"
    study = ["run", str(base / "study/study.yaml")]
    uv = [sys.executable, "-m", "uv"]
    if way == "checkout":
        folder = ["--directory", str(base / "study"), "--configfile", study[1], "--cores", "all"]
        return {
            "install": ["make", "--silent", "setup"],
            "run": [str(base / "checkout/.venv/bin/snakemake"), *folder],
        }
    given = ["--find-links", str(wheels), EXTRA]
    if way == "pip":
        words = f"{python} -m venv {base}/venv && {bin}/python -m pip install -q {shell(given)}"
        return {"install": ["sh", "-c", words], "run": [str(bin / "trialtrail"), *study]}
    if way == "uv":
        words = f"{shell(uv)} venv -q -p {python} {base}/venv"
        words += f" && {shell(uv)} pip install -q -p {bin}/python {shell(given)}"
        return {"install": ["sh", "-c", words], "run": [str(bin / "trialtrail"), *study]}
    if way == "uvx":
        tool = [*uv, "tool", "run", "-q", "-p", python, "--find-links", str(wheels)]
        return {"both": [*tool, "--from", EXTRA, "trialtrail", *study]}
    command = [sys.executable, "-m", "tools.run_dockerfile", "--base", str(system)]
    command += ["--into", str(base / "image"), "--mount", str(base / "study")]
    return {"both": command}


def shell(words: list[str]) -> str:
    """Return words as the shell reads them."""
    return " ".join(f"'{word}'" for word in words)


def measured(way: str, cache: str, wheels: Path, system: Path | None) -> dict:
    """Take one way to a report, in a new folder; return its seconds."""
    base = Path(tempfile.mkdtemp(prefix="installs-"))
    around = {k: v for k, v in os.environ.items() if k not in ("CI", "VIRTUAL_ENV", "PYTHONPATH")}
    around |= {"XDG_RUNTIME_DIR": str(base / "sockets")}
    (base / "sockets").mkdir(mode=0o700)
    if cache == "none":
        around |= {"UV_CACHE_DIR": str(base / "cache"), "PIP_NO_CACHE_DIR": "1"}
    shutil.copytree(STUDY / "data", base / "study" / "data")
    shutil.copy(STUDY / "study.yaml", base / "study")
    if way == "image":  # its user is no root
        for path in [base / "study", *(base / "study").rglob("*")]:
            os.chown(path, IMAGE_USER, IMAGE_USER)
        base.chmod(0o755)
    if way == "checkout":
        subprocess.run(["git", "clone", "-q", str(ROOT), str(base / "checkout")], check=True)
    load = round(os.getloadavg()[0], 1)
    try:
        found = {"way": way, "cache": cache, "load": load}
        folder = ROOT if way == "image" else base / "checkout" if way == "checkout" else base
        for step, command in steps_of(way, base, wheels, system).items():
            found[step] = run(command, folder, around)
        report = base / "study/results/report/report.pdf"
        if not report.is_file():
            sys.exit(f"{way} made no report")
        took = sum(found.get(step, 0) for step in ("install", "run", "both"))
        return found | {"seconds": round(took, 1)}
    finally:
        shutil.rmtree(base, ignore_errors=True)


def kept(asked: list[str]) -> list[dict]:
    """Return the rounds measured before that are not measured anew."""
    path = RESULTS / "installs.json"
    before = json.loads(path.read_text(encoding="utf-8"))["rounds"] if path.is_file() else []
    return [
        each for each in before if "way" in each and f"{each['way']}:{each['cache']}" not in asked
    ]


def main() -> None:
    """Build the wheels, take each way and write what it took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    every = [f"{way}:{cache}" for way in WAYS for cache in ("none", "warm")]
    parser.add_argument("--rounds", nargs="+", choices=every, default=ROUNDS, metavar="WAY:CACHE")
    parser.add_argument("--base", type=Path, help="a system for the image, as debootstrap makes it")
    options = parser.parse_args()
    subprocess.run(["make", "--silent", "wheels"], cwd=ROOT, check=True, stdout=sys.stderr)
    wheels = ROOT / "dist"
    rounds: list[dict] = [
        {"wheel": path.name.partition("-")[0], "bytes": path.stat().st_size}
        for path in sorted(wheels.glob("*.whl"))
    ]
    asked = [each for each in options.rounds if options.base or not each.startswith("image")]
    rounds += kept(asked)
    for way, _, cache in (each.partition(":") for each in asked):
        rounds.append(measured(way, cache, wheels, options.base))
        print(json.dumps(rounds[-1]), flush=True)
        write_result("installs", "--base DIR", rounds)


if __name__ == "__main__":
    main()
