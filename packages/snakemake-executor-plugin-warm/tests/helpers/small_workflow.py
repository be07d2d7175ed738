"""A workflow of a few small scripts, run by Snakemake in a session of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

from forked_snakemake import start_snakemake

MARK = "WARM_TEST_MARK"
PATIENCE = 60
"""Seconds after which something awaited counts as not coming."""
ESCAPED = r"""
import re, sys
sys.executable = re.sub(r"[^\w@%+=:,./-]", r"\\\g<0>", sys.executable)

"""
"""As the Snakefile of this repository does: the folder of the interpreter may have a space.

By backslashes, for Snakemake also passes on what stands before the last slash.
"""
RULE = """
rule {name}:
    output:
        "{name}.txt",
    log:
        "{name}.log",
    benchmark:
        "{name}.tsv"
{more}    script:
        "{name}.py"
"""


class SmallWorkflow:
    """A folder with a Snakefile and one script a rule."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.mark = folder, uuid.uuid4().hex
        self.rules: dict[str, str] = {}
        self.sessions: set[int] = set()
        self.opening, self.imports = ESCAPED, "lists"
        (folder / "lists.py").write_text("FIRST = ('json',)\nLATER = ('decimal',)\n")

    def add(self, name: str, script: str, more: str = "") -> SmallWorkflow:
        """Add a rule that runs a script; ``more`` are further lines of the rule."""
        lines = "".join(f"    {line}\n" for line in more.splitlines())
        self.rules[name] = RULE.format(name=name, more=lines)
        (self.folder / f"{name}.py").write_text(script, encoding="utf-8")
        return self

    def start(
        self,
        *options: str,
        executor: str = "warm",
        idle: int = 0,
        anew: bool = False,
        **around: str,
    ):
        """Start Snakemake on all rules and return its process.

        ``anew`` does so in an interpreter of its own, as a person does.
        """
        wanted = ", ".join(f'"{name}.txt"' for name in self.rules)
        text = f"{self.opening}rule all:\n    input:\n        {wanted}\n" + "".join(
            self.rules.values()
        )
        (self.folder / "Snakefile").write_text(text, encoding="utf-8")
        command = ["--cores", "2", "--executor", executor]
        if executor == "warm":
            command += ["--warm-imports", self.imports, "--warm-idle", str(idle)]
        command += options
        surroundings = {
            k: v for k, v in os.environ.items() if k not in ("CI", "SNAKEMAKE_WARM_IDLE")
        }
        surroundings |= {"PYTHONPATH": str(self.folder), MARK: self.mark, **around}
        if anew:
            run = subprocess.Popen(
                [sys.executable, "-m", "snakemake", *command],
                cwd=self.folder,
                env=surroundings,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
        else:
            run = start_snakemake(command, self.folder, surroundings)
        self.sessions.add(run.pid)
        return run

    def run(self, *options: str, **how) -> tuple[int, str]:
        """Run all rules; return exit code and what was said."""
        process = self.start(*options, **how)
        said, _ = process.communicate(timeout=PATIENCE)
        return process.returncode, said

    def made(self, name: str) -> str:
        """Return what a rule has written."""
        return (self.folder / f"{name}.txt").read_text(encoding="utf-8")

    def wait_for(self, name: str) -> str:
        """Wait until a file is there and has something in it."""
        end = time.monotonic() + PATIENCE
        path = self.folder / name
        while not (path.is_file() and path.stat().st_size):
            assert time.monotonic() < end, f"{name} did not come"
            time.sleep(0.01)
        return path.read_text(encoding="utf-8")

    def processes(self) -> dict[int, str]:
        """Return the processes of this workflow that are alive: id and command.

        They are in the session of a run, or were started with the mark of this workflow.
        """
        wanted, found = f"{MARK}={self.mark}".encode(), {}
        for place in Path("/proc").iterdir():
            if not place.name.isdigit():
                continue
            try:
                told = (place / "stat").read_text().rpartition(")")[2].split()
                own = int(told[3]) in self.sessions or wanted in (place / "environ").read_bytes()
                if told[0] != "Z" and own:
                    command = (place / "cmdline").read_bytes()
                    found[int(place.name)] = command.replace(b"\0", b" ").decode()
            except OSError:
                continue
        return found

    def servers(self) -> list[int]:
        """Return the processes that are a warm interpreter or its forks."""
        return [pid for pid, command in self.processes().items() if "plugin_warm.server" in command]

    def wait_until_alone(self) -> None:
        """Wait until no process of this workflow is left."""
        end = time.monotonic() + PATIENCE
        while left := self.processes():
            assert time.monotonic() < end, f"left behind: {left}"
            time.sleep(0.02)

    def end(self) -> None:
        """End whatever is still there."""
        for pid in self.processes():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
