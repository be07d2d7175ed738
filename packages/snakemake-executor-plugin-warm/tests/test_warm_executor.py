"""Scripts in the warm interpreter do what they do in one of their own."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import re
import signal
import subprocess
import types
from dataclasses import dataclass
from pathlib import Path

import pytest
from small_workflow import SmallWorkflow
from snakemake_executor_plugin_warm import scripts

TELL = """
import json, os, sys, tempfile
from pathlib import Path
told = {
    "name": __name__, "file": __file__, "argv": len(sys.argv), "folder": os.getcwd(),
    "first": os.path.basename(sys.path[0]), "threads": os.environ["OMP_NUM_THREADS"],
    "scratch": tempfile.gettempdir(), "mark": os.environ.get("EXTRA"), "umask": os.umask(0o22),
    "rule": snakemake.rule, "main": sys.modules["__main__"].__dict__ is globals(),
    "isolated": sys.flags.isolated, "encoding": sys.stdout.encoding,
}
Path(snakemake.output[0]).write_text(json.dumps(told, sort_keys=True, indent=1))
Path(snakemake.log[0]).write_text("done")
print("said by the script")
"""
WHO = """
import os, sys
from pathlib import Path
parent = Path(f"/proc/{os.getppid()}/cmdline").read_bytes().decode()
words = "warm" if "plugin_warm.server" in parent else "plain"
Path(snakemake.output[0]).write_text(words)
"""


LOADED = """
import sys
was = 'json' in sys.modules
open(snakemake.output[0], 'w').write(str(was))
"""
NOTE = """
onsuccess:
    open("libraries", "w").write(str({"pandas", "snakemake"} & set(sys.modules)))

