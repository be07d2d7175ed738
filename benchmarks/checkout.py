"""Copies of the checkout, in which code and data may be changed, and commands in them."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results"
CODE = ("Snakefile", "workflow", "scripts", "schemas", "src", "templates")
CODE += ("packages", "profiles", "requirements", "pyproject.toml")
"""What a run of any study reads of the checkout."""
WITH_STUDY = (*CODE, "config", "studies")
"""The same with the shipped study."""


@dataclass(frozen=True)
class Took:
    """What a command took: seconds on the clock, and of the processors, and what it said."""

    seconds: float
    cpu: float
    said: str


def write_result(name: str, options: str, rounds: list) -> None:
    """Write what a benchmark measured, with the command that makes it again."""
    found = {
        "command": f"python -m benchmarks.{name} {options}".rstrip(),
        "machine": {"cores": os.cpu_count(), "python": platform.python_version()},
        "rounds": rounds,
    }
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps(found, indent=1, sort_keys=True) + "\n"
    (RESULTS / f"{name}.json").write_text(text, encoding="utf-8")


def sources_of(folder: Path) -> str:
    """Return PYTHONPATH by which the code of a copy of the checkout is found."""
    return os.pathsep.join(map(str, [folder / "src", *sorted(folder.glob("packages/*/src"))]))


def copy_checkout(folder: Path, parts: tuple[str, ...] = WITH_STUDY) -> None:
    """Copy parts of this checkout into a folder, which is made; time stamps stay."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in parts:
        source = ROOT / name
        if source.is_dir():
            left_out = shutil.ignore_patterns("__pycache__")
            shutil.copytree(source, folder / name, ignore=left_out)
        else:
            shutil.copy2(source, folder / name)


class Checkout:
    """A copy of the code and the data of this checkout, without its results."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        copy_checkout(folder, (*WITH_STUDY, "benchmarks"))
        # Byte code first, as a set-up leaves it: the first run must not pay for it.
        compile_all = [
            sys.executable,
            "-m",
            "compileall",
            "-q",
            "src",
            "packages",
            "schemas",
            "scripts",
        ]
        subprocess.run(compile_all, cwd=folder, check=True)

    def run(self, *command: str | Path, **environment: str) -> Took:
        """Run a command in the copy, on the copy's code.

        Raises:
            SystemExit: it failed; its last words are told.
        """
        around = {k: v for k, v in os.environ.items() if k != "CI"}
        around |= {"PYTHONPATH": sources_of(self.folder)} | environment
        before, start = os.times(), time.perf_counter()
        done = subprocess.run(
            list(map(str, command)),
            cwd=self.folder,
            env=around,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        seconds, after = time.perf_counter() - start, os.times()
        if done.returncode:
            sys.exit(f"{command}\n{done.stdout[-3000:]}")
        cpu = sum(after[2:4]) - sum(before[2:4])
        return Took(seconds, cpu, done.stdout)

    def snakemake(self, *options: str, **environment: str) -> Took:
        """Run the workflow."""
        command = [sys.executable, "-m", "snakemake", "--cores", "4", *options]
        return self.run(*command, **environment)

    def change(self, name: str, old: str, new: str) -> None:
        """Replace a text that stands in a file once or more; the first is replaced."""
        path = self.folder / name
        raw = path.read_bytes()
        if old.encode("ascii") not in raw:
            sys.exit(f"{name} has no {old!r}")
        path.write_bytes(raw.replace(old.encode("ascii"), new.encode("ascii"), 1))

    def append(self, name: str, text: str) -> None:
        """Add a text at the end of a file."""
        with open(self.folder / name, "a", encoding="utf-8") as stream:
            stream.write(text)

    def clear(self) -> None:
        """Remove what runs have made."""
        for name in ("results", ".snakemake", "steps"):
            path = self.folder / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)

    def remove(self) -> None:
        """Remove the copy."""
        shutil.rmtree(self.folder)
