"""Forms taken from a REDCap dictionary, as the configuration has them written out."""

import pytest
import yaml

from trialtrail import ROOT
from trialtrail.configuration import Study
from trialtrail.errors import StudyError
from trialtrail.exports.redcap.dictionary import Field
from trialtrail.exports.redcap.forms import values_of, variables_of

PROJECT = ROOT / "tests" / "studies" / "redcap"
ENROLMENT = ["enrolment_arm_1", "enrolment_arm_2"]


@pytest.fixture
def study(tmp_path, monkeypatch):
    """Return a function that reads the study of the synthetic project, changed."""
    monkeypatch.chdir(tmp_path)
    text = (PROJECT / "study.yaml").read_text(encoding="utf-8")

    def read(change=lambda config: None, **files):
        for path in (PROJECT / "data").iterdir():
            target = tmp_path / "data" / path.name
            target.parent.mkdir(exist_ok=True)
            target.write_text(files.get(path.stem) or path.read_text("utf-8"), encoding="utf-8")
        config = yaml.safe_load(text)
        change(config)
        file = tmp_path / "study.yaml"
        file.write_text(yaml.safe_dump(config, sort_keys=False), encoding="utf-8")
        return Study(config, file)

    return read


def refused(study, change, **files):
    with pytest.raises(StudyError) as caught:
        study(change, **files)
    return caught.value.text()


def variable(study, form, name):
    return next(item for item in study.variables(form) if item["id"] == name)


def test_a_form_has_its_source_and_the_rows_that_are_its_own(study):
    (source,) = study().sources("six_months")
    assert source["columns"]["participant_id"] == "record_id"
    assert source["columns"]["completed_on"] == "visit_on"
    assert source["where"] == {
        "redcap_event_name": ["month_6_arm_1", "month_6_arm_2"],
        "redcap_repeat_instrument": [""],
    }


def test_a_form_that_repeats_takes_the_rows_of_its_instrument_and_has_instances(study):
    read = study()
    (source,) = read.sources("falls")
    assert source["where"] == {
        "redcap_event_name": ENROLMENT,
        "redcap_repeat_instrument": ["falls"],
    }
    first = read.variables("falls")[0]
    assert (first["id"], first["column"], first["type"]) == (
        "instance",
        "redcap_repeat_instance",
        "integer",
    )
    assert "instance" not in read.form_contents["falls"]["columns"]
    assert not any(item["form"] == "falls" for item in read.baseline_variables)


def test_without_columns_of_repeats_nothing_is_asked_of_them(study):
    header, _, rest = (PROJECT / "data" / "records.csv").read_text("utf-8").partition("\n")
    records = header.replace("redcap_repeat_instrument", "other") + "\n" + rest
    (source,) = study(records=records).sources("six_months")
    assert list(source["where"]) == ["redcap_event_name"]


def test_variables_are_those_of_the_fields_that_hold_data(study):
    names = [item["id"] for item in study().variables("history")]
    assert names == [
        *("age_years", "sex", "smokes", "cigarettes", "ill_1", "ill_2", "ill__1", "insulin"),
        *("height_cm", "weight_kg", "bmi", "since"),
    ]


def test_a_variable_of_the_form_takes_the_place_of_the_dictionary_s(study):
    age = variable(study(), "history", "age_years")
    assert (age["unit"], age["column"]) == ("years", "age")


def test_identifiers_are_no_variables_and_known_to_every_source(study):
    read = study()
    assert "badge" not in [item["column"] for item in read.variables("six_months")]
    (source,) = read.sources("falls")
    assert source["identifiers"] == ["badge", "born", "email", "full_name"]
    assert {"full_name", "letter", "call_complete", "walk_s"} <= set(source["known"])


def test_only_the_first_table_tells_the_rows_that_nobody_takes(study):
    read = study()
    assert len(read.sources("participants")[0]["taken"]) == 5
    assert read.sources("falls")[0]["taken"] == []


def test_a_table_that_takes_all_rows_leaves_none(study):
    def all_rows(config):
        config["tables"]["participants"]["sources"][0].pop("where")

    assert study(all_rows).sources("participants")[0]["taken"] == []


def field(kind, **more):
    return Field(**({"name": "f", "form": "i", "kind": kind, "label": "L", "choices": {}} | more))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (field("text"), "text"),
        (field("text", validation="integer"), "integer"),
        (field("text", validation="number_2dp"), "number"),
        (field("text", validation="date_mdy"), "date"),
        (field("text", validation="datetime_mdy"), "text"),
        (field("notes"), "text"),
        (field("calc"), "number"),
        (field("slider"), "integer"),
        (field("yesno"), "boolean"),
        (field("radio", choices={"1": "A"}), "category"),
    ],
)
def test_the_type_is_that_of_the_field(given, expected):
    assert [item["type"] for item in variables_of(given)] == [expected]


