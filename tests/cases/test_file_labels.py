"""Labels of variables and values in a file are those of the report, if the study gives none."""

from __future__ import annotations

import json

import pandas as pd
import pyreadstat
import pytest
from small_trial import made, records, validated, write_study

from trialtrail.exports.file_labels import FileLabels, labelled, read_labels

TITLES = {"sex": "Sex at  birth ", "age": "Age in years", "walk0": "Timed walk <before>"}
LABELS = {"sex": {1.0: "Woman", 2.0: "Man"}, "arm": {1.0: "Leaflet", 2.0: "Group"}}


def sav(tmp_path, **more) -> bytes:
    frame = pd.DataFrame(records())
    frame["sex"] = frame["sex"].map({"F": 1.0, "M": 2.0})
    frame["arm"] = frame["arm"].map({"A": 1.0, "B": 2.0})
    frame[["age", "walk0", "walk12"]] = frame[["age", "walk0", "walk12"]].astype(float)
    path = tmp_path / "t.sav"
    pyreadstat.write_sav(frame, path, column_labels=TITLES, variable_value_labels=LABELS)
    return path.read_bytes()


def study(tmp_path, change=lambda config: None):
    def configured(config):
        config["exports"]["trial"] = {"file": "data/trial.sav", "dates": "%d.%m.%Y"}
        config["tables"]["participants"]["sources"][0]["codes"] = {
            "arm": {"1": "leaflet", "2": "group"}
        }
        age, sex, _walk = config["forms"]["baseline"]["variables"]
        sex["codes"] = {"1": "female", "2": "male"}
        for variable in (age, sex):
            del variable["label"]
        change(config)

    return write_study(tmp_path / "s", None, configured, {"data/trial.sav": sav(tmp_path)})


def test_of_variables_and_values_are_those_of_the_report(tmp_path):
    run = made(
        study(tmp_path), "results/summaries/baseline.parquet", "results/tables/data_dictionary.csv"
    )
    assert run.exit_code == 0, run.said
    rows = run.by_row("baseline")
    assert rows["age_years.all"]["label"] == "Age in years"
    assert rows["walk_before_s.all"]["label"] == "Walk"
    assert {
        name: (rows[f"{name}.all"]["label"], rows[f"{name}.all"]["level"])
        for name in ("sex.female", "sex.male")
    } == {
        "sex.female": ("Sex at birth", "Woman"),
        "sex.male": ("Sex at birth", "Man"),
    }
    told = run.by_row("data_dictionary")
    assert told["baseline.age_years"]["label"] == "Age in years"


def test_of_the_study_come_first(tmp_path):
    def own(config):
        sex = config["forms"]["baseline"]["variables"][1]
        sex |= {"label": "Sex", "labels": {"female": "Female"}}

    found = study(tmp_path, own)
    reading = json.loads(json.dumps(validated_labels(found)))
    variable = {"id": "sex", "label": "Sex", "labels": {"female": "Female"}}
    out = labelled("baseline", variable, {"baseline": FileLabels(**reading)})
    assert out["label"] == "Sex"
    assert out["labels"] == {"female": "Female", "male": "Man"}


@pytest.mark.parametrize("labels", [False, True])
def test_are_by_the_values_of_the_study_whether_or_not_they_take_the_place_of_codes(
    tmp_path, labels
):
    def change(config):
        config["exports"]["trial"]["labels"] = labels
        if labels:
            config["forms"]["baseline"]["variables"][1]["codes"] = {
                "Woman": "female",
                "Man": "male",
            }
            codes = {"arm": {"Leaflet": "leaflet", "Group": "group"}}
            config["tables"]["participants"]["sources"][0]["codes"] = codes

    file = study(tmp_path, change)
    assert validated(file).queries.empty
    assert validated_labels(file)["values"]["sex"] == {"female": "Woman", "male": "Man"}


def validated_labels(file) -> dict:
    """Return the labels in the account of how the baseline's export was read."""
    from harness import World

    (reading,) = World.at(file).good["baseline"].readings
    return reading["labels"]


def test_are_needed_where_the_file_has_none(tmp_path):
    def change(config):
        del config["forms"]["baseline"]["variables"][0]["label"]

    refusal = validated(write_study(tmp_path, None, change)).refusal
    assert "`age_years` of baseline lacks `label`" in refusal.text()
    assert "study.yaml, line" in refusal.text()


def test_of_the_first_export_that_has_one_are_taken(tmp_path):
    paths = []
    for name, label in (("a", "First"), ("b", "Second")):
        labels = {"variables": {"x": label}, "values": {"x": {"1": label, name: name}}}
        reading = {"table": "t", "labels": labels}
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps([{"table": "t"}, reading]), encoding="utf-8")
        paths.append(str(path))
    found = read_labels(paths)
    assert found["t"].variables == {"x": "First"}
    assert found["t"].values == {"x": {"1": "First", "a": "a", "b": "b"}}
    assert labelled("other", {"id": "x"}, found) == {"id": "x"}
    assert (
        labelled("t", {"id": "x", "label": "x", "label_of_file": True}, found)["label"] == "First"
    )
