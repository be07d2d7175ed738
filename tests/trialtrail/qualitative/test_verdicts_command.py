"""The command that tells which verdicts are stale, and what to write after a look at them."""

import csv

import pytest

from trialtrail.cli import main

VERDICTS = [
    {"row": "t", "state": "current", "fit": "agreement", "seal": "aaaaaaaaaaaa.bbbbbb"},
    {"row": "u", "state": "stale", "fit": "dissonance", "seal": "cccccccccccc"}
    | {"contradicts": "all registered patterns hold"},
    {"row": "v", "state": "not judged", "seal": "dddddddddddd"},
]


def write(path, rows):
    names = ["row", "state", "fit", "seal", "contradicts"]
    with open(path, "w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, names)
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture
def results(tmp_path):
    (tmp_path / "results" / "tables").mkdir(parents=True)
    return tmp_path / "results"


def test_what_is_stale_is_told_with_what_seals_it(results, capsys):
    write(results / "tables" / "convergence.csv", VERDICTS)
    write(results / "tables" / "threads.csv", [VERDICTS[1] | {"row": "lost.item", "fit": ""}])
    assert main(["verdicts", "--results", str(results)]) == 0
    told = capsys.readouterr().out
    assert "verdict t: current (agreement)\nverdict u: stale (dissonance)\n" in told
    assert 'after a look at its findings: evidence: "cccccccccccc"' in told
    assert "contradicts: all registered patterns hold" in told
    assert 'verdict v: not judged\n  after a look at its findings: evidence: "dddddddddddd"' in told
    assert "step lost.item: stale" in told
    assert "aaaaaaaaaaaa" not in told


def test_a_run_without_verdicts_says_so(results, capsys):
    assert main(["verdicts", "--results", str(results)]) == 2
    assert "no joint display and no threads" in capsys.readouterr().err
