"""The questions on a terminal: numbered lists, a wrong answer, and what Ctrl-C leaves."""

from __future__ import annotations

import os
import pty
import select
import sys
import time
from pathlib import Path

import pytest
import yaml

from tests.trialtrail.new_study.messy_spreadsheet import write_messy
from trialtrail.new_study.asking.questions import Choice, place_of

COMMAND = "from trialtrail.cli import main; raise SystemExit(main())"
SECONDS = 60
"""For which an answer is waited for."""


class Terminal:
    """The command on a terminal of its own."""

    def __init__(self, *words: str) -> None:
        self.shown = ""
        self.process, self.handle = pty.fork()
        if self.process == 0:
            os.execv(sys.executable, [sys.executable, "-c", COMMAND, *words])

    def until(self, text: str) -> str:
        """Read until ``text`` is shown; return what was shown since the last answer."""
        begin, ends = len(self.shown), time.monotonic() + SECONDS
        while text not in self.shown[begin:]:
            if not self._read(ends, text):
                break
        return self.shown[begin:]

    def _read(self, ends: float, awaited: str) -> bool:
        ready, _, _ = select.select([self.handle], [], [], max(0, ends - time.monotonic()))
        assert ready, f"{awaited} is not there after: {self.shown}"
        try:
            part = os.read(self.handle, 1 << 16)
        except OSError:  # the other end is closed
            return False
        self.shown += part.decode()
        return bool(part)

    def type(self, text: str) -> None:
        """Type a line."""
        os.write(self.handle, text.encode())

    def end(self) -> int:
        """Return the exit code, when all has been read."""
        ends = time.monotonic() + SECONDS
        while self._read(ends, "the end"):
            pass
        _, status = os.waitpid(self.process, 0)
        os.close(self.handle)
        return os.waitstatus_to_exitcode(status)


@pytest.fixture
def file(tmp_path) -> Path:
    """Return the messy spreadsheet in a folder of its own."""
    return write_messy(tmp_path / "schmerz.csv")


def test_the_questions_lead_to_a_study(file):
    terminal = Terminal("new", str(file))
    asked = terminal.until("Number or name: ")
    assert "1. Which column is the arm?" in asked
    assert "Gruppe" in asked
    assert "Placebo 44" in asked
    terminal.type("77\n")
    assert "That is none of them" in terminal.until("name: ")
    terminal.type("Gruppe\n")
    asked = terminal.until("Number or name: ")
    assert "2. Which value of `Gruppe` is the reference" in asked
    terminal.type("placebo\n")
    asked = terminal.until("Number or name: ")
    assert "3. Which is the primary outcome?" in asked
    assert "numbers, at 0, 6" in asked
    terminal.type("1\n")
    terminal.until("next: ")
    assert terminal.end() == 0
    assert "P001" not in terminal.shown
    config = yaml.safe_load((file.parent / "study.yaml").read_text(encoding="utf-8"))
    assert config["study"]["arms"][0]["id"] == "placebo"


def test_breaking_off_leaves_nothing(file):
    terminal = Terminal("new", str(file), "--arm", "Gruppe")
    terminal.until("Number or name: ")
    terminal.type("\x03")
    assert terminal.end() == 130
    assert "nothing was written" in terminal.shown
    assert [each.name for each in file.parent.iterdir()] == [file.name]


def test_a_name_comes_before_a_number():
    choices = [Choice("2"), Choice("1"), Choice("Verum")]
    assert place_of("1", choices, numbers=True) == 1
    assert place_of("3", choices, numbers=True) == 2
    assert place_of("3", choices) is None
    assert place_of("verum ", choices) == 2
    assert place_of("", choices, numbers=True) is None