"""
"""Lines of a Snakefile: the process of the run notes what it has loaded at the end."""


@dataclass
class Ended:
    """A run that has ended: its exit code, its words, what its rules made, what is left of it."""

    code: int
    said: str
    made: dict[str, str]
    left: dict[int, str]


def ended(small: SmallWorkflow, *options: str, **how) -> Ended:
    """Run a workflow, and return what it came to."""
    code, said = small.run(*options, **how)
    left = small.processes()
    made = {path.name: path.read_text() for path in small.folder.iterdir() if path.is_file()}
    return Ended(code, said, made, left)


@pytest.fixture(scope="module")
def worlds(tmp_path_factory) -> dict[str, Ended]:
    """Return the runs of a workflow by each executor, the warm one started as by a person."""
    small, made = SmallWorkflow(tmp_path_factory.mktemp("worlds")), {}
    small.opening += NOTE
    small.add("tell", TELL).add("forked", WHO).add("loaded", LOADED)
    small.add("two_threads", WHO, "threads: 2")
    small.add("in_shadow", WHO, 'shadow: "minimal"')
    for executor, anew, of in (("warm", True, []), ("local", False, ["tell.txt", "forked.txt"])):
        how = {"executor": executor, "anew": anew, "EXTRA": "handed on"}
        made[executor] = ended(small, *of, "--forceall", **how)
    small.end()
    return made


@pytest.mark.parametrize("executor", ["warm", "local"])
def test_a_script_sees_the_same_world(worlds, executor):
    run = worlds[executor]
    assert run.code == 0, run.said
    assert "said by the script" in run.said
    told = run.made["tell.txt"]
    assert '"name": "__main__"' in told
    folder = json.loads(told)["folder"]
    assert f'"file": "{folder}/tell.py"' in told
    assert '"first": "scripts"' in told
    assert '"mark": "handed on"' in told
    assert '"threads": "1"' in told
    assert '"main": true' in told
    seconds = run.made["tell.tsv"].splitlines()
    assert seconds[0].startswith("s\t")
    assert len(seconds) == 2
    assert not run.left


def test_both_ways_tell_the_same(worlds):
    assert worlds["warm"].made["tell.txt"] == worlds["local"].made["tell.txt"]


def test_scripts_are_forked_and_what_asks_for_more_is_not(worlds):
    names = ("forked.txt", "two_threads.txt", "in_shadow.txt")
    assert [worlds["warm"].made[name] for name in names] == ["warm", "plain", "plain"]
    assert worlds["local"].made["forked.txt"] == "plain"


def test_what_is_imported_once_is_there_at_once(worlds):
    assert worlds["warm"].made["loaded.txt"] == "True"


def test_the_process_of_the_run_does_not_import_pandas(worlds):
    assert worlds["warm"].made["libraries"] == "{'snakemake'}"


def test_parameters_are_kept_as_snakemake_keeps_them():
    import numpy
    import pandas
    from snakemake.iocontainers import Params, Snakemake

    def kept(store, params: Params) -> tuple:
        job = Snakemake.__new__(Snakemake)
        told = store(job, params), job.__dict__
        return told[0], repr(told[1]), [*told[1].get("_params_store", Params())._get_names()]

    def params(*values) -> Params:
        return Params(fromdict={"a": 1, "b": ["x", None]} | dict(zip("cde", values, strict=False)))

    plain = Snakemake._safely_store_params
    for given in (params(), params("text", {"k": (1, 2)}, Path("p")), Params()):
        taken, *light = kept(scripts.store_params, given)
        assert taken
        assert light == [*kept(plain, given)[1:]]
    for value in (pandas.Series([1]), pandas.DataFrame({"x": [1]}), numpy.array([1])):
        assert kept(scripts.store_params, params(value))[:2] == (False, "{}")


def test_a_function_that_is_named_runs_the_scripts(small):
    lines = ["def execute(script, space):", "    space['told'] = 'by ' + space['__file__'][-4:]"]
    lines += ["    with open(script) as stream:", "        exec(stream.read(), space)"]
    (small.folder / "lists.py").write_text("FIRST = ('json',)\nEXECUTE = 'own_execute:execute'\n")
    (small.folder / "own_execute.py").write_text("\n".join(lines) + "\n")
    small.add("one", "open(snakemake.output[0], 'w').write(told)\n")
    code, said = small.run()
    assert code == 0, said
    assert small.made("one") == "by e.py"


FAILURES = {
    "raises": ("raise ValueError('told to the person')", ["told to the person", "exit status 1"]),
    "exits": ("raise SystemExit(3)", ["exit status 3"]),
    "leaves": ("import os; os._exit(5)", ["exit status 5"]),
    "exits_with_a_word": ("import sys; sys.exit('a word')", ["a word", "exit status 1"]),
    "is_killed": (
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
        ["died with", "SIGKILL"],
    ),
    "crashes": ("import ctypes; ctypes.string_at(0)", ["died with", "SIGSEGV"]),
}
"""Rules whose scripts fail, how, and what is said of them."""


@pytest.fixture(scope="module")
def failed(tmp_path_factory) -> dict[str, Ended]:
    """Return the runs, by each executor, of scripts that fail one after the other and one more."""
    small, made = SmallWorkflow(tmp_path_factory.mktemp("failed")), {}
    for name, (script, _) in FAILURES.items():
        small.add(name, "open(snakemake.output[0], 'w').write('half')\n" + script)
    small.add("works", WHO)
    for executor in ("warm", "local"):
        made[executor] = ended(small, "--keep-going", "--cores", "1", executor=executor)
        (small.folder / "works.txt").unlink()
    small.end()
    return made


def said_of(rule: str, run: Ended) -> str:
    """Return what was said from the start of a rule to that of the next one."""
    parts = re.split(r"^localrule (\w+):$", run.said, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))[rule]


@pytest.mark.parametrize("executor", ["warm", "local"])
@pytest.mark.parametrize("rule", FAILURES)
def test_a_failure_is_told_and_its_output_removed(failed, executor, rule):
    run = failed[executor]
    assert run.code == 1
    said = said_of(rule, run)
    for word in FAILURES[rule][1]:
        assert word in said, said
    assert f"{rule}.py" in run.made
    assert f"{rule}.txt" not in run.made
    assert not run.left


def test_a_job_that_is_killed_says_so(failed):
    assert "is_killed was ended by the signal SIGKILL" in said_of("is_killed", failed["warm"])


def test_the_others_go_on_where_they_are_asked_to(failed):
    assert failed["warm"].made["works.txt"] == "warm"


def test_what_a_job_leaves_running_is_ended_with_it(small):
    small.add(
        "leaves",
        "import subprocess, sys\n"
        "subprocess.Popen(['sleep', '600'], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)\n"
        "open(snakemake.output[0], 'w').write('done')\n",
    )
    assert small.run()[0] == 0
    small.wait_until_alone()


def test_a_library_that_starts_threads_is_not_warmed(small):
    (small.folder / "threads.py").write_text(
        "import threading, time\n"
        "threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"
    )
    (small.folder / "lists.py").write_text("FIRST = ('threads',)\n")
    code, said = small.add("alone", WHO).run()
    assert code == 0, said
    assert small.made("alone") == "plain"


def test_without_a_place_for_its_socket_scripts_run_the_plain_way(small, runtime):
    (runtime / f"snakemake-warm-{os.getuid()}").write_text("in the way")
    code, said = small.add("alone", WHO).run(idle=60, XDG_RUNTIME_DIR=str(runtime))
    assert code == 0, said
    assert "No warm interpreter" in said
    assert small.made("alone") == "plain"


def test_a_script_that_starts_while_the_run_is_interrupted_is_interrupted_too(tmp_path):
    class Starting:
        """An interpreter with which the interruption comes before the script is known to run."""

        @contextlib.contextmanager
        def run(self, fname, environment):
            warm.interrupt()
            yield job

    class Job:
        pid, told = os.getpid(), []

        def signal(self, number):
            self.told.append(number)

        def wait(self):
            return -signal.SIGINT

    job = Job()
    warm = scripts.WarmScripts("", 0, logging.getLogger("test"))
    warm.interpreter = Starting()
    script = types.SimpleNamespace(threads=1, resources={}, bench_record=None, rulename="a")
    with pytest.raises(subprocess.CalledProcessError):
        warm.execute(script, "a.py")
    assert job.told == [signal.SIGINT]
