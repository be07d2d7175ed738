"""The files for CI: what is written, that nothing is written over, and what they hold."""

from __future__ import annotations

import argparse
import subprocess
from pathlib import Path

import pytest
import yaml

from trialtrail.errors import StudyError
from trialtrail.integration import init
from trialtrail.integration.gitlab_comment import MARK, main
from trialtrail.integration.locked_packages import OWN, entries_of, needed_names

GITHUB, GITLAB, LOCK = init.GITHUB, init.GITLAB, init.LOCK
ROWS_OF_PARTICIPANTS = ("validation", "validated", "datasets", "adam", "exchange", "qualitative")


def options(**given) -> argparse.Namespace:
    known = {"github": False, "gitlab": False, "install": None, "force": False}
    return argparse.Namespace(**(known | given))


@pytest.fixture
def study(tmp_path, monkeypatch) -> Path:
    """Return the folder of a study in a git repository, in which the command is given."""
    git(tmp_path, "init", "-q", "-b", "trunk")
    folder = tmp_path / "trial"
    folder.mkdir()
    (folder / "study.yaml").write_text("study: {}\n")
    monkeypatch.chdir(folder)
    return folder


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True)


def read(path: Path) -> dict:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def test_both_files_and_the_lock_are_written_where_they_are_looked_for(study, capsys):
    assert init.write_files(options()) == 0
    for path in (study.parent / GITHUB, study.parent / GITLAB, study / LOCK):
        assert path.is_file()
        assert not [m for m in ("@VERSION@", "@INSTALL@", "@FOLDER@") if m in path.read_text()]
    told = capsys.readouterr()
    assert "results/" in told.err
    assert "trialtrail lock" in told.err


@pytest.mark.parametrize(("wanted", "other"), [("github", GITLAB), ("gitlab", GITHUB)])
def test_one_of_them_is_written_where_it_is_asked_for(wanted, other, study):
    init.write_files(options(**{wanted: True}))
    assert not (study.parent / other).exists()


def test_nothing_is_written_over_unless_it_is_forced(study):
    (study.parent / GITLAB).write_text("mine: {}\n")
    with pytest.raises(StudyError, match=r"gitlab-ci\.yml is there"):
        init.write_files(options())
    assert (study.parent / GITLAB).read_text() == "mine: {}\n"
    assert not (study.parent / GITHUB).exists()
    init.write_files(options(force=True))
    assert "trialtrail" in read(study.parent / GITLAB)


def test_github_may_read_and_only_the_job_that_comments_may_write(study):
    init.write_files(options())
    flow = read(study.parent / GITHUB)
    assert flow["permissions"] == {}
    rights = {name: job["permissions"] for name, job in flow["jobs"].items()}
    assert rights == {"analysis": {"contents": "read"}, "comment": {"pull-requests": "write"}}
    assert flow[True]["push"]["branches"] == ["trunk"]
    assert flow["jobs"]["analysis"]["defaults"]["run"]["working-directory"] == "trial"
    steps = [step for job in flow["jobs"].values() for step in job["steps"]]
    assert all(step["uses"].partition("@")[2] for step in steps if "uses" in step)
    assert "secrets." not in (study.parent / GITHUB).read_text()
    # What runs the code of the change is given no token, and the job with one checks out nothing.
    (analysis, comment) = flow["jobs"].values()
    assert not [step for step in analysis["steps"] if "token" in str(step.get("env", {}))]
    assert not [step for step in comment["steps"] if "checkout" in step.get("uses", "")]


def test_a_failed_run_keeps_its_report_and_no_row_of_a_participant_is_kept(study):
    init.write_files(options())
    steps = read(study.parent / GITHUB)["jobs"]["analysis"]["steps"]
    (kept,) = (s for s in steps if s.get("with", {}).get("name") == "trialtrail-report")
    assert "always()" in kept["if"]
    gitlab = read(study.parent / GITLAB)["trialtrail"]["artifacts"]
    assert gitlab["when"] == "always"
    assert gitlab["access"] == "developer"
    for paths in (kept["with"]["path"].split(), gitlab["paths"]):
        assert all(path.startswith("trial/") for path in paths)
        assert not [p for p in paths for part in ROWS_OF_PARTICIPANTS if f"results/{part}" in p]
        assert "trial/results/" not in paths


