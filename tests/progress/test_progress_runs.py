"""Small runs of Snakemake with the plugin: on a terminal, into a file, stopped, failing."""

import fcntl
import json
import os
import pty
import re
import select
import shlex
import signal
import subprocess
import sys
import termios
import time
from dataclasses import dataclass, field

import pytest
from forked_snakemake import start_snakemake

from snakemake_logger_plugin_trialtrail import locked

LIMIT = 60
"""Seconds after which a run is given up."""
RULES = """
rule make:
    output: "made.txt", "queries.csv"
    shell: "sh make.sh; touch {output[0]}; cp list queries.csv"

rule check:
    input: "made.txt"
    output: "checked.txt"
    log: "check.log"
    shell: "sh check.sh && touch {output}"
"""
MESSAGE = "Something is wrong with a file that the jobs of this run read in\n  do: mend it"
QUERY = "first query: type in data/a.csv, line 7 (1 in all)"


@pytest.fixture
def study(tmp_path):
    """Return a folder with a workflow of two jobs in one stage, and a target."""
    (tmp_path / "Snakefile").write_text(
        'include: "rules/one.smk"\nrule all:\n    input: "checked.txt"\n', encoding="utf-8"
    )
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules/one.smk").write_text(RULES, encoding="utf-8")
    (tmp_path / "list").write_text("rule,file,line\ntype,data/a.csv,7\n", encoding="utf-8")
    (tmp_path / "message").write_text(MESSAGE + "\n", encoding="utf-8")
    (tmp_path / "make.sh").write_text("sleep 0.1\n", encoding="utf-8")
    (tmp_path / "check.sh").write_text("sleep 0.1\n", encoding="utf-8")
    return tmp_path


def surroundings(**more):
    """Return the environment, without what would change the display, and ``more``."""
    kept = {k: v for k, v in os.environ.items() if k != "CI"}
    return {**kept, "TERM": "xterm", **more}


def options(*more):
    """Return the options of a run as the profile makes them."""
    return ["--cores", "1", "--quiet", "host", "reason", "rules", "--logger", "trialtrail", *more]


def in_a_file(study, *more, **variables):
    """Run with standard error in a pipe; return exit code and what was said."""
    return said_by(study, options(*more), **variables)


def said_by(study, given, **variables):
    """Run with these options alone, in a pipe; return exit code and what was said."""
    run = start_snakemake(given, study, surroundings(**variables))
    said, _ = run.communicate(LIMIT)
    return run.returncode, said.encode()


@dataclass
class Shown:
    """What was written to a terminal.

    Attributes:
        past: the text as it was after each piece that arrived.
    """

    raw: bytes = b""
    past: list[str] = field(default_factory=list)
    exit_code: int = -1

    def feed(self, data: bytes) -> None:
        """Take a piece of what was written."""
        self.raw += data
        self.past.append(self.text)

    @property
    def text(self) -> str:
        """Return all of it, with the line ends of a file."""
        return self.raw.decode(errors="replace").replace("\r\n", "\n")

    @property
    def lines(self) -> list[str]:
        """Return its lines."""
        return self.text.split("\n")


def on_a_terminal(study, *more, stop_at=None, anew=False) -> Shown:
    """Run on a pseudo-terminal; type Ctrl-C when the text ``stop_at`` is shown.

    ``anew`` starts the run in an interpreter of its own, as a person does.
    """
    shown = Shown()
    leader, follower = pty.openpty()
    if anew:
        run = subprocess.Popen(
            [sys.executable, "-m", "snakemake", *options(*more)],
            **{"cwd": study, "env": surroundings(), "preexec_fn": take_terminal},
            **{"stdin": follower, "stdout": follower, "stderr": follower},
            start_new_session=True,
        )
    else:
        run = start_snakemake(options(*more), study, surroundings(), follower)
    os.close(follower)
    end = time.monotonic() + LIMIT
    while time.monotonic() < end:
        if select.select([leader], [], [], 0.1)[0]:
            try:
                data = os.read(leader, 1 << 16)
            except OSError:  # nobody writes any more
                break
            shown.feed(data)
            if stop_at and stop_at in shown.text:
                os.write(leader, b"\x03")
                stop_at = None
    run.kill() if run.poll() is None and time.monotonic() >= end else None
    shown.exit_code = run.wait()
    os.close(leader)
    return shown


