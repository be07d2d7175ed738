"""The short form of a configuration: equal to the long one, and its mistakes at their place."""

import copy

import pytest
import yaml
from small_trial import CONFIG, write_study

from trialtrail import ROOT
from trialtrail.configuration import Study, check_configuration
from trialtrail.configuration.shorthand import in_full
from trialtrail.errors import StudyError
from trialtrail.planning.content import plan_of
from trialtrail.trail.comparing.causes import read_configuration

STUDIES = sorted((ROOT / "tests/studies").glob("*/study.yaml"))
ARMS, SEX = {"A": "leaflet", "B": "exercise"}, {"F": "female", "M": "male"}
RATING = {"1": "much worse", "2": "worse", "3": "same", "4": "better"}
SHORT = """
study:
  title: A trial
  short_name: T
  synthetic: true
  arms: [{id: old, label: Old}, {id: new, label: New}]
exports:
  trial: {file: trial.csv}
codes:
  groups: {"1": old, "2": new}
  yes_no: {"1": yes, "0": no}
  agree: {"1": Agree, "2": Disagree}
tables:
  participants:
    columns: {participant_id: Id, arm: Arm}
    codes: {arm: groups}
forms:
  baseline:
    label: Start
    timepoint: baseline
    variables:
      - {id: smokes, column: S, type: boolean, label: Smokes, codes: yes_no}
"""


def of(folder, text=SHORT, **replaced):
    """Write a configuration and return it with its path."""
    path = folder / "study.yaml"
    for file in ("trial.csv", "other.csv", "text.docx"):
        (folder / file).write_text("Id,Arm,S\n", encoding="utf-8")
    for old, new in replaced.values():
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return yaml.safe_load(text), path


def refused(folder, **replaced):
    with pytest.raises(StudyError) as caught:
        check_configuration(*of(folder, **replaced))
    return caught.value.text()


def place(folder, text, start=""):
    """Return the place of a text of the written file, after ``start`` in its line."""
    lines = (folder / "study.yaml").read_text(encoding="utf-8").splitlines()
    (found,) = (i for i, line in enumerate(lines) if text in line and start in line)
    column = lines[found].index(text, lines[found].index(start))
    return f"study.yaml, line {found + 1}, column {column + 1}"


def long_form_of_counts(config):
    """Return the shipped short study as somebody would write it without the short form."""
    long = copy.deepcopy(config)
    del long["codes"]
    people = {"participant_id": "id", "arm": "arm", "randomised_on": "allocated"}
    source = {"export": "trial", "columns": people, "codes": {"arm": ARMS}}
    long["tables"]["participants"] = {"sources": [source]}
    for form in long["forms"].values():
        form["sources"] = [{"export": "trial", "columns": {"participant_id": "id"}}]
    long["forms"]["baseline"]["variables"][1]["codes"] = SEX
    long["forms"]["diary"]["variables"][2]["codes"] = RATING
    return long


@pytest.fixture
def counts():
    file = ROOT / "tests/studies/counts/study.yaml"
    return yaml.safe_load(file.read_text(encoding="utf-8")), file


def test_the_short_form_says_what_the_long_form_says(counts, tmp_path):
    short, file = counts
    assert not any("sources" in form for form in short["forms"].values())
    long = long_form_of_counts(short)
    assert in_full(short) == long
    written = file.with_name("study.yaml")
    one, two = (Study(each, written) for each in (short, long))
    assert one.config == two.config
    for table in one.tables:
        assert one.sources(table) == two.sources(table)
        assert one.variables(table) == two.variables(table)
    assert plan_of(one) == plan_of(two)


def test_two_runs_are_compared_by_what_their_configurations_say(counts, tmp_path):
    short, file = counts
    path = tmp_path / "long.yaml"
    path.write_text(yaml.safe_dump(long_form_of_counts(short)), encoding="utf-8")
    assert read_configuration(file) == read_configuration(path)
    path.write_text("- nothing", encoding="utf-8")
    assert read_configuration(path) == ["nothing"]