def test_no_text_of_a_pull_request_is_put_into_a_script(study):
    """A title or branch with shell in it must reach no step but as a variable."""
    init.write_files(options())
    flow = read(study.parent / GITHUB)
    scripts = [s["run"] for job in flow["jobs"].values() for s in job["steps"] if "run" in s]
    assert scripts
    assert not [script for script in scripts if "${{" in script]


def test_the_lock_has_what_a_run_needs_with_hashes_and_no_tool_of_the_tests(study):
    init.write_files(options())
    text = (study / LOCK).read_text()
    names = {name for (name, _), _ in entries_of(text)}
    assert {"snakemake", "pandas", "weasyprint", "pyarrow", "runrecord"} - names == {"runrecord"}
    assert not names & {"pytest", "ruff", "hypothesis", "snakefmt"}
    assert all("--hash=sha256:" in entry for _, entry in entries_of(text))
    assert "://" not in text


def test_wheels_of_a_folder_are_locked_by_their_hashes(study):
    (study / "wheels").mkdir()
    with pytest.raises(StudyError, match="has not one wheel of trialtrail"):
        init.write_files(options(install="wheels"))
    for name in OWN:
        (study / "wheels" / f"{name.replace('-', '_')}-0.1.0-py3-none-any.whl").write_bytes(b"x")
    init.write_files(options(install="wheels"))
    names = {name for (name, _), _ in entries_of((study / LOCK).read_text())}
    assert {*OWN} <= names
    assert '--find-links "wheels"' in (study.parent / GITHUB).read_text()


def test_a_commit_of_git_is_installed_with_its_packages(study):
    init.write_files(options(install="git+https://example.org/trialtrail@0123abc"))
    text = (study.parent / GITLAB).read_text()
    assert '"runrecord @ git+https://example.org/trialtrail@0123abc#subdirectory=' in text


@pytest.mark.parametrize("odd", ["a'b", "a$b", 'a"b', "a`b"])
def test_a_folder_whose_name_would_be_shell_is_refused(odd, study, monkeypatch):
    folder = study.parent / odd
    folder.mkdir()
    (folder / "study.yaml").touch()
    monkeypatch.chdir(folder)
    with pytest.raises(StudyError, match="a sign that the files for CI cannot hold"):
        init.write_files(options())


def test_a_folder_without_a_study_is_refused(study, monkeypatch):
    monkeypatch.chdir(study.parent)
    with pytest.raises(StudyError, match=r"no study\.yaml here"):
        init.write_files(options())


def test_needs_are_followed_through_extras():
    found = needed_names(["trialtrail"])
    assert {"snakemake", "pandas", "numpy"} <= found


def test_a_comment_of_gitlab_is_written_once_and_then_over(tmp_path, monkeypatch):
    """By a server of the test that answers as GitLab's interface for notes does."""
    import json
    import threading
    from http.server import BaseHTTPRequestHandler, HTTPServer
    from urllib.parse import parse_qs

    notes: list[dict] = [{"id": 3, "body": "of a person"}]
    asked = []

    class GitLab(BaseHTTPRequestHandler):
        def answer(self):
            asked.append((self.command, self.path.partition("?")[0], self.headers["PRIVATE-TOKEN"]))
            if self.command != "GET":
                length = int(self.headers["Content-Length"])
                body = parse_qs(self.rfile.read(length).decode())["body"][0]
                if self.command == "POST":
                    notes.append({"id": 4, "body": body})
                else:
                    notes[1]["body"] = body
            text = json.dumps(notes).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_PUT = answer

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), GitLab)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for name, value in {
        "CI_API_V4_URL": f"http://127.0.0.1:{server.server_port}/api/v4",
        "CI_PROJECT_ID": "5",
        "CI_MERGE_REQUEST_IID": "7",
        "TRIALTRAIL_COMMENT_TOKEN": "token",
    }.items():
        monkeypatch.setenv(name, value)
    comment = tmp_path / "numbers.md"
    for words in ("**first**", "**second**"):
        comment.write_text(words)
        assert main([str(comment)]) == 0
    server.shutdown()
    path = "/api/v4/projects/5/merge_requests/7/notes"
    assert [(how, where) for how, where, _ in asked] == [
        *(("GET", path), ("POST", path), ("GET", path), ("PUT", f"{path}/4"))
    ]
    assert [note["body"] for note in notes] == ["of a person", f"{MARK}\n**second**"]
    server.server_close()
    assert main([str(comment)]) == 1
