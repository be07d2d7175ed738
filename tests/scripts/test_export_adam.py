"""ADaM-like datasets: what is in them, and that both kinds of files give it back."""

import datetime
import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from cdisc_models import problems
from lxml import etree
from small_tables import job, typed

from trialtrail.exchange.define_xml import DEF, ODM, define_xml
from trialtrail.exchange.definitions import definitions
from trialtrail.exchange.names import LABEL, NAME, TEXT, cut, label_of, short_names
from trialtrail.exchange.transport import dataset_json, fix_times, last_day, write_xpt
from trialtrail.exchange.trial import Trial
from trialtrail.exchange.variables import DATE, Declared
from trialtrail.exchange.variables import TEXT as IS_TEXT
from trialtrail.tables import write_table

from scripts.export_adam import adam_datasets, main

LONG = "naïve – " * 40
PEOPLE = typed(
    participant_id=["P1", "P2", "P3", "P4", None, "é6"],
    arm=["new", "old", "new", "old", "new", None],
    randomised_on=["1959-12-31", "2024-02-29", "2024-03-01", None, "2024-03-02", None],
    screening_id=["S1", "S2", "S3", "S4", "S5", "S6"],
    exclusion_reason=[None, None, "asked to be left out", None, None, None],
    received=[True, False, False, True, True, None],
    age_years=[30, 41, None, 19, 20, 21],
    gestation_at_recruitment_weeks=[0.1, 1 / 3, 1e-12, None, 2.5, 1e15],
    gestation_at_recruitment_days=[1, 2, 3, 4, 5, 6],
    smoker=[True, False, None, True, True, False],
    born_on=["1990-01-01", None, "1800-01-01", "2005-06-07", None, None],
    sex=["f", "m", "f", "f", "m", "f"],
    remark=[LONG, "", None, "“quoted”", None, "\t"],
)
OUTCOMES = typed(
    participant_id=["P1", "P1", "P2", "P2", "P3", "P1", "P2", "P4", "P1", "P2", "é6", "P4"],
    arm=["new", "new", "old", "old", "new", "new", "old", "old", "new", "old", None, "old"],
    outcome=[*["pain"] * 5, "cured", "cured", "grade", *["death"] * 2, "falls", "pain"],
    timepoint=[
        *("baseline", "week_4", "baseline", "week_4", "week_4", "week_4", "week_4", "week_4"),
        *("follow_up", "follow_up", "week_4", "baseline"),
    ],
    value=[5.5, 4, 7, None, 3, 1, 0, 2, 30, 366, 3, 1.25],
    event=[None] * 8 + [2, 0, None, None],
    exposure=[None] * 10 + [0.5, None],
)
MEASURED = [
    {"form": "baseline", "timepoint": "baseline", "follow_up": False, "variables": ["pain"]},
    {"form": "later", "timepoint": "week_4", "follow_up": True, "variables": ["pain"]},
]
DEATH = {
    "id": "death",
    "label": "Death",
    "role": "secondary",
    "kind": "time_to_event",
    "from": "randomised_on",
    "event": "end.died_on",
    "competing": ["end.moved_on"],
    "measured": [{"form": "participants", "timepoint": "follow_up", "follow_up": True}],
}
TRIAL = Trial(
    study={"title": "A trial", "short_name": "T-1 é", "synthetic": True, "synthetic_note": "drawn"},
    arms=[{"id": "old", "label": "Old"}, {"id": "new", "label": "Néw"}],
    treated="new",
    baseline=[
        {"form": "baseline", "id": "sex", "label": "Sex", "labels": {"f": "female", "m": "male"}}
    ],
    outcomes=[
        {
            "id": "pain",
            "label": "Pain",
            "role": "primary",
            "kind": "continuous",
            "unit": "points",
            "measured": MEASURED,
        },
        {
            "id": "cured",
            "label": "Cured",
            "role": "secondary",
            "kind": "binary",
            "measured": MEASURED[1:],
        },
        {
            "id": "grade",
            "label": "Grade",
            "role": "secondary",
            "kind": "ordered",
            "levels": ["worse", "same", "better"],
            "measured": MEASURED[1:],
        },
        {
            "id": "falls",
            "label": "Falls",
            "role": "secondary",
            "kind": "count",
            "measured": MEASURED[1:],
        },
        DEATH,
    ],
    timepoints={"week_4": "Week 4", "baseline": "baseline", "follow_up": "follow up"},
    populations=[{"id": "women", "label": "Women", "where": {"sex": ["F"]}, "uptake": None}],
    main=None,
    competing={"end.moved_on": "Day of moving"},
)