def take_terminal() -> None:
    """Make the terminal the one that controls the run, so that Ctrl-C reaches it."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def assert_plain(shown: Shown) -> None:
    """Assert that only text and line ends were written: all can be read aloud."""
    assert re.fullmatch(rb"[\x20-\x7e\r\n]*", shown.raw.replace(b"^C", b"")), shown.raw
    assert shown.lines[-1] == ""


def test_a_run_on_a_terminal_is_plain_lines(study):
    shown = on_a_terminal(study, anew=True)
    assert shown.exit_code == 0, shown.text
    assert_plain(shown)
    said = [re.sub(r"\d+ s\b", "T", line) for line in shown.lines]
    assert [line for line in said if not line.startswith("Complete log(s): ")] == [
        "2 jobs to run: one 2",
        QUERY,
        "one: 2 jobs in T; 2 of 2 done",
        "2 of 2 jobs done in T",
        "",
    ]


def test_the_next_run_says_the_time_left(study):
    """From the records of the run before, as the jobs of a study write them."""
    records = study / "results/lineage/records"
    records.mkdir(parents=True)
    for rule in ("make", "check"):
        run = {"start": "2026-01-01T12:00:00Z", "end": "2026-01-01T12:00:01Z", "exit": 0}
        text = json.dumps({"result": {"rule": rule}, "run": run})
        (records / f"{rule}.json").write_text(text, encoding="utf-8")
    (study / "Snakefile").write_text(
        'include: "rules/one.smk"\ninclude: "rules/two.smk"\nrule all:\n    input: "checked.txt"\n',
        encoding="utf-8",
    )
    first, second = RULES.split("rule check")
    (study / "rules/one.smk").write_text(first, encoding="utf-8")
    (study / "rules/two.smk").write_text("rule check" + second, encoding="utf-8")
    _, raw = in_a_file(study)
    assert re.search(
        r"^one: 1 job in \d+ s; 1 of 2 done, about \d+ s left$", raw.decode(), re.MULTILINE
    )


def test_a_failed_jobs_message_is_shown_once_and_while_the_run_goes_on(study):
    (study / "check.sh").write_text("cat message >&2; sleep 1.5; exit 3\n", encoding="utf-8")
    shown = on_a_terminal(study)
    assert shown.exit_code == 1
    assert shown.text.count(MESSAGE) == 1, shown.text
    assert any(MESSAGE in past and "check failed" not in past for past in shown.past), "not at once"
    order = [MESSAGE, "returned non-zero exit status", "check failed; its log: check.log"]
    places = [shown.text.index(text) for text in order]
    assert places == sorted(places)
    assert "WorkflowError:\nAt least one job did not complete" in shown.text
    assert shown.lines[-2].endswith("; failed: check")
    assert_plain(shown)


def test_ctrl_c_leaves_a_clean_terminal(study):
    (study / "check.sh").write_text("sleep 30\n", encoding="utf-8")
    shown = on_a_terminal(study, stop_at=QUERY)
    assert shown.exit_code == 1
    assert "Terminating processes on user request" in shown.text
    assert shown.lines[-2].startswith("1 of 2 jobs done in ")
    assert shown.lines[-2].endswith("; stopped")
    assert_plain(shown)


def test_a_run_into_a_file_is_plain_lines(study):
    (study / "check.sh").write_text("cat message >&2; exit 3\n", encoding="utf-8")
    code, raw = in_a_file(study)
    said = raw.decode()
    assert code == 1
    assert re.fullmatch(rb"[\x20-\x7e\n]*", raw)
    assert said.startswith(f"2 jobs to run: one 2\n{QUERY}\n{MESSAGE}\n")
    assert said.count(MESSAGE) == 1
    assert said.count("check failed; its log: check.log\n") == 1
    assert re.search(r"^1 of 2 jobs done in \d+ s; failed: check\n\Z", said, re.MULTILINE)
    (study / "check.sh").write_text("", encoding="utf-8")
    code, raw = in_a_file(study)
    lines = [re.sub(r"\d+ s\b", "T", line) for line in raw.decode().splitlines()]
    assert code == 0
    assert lines[:2] == ["1 job to run: one 1", "one: 1 job in T; 1 of 1 done"]
    assert lines[2].startswith("Complete log(s): ")
    assert lines[3:] == ["1 of 1 job done in T"]
    assert in_a_file(study)[1].decode().startswith("Nothing to be done (")


def test_in_ci_a_run_has_its_closing_lines_only(study):
    code, raw = in_a_file(study, CI="true")
    lines = raw.decode().splitlines()
    assert code == 0
    assert len(lines) == 2
    assert lines[0].startswith("Complete log(s): ")
    assert lines[1].startswith("2 of 2 jobs done in ")


def test_a_dry_run_is_snakemakes_own(study):
    planned = in_a_file(study, "--dry-run")
    own = [part for part in options("--dry-run") if part not in ("--logger", "trialtrail")]
    assert planned == (0, said_by(study, own)[1])
    assert b"Job stats:" in planned[1]


def test_what_stops_a_run_before_it_begins_is_shown(study):
    with open(study / "rules/one.smk", "a", encoding="utf-8") as rules:
        rules.write('\nrule lost:\n    input: "absent.txt"\n    output: "lost.txt"\n')
    code, raw = in_a_file(study, "--", "lost.txt")
    assert code == 1
    assert raw.decode().startswith("MissingInputException in rule lost")
    shown = on_a_terminal(study, "--", "lost.txt")
    assert shown.exit_code == 1
    assert shown.text.startswith("MissingInputException in rule lost")
    assert_plain(shown)
    (study / "Snakefile").write_text(
        "from snakemake.logging import logger\nlogger.error('for people')\nraise SystemExit(1)\n",
        encoding="utf-8",
    )
    assert in_a_file(study) == (1, b"for people\n")


def test_after_a_kill_the_next_run_says_how_to_unlock(study):
    """The command that it gives unlocks, and the run after that goes through."""
    (study / "make.sh").write_text("sleep 600\n", encoding="utf-8")
    killed = start_snakemake(options(), study, surroundings())
    end = time.monotonic() + LIMIT
    while not list(study.glob(".snakemake/locks/*")):
        assert time.monotonic() < end, "the run did not begin"
        time.sleep(0.05)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()
    (study / "make.sh").write_text("", encoding="utf-8")
    code, said = in_a_file(study, "--directory", str(study))
    assert code == 1
    told = said.decode()
    assert "This folder is locked: another run is going on in it, or one was stopped" in told
    assert f"  where: {study}\n" in told
    assert "Traceback" not in told
    (again,) = re.findall(r"type: (.*)", told)
    assert shlex.split(again) == [
        *(".venv/bin/snakemake", "--unlock", "--directory", str(study)),
    ]
    code, said = said_by(study, shlex.split(again)[1:])
    assert code == 0, said
    assert in_a_file(study, "--rerun-incomplete")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "kept"),
    [
        (["--cores", "4"], ""),
        (["--cores", "4", "-d", "my run", "-s", "x/Snakefile"], " -d 'my run' -s x/Snakefile"),
        (["--configfile=a.yaml", "--forceall"], " --configfile=a.yaml"),
    ],
)
def test_the_command_that_unlocks_works_where_the_run_did(tmp_path, arguments, kept):
    told = locked(tmp_path, arguments)
    assert f"type: .venv/bin/snakemake --unlock{kept}\n" in told
