"""A variable whose cells make two columns: a date known in part, a count known as a bound."""

from __future__ import annotations

import pandas as pd
import pytest
from small_trial import PDF, REPORT, made, records, validated, write_study

from trialtrail.configuration.expand import BESIDE as OF_CONFIGURATION
from trialtrail.exports.convert import BESIDE as OF_CELLS

from schemas.raw.forms import BESIDE as OF_CONTRACTS

ONSETS = ("2020", "05.2020", "03.04.2019", "")
FALLS = ("7", ">20", "<1", "")


def rows():
    """Return records with an onset of which parts may be unknown, and a count with its bound."""
    return [
        each | {"onset": ONSETS[n % 4], "falls": FALLS[n % 4]} for n, each in enumerate(records())
    ]


def with_both(config):
    """Add a variable of each type to the baseline form."""
    config["forms"]["baseline"]["variables"] += [
        {"id": "onset", "column": "onset", "type": "partial_date", "label": "Onset"},
        {"id": "falls", "column": "falls", "type": "censored", "label": "Falls"},
    ]


def test_no_column_of_the_file_is_asked_for(tmp_path):
    found = validated(write_study(tmp_path, rows(), with_both))
    assert found.refusal is None
    assert set(found.queries["rule"]) == {"censored"}
    assert len(found.told("censored", "falls")) == 12
    baseline = found.tables["baseline"].head(4)
    first = ["2020-01-01", "2020-05-01", "2019-04-03", None]
    last = ["2020-12-31", "2020-05-31", "2019-04-03", None]
    for name, days in (("onset", first), ("onset_until", last)):
        expected = pd.to_datetime(pd.Series(days)).astype("datetime64[ns]")
        pd.testing.assert_series_equal(baseline[name], expected, check_names=False)
    assert baseline["falls"].fillna(-1).tolist() == [7, 20, 1, -1]
    assert baseline["falls_bound"].fillna("").tolist() == ["exact", "above", "below", ""]


def test_a_required_one_that_is_empty_is_told(tmp_path):
    def change(config):
        with_both(config)
        config["forms"]["baseline"]["variables"][-2]["required"] = True

    found = validated(write_study(tmp_path, rows(), change))
    assert len(found.told("required", "onset")) == 6


def test_a_column_mapped_to_the_second_is_told(tmp_path):
    def change(config):
        with_both(config)
        config["forms"]["baseline"]["sources"][0]["columns"]["onset_until"] = "onset"

    found = validated(write_study(tmp_path, rows(), change))
    (message,) = found.told("columns")["message"]
    assert "has no such column" in message


@pytest.mark.parametrize(("type_", "second"), [("partial_date", "_until"), ("censored", "_bound")])
def test_a_variable_of_the_name_of_the_second_is_refused(tmp_path, type_, second):
    def change(config):
        config["forms"]["baseline"]["variables"] += [
            {"id": "x", "column": "age", "type": type_, "label": "X"},
            {"id": f"x{second}", "column": "age", "type": "integer", "label": "Until"},
        ]

    refusal = validated(write_study(tmp_path, change=change)).refusal
    assert refusal is not None
    assert f"`x{second}` stands 2 times" in refusal.text()


def test_the_second_columns_are_the_same_everywhere():
    endings = {kind: (ending,) for kind, (ending, _) in OF_CONFIGURATION.items()}
    assert {kind: (ending,) for kind, (ending, *_) in OF_CONTRACTS.items()} == endings
    assert endings == OF_CELLS


@pytest.mark.nightly
def test_the_whole_report_of_a_study_with_both_is_made(tmp_path):
    """Its page and tables are looked at in `make test`; this adds the PDF and the trail."""
    done = made(write_study(tmp_path, rows(), with_both))
    assert done.exit_code == 0, done.said
    assert (tmp_path / PDF).stat().st_size > 0


def test_the_report_of_a_study_with_both_is_made(tmp_path):
    done = made(write_study(tmp_path, rows(), with_both), REPORT)
    assert done.exit_code == 0, done.said
    assert (tmp_path / "results" / "report" / "report.html").is_file()
    words = done.by_row("data_dictionary")
    assert words["baseline.falls"]["rule"] == "may be censored"
    assert words["baseline.onset_until"]["type"] == "date"
    missing = done.by_row("missing")
    assert missing["baseline.onset"]["missing"] == "6"
    dataset = pd.read_csv(tmp_path / "results" / "datasets" / "participants.csv", dtype="string")
    second = dataset[["onset_until", "falls_bound"]].fillna("").head(4)
    assert second["onset_until"].tolist() == ["2020-12-31", "2020-05-31", "2019-04-03", ""]
    assert second["falls_bound"].tolist() == ["exact", "above", "below", ""]
    assert not any(row.startswith(("onset", "falls")) for row in done.by_row("baseline"))