def columns_of(dataset: str, frame: pd.DataFrame) -> dict:
    """Return what is declared of a dataset's columns."""

    def about(column: str, where: dict) -> dict:
        source = f"validated:form.{column}"
        return {"kind": "computed", "rule": "as recorded", "where": where, "sources": [source]}

    rows = [
        {"outcome": spec["id"], "timepoint": part["timepoint"]}
        for spec in TRIAL.outcomes
        for part in spec["measured"]
    ]
    return {
        "dataset": dataset,
        "columns": [
            {
                "column": name,
                "title": name.replace("_", " "),
                "unit": "years" if name == "age_years" else "",
                "derivations": [
                    about(name, where) for where in (rows if name == "value" else [{}])
                ],
            }
            for name in frame
        ],
    }


DECLARED = [
    Declared(name, columns_of(name, frame))
    for name, frame in (("participants", PEOPLE), ("outcomes", OUTCOMES))
]
ADSL, ADEFF, ADTTE = adam_datasets(PEOPLE, OUTCOMES, TRIAL, DECLARED)


def row(dataset, **of) -> dict:
    """Return the one record of a dataset that has some values."""
    frame = dataset.frame
    for name, value in of.items():
        frame = frame[frame[name] == value]
    assert len(frame) == 1
    return {name: None if pd.isna(v) else v for name, v in frame.iloc[0].items()}


def test_adsl_has_one_record_a_participant_with_a_number():
    subjects = ("P1", "P2", "P3", "P4", "é6")
    assert ADSL.frame["USUBJID"].tolist() == [f"T-1 é-{each}" for each in subjects]
    first = row(ADSL, SUBJID="P1")
    assert (first["ARM"], first["ARMCD"], first["TRT01PN"]) == ("Néw", "NEW", 2)
    assert first["RANDDT"] == pd.Timestamp("1959-12-31")
    assert (first["SMOKERFL"], row(ADSL, SUBJID="P2")["SMOKERFL"]) == ("Y", "N")
    assert "S1" not in {*first.values()}


def test_flags_say_who_is_of_which_population():
    flags = {each: row(ADSL, SUBJID=each) for each in ADSL.frame["SUBJID"]}
    assert {s: f["RANDFL"] for s, f in flags.items()} == {
        **{"P1": "Y", "P2": "Y", "P3": "Y", "P4": "Y"},
        "é6": "N",
    }
    assert {s: f["ITTFL"] for s, f in flags.items()} == {
        **{"P1": "Y", "P2": "Y", "P3": "N", "P4": "Y"},
        "é6": "N",
    }
    assert {s: f["WOMENFL"] for s, f in flags.items()} == {
        **{"P1": "Y", "P2": "N", "P3": "N", "P4": "Y"},
        "é6": "N",
    }


def test_the_actual_treatment_is_said_where_receipt_is_known():
    actual = ADSL.frame.set_index("SUBJID")["TRT01A"]
    assert actual["P1"] == "Néw"
    assert actual["P2"] == "Old"
    assert pd.isna(actual["P3"])
    assert actual["P4"] == "Néw"
    assert pd.isna(actual["é6"])
    without = adam_datasets(PEOPLE.drop(columns="received"), OUTCOMES, TRIAL, DECLARED)[0]
    assert "TRT01A" not in without.frame


def test_of_three_arms_nobody_knows_which_one_was_received_instead():
    three = replace(TRIAL, arms=[*TRIAL.arms, {"id": "newer"}])
    actual = adam_datasets(PEOPLE, OUTCOMES, three, DECLARED)[0].frame.set_index("SUBJID")["TRT01A"]
    assert actual["P1"] == "Néw"
    assert pd.isna(actual["P4"])


