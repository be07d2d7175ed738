"""Commands that read a results folder say of what is listed and not here that nobody checked it."""

from __future__ import annotations

import shutil
from pathlib import Path

from trialtrail.cli import main


def said(capsys, *arguments: str) -> str:
    main([*arguments])
    return capsys.readouterr().out


def test_the_summary_counts_what_is_not_here_by_kind(study, capsys):
    assert "not here" not in said(capsys, "summary")
    shutil.rmtree("data")
    Path("results/tables/uptake.csv").unlink()
    told = said(capsys, "summary")
    assert told.rstrip().endswith("not here, not checked: 10 raw files, 1 table")
    Path("results/lineage/lineage.json").write_text("{")
    assert "not here, not checked: 11 files" in said(capsys, "summary")


def test_a_trace_names_what_it_was_not_read_from(study, capsys):
    assert "Not here" not in said(capsys, "trace", "any_visit")
    shutil.rmtree("data")
    told = said(capsys, "trace", "any_visit")
    assert told.rstrip().endswith(
        "Not here, not checked: 2 raw files: data/log.csv, data/register.csv."
    )
