"""Forecasts beside corrected runs of the workflow: the same texts, and no more jobs than needed."""

from __future__ import annotations

import json
import re
import shutil

import pandas as pd
import pytest
import yaml
from snakemake_runs import run_snakemake

from tools.compare_forecasts import agree, corrected_run, draw, forecast_of
from trialtrail import ROOT
from trialtrail.cli import main
from trialtrail.forecast.corrections import ask, queries_of
from trialtrail.forecast.forecast import forecast, rows_of
from trialtrail.forecast.narrowing import ALL
from trialtrail.forecast.overlay import ESTIMATES
from trialtrail.forecast.sealed_run import SealedRun, open_run
from trialtrail.forecast.telling import tell

VALUE = "trial:BT001:Walk 12=14.2"
OF_ARM = "trial:BT001:Group=A"
NIGHTLY = 50


def with_jobs(options):
    """Run Snakemake with its jobs in its own process."""
    here = ["--snakefile", str(ROOT / "Snakefile"), "--cores", "2", "--executor", "local"]
    return run_snakemake([*options, *here], ROOT, with_jobs=True)


def said(capsys, run, *arguments):
    """Return the exit code and the words of the command, on both streams."""
    code = main(["whatif", *arguments, "--results", str(run.results)])
    streams = capsys.readouterr()
    return code, streams.out + streams.err


@pytest.mark.parametrize("correction", [VALUE, "Q-98485640f0=set-aside"])
def test_a_forecast_equals_the_corrected_run_in_every_cell(good_run, correction):
    run = open_run(good_run.results)
    mine = forecast_of(run, correction)
    assert not mine.stopped
    other = corrected_run(run, good_run.folder / "study.yaml", correction, with_jobs)
    assert agree(mine, other), other.stopped


def test_where_a_run_stops_the_forecast_says_so(good_run):
    run = open_run(good_run.results)
    correction = "trial:BT001:Walk 12=quick"
    mine = forecast_of(run, correction)
    assert "stops" in mine.stopped
    other = corrected_run(run, good_run.folder / "study.yaml", correction, with_jobs)
    assert other.stopped


def test_a_column_that_no_outcome_uses_computes_no_fit(good_run):
    run = open_run(good_run.results)
    found = forecast(run, ask(run, ["trial:BT001:Falls=2"]), scope=ALL)
    assert found.fitted == ()
    assert not any(shift.changed for shift in found.shifts)
    assert {job.partition("-")[0] for job in found.computed} <= {
        *("validate_table", "validate_references", "split_used_rows", "derive_participants"),
        *("derive_outcomes",),
    }


def test_a_value_of_an_outcome_computes_its_fits_alone(good_run):
    run = open_run(good_run.results)
    found = forecast(run, ask(run, [VALUE]), scope=ALL)
    assert set(found.fitted) == {("main", "walk")}
    assert all(shift.changed for shift in found.shifts)
    assert found.computed[-2:] == ("fit_analysis-main", "collect_estimates")


def test_the_command_tells_both_and_changes_nothing(good_run, capsys, digests):
    before = digests(good_run.results)
    code, words = said(capsys, good_run, VALUE, OF_ARM)
    assert code == 0
    assert "corrected to 14.2" in words
    assert "walk" in words
    assert "No conclusion by the plan's rule changes" in words or "conclusion changes" in words
    code, words = said(capsys, good_run, VALUE, "--json", "--all-analyses")
    told = json.loads(words)
    (row,) = told["estimates"]
    assert row["now"]["estimate"] != row["then"]["estimate"]
    assert row["change"] == pytest.approx(row["then"]["estimate"] - row["now"]["estimate"])
    code, words = said(capsys, good_run, "--queries", "--top", "2")
    assert "none: reaches no primary estimate" in words
    assert digests(good_run.results) == before


def test_no_value_of_a_participant_is_on_the_screen(good_run, capsys):
    rows = (good_run.folder / "data/trial.csv").read_text(encoding="cp1252").splitlines()
    header, cells = rows[0].split(";"), rows[1].split(";")
    present = cells[header.index("Walk 12")]
    _, words = said(capsys, good_run, VALUE, "trial:BT001:Age=500")
    assert present not in words.replace(VALUE, "").split()
    assert "breaks the rule range" in words


@pytest.mark.parametrize(
    ("correction", "words"),
    [
        ("Q-0000000000=1", "No query of the raw data is called Q-0000000000"),
        ("Q-98485640f0=", "has no value"),
        ("Q-98485640f0=proposed", "No value is proposed for the query"),
        ("Q-0000000000=proposed", "No query of the raw data is called Q-0000000000"),
        ("trial:BT999:Age=1", "has no record BT999"),
        ("trial:BT001:Agee=1", "write one of Age"),
        ("register:BT001:Age=1", "no export called register"),
        ("trial:BT001:Age=accepted", "cannot be accepted"),
        ("Age", "This is no correction"),
        ("trial:BT001:Walk 12=quick", "A run with this correction stops"),
    ],
)
def test_what_cannot_be_forecast_is_refused_in_words(good_run, capsys, correction, words):
    code, told = said(capsys, good_run, correction)
    assert code == 2
    assert words in told
    assert "Traceback" not in told