def test_values_have_their_baseline_and_change():
    later = row(ADEFF, SUBJID="P1", PARAMCD="PAIN", AVISITN=1)
    assert (later["AVAL"], later["BASE"], later["CHG"]) == (4, 5.5, -1.5)
    assert (later["ANL01FL"], later["ABLFL"], later["AVISIT"]) == ("Y", None, "Week 4")
    before = row(ADEFF, SUBJID="P1", PARAMCD="PAIN", AVISITN=0)
    assert (before["BASE"], before["CHG"]) == (5.5, None)
    assert (before["ABLFL"], before["ANL01FL"]) == ("Y", None)
    assert row(ADEFF, SUBJID="P3")["ANL01FL"] is None
    assert row(ADEFF, SUBJID="P3")["BASE"] is None
    assert row(ADEFF, SUBJID="P1", PARAMCD="CURED")["AVALC"] == "Y"
    assert row(ADEFF, SUBJID="P1", PARAMCD="CURED")["CHG"] is None
    assert row(ADEFF, SUBJID="P4", PARAMCD="GRADE")["AVALC"] == "better"
    assert row(ADEFF, SUBJID="é6")["EXPTIME"] == 0.5


def test_only_observed_values_are_records():
    assert ADEFF.frame["AVAL"].notna().all()
    assert len(ADEFF.frame) == 9
    assert row(ADEFF, SUBJID="P2", PARAMCD="PAIN")["AVISITN"] == 0


def test_times_say_what_ended_them():
    competing, censored = row(ADTTE, SUBJID="P1"), row(ADTTE, SUBJID="P2")
    assert (competing["CNSR"], competing["EVNTDESC"]) == (2, "Competing event: Day of moving")
    assert (censored["CNSR"], censored["EVNTDESC"]) == (1, "Censored")
    assert competing["STARTDT"] == pd.Timestamp("1959-12-31")
    assert competing["ADT"] == pd.Timestamp("1960-01-30")
    assert competing["PARAM"] == "Death (days)"
    event = OUTCOMES.assign(event=OUTCOMES["event"].replace(2, 1))
    happened = row(adam_datasets(PEOPLE, event, TRIAL, DECLARED)[2], SUBJID="P1")
    assert (happened["CNSR"], happened["EVNTDESC"]) == (0, "Death")


def test_the_first_day_of_a_time_is_left_out_where_no_dataset_has_it():
    elsewhere = replace(TRIAL, outcomes=[*TRIAL.outcomes[:-1], DEATH | {"from": "birth.born"}])
    found = adam_datasets(PEOPLE, OUTCOMES, elsewhere, DECLARED)[2].frame
    assert not {"STARTDT", "ADT"} & {*found}
    born = DEATH | {"from": "baseline.born_on"}
    of_a_form = replace(TRIAL, outcomes=[*TRIAL.outcomes[:-1], born])
    found = adam_datasets(PEOPLE, OUTCOMES, of_a_form, DECLARED)[2].frame
    assert found["STARTDT"].tolist()[0] == pd.Timestamp("1990-01-01")


@pytest.mark.parametrize("dataset", [ADSL, ADEFF, ADTTE], ids=lambda each: each.name)
def test_names_labels_and_keys_fit(dataset):
    names = [each.name for each in dataset.variables]
    assert len({*names}) == len(names)
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]{0,7}", name) for name in names)
    assert all(0 < len(each.label.encode()) <= LABEL for each in dataset.variables)
    assert not dataset.frame.duplicated([*dataset.keys]).any()
    assert dataset.frame[[*dataset.keys]].notna().all(axis=None)


def test_short_names_are_unique_and_stay():
    ids = ["score_at_week_4", "score_at_week_12", "score_at_week_13", "age", "a", "score_at_week_1"]
    names = short_names(ids, ["AGE"], "FL")
    assert all(len(name) <= NAME and name.endswith("FL") for name in names.values())
    assert len({*names.values()}) == len(ids)
    assert short_names(ids[:3], ["AGE"], "FL") == {each: names[each] for each in ids[:3]}
    many = short_names([f"measurement_number_{n}" for n in range(300)])
    assert len({*many.values()}) == 300
    assert max(map(len, many.values())) <= NAME
    assert short_names(["adsl", "x"], ["X"]) == {"adsl": "ADSL", "x": "X2"}