@pytest.mark.parametrize("file", STUDIES, ids=lambda file: file.parent.name)
def test_a_study_in_the_long_form_stays_as_it_is(file):
    config = yaml.safe_load(file.read_text(encoding="utf-8"))
    kept = copy.deepcopy(config)
    whole = in_full(config)
    assert config == kept
    assert in_full(whole) == whole
    if file.parent.name != "counts":
        assert whole == config


def test_codes_of_a_name_are_of_each_column_its_own(tmp_path):
    more = "codes: yes_no}\n      - {id: works, column: W, type: boolean, label: W, codes: yes_no}"
    whole, _ = check_configuration(*of(tmp_path, more=("codes: yes_no}", more)))
    one, two = (each["codes"] for each in whole["forms"]["baseline"]["variables"])
    assert one == two == {"1": True, "0": False}
    assert one is not two
    assert "codes" not in whole


def test_names_of_codes_stand_in_sources_series_and_questionnaires_too(tmp_path):
    asked = """questionnaire:
  likert: {answers: [Agree, Disagree], affirmed: [Agree], codes: agree}
  items:
    - {id: time, column: T, type: likert, label: Time}
    - {id: place, column: P, type: choice, label: P, answers: [Agree], affirmed: [Agree],
       codes: {"1": Agree}}
forms:"""
    rows = """      - {series: "q{}", from: 1, to: 2, column: "Q{}", type: boolean, label: "Q {}",
         codes: yes_no}
"""
    config, path = of(tmp_path, SHORT + rows, a=("forms:", asked))
    tables = config["tables"]
    tables["questionnaire"] = {"columns": {"response_id": "Id"}}
    tables["participants"] = {"sources": [{"export": "trial"} | tables["participants"]]}
    whole, _ = check_configuration(config, path)
    assert whole["questionnaire"]["likert"]["codes"] == {"1": "Agree", "2": "Disagree"}
    assert whole["questionnaire"]["items"][1]["codes"] == {"1": "Agree"}
    source = whole["tables"]["participants"]["sources"][0]
    assert source["codes"]["arm"] == {"1": "old", "2": "new"}
    assert whole["tables"]["questionnaire"]["sources"][0]["export"] == "trial"
    assert whole["forms"]["baseline"]["variables"][1]["codes"] == {"1": True, "0": False}


def test_exports_of_texts_are_none_of_the_exports_that_hold_rows(tmp_path):
    exports = """exports:
  talks: {file: text.docx}
  project: {file: coded.qdpx}"""
    tables = """tables:
  transcripts: {export: talks, columns: {document: document, text: text}}"""
    whole, _ = check_configuration(*of(tmp_path, a=("exports:", exports), b=("tables:", tables)))
    assert whole["tables"]["participants"]["sources"][0]["export"] == "trial"
    assert whole["forms"]["baseline"]["sources"] == [
        {"export": "trial", "columns": {"participant_id": "Id"}}
    ]


def test_a_form_takes_the_id_from_the_column_that_participants_takes_of_the_same_export(tmp_path):
    two = "exports:\n  other: {file: other.csv}"
    people = """    sources:
      - {export: trial, columns: {participant_id: Id, arm: Arm}, codes: {arm: groups}}
      - {export: other, columns: {participant_id: Number, arm: Arm}, codes: {arm: groups}}
"""
    short = """    columns: {participant_id: Id, arm: Arm}
    codes: {arm: groups}
"""
    own = ("label: Start", "label: Start\n    export: other\n    columns: {completed_on: Day}")
    config, path = of(tmp_path, a=("exports:", two), b=(short, people), c=own)
    whole, _ = check_configuration(config, path)
    (source,) = whole["forms"]["baseline"]["sources"]
    assert source == {
        "export": "other",
        "columns": {"participant_id": "Number", "completed_on": "Day"},
    }


TWO = ("exports:", "exports:\n  other: {file: other.csv}")


def test_two_exports_and_no_name_of_one_is_a_mistake_at_the_table_and_at_the_form(tmp_path):
    told = refused(tmp_path, a=TWO)
    assert "participants does not say from which export it is taken, and 2 exports hold" in told
    assert place(tmp_path, "participants:") in told
    assert place(tmp_path, "baseline:") in told
    assert "write `export: ` and one of other, trial" in told


