"""The configuration, raw data and libraries stay as they are from the start of a run to its end."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from runrecord import installed, journal
from runrecord.run_end import edited_meanwhile, stop_on_edits

TRAIL = "results/lineage"


class Libraries:
    """The libraries of an environment of which some were edited."""

    def __init__(self, *edited: str) -> None:
        self.edited = list(edited)

    def edited_since(self, moment: float) -> list[str]:
        return self.edited


@pytest.fixture(autouse=True)
def _no_libraries(monkeypatch):
    monkeypatch.setattr(installed, "here", Libraries)


def test_what_stays_as_it_is_is_not_told(study):
    assert edited_meanwhile(TRAIL) == []
    stop_on_edits([])


@pytest.mark.parametrize("path", ["data/log.csv", "scripts/validate.py", "data/talk/talk_3.txt"])
def test_a_file_that_was_edited_is_told_though_its_time_stamp_is_the_old_one(study, path):
    about = os.stat(path)
    Path(path).write_text("another")
    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))
    assert edited_meanwhile(TRAIL) == [path]


def test_what_was_edited_before_a_run_that_seals_nothing_is_no_edit_of_that_run(study):
    """A run to a target before the seal leaves the manifest of the run before."""
    Path("data/log.csv").write_text("another")
    assert edited_meanwhile(TRAIL) == ["data/log.csv"]
    journal.run_started(TRAIL, "data/log.csv")
    assert edited_meanwhile(TRAIL) == []
    Path(TRAIL, "journal_head.json").write_text("{")  # what cannot be read lets nothing pass
    assert edited_meanwhile(TRAIL) == ["data/log.csv"]


def test_a_file_that_is_gone_is_told_and_one_that_was_touched_is_not(study):
    os.utime("data/log.csv")
    Path("data/register.csv").unlink()
    assert edited_meanwhile(TRAIL) == ["data/register.csv"]


def test_a_library_that_was_edited_is_told_and_the_run_does_not_end_well(
    study, monkeypatch, capsys
):
    monkeypatch.setattr(installed, "here", lambda: Libraries("pandas/core/frame.py"))
    edited = edited_meanwhile(TRAIL)
    assert edited == ["pandas/core/frame.py"]
    journal.run_ended(TRAIL, "done", edited)
    assert journal.read(TRAIL).last("run_end")["edited"] == edited
    with pytest.raises(SystemExit) as end:
        stop_on_edits(edited)
    assert end.value.code == 1
    said = capsys.readouterr().err
    assert "Edited while the run went on" in said
    assert "run snakemake again" in said
