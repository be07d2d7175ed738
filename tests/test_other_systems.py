"""What the project takes for granted of the system: neither fork, nor fcntl, nor Landlock.

`other_system.py` takes from a process what Windows (and in part macOS) lacks. That is no such
machine: what it shows is that nothing here asks for it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import other_system
from runrecord import journal
from runrecord.file_lock import STALE, _taken
from runrecord.job.child import NO_CHILD

from trialtrail import ROOT

BLOCKED = [sys.executable, other_system.__file__]
LINUX = {"uname", *other_system.FUNCTIONS[os]}
WHERE_ALLOWED = {
    "runrecord/job/child.py": {"fork", "memfd_create", "getppid"},
    "runrecord/job/landlock.py": {"O_PATH", "O_CLOEXEC"},
    "snakemake_executor_plugin_warm/identity.py": {"getgroups"},
    "snakemake_executor_plugin_warm/server.py": {
        *("fork", "pipe2", "setpgid", "getppid", "O_CLOEXEC", "O_NONBLOCK"),
    },
}
"""Files that ask for what only Linux has, behind a look at whether it is there."""
WALK = """
import importlib, pkgutil
for name in ("runrecord", "trialtrail", "snakemake_executor_plugin_warm",
             "snakemake_logger_plugin_trialtrail"):
    package, count = importlib.import_module(name), 0
    for module in pkgutil.walk_packages(package.__path__, f"{name}."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
            count += 1
    print(name, count)
"""
WORK = """
import json, os, subprocess, sys
from runrecord.job.child import Outcome, run_confined
from runrecord.job.confine import Confinement

def work(_):
    print("of print")
    print("of the other stream", file=sys.stderr)
    os.write(1, b"of the descriptor\\n")
    subprocess.run([sys.executable, "-c", "print('of a program')"], check=True)
    {end}

try:
    outcome = run_confined(work, Confinement([], []))
finally:
    print("the screen is back")
print(json.dumps(vars(outcome)))
"""
APPEND = """
import sys
from runrecord import journal
for turn in range(20):
    journal.append(sys.argv[3], "attempt", job=f"{sys.argv[4]}-{turn}", exit=0)
"""


def sources() -> list[Path]:
    """Return the code that runs on a user's machine."""
    folders = ("src", "packages/runrecord/src", "packages/snakemake-executor-plugin-warm/src")
    return [p for f in (*folders, "scripts", "schemas") for p in (ROOT / f).rglob("*.py")]


def test_what_only_linux_has_is_asked_for_in_few_places():
    asked = re.compile(rf"\bos\.({'|'.join(LINUX)})\b")
    found: dict[str, set[str]] = {}
    for path in sources():
        if names := {*asked.findall(path.read_text(encoding="utf-8"))}:
            found["/".join(path.parts).partition("/src/")[2]] = names
    assert found == WHERE_ALLOWED


def test_modules_of_one_system_are_imported_where_they_may_be_missing():
    """At the top of a module only within a try, or within a function."""
    at_top = re.compile(rf"^(?:import|from) (?:{'|'.join(other_system.MODULES)})\b", re.MULTILINE)
    assert at_top.search("import os\nimport fcntl\n")
    assert [path for path in sources() if at_top.search(path.read_text(encoding="utf-8"))] == []


def test_every_module_can_be_imported():
    done = subprocess.run([*BLOCKED, "-c", WALK], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    counts = dict(line.split() for line in done.stdout.splitlines())
    assert len(counts) == 4
    assert int(counts["trialtrail"]) > 300
    assert int(counts["runrecord"]) > 20


def test_taking_away_takes_away():
    code = "import os, sys; os.fork; import fcntl"
    done = subprocess.run([*BLOCKED, "-c", code], capture_output=True, text=True, check=False)
    assert "has no attribute 'fork'" in done.stderr


def test_without_fork_the_work_is_done_here_and_its_screen_withheld(tmp_path):
    code = WORK.format(end="return Outcome(result=[1])")
    done = subprocess.run(
        [*BLOCKED, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    said, told = done.stdout.splitlines()
    assert said == "the screen is back"
    outcome = json.loads(told)
    assert outcome["result"] == [1]
    assert outcome["confined"] == {"by": None, "why": NO_CHILD}
    assert outcome["lines"] == 4
    assert {*outcome["took"]} == {"seconds"}  # memory is not told


def test_the_screen_is_back_after_work_that_fails():
    code = WORK.format(end="1 / 0")
    done = subprocess.run([*BLOCKED, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "the screen is back\n"
    assert "ZeroDivisionError" in done.stderr
    assert "of print" not in done.stderr


def test_processes_share_a_journal_without_locks_of_the_kernel(tmp_path):
    command = [*BLOCKED, "-c", APPEND, str(tmp_path)]
    started = [subprocess.Popen([*command, str(k)]) for k in range(3)]
    assert [process.wait(60) for process in started] == [0, 0, 0]
    lines = (tmp_path / journal.FILE).read_bytes().splitlines()
    assert len(lines) == 60
    for number, (before, line) in enumerate(pairwise(lines), start=2):
        entry = json.loads(line)
        assert entry["n"] == number
        assert entry["previous"] == hashlib.sha256(before).hexdigest()
    assert [path.name for path in tmp_path.iterdir()] == [journal.FILE]


def test_a_lock_that_a_killed_process_has_left_is_taken(tmp_path):
    lock = tmp_path / "journal.jsonl.lock"
    lock.touch()
    assert not _taken(lock)
    old = lock.stat().st_mtime - STALE - 1
    os.utime(lock, (old, old))
    assert not _taken(lock)  # it is removed, and whoever comes first has it
    assert _taken(lock)
    assert not _taken(lock)


def test_a_small_workflow_runs_and_its_records_say_what_was_not_enforced(tmp_path):
    """The workflow of the package's README: its jobs lack the same."""
    readme = (ROOT / "packages/runrecord/README.md").read_text(encoding="utf-8")
    files = dict(re.findall(r"```python\n# (\S+)\n(.*?)```", readme, re.DOTALL))
    files |= {"data/words.txt": "one two three\n", "config.yaml": "language: en\n"}
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (line,) = re.findall(r"^snakemake (.*)$", readme, re.MULTILINE)
    around = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "_RUNRECORD"))}
    done = subprocess.run(
        [*BLOCKED, "snakemake", *line.split()],
        cwd=tmp_path,
        env=around,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "results/tables/count.csv").read_text() == "words\n3\n"
    for path in (tmp_path / "results/lineage/records").glob("*.json"):
        run = json.loads(path.read_text())["run"]
        assert run["confined"] == {"by": None, "why": NO_CHILD}
    verify = [sys.executable, "-I", "results/lineage/verify.py"]
    told = subprocess.run(verify, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout
