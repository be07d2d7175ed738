"""The command `trialtrail queries`: where it listens, what it reads, and how it ends."""

from __future__ import annotations

import argparse
import socket
import subprocess
import sys
import urllib.request

import pytest
import yaml

from trialtrail.answering import command
from trialtrail.errors import StudyError

PROGRAM = "import sys; from trialtrail.cli import main; sys.exit(main(sys.argv[1:]))"


def options(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return parser.parse_args(words)


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "", "192.168.1.2", "example.org", "127.0.0.1.example.org", "127.1"]
)
def test_it_listens_on_this_machine_alone(host):
    with pytest.raises(StudyError, match="not served at") as refusal:
        command.command(options("--host", host))
    assert "ssh -L" in refusal.value.remedy


def test_nobody_invited_is_refused():
    with pytest.raises(StudyError, match="Nobody is invited"):
        command.command(options("--people", "0"))


@pytest.mark.parametrize("port", ["-1", "70000"])
def test_a_port_that_is_none_is_refused(folder, port):
    with pytest.raises(StudyError, match="cannot be served at port"):
        command.command(options(str(folder / "study.yaml"), "--port", port))


def test_a_port_that_is_taken_is_refused(folder):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with pytest.raises(StudyError, match="cannot be served at port"):
            command.command(options(str(folder / "study.yaml"), "--port", port))


def test_the_configuration_is_that_of_the_last_run(folder, monkeypatch):
    monkeypatch.chdir(folder)
    desk, about = command.desk_of(options(), "c")
    assert desk.answers.path == folder / "answers.csv"
    assert (about.title, about.to_add) == ("A synthetic trial with queries", "")
    monkeypatch.chdir(folder.parent)
    desk, _ = command.desk_of(options("--results", "study/results"), "c")
    assert desk.answers.path == folder / "answers.csv"
    desk, _ = command.desk_of(options("study/study.yaml"), "c")
    assert desk.results == folder / "results"
    (folder / "study.yaml").unlink()
    with pytest.raises(StudyError, match="not known which configuration"):
        command.desk_of(options("--results", "study/results"), "c")


def test_a_study_that_names_no_file_of_answers_is_told_what_to_add(folder):
    path = folder / "study.yaml"
    config = yaml.safe_load(path.read_text(encoding="utf-8"))
    del config["validation"]
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    desk, about = command.desk_of(options(str(path)), "c")
    assert desk.answers.path == folder / "answers.csv"
    assert yaml.safe_load(about.to_add) == {"validation": {"resolutions": "answers.csv"}}


def test_a_folder_without_a_run_is_refused(folder, tmp_path):
    with pytest.raises(StudyError, match="No list of queries"):
        command.desk_of(options(str(folder / "study.yaml"), "--results", str(tmp_path / "x")), "c")
    with pytest.raises(StudyError, match="configuration cannot be read"):
        command.desk_of(options(str(tmp_path / "x.yaml"), "--results", str(tmp_path)), "c")


def test_it_ends_by_itself_also_where_a_shell_ignores_interrupts(folder):
    """Started by a script in the background, it has no terminal and no interrupt."""
    words = ["queries", "study.yaml", "--people", "2", "--idle", "0.05"]
    shell = ["sh", "-c", 'trap "" INT; exec "$@"', "sh", sys.executable, "-c", PROGRAM, *words]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL}
    with subprocess.Popen(shell, cwd=folder, text=True, **pipes) as run:
        first = [next(run.stdout).strip() for _ in range(4)]
        assert first[0] == "4 queries are open."
        assert len({*first[2:]}) == 2
        assert first[2].startswith("http://127.0.0.1:")
        with urllib.request.urlopen(first[2]) as answer:
            assert "Server" not in answer.headers
            assert answer.headers["Cache-Control"] == "no-store"
        rest, wrong = run.communicate(timeout=60)
    assert (run.returncode, wrong) == (0, "")
    assert rest.splitlines()[-1].startswith("Stopped.")
    assert first[2].rpartition("/")[2] not in rest
