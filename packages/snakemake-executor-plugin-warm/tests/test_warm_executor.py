"""Scripts in the warm interpreter do what they do in one of their own."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import types

import pytest

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


@pytest.mark.parametrize("executor", ["warm", "local"])
def test_a_script_sees_the_same_world(small, executor):
    code, said = small.add("tell", TELL).run(executor=executor, EXTRA="handed on")
    assert code == 0, said
    assert "said by the script" in said
    told = small.made("tell")
    assert '"name": "__main__"' in told
    assert f'"file": "{small.folder}/tell.py"' in told
    assert '"first": "scripts"' in told
    assert '"mark": "handed on"' in told
    assert '"threads": "1"' in told
    assert '"main": true' in told
    seconds = (small.folder / "tell.tsv").read_text().splitlines()
    assert seconds[0].startswith("s\t")
    assert len(seconds) == 2
    assert not small.processes()


def test_both_ways_tell_the_same(small):
    worlds = []
    for executor in ("warm", "local"):
        assert small.add("tell", TELL).run("--forceall", executor=executor)[0] == 0
        worlds.append(small.made("tell"))
    assert worlds[0] == worlds[1]


def test_scripts_are_forked_and_what_asks_for_more_is_not(small):
    small.add("forked", WHO)
    small.add("two_threads", WHO, "threads: 2")
    small.add("in_shadow", WHO, 'shadow: "minimal"')
    code, said = small.run()
    assert code == 0, said
    made = [small.made(name) for name in ("forked", "two_threads", "in_shadow")]
    assert made == ["warm", "plain", "plain"]


def test_what_is_imported_once_is_there_at_once(small):
    loaded = "import sys\nwas = 'json' in sys.modules\n"
    small.add("one", loaded + "open(snakemake.output[0], 'w').write(str(was))")
    assert small.run()[0] == 0
    assert small.made("one") == "True"


def test_a_function_that_is_named_runs_the_scripts(small):
    lines = ["def execute(script, space):", "    space['told'] = 'by ' + space['__file__'][-4:]"]
    lines += ["    with open(script) as stream:", "        exec(stream.read(), space)"]
    (small.folder / "lists.py").write_text("FIRST = ('json',)\nEXECUTE = 'own_execute:execute'\n")
    (small.folder / "own_execute.py").write_text("\n".join(lines) + "\n")
    small.add("one", "open(snakemake.output[0], 'w').write(told)\n")
    code, said = small.run()
    assert code == 0, said
    assert small.made("one") == "by e.py"


FAILURES = [
    ("raise ValueError('told to the person')", ["told to the person", "exit status 1"]),
    ("raise SystemExit(3)", ["exit status 3"]),
    ("import os; os._exit(5)", ["exit status 5"]),
    ("import sys; sys.exit('a word')", ["a word", "exit status 1"]),
    ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", ["died with", "SIGKILL"]),
    ("import ctypes; ctypes.string_at(0)", ["died with", "SIGSEGV"]),
]
"""Scripts that fail, and what is said of them."""


@pytest.mark.parametrize(
    ("executor", "script", "words"),
    [
        *(("warm", *each) for each in FAILURES),
        ("local", *FAILURES[0]),
        *(pytest.param("local", *each, marks=pytest.mark.nightly) for each in FAILURES[1:]),
    ],
)
def test_a_failure_is_told_and_its_output_removed(small, executor, script, words):
    write = "open(snakemake.output[0], 'w').write('half')\n"
    small.add("fails", write + script)
    code, said = small.run(executor=executor)
    assert code == 1
    for word in words:
        assert word in said, said
    assert not (small.folder / "fails.txt").exists()
    assert not small.processes()


def test_a_job_that_is_killed_says_so(small):
    small.add("killed", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    assert "killed was ended by the signal SIGKILL" in small.run()[1]


def test_the_others_go_on_where_they_are_asked_to(small):
    small.add("fails", "raise SystemExit(1)").add("works", WHO)
    assert small.run("--keep-going")[0] == 1
    assert small.made("works") == "warm"


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
    from snakemake_executor_plugin_warm import scripts

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