def test_fields_without_data_give_no_variable():
    assert variables_of(field("descriptive")) == variables_of(field("file")) == []


def test_a_choice_becomes_a_value_and_a_label():
    (item,) = variables_of(field("radio", choices={"0": "Not at all", "1": "A lot!"}))
    assert item["codes"] == {"0": "not_at_all", "1": "a_lot"}
    assert item["labels"] == {"not_at_all": "Not at all", "a_lot": "A lot!"}


def test_values_of_like_or_wordless_labels_stay_apart():
    assert values_of({"1": "Yes", "2": "yes!", "3": "-", "4": ""}) == {
        "1": "yes_1",
        "2": "yes_2",
        "3": "3",
        "4": "4",
    }


def test_limits_are_told_and_are_no_limits_of_the_table():
    (item,) = variables_of(field("text", validation="integer", minimum="1", maximum="9"))
    assert item["description"] == "expected from 1 to 9"
    assert not {"minimum", "maximum"} & set(item)


def test_a_field_named_as_a_column_of_every_form_is_renamed():
    assert variables_of(field("text", name="instance"))[0]["id"] == "i_instance"


def redcap(form, **changes):
    def change(config):
        config["forms"][form]["redcap"].update(changes)

    return change


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (redcap("falls", export="projekt"), "`projekt` is not a name of exports"),
        (redcap("falls", instrument="fall"), "`fall` is not a name of an instrument"),
        (redcap("falls", events=["month_6"]), "`month_6` is not a name of an event"),
        (redcap("falls", completed_on="fell"), "`fell` is not a name of a field"),
        (redcap("falls", fields=["nothing"]), "falls has no variable"),
        (
            lambda config: config["forms"]["falls"]["redcap"].pop("events"),
            "does not say from which it is taken",
        ),
        (
            lambda config: config["forms"]["falls"].update(sources=[]),
            "forms.falls.sources",
        ),
        (
            lambda config: config["forms"]["falls"].pop("redcap"),
            "forms.falls lacks `variables`",
        ),
    ],
)
def test_what_the_dictionary_does_not_have_is_told_with_its_line(study, change, told):
    text = refused(study, change)
    assert told in text
    assert "study.yaml, line" in text


def test_a_list_of_events_that_is_none_is_told(study):
    assert "no column unique_event_name" in refused(study, lambda c: None, events="a,b\n1,2\n")


def test_a_dictionary_that_is_not_there_is_told(study):
    def change(config):
        config["exports"]["project"]["dictionary"] = "data/none.csv"

    assert "The dictionary of the export project is missing" in refused(study, change)


def test_no_table_has_an_identifier_but_as_a_key(study):
    def screened(config):
        columns = config["tables"]["participants"]["sources"][0]["columns"]
        columns["screening_id"] = "email"

    def dated(config):
        config["tables"]["participants"]["sources"][0]["columns"]["randomised_on"] = "born"

    def listed(config):
        config["forms"]["falls"]["variables"] = [
            {"id": "name", "column": "full_name", "type": "text", "label": "Name"}
        ]

    assert study(screened)
    text = refused(study, dated)
    assert "The column born of the export project is an identifier" in text
    assert "The column full_name of the export project" in refused(study, listed)


def test_the_day_of_a_form_is_no_identifier(study):
    assert "The column born" in refused(study, redcap("history", completed_on="born"))


@pytest.mark.parametrize("key", ["measured", "sex"])
def test_an_outcome_is_not_measured_with_a_form_that_repeats(study, key):
    def change(config):
        (outcome,) = config["analysis"]["outcomes"]
        if key == "sex":
            outcome["sex"] = "falls.hurt"
        else:
            outcome["measured"][1] = {"form": "falls", "variables": ["hurt"]}

    assert "`walk` is measured with falls, a form that repeats" in refused(study, change)


def test_a_form_that_repeats_has_no_baseline_variable(study):
    def change(config):
        config["forms"]["falls"]["timepoint"] = "baseline"
        config["analysis"]["baseline"].append("hurt")

    assert "`hurt` is not a name of a baseline variable" in refused(study, change)


def test_the_configuration_that_was_given_stays_as_it_was(study):
    seen = {}
    study(lambda config: seen.update(config=config))
    assert "redcap" in seen["config"]["forms"]["falls"]
    assert seen["config"]["exports"]["project"]["identifiers"] == ["badge"]
