"""Print what the tests cost in CPU seconds, by folder, file, fixture and test.

A plugin of pytest, for one process::

    python -m pytest -p tools.test_costs tests/e2e

Counted is what the process of the tests has used, what its children have used that have ended, and
what the warm interpreters of the session and their jobs have used. A fixture of a session or module
counts for the file whose test first asks for it; in the list of fixtures it stands by itself, with
the fixtures that it rests on.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from pathlib import Path

import pytest

TICKS = os.sysconf("SC_CLK_TCK")
FEWEST = 0.5
"""CPU seconds below which a file, a fixture or a test is not listed."""
LISTED = 40
"""How many files, fixtures and tests are listed, the dearest first."""
ROOT = Path(__file__).resolve().parents[1]

spent: Counter[tuple[str, str]] = Counter()
"""CPU seconds, by what is counted (``folder``, ``file``, ``test``, ``fixture``) and its name."""
taken: Counter[str] = Counter()
"""Seconds that went by, by file."""
of_servers: dict[int, float] = {}
"""CPU seconds of each process that serves the session when it was last seen, by process id."""
SERVING = (
    *(b"snakemake_executor_plugin_warm.server", b"tests/snakemake_runs.py"),
    b"helpers/forked_snakemake.py",
)
"""What stands in the commands of processes that fork for the tests."""


def cpu_seconds() -> float:
    """Return the CPU seconds of this process, its children and what serves it so far."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    for place in Path("/proc").iterdir():
        if not place.name.isdigit():
            continue
        try:
            command = (place / "cmdline").read_bytes()
            if not any(each in command for each in SERVING):
                continue
            if f"XDG_RUNTIME_DIR={runtime}".encode() in (place / "environ").read_bytes():
                told = (place / "stat").read_text().rpartition(")")[2].split()
                of_servers[int(place.name)] = sum(map(int, told[11:15])) / TICKS
        except OSError:
            continue
    return sum(os.times()[:4]) + sum(of_servers.values())


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item):
    """Count the seconds of a test, its fixtures among them."""
    path = item.path.relative_to(ROOT)
    folder = "/".join(path.parts[: 3 if path.parts[:2] == ("tests", "trialtrail") else 2])
    before, at = cpu_seconds(), time.perf_counter()
    yield
    seconds = cpu_seconds() - before
    spent["folder", folder if path.parts[0] == "tests" else "packages"] += seconds
    spent["file", path.as_posix()] += seconds
    spent["test", item.nodeid] += seconds
    taken[path.as_posix()] += time.perf_counter() - at


@pytest.hookimpl(hookwrapper=True)
def pytest_fixture_setup(fixturedef):
    """Count the seconds of a fixture that several tests share."""
    if fixturedef.scope == "function":
        yield
        return
    before = cpu_seconds()
    yield
    spent["fixture", f"{fixturedef.argname} ({fixturedef.baseid})"] += cpu_seconds() - before


def pytest_terminal_summary(terminalreporter):
    """Print the seconds, the dearest first."""
    whole = sum(seconds for (kind, _), seconds in spent.items() if kind == "file")
    terminalreporter.section(f"CPU seconds of the tests: {whole:.1f}")
    for kind in ("folder", "file", "fixture", "test"):
        found = Counter({name: s for (of, name), s in spent.items() if of == kind and s >= FEWEST})
        terminalreporter.write_line(kind)
        for name, seconds in found.most_common(LISTED):
            wall = f" ({taken[name]:.1f} s went by)" if name in taken else ""
            terminalreporter.write_line(f"  {seconds:8.1f}  {name}{wall}")