def test_a_name_of_codes_that_is_none_is_a_mistake_where_it_stands(tmp_path):
    told = refused(tmp_path, a=("codes: yes_no}", "codes: yes_now}"))
    assert "`yes_now` is not a name of codes" in told
    assert place(tmp_path, "codes: yes_now") in told
    assert "write one of groups, yes_no, agree, or the codes themselves" in told
    told = refused(tmp_path, a=("{arm: groups}", "{arm: group}"))
    assert "`group` is not a name of codes" in told
    assert place(tmp_path, "arm: group}") in told


@pytest.mark.parametrize("key", ["columns: {participant_id: Id}", "export: trial", "ignore: [S]"])
def test_keys_of_a_source_beside_sources_or_a_dictionary_are_a_mistake(key, tmp_path):
    sources = "sources: [{export: trial, columns: {participant_id: Id}}]"
    told = refused(tmp_path, a=("label: Start", f"label: Start\n    {sources}\n    {key}"))
    assert f"`{key.split(':')[0]}` of baseline stands beside `sources`" in told
    assert place(tmp_path, key, f"    {key[:3]}") in told
    redcap = "redcap: {export: trial, instrument: start}"
    told = refused(tmp_path, a=("label: Start", f"label: Start\n    {redcap}\n    {key}"))
    assert f"`{key.split(':')[0]}` of baseline stands beside `redcap`" in told


def test_a_table_without_columns_is_a_mistake(tmp_path):
    told = refused(tmp_path, a=("    columns: {participant_id: Id, arm: Arm}\n", ""))
    assert "write `sources`, or `columns`" in told
    assert place(tmp_path, "participants:") in told


def test_a_form_of_an_export_without_participants_must_name_its_id(tmp_path):
    people = ("columns: {participant_id: Id,", "export: trial\n    columns: {participant_id: Id,")
    told = refused(tmp_path, a=TWO, b=people, c=("label: Start", "label: Start\n    export: other"))
    assert "baseline does not say which column of other is `participant_id`" in told
    assert "`participants` takes none from that export" in told
    assert place(tmp_path, "baseline:") in told


def test_a_mistake_within_the_short_form_is_named_at_its_own_line_and_column(tmp_path):
    told = refused(tmp_path, a=('"2": new}', '"2": newer}'))
    assert "`newer` is not a name of study.arms" in told
    assert place(tmp_path, '"2": newer', "groups") in told
    told = refused(tmp_path, a=("codes: {arm: groups}", "export: trail"))
    assert "`trail` is not a name of exports" in told
    assert place(tmp_path, "export: trail") in told
    told = refused(tmp_path, a=("codes: {arm: groups}", "missing: {armm: [X]}"))
    assert place(tmp_path, "armm") in told
    told = refused(tmp_path, a=("type: boolean", "type: category"))
    assert "The codes of baseline.smokes do not stand for a category" in told
    assert place(tmp_path, "codes: yes_no}") in told


def test_a_bare_word_that_is_no_text_is_no_name_of_codes(tmp_path):
    assert "YAML reads `yes` as true or false" in refused(
        tmp_path, a=("codes: yes_no", "codes: yes")
    )


def test_the_small_trial_says_the_same_in_its_short_form(tmp_path):
    (tmp_path / "short").mkdir()
    (tmp_path / "long").mkdir()

    def shorten(config):
        config["codes"] = {"sexes": config["forms"]["baseline"]["variables"][1]["codes"]}
        config["forms"]["baseline"]["variables"][1]["codes"] = "sexes"
        for table in [*config["tables"].values(), *config["forms"].values()]:
            table |= table.pop("sources")[0]
            del table["export"]
        for form in config["forms"].values():
            del form["columns"]["participant_id"]

    files = write_study(tmp_path / "short", change=shorten), write_study(tmp_path / "long")
    read = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in files]
    assert read[0] != read[1]
    assert read[1]["tables"] == CONFIG["tables"]
    whole = [check_configuration(config, file)[0] for config, file in zip(read, files, strict=True)]
    assert whole[0] == whole[1]