def test_texts_are_cut_between_signs():
    assert cut("é" * 30, 41) == "é" * 20
    assert label_of("Time to death", "days") == "Time to death (days)"
    assert label_of("x" * 38, "days") == "x" * 38
    assert label_of("Days to death", "days") == "Days to death"


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Return the job that wrote the datasets."""
    folder = tmp_path_factory.mktemp("adam")
    for name, frame in (("participants", PEOPLE), ("outcomes", OUTCOMES)):
        write_table(frame, folder / f"{name}.parquet")
        (folder / f"{name}.json").write_text(json.dumps(columns_of(name, frame)), "utf-8")
    done = job(
        folder,
        {
            "participants": folder / "participants.parquet",
            "outcomes": [folder / "outcomes.parquet"],
            "columns": [folder / "participants.json", folder / "outcomes.json"],
            "readings": [],
        },
        {
            "xpt": [f"out/{name}.xpt" for name in ("adsl", "adeff", "adtte")],
            "json": [f"out/{name}.json" for name in ("adsl", "adeff", "adtte")],
            "define": "out/define.json",
            "define_xml": "out/define.xml",
        },
        {"trial": {name: getattr(TRIAL, name) for name in Trial.__dataclass_fields__}},
    )
    done.counts = main(done)
    return done


def test_rows_are_accounted_for(written):
    people, values = written.counts["participants"], written.counts["outcomes"]
    assert (people.read, people.used) == (6, 5)
    assert (values.read, values.used) == (12, 11)
    assert people.set_aside == {"no participant number": 1}
    assert values.set_aside == {"no value": 1}


@pytest.mark.parametrize("at", range(3), ids=["adsl", "adeff", "adtte"])
def test_a_transport_file_keeps_labels_days_numbers_and_texts(written, at):
    dataset = (ADSL, ADEFF, ADTTE)[at]
    found, about = pyreadstat.read_xport(written.output.xpt[at])
    assert (about.table_name, about.file_label) == (dataset.name, dataset.label)
    assert about.column_names_to_labels == {each.name: each.label for each in dataset.variables}
    for each in dataset.variables:
        mine, was = found[each.name], each.values
        if each.kind == IS_TEXT:
            assert mine.tolist() == [cut(t, TEXT).rstrip(" ") for t in was.fillna("")]
        elif each.kind == DATE:
            days = [None if pd.isna(day) else day.date() for day in was]
            assert [None if pd.isna(day) else day for day in mine] == days
        else:
            assert mine.isna().tolist() == was.isna().tolist()
            assert mine.dropna().tolist() == was.dropna().astype("float64").tolist()


@pytest.mark.parametrize("at", range(3), ids=["adsl", "adeff", "adtte"])
def test_dataset_json_is_of_its_model_and_gives_all_back(written, at):
    dataset = (ADSL, ADEFF, ADTTE)[at]
    found = json.loads(Path(written.output.json[at]).read_text("utf-8"))
    assert not problems("dataset_json_1_1", found)
    assert found["records"] == len(found["rows"]) == len(dataset.frame)
    assert [each["name"] for each in found["columns"]] == [*dataset.frame]
    for place, each in enumerate(dataset.variables):
        values = [record[place] for record in found["rows"]]
        if each.kind == DATE:
            was = [None if pd.isna(day) else day.date().isoformat() for day in each.values]
        else:
            was = [None if pd.isna(value) else value for value in each.values]
        assert values == was
        plain = {"string": str, "integer": int, "float": float, "date": str}
        kind = plain[found["columns"][place]["dataType"]]
        assert all(type(value) is kind for value in values if value is not None)


def test_what_is_no_dataset_json_is_refused(written):
    found = json.loads(Path(written.output.json[0]).read_text("utf-8"))
    assert problems("dataset_json_1_1", found | {"datasetJSONCreationDateTime": "today"})
    assert problems("dataset_json_1_1", found | {"unknown": 1})
    assert problems("dataset_json_1_1", found | {"rows": [[{}]]})


def test_a_file_has_the_last_day_of_the_data_and_no_time(written, tmp_path):
    assert last_day([ADSL, ADEFF, ADTTE]) == datetime.date(2025, 3, 1)
    content = Path(written.output.xpt[0]).read_bytes()
    assert content.count(b"01MAR25:00:00:00") == 4
    assert not re.findall(rb"\d{2}[A-Z]{3}\d{2}:(?!00:00:00)", content[:800])
    again = tmp_path / "again.xpt"
    write_xpt(ADSL, again, last_day([ADSL, ADEFF, ADTTE]))
    assert again.read_bytes() == content
    without = replace(ADSL, variables=[v for v in ADSL.variables if v.kind != DATE])
    assert last_day([without]) == datetime.date(1960, 1, 1)


def test_a_file_of_another_form_is_left_alone(tmp_path):
    path = tmp_path / "x.xpt"
    path.write_bytes(b" " * 1000)
    with pytest.raises(ValueError, match="no time stands"):
        fix_times(path, datetime.date(2024, 1, 1))
    assert path.read_bytes() == b" " * 1000


def test_the_definitions_say_what_each_variable_is(written):
    about = json.loads(Path(written.output.define).read_text("utf-8"))
    assert "not claimed to conform" in about["standard"]
    assert about["synthetic"] is True
    assert about["synthetic_note"] == "drawn"
    assert [each["name"] for each in about["datasets"]] == ["ADSL", "ADEFF", "ADTTE"]
    variables = {each["name"]: each for each in about["datasets"][0]["variables"]}
    assert variables["SEX"]["codelist"] == {"f": "female", "m": "male"}
    assert variables["AGEYEARS"]["sources"] == [
        "dataset:participants.age_years",
        "validated:form.age_years",
    ]
    assert variables["REMARK"]["cut_in_xpt"] == 1
    assert variables["RANDDT"]["format"] == "DATE9."
    for dataset in about["datasets"]:
        for each in dataset["variables"]:
            assert each["label"]
            assert each["method"]
            assert each["sources"] or each["name"] == "STUDYID"
    values = about["datasets"][1]["parameters"]
    assert {each["PARAMCD"] for each in values} == {*ADEFF.frame["PARAMCD"]}
    assert all(each["sources"] for each in values)


def test_define_xml_refers_to_what_it_has_and_to_all_variables(written):
    root = etree.parse(written.output.define_xml).getroot()
    spaces = {"o": ODM, "d": DEF}
    for reference, target in {
        "//o:ItemRef/@ItemOID": "//o:ItemDef/@OID",
        "//o:ItemRef/@MethodOID": "//o:MethodDef/@OID",
        "//o:CodeListRef/@CodeListOID": "//o:CodeList/@OID",
        "//o:ItemGroupDef/@d:ArchiveLocationID": "//d:leaf/@ID",
    }.items():
        wanted, found = (root.xpath(each, namespaces=spaces) for each in (reference, target))
        assert wanted
        assert len({*found}) == len(found)
        assert {*wanted} == {*found}
    items = root.xpath("//o:ItemDef", namespaces=spaces)
    own = [v for dataset in (ADSL, ADEFF, ADTTE) for v in dataset.variables]
    assert [each.get("Name") for each in items] == [each.name for each in own]
    labels = root.xpath("//o:ItemDef/o:Description/o:TranslatedText/text()", namespaces=spaces)
    assert labels == [each.label for each in own]
    for at, group in enumerate(root.xpath("//o:ItemGroupDef", namespaces=spaces)):
        whole = json.loads(Path(written.output.json[at]).read_text("utf-8"))
        assert group.get("OID") == whole["itemGroupOID"]
        references = group.xpath("o:ItemRef", namespaces=spaces)
        assert [r.get("ItemOID") for r in references] == [c["itemOID"] for c in whole["columns"]]
        keys = [int(r.get("KeySequence", 0)) for r in references]
        assert keys == [column.get("keySequence", 0) for column in whole["columns"]]
    said = root.xpath("//o:MetaDataVersion/@Description", namespaces=spaces)
    assert "not claimed to conform" in said[0]
    assert "drawn" in root.xpath("//o:StudyDescription/text()", namespaces=spaces)[0]


def test_no_text_of_people_breaks_a_file(tmp_path):
    hostile = '<i onclick="x">{{ a }}\x07\x1b[31m\x0b =cmd| é ]]>' * 8
    trial = replace(
        TRIAL,
        study={"title": hostile, "short_name": f"A/B {hostile}", "synthetic": True}
        | {"synthetic_note": hostile},
        arms=[each | {"label": each["label"] + hostile} for each in TRIAL.arms],
        outcomes=[each | {"label": each["label"] + hostile} for each in TRIAL.outcomes],
        timepoints={name: label + hostile for name, label in TRIAL.timepoints.items()},
        populations=[TRIAL.populations[0] | {"label": hostile}],
    )
    datasets = adam_datasets(PEOPLE.assign(sex=hostile), OUTCOMES, trial, DECLARED)
    day, path = last_day(datasets), tmp_path / "x.xpt"
    for dataset in datasets:
        write_xpt(dataset, path, day)
        found, about = pyreadstat.read_xport(path)
        assert found.shape == dataset.frame.shape
        assert about.column_labels == [each.label for each in dataset.variables]
        text = dataset_json(dataset, trial.study["short_name"], day, "1")
        assert not problems("dataset_json_1_1", json.loads(text))
    content = define_xml(definitions(datasets, trial, day), "1")
    assert etree.fromstring(content).tag == f"{{{ODM}}}ODM"


def test_a_study_without_outcomes_has_adsl_alone():
    alone = replace(TRIAL, outcomes=[], populations=[])
    found = adam_datasets(PEOPLE, None, alone, DECLARED[:1])
    assert [each.name for each in found] == ["ADSL"]


@pytest.mark.parametrize(
    ("people", "outcomes"),
    [
        (PEOPLE, OUTCOMES.head(0)),
        (PEOPLE.head(0), OUTCOMES.head(0)),
        (PEOPLE.assign(participant_id=pd.NA).astype({"participant_id": "string"}), OUTCOMES),
        (pd.concat([PEOPLE, PEOPLE[4:5]], ignore_index=True), OUTCOMES),
        (PEOPLE.assign(remark=pd.NA).astype({"remark": "string"}), OUTCOMES),
    ],
    ids=["no values", "nobody", "no numbers", "two without a number", "a text of nobody"],
)
def test_what_is_not_there_is_no_record(people, outcomes, tmp_path):
    path = tmp_path / "x.xpt"
    for dataset in adam_datasets(people, outcomes, TRIAL, DECLARED):
        day = last_day([dataset])
        write_xpt(dataset, path, day)
        found, _ = pyreadstat.read_xport(path)
        assert found.shape == dataset.frame.shape
        assert not problems("dataset_json_1_1", json.loads(dataset_json(dataset, "s", day, "1")))
        known = [*people["participant_id"].dropna()]
        assert {*dataset.frame["SUBJID"]} <= {*known}
        if dataset.name == "ADSL":
            assert dataset.frame["SUBJID"].tolist() == known


IN_R = """
read <- function(path) haven::read_xpt(path)
found <- lapply(commandArgs(TRUE), read)
values <- lapply(found, function(x) lapply(x, function(y) {
  y <- if (inherits(y, "Date")) format(y) else as.vector(y)
  if (is.character(y)) ifelse(is.na(y), "", y) else y
}))
labels <- lapply(found, function(x) lapply(x, function(y) attr(y, "label")))
writeLines(jsonlite::toJSON(list(values = values, labels = labels), digits = NA, na = "null"))
"""


def test_r_reads_the_transport_files(written, tmp_path):
    if not shutil.which("Rscript"):
        pytest.skip("R is not installed")
    for package in ("haven", "jsonlite"):
        code = f'quit(status = !requireNamespace("{package}", quietly = TRUE))'
        if subprocess.run(["Rscript", "-e", code], capture_output=True, check=False).returncode:
            pytest.skip(f"the R package {package} is not installed")
    script = tmp_path / "read.R"
    script.write_text(IN_R, encoding="utf-8")
    done = subprocess.run(
        ["Rscript", str(script), *written.output.xpt], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    for at, dataset in enumerate((ADSL, ADEFF, ADTTE)):
        for each in dataset.variables:
            assert found["labels"][at][each.name] == [each.label]
            values = found["values"][at][each.name]
            if each.kind == IS_TEXT:
                assert values == [cut(t, TEXT).rstrip(" ") for t in each.values.fillna("")]
            elif each.kind == DATE:
                days = ["" if pd.isna(day) else day.date().isoformat() for day in each.values]
                assert [value or "" for value in values] == days
            else:
                assert [value is None for value in values] == each.values.isna().tolist()
                known = [value for value in values if value is not None]
                was = each.values.dropna().astype("float64").tolist()
                assert known == pytest.approx(was, rel=1e-14, abs=0)
