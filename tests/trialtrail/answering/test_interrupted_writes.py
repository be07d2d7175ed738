"""Writes that are broken off, refused by the disk or by the file: whole, or as if never begun."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from queried_study import Served

HERE = Path(__file__).resolve().parents[1]
FULL = """
import os, resource, signal, sys
from pathlib import Path
sys.path[:0] = sys.argv[3:]
from queried_study import Served
served = Served(Path(sys.argv[1]))
browser, query = served.browser("A"), served.query("age")
form = browser.hidden(query) | {"kind": "missing", "why": "x" * 1500}
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
answer = browser.post(f"/query/{query}/answer", **form)
print(answer.status_code, "Traceback" in answer.text)
"""
KILLED = """
import os, signal, sys
from pathlib import Path
sys.path[:0] = sys.argv[2:]
from queried_study import Served
from trialtrail.answering import giving
giving.journal.append = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
served = Served(Path(sys.argv[1]))
served.browser("A").answer(served.query("age"), value="74")
"""


def files_of(folder: Path) -> dict[str, bytes]:
    """Return what stands beside the study, by name, without the lock and the results."""
    found = (path for path in folder.iterdir() if path.is_file())
    return {path.name: path.read_bytes() for path in found if not path.name.endswith(".lock")}


def python(program: str, *words: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", program, *words, *(path for path in sys.path if path)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="a limit of file sizes stands for a full disk")
@pytest.mark.parametrize("room", [0, 400, 1700])
def test_on_a_full_disk_nothing_is_changed(served, folder, room):
    """Without room for the file, for the journal, and for what would undo the answer."""
    served.browser("A").answer(served.query("pain"), "confirm", why="seen " * 200)
    before = files_of(folder)
    done = python(FULL, str(folder / "results"), str(room))
    assert done.stdout.split() == ["400", "False"], done.stderr
    assert files_of(folder) == before


def test_what_cannot_be_noted_is_put_back_though_nothing_more_can_be_written(
    served, folder, monkeypatch
):
    browser, query = served.browser("A"), served.query("age")
    browser.answer(served.query("pain"), "confirm")
    before = files_of(folder)
    sent = browser.hidden(query) | {"kind": "correct", "value": "74", "why": "form"}

    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    def fill_the_disk(*_, **__):
        monkeypatch.setattr(Path, "write_bytes", full)
        monkeypatch.setattr(shutil, "copy2", full)
        full()

    monkeypatch.setattr("trialtrail.answering.giving.journal.append", fill_the_disk)
    assert browser.post(f"/query/{query}/answer", **sent).status_code == 500
    assert files_of(folder) == before


@pytest.mark.skipif(sys.platform == "win32", reason="nobody is killed so on Windows")
def test_who_is_killed_leaves_whole_files_and_the_next_one_clears_up(served, folder):
    served.browser("A").answer(served.query("pain"), "confirm")
    assert python(KILLED, str(folder / "results")).returncode < 0
    assert any(name.endswith(".before") for name in files_of(folder))
    again = Served(folder / "results")
    assert "74" in again.desk.answers.said()[again.query("age")]["new_value"]
    (folder / ".answers.csv.notes").write_text("somebody's own")
    done = again.browser("B").answer(again.query("visited"), value="01.02.2025")
    assert done.status_code == 303
    assert {*files_of(folder)} == {"answers.csv", "study.yaml", ".answers.csv.notes"}


def read_only(path: Path) -> None:
    path.chmod(0o444)


def folder_in_its_place(path: Path) -> None:
    path.unlink()
    path.mkdir()


def pipe_in_its_place(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def link_to_nowhere(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.with_name("gone.csv"))


@pytest.mark.skipif(sys.platform == "win32", reason="pipes and links are those of Unix")
@pytest.mark.parametrize(
    ("change", "told"),
    [
        (read_only, "The file of answers is read-only"),
        (folder_in_its_place, "is no file"),
        (pipe_in_its_place, "is no file"),
        (link_to_nowhere, "is no file"),
    ],
)
def test_what_is_not_to_be_written_is_left_alone(served, folder, change, told):
    browser, path = served.browser("A"), folder / "answers.csv"
    browser.answer(served.query("pain"), "confirm")
    change(path)
    before = os.lstat(path)
    answer = browser.answer(served.query("age"), value="74")
    assert answer.status_code == 400
    assert told in answer.text
    assert (os.lstat(path).st_ino, os.lstat(path).st_mode) == (before.st_ino, before.st_mode)
