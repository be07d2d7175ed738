"""The card of a number: small, by itself, the same bytes again, and no value of a participant."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from runrecord.digest import file_digest

from trialtrail.cli import main
from trialtrail.trail.tracing.card import SPANS, lines_in_words

CARD = Path("card.html")
TABLE = "results/tables/uptake.csv"


def test_a_card_has_the_number_its_digests_and_its_jobs(study, capsys):
    assert main(["trace", "any_visit", "--card", str(CARD)]) == 0
    assert capsys.readouterr().out == "card.html\n"
    text = CARD.read_text("utf-8")
    paths = [TABLE, "results/report/report.pdf", "results/lineage/manifest.sha256"]
    for part in ("1 of 2", f"{TABLE}#any_visit/n", *map(file_digest, paths), "tabulate", "derive"):
        assert part in text
    assert len(text.encode()) < 50_000
    assert "default-src 'none'" in text
    assert "src=" not in text
    assert "href=" not in text


def test_the_same_results_make_the_same_card_wherever_they_are(study, tmp_path, monkeypatch):
    main(["trace", "any_visit", "--card", str(CARD)])
    before = CARD.read_bytes()
    shutil.copytree("results", tmp_path / "moved/renamed")
    shutil.copytree("data", tmp_path / "moved/data")
    monkeypatch.chdir(tmp_path)
    main(["trace", "any_visit", "--results", "moved/renamed", "--card", str(CARD)])
    assert CARD.read_bytes() == before


def test_a_cell_of_a_table_has_a_card_and_what_is_changed_or_absent_is_said(study):
    Path(TABLE).write_text("row,n\nany_visit,2\n")
    assert main(["trace", f"{TABLE}#any_visit/n", "--card", str(CARD)]) == 0
    assert "(here it is another)" in CARD.read_text("utf-8")
    Path("results/report/report.pdf").unlink()
    main(["trace", f"{TABLE}#any_visit/n", "--card", str(CARD)])
    assert "(not here, not checked)" in CARD.read_text("utf-8")


@pytest.mark.parametrize(
    "asked",
    [
        "results/datasets/participants.csv#P-01/visits",
        "data/register.csv#P-01/Alloc",
        "data/register.csv",
        TABLE,
        f"{TABLE}#any_visit",
        "q1",
    ],
)
def test_of_what_may_tell_of_a_person_no_card_is_made(study, capsys, asked):
    assert main(["trace", asked, "--card", str(CARD)]) == 2
    error = capsys.readouterr().err
    assert error.startswith(("No card is made", "The report has no", "No file of the lineage"))
    assert not CARD.exists()


def test_a_text_of_a_table_has_no_card(study, capsys):
    Path(TABLE).write_text("row,n\nany_visit,Jo Bloggs\n")
    assert main(["trace", f"{TABLE}#any_visit/n", "--card", str(CARD)]) == 2
    error = capsys.readouterr().err
    assert "it is a text" in error
    assert "Bloggs" not in error


def test_very_many_lines_are_counted():
    assert lines_in_words([3, 1, 2, 5]) == "1 to 3, 5"
    told = lines_in_words(list(range(0, 10_000, 2)))
    assert told.endswith(f" and {5000 - SPANS:,} more")
    assert len(told) < 2000
