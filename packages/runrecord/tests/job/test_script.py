"""A script that Snakemake has prepared, started as a job is: which process reads it, and when."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import runrecord
from runrecord.isolation import EXECUTE, START
from runrecord.job import start
from small_study import read_json

SOURCES = Path(runrecord.__file__).parents[1]
PREPARED = """######## snakemake preamble start (automatically inserted, do not edit) ########
import sys; sys.path.extend([{helpers!r}]); from small_study import Job; \
snakemake = Job("count", input={{"table": "data/in.csv"}}, output={{"table": {table!r}}}); \
{more}; __real_file__ = __file__; __file__ = {script!r};
######## snakemake preamble end #########
"""
WRITE = """
def main(job):
    with open(job.output.table, "w") as table:
        table.write(f"row,n\\na,{N}\\n")
"""
RUN = "run(main, globals())\n"
TABLE = "results/tables/out.csv"
NO_RECORD = "del snakemake.output.record"
BEGIN = "from runrecord import run\nN = 1\n"


def started(folder: Path, text: str, more: str = "", **around: str) -> subprocess.CompletedProcess:
    """Start a script as Snakemake starts that of a job, and as jobs are isolated."""
    script, copy = folder / "scripts/count.py", folder / "copy.count.py"
    script.write_text(text)
    (folder / "data/in.csv").write_text("a\n1\n")
    helpers = str(Path(read_json.__code__.co_filename).parent)
    named = {"helpers": helpers, "script": str(script), "table": TABLE}
    told = PREPARED.format(more=more or "pass", **named)
    copy.write_text(told + text)
    command = [sys.executable, "-I", str(START), "--first", str(SOURCES)]
    command += ["--read", str(SOURCES), "--by", EXECUTE, "--entry", "", str(copy)]
    return subprocess.run(
        command, cwd=folder, env=os.environ | around, capture_output=True, text=True, check=False
    )


def record(folder: Path, kind: str = "records") -> dict:
    return read_json(str(folder / f"results/lineage/{kind}/count.json"))


def test_a_script_is_read_by_one_process_only(folder):
    text = f"{BEGIN}open({str(folder / 'read_by')!r}, 'a').write('once\\n')\n{WRITE}{RUN}"
    done = started(folder, text, RUNRECORD_CONFINE="0")
    assert done.returncode == 0, done.stderr
    assert (folder / "read_by").read_text() == "once\n"
    assert (folder / "results/tables/out.csv").read_text() == "row,n\na,1\n"
    assert record(folder)["result"]["modules"]["scripts/count.py"]["declared"] is False


def test_what_the_first_lines_of_a_script_reach_for_is_refused(folder):
    (folder / "data/other.csv").write_text("a\n2\n")
    done = started(folder, f"{BEGIN}N = open('data/other.csv').read()\n{WRITE}{RUN}")
    if done.returncode == 0 and record(folder)["run"]["confined"]["by"] is None:
        pytest.skip("this kernel confines no process")
    assert done.returncode == 1
    assert "count reached for files that its rule does not declare" in done.stderr
    assert "data/other.csv" in done.stderr


def test_a_script_that_hands_nothing_over_is_told(folder):
    done = started(folder, f"{BEGIN}{WRITE}")
    assert done.returncode == 1
    assert "scripts/count.py hands nothing over to be run" in done.stderr
    assert "Traceback" not in done.stderr
    assert record(folder, "failed")["run"]["exit"] == 1


@pytest.mark.parametrize(
    ("text", "kind", "line"),
    [
        ("x = 1\ny = (\n", "SyntaxError", 2),
        ("x = 1\n\nimport no_such_module\n", "ModuleNotFoundError", 3),
        ("x = 'SENTINEL'\nint(x)\n", "ValueError", 2),
    ],
)
def test_a_script_that_cannot_be_read_is_told_by_its_line(folder, text, kind, line):
    done = started(folder, text)
    assert done.returncode == 1
    assert f"Fault in the program (not in your data): {kind}" in done.stderr
    assert f"scripts/count.py:{line}" in done.stderr
    assert "SENTINEL" not in done.stderr
    assert record(folder, "failed")["run"]["exit"] == 1


def test_a_job_without_a_record_runs_as_a_plain_script(folder):
    text = "open(snakemake.output.table, 'w').write('plain')\n"
    done = started(folder, text, NO_RECORD)
    assert done.returncode == 0, done.stderr
    assert not list(folder.rglob("count.json"))
    done = started(folder, f"{BEGIN}{WRITE}{RUN}", NO_RECORD)
    assert done.returncode == 1
    assert "declares no output named `record`" in done.stderr


def test_what_is_compiled_ahead_serves_the_same_source_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(start, "COMPILED", {})
    module, broken = tmp_path / "lib" / "module.py", tmp_path / "lib" / "broken.py"
    module.parent.mkdir()
    module.write_text("x = 1\n")
    broken.write_text("x = (\n")
    start.compile_ahead([str(tmp_path / "lib")])
    known = start.compiled(str(module), b"x = 1\n")
    assert start.compiled(str(module), b"x = 1\n") is known
    other = start.compiled(str(module), b"x = 2\n")
    assert other is not known
    space: dict = {}
    exec(other, space)
    assert space["x"] == 2
    with pytest.raises(SyntaxError):
        start.compiled(str(broken), broken.read_bytes())