def test_two_corrections_of_one_query_are_refused(good_run, capsys):
    code, told = said(capsys, good_run, "Q-98485640f0=2", "Q-98485640f0=3")
    assert code == 2
    assert "Two corrections are of one query" in told


def test_results_that_were_changed_are_no_start(good_copy, capsys):
    path = good_copy.results / "datasets/outcomes.parquet"
    path.write_bytes(path.read_bytes() + b" ")
    code, told = said(capsys, good_copy, VALUE)
    assert code == 2
    assert "results/datasets/outcomes.parquet is not as it was in the run" in told


WRITTEN_DOWN = {"BT001": "9,25", "BT002": "13,1"}
"""What a second file has of the walk at twelve months; of the first it is another number."""
SECOND_FORM = """
  stopwatch:
    label: Sheet of the stopwatch
    timepoint: twelve_months
    sources:
      - export: stopwatch
        columns: {participant_id: Nr}
    variables:
      - {id: walk_s, column: Seconds, type: number, label: Timed walk, unit: s}

validation:
  effects: true
  checks:
    - {id: walk, kind: agree, left: twelve_months.walk_after_s, right: stopwatch.walk_s}
"""
PAGE = "results/validation/validation.html"


@pytest.fixture(scope="module")
def twice_told(good_run, workflow, tmp_path_factory):
    """Return a run of the second study with a value that stands in two files, and effects."""
    folder = tmp_path_factory.mktemp("twice") / "study"
    shutil.copytree(good_run.folder / "data", folder / "data")
    config = yaml.safe_load((good_run.folder / "study.yaml").read_text(encoding="utf-8"))
    more = yaml.safe_load("forms:" + SECOND_FORM)
    config["forms"] |= more["forms"]
    config["validation"] = more["validation"]
    config["exports"]["stopwatch"] = {"file": "data/stopwatch.csv", "decimal": ","}
    rows = [f'{name},"{value}"' for name, value in WRITTEN_DOWN.items()]
    (folder / "data/stopwatch.csv").write_text("\n".join(["Nr,Seconds", *rows, ""]))
    (folder / "study.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
    done = workflow(folder, PAGE, config=folder / "study.yaml")
    assert done.exit_code == 0, done.said
    return done


def test_effects_are_a_part_of_the_run_where_the_study_asks(twice_told):
    text = (twice_told.folder / PAGE).read_text(encoding="utf-8")
    assert "Queries by their effect" in text
    assert "none: reaches no primary estimate" in text
    table = (twice_told.results / "validation/query_effects.csv").read_text(encoding="utf-8")
    assert table.count("as it is") == table.count("set aside") == 8
    source = "the value of stopwatch.walk_s"
    assert table.count(",proposed,") == table.count(source) == 1
    assert f"proposed ({source}): " in text


def test_a_proposed_value_is_that_of_the_other_place_and_is_never_told(twice_told, capsys):
    records = (twice_told.results / "lineage/records").glob("*.json")
    run = SealedRun.read(twice_told.results, records)
    (query,) = queries_of(run).query("rule == 'agreement.walk'")["query_id"]
    correction = f"{query}=proposed"
    asked = ask(run, [correction])
    assert asked.own["text"].tolist() == ["9.25"]
    told = tell(forecast(run, asked))
    assert f"{query}: corrected to the proposed value" in told
    assert "proposed is the value of stopwatch.walk_s" in told
    # Not as a part of another number, such as the seconds of a time.
    assert not re.search(r"(?<!\d)9\.25(?!\d)", told + twice_told.said + twice_told.logged())
    mine = forecast_of(run, correction)
    other = corrected_run(run, twice_told.folder / "study.yaml", correction, with_jobs)
    assert agree(mine, other), other.stopped
    assert mine.rows != rows_of(run.path(ESTIMATES))
    effects = pd.read_csv(twice_told.results / "validation/query_effects.csv", dtype="string")
    (row,) = effects[effects["option"] == "proposed"].to_dict("records")
    assert row["estimate"] == other.rows[row["estimate_row"]]["estimate"]


@pytest.mark.nightly
def test_fifty_forecasts_of_the_shipped_study_equal_the_corrected_runs(moments):
    run = open_run(moments.results)
    config = moments.folder / "config/config.yaml"
    different = []
    for correction in draw(run, NIGHTLY, seed=1):
        mine = forecast_of(run, correction)
        other = corrected_run(run, config, correction, with_jobs)
        if not agree(mine, other):
            different.append((correction.partition("=")[0], mine.stopped, other.stopped))
    assert different == []
