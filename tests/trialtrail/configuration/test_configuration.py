"""The configuration: what it says of a study, and where it is wrong."""

import copy

import pytest
import yaml

from trialtrail import ROOT
from trialtrail.configuration import Study, check_configuration
from trialtrail.configuration.cross_references import FIXED, NO_ROWS, name_problems
from trialtrail.configuration.expand import expand_series
from trialtrail.configuration.plausibility import default_settings
from trialtrail.errors import StudyError
from trialtrail.validation.rules import ACTIONS, PLAUSIBILITY

DEFAULTS = default_settings()

SMALL = """
study:
  title: A trial
  short_name: T
  synthetic: true
  arms:
    - {id: old, label: Old}
    - {id: new, label: New}
exports:
  people: {file: people.csv}
  visits: {file: visits.csv, missing: ["", "-9"], dates: "%d/%m/%Y", ignore: [Remark]}
  texts: {file: texts, format: docx}
tables:
  participants:
    sources:
      - export: people
        columns: {participant_id: Id, arm: Arm}
        codes: {arm: {"1": old, "2": new}}
        ignore: [Clerk]
  transcripts:
    sources:
      - {export: texts, columns: {document: document, text: text}}
forms:
  start:
    label: Start
    timepoint: baseline
    sources:
      - {export: people, columns: {participant_id: Id}}
    variables:
      - {id: age, column: Age, type: integer, label: Age}
      - {id: group, column: Group, type: category, label: Group, codes: {a: first, b: second}}
      - {id: remark, column: Remark, type: text, label: Remark}
  visit:
    label: Visit
    timepoint: year
    sources:
      - {export: visits, columns: {participant_id: Id, completed_on: Day}}
    variables:
      - {series: "q{:02d}", from: 1, to: 3, column: "Q{}", type: integer, label: "Item {}"}
      - {id: well, column: Well, type: boolean, label: Well, codes: {"Y": true, "N": false}}
questionnaire:
  likert: {answers: [Agree, Disagree], affirmed: [Agree]}
  items:
    - {id: time, column: T, type: likert, label: Time}
analysis:
  baseline: [group, age]
  followed_up: {form: visit, label: Followed up}
  outcomes:
    - {id: total, label: Total, role: primary, kind: continuous, form: visit,
       instrument: total, scale: [0, 9],
       variables: [{series: "q{:02d}", from: 1, to: 3}]}
"""


@pytest.fixture
def written(tmp_path):
    """Return a function that writes the small configuration, changed, and gives it and its path."""
    (tmp_path / "texts").mkdir()
    for name in ("people.csv", "visits.csv", "texts/b.docx", "texts/a.docx", "texts/~$a.docx"):
        (tmp_path / name).write_text("", encoding="utf-8")

    def write(change=lambda config: None):
        config = yaml.safe_load(SMALL)
        change(config)
        path = tmp_path / "study.yaml"
        path.write_text(yaml.safe_dump(config, sort_keys=False), encoding="utf-8")
        return config, path

    return write


@pytest.fixture
def study(written, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return Study(*written())


def refused(written, change):
    with pytest.raises(StudyError) as caught:
        check_configuration(*written(change))
    return caught.value.text()


def test_a_series_stands_for_its_members():
    assert expand_series(["a", {"series": "q{:02d}", "from": 9, "to": 10}]) == ["a", "q09", "q10"]
    first, second = expand_series(
        [{"series": "q{}", "from": 1, "to": 2, "column": "Q{}", "label": "L", "minimum": 0}]
    )
    assert (first["id"], first["column"], second["column"]) == ("q1", "Q1", "Q2")
    assert (first["label"], first["minimum"]) == ("L", 0)


def test_tables_stand_in_the_order_of_the_configuration_forms_last(study):
    assert study.tables == ["participants", "transcripts", "start", "visit"]
    assert study.has("participants", "visit")
    assert not study.has("participants", "contacts")


def test_only_forms_of_the_timepoint_baseline_are_baseline(study):
    assert study.follow_up_forms == ["visit"]
    assert [v["id"] for v in study.baseline_variables] == ["age", "group", "remark"]
    assert [v["id"] for v in study.baseline_table] == ["group", "age"]
    assert study.baseline_table[0]["levels"] == ["first", "second"]


def test_a_form_of_no_visit_is_in_neither_the_flow_nor_the_timetable(
    written, tmp_path, monkeypatch
):
    def add(config):
        config["forms"]["loose"] = config["forms"]["visit"] | {
            "label": "Loose columns",
            "timepoint": "not_known",
            "variables": [{"id": "x", "column": "X", "type": "text", "label": "X"}],
        }

    def add_no_visit(config):
        add(config)
        config["forms"]["loose"]["visit"] = False

    monkeypatch.chdir(tmp_path)
    seen, unseen = Study(*written(add)), Study(*written(add_no_visit))
    assert "loose" in seen.follow_up_labels
    assert any("Loose columns" in entry["what"] for entry in seen.printed["timetable"])
    assert "loose" not in unseen.follow_up_labels
    assert not any("Loose" in str(entry) for entry in unseen.printed["timetable"])
    assert unseen.follow_up_forms == seen.follow_up_forms


def test_without_a_plan_the_baseline_table_has_all_but_texts(written, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    study = Study(*written(lambda config: config["analysis"].pop("baseline")))
    assert [v["id"] for v in study.baseline_table] == ["age", "group"]


def test_an_outcome_has_its_measurements_written_out(study):
    (outcome,) = study.outcomes
    assert outcome["measured"] == [
        {
            "form": "visit",
            "timepoint": "year",
            "follow_up": True,
            "variables": ["q01", "q02", "q03"],
        }
    ]


def test_a_likert_item_has_the_common_answers(study):
    assert study.items[0]["answers"] == ["Agree", "Disagree"]


def test_answers_may_stand_in_the_file_as_codes(written, tmp_path, monkeypatch):
    def change(config):
        config["questionnaire"]["likert"]["codes"] = {"A1": "Agree", "A2": "Disagree"}

    monkeypatch.chdir(tmp_path)
    (item,) = Study(*written(change)).variables("questionnaire")
    assert item["codes"] == {"A1": "Agree", "A2": "Disagree"}


def test_an_identifier_of_any_export_is_kept_from_every_table(written):
    def change(config):
        config["exports"]["people"]["identifiers"] = ["Remark", "Id"]

    text = refused(written, change)
    assert "The column Remark of the export people is an identifier, and start.remark" in text
    assert "The column Id" not in text


def test_a_form_of_a_long_file_repeats_by_a_column(written, tmp_path, monkeypatch):
    def change(config):
        config["forms"]["visit"]["repeats"] = "Visit no"
        config["analysis"] = {}

    monkeypatch.chdir(tmp_path)
    (source,) = Study(*written(change)).sources("visit")
    assert source["columns"]["instance"] == "Visit no"
    assert "Visit no" in source["known"]


def test_a_source_has_the_form_of_its_export_and_all_its_columns(study):
    (source,) = study.sources("visit")
    assert (source["missing"], source["dates"]) == (["", "-9"], ["%d/%m/%Y"])
    assert source["columns"]["q03"] == "Q3"
    assert source["codes"] == {"well": {"Y": True, "N": False}}
    assert "Remark" in source["known"]


def test_a_column_that_another_table_uses_is_known(study):
    (people,) = study.sources("participants")
    assert set(people["known"]) == {"Id", "Arm", "Age", "Group", "Remark", "Clerk"}


def test_files_are_those_of_the_exports(study):
    assert study.files_of("participants") == ["people.csv"]
    assert study.files_of("transcripts") == ["texts/a.docx", "texts/b.docx"]
    assert study.owners_of("transcripts") == ["texts", "texts"]


def test_a_file_that_is_not_there_is_told(written, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    config, path = written()
    (tmp_path / "visits.csv").unlink()
    with pytest.raises(StudyError, match=r"visits\.csv"):
        Study(config, path)


def test_a_folder_without_documents_is_told(written, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    config, path = written()
    for name in ("a.docx", "b.docx"):
        (tmp_path / "texts" / name).unlink()
    with pytest.raises(StudyError, match=r"holds no \.docx"):
        Study(config, path)


def test_an_unknown_key_is_told_with_its_line_and_the_likely_one(written):
    text = refused(written, lambda config: config["study"].update({"titel": "x"}))
    assert "`titel`" in text
    assert "write `title`" in text
    assert "study.yaml, line" in text


@pytest.mark.parametrize("key", ["strata", "interim", "equivalence"])
def test_a_key_of_what_cannot_be_done_yet_is_told_as_such(written, key):
    text = refused(written, lambda config: config["analysis"].update({key: ["x"]}))
    assert f"`{key}` in analysis asks for" in text
    assert "cannot be done yet" in text


def test_a_key_that_lacks_is_told(written):
    text = refused(written, lambda config: config["study"].pop("arms"))
    assert "lacks `arms`" in text


def test_all_mistakes_are_told_at_once(written):
    def change(config):
        config["study"]["titel"] = "x"
        config["exports"]["people"]["format"] = "word"

    text = refused(written, change)
    assert "titel" in text
    assert "exports.people.format" in text


def item(config, *path):
    for step in path[:-1]:
        config = config[step]
    return config, path[-1]


SOURCE = ("tables", "participants", "sources", 0)
WELL = ("forms", "visit", "variables", 1)
OUTCOME = ("analysis", "outcomes", 0)


def odd(rule, **settings):
    return {"plausibility": {rule: settings}}


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ((*SOURCE, "export"), "peple", "`peple` is not a name of exports"),
        ((*SOURCE, "codes"), {"arm": {"1": "nwe"}}, "`nwe` is not a name of study.arms"),
        ((*SOURCE, "constants"), {"arm": "nwe"}, "`nwe` is not a name of study.arms"),
        ((*SOURCE, "codes"), {"arm": {True: "old"}}, "YAML reads `true` as true or false"),
        ((*WELL, "codes"), {True: True, False: False}, "YAML reads `true` as true or false"),
        ((*WELL, "codes"), {"Y": "yes"}, "map each code to true or false"),
        ((*WELL, "type"), "integer", "has no codes"),
        ((*OUTCOME, "form"), "vist", "`vist` is not a name of forms"),
        ((*OUTCOME, "variables"), ["q99"], "`q99` is not a name of forms.visit"),
        ((*OUTCOME, "born"), "birth.day", "`birth.day` is not a name of"),
        (("analysis", "baseline"), ["age", "agee"], "`agee` is not a name of a baseline"),
        (("analysis", "intervention_arm"), "nwe", "`nwe` is not a name of study.arms"),
        (("analysis", "followed_up"), {"form": "vist", "label": "x"}, "`vist` is not a name"),
        (("questionnaire", "likert"), None, "has no answers"),
        (("questionnaire", "likert", "codes"), {"1": "Agre"}, "`Agre` is not a name of an answer"),
        (("validation",), {"actions": {"unused": "set_aside"}}, "is of no row of a table"),
        (("validation",), {"actions": {"rnage": "keep"}}, "`rnage` is not a name of a rule"),
        (("validation",), {"actions": {"width": "keep"}}, "`width` is not a name of a rule"),
        (("validation",), {"actions": {"outlier": "set_aside"}}, "no row is set aside"),
        (("validation",), {"severities": {"rnage": "note"}}, "`rnage` is not a name of a rule"),
        (("validation",), {"severities": {"key": "note"}}, "stops the run, so it is an error"),
        (("validation",), {"contacts": {"arms": ["nwe"]}}, "`nwe` is not a name of study.arms"),
        (("validation",), odd("outlier", ignore=["vist.q01"]), "`vist` is not a table"),
        (("validation",), odd("digits", ignore=["start.aeg"]), "`start` has no `aeg`"),
        (("validation",), odd("implausible_date", exported_on="2025-02-30"), "no day of the"),
        (("validation",), odd("pattern", by=["start"]), "says nothing of each participant once"),
        (("validation",), odd("pattern", by=["start.gruop"]), "write `group`"),
    ],
)
def test_a_name_of_nothing_is_told_with_its_place(written, path, value, told):
    def change(config):
        holder, key = item(config, *path)
        holder[key] = value
        if value is None:
            del holder[key]

    text = refused(written, change)
    assert told in text
    assert "study.yaml, line" in text


def test_a_form_cannot_have_the_name_of_a_table(written):
    def change(config):
        config["forms"]["contacts"] = copy.deepcopy(config["forms"]["visit"])

    assert "`contacts` is the name of a table" in refused(written, change)


def test_an_id_stands_once(written):
    def change(config):
        config["analysis"]["outcomes"] *= 2
        config["forms"]["visit"]["variables"].append(
            {"id": "q02", "column": "X", "type": "integer", "label": "X"}
        )

    text = refused(written, change)
    assert "The id `total` stands 2 times" in text
    assert "The id `q02` stands 2 times in forms.visit.variables" in text


def test_an_export_feeds_a_table_once(written):
    def change(config):
        config["tables"]["participants"]["sources"] *= 2

    assert "`people` feeds participants more than once" in refused(written, change)


def test_every_other_rule_can_be_configured(written):
    known = [rule for rule in ACTIONS if rule not in FIXED]
    kept = (*PLAUSIBILITY, *NO_ROWS)
    actions = {rule: "keep" if rule in kept else "set_aside" for rule in known}
    severities = dict.fromkeys(known, "note")
    both = {"actions": actions, "severities": severities}
    check_configuration(*written(lambda config: config.update(validation=both)))


def test_what_is_plausible_is_as_configured_over_the_defaults(written):
    def change(config):
        config["validation"] = {
            "plausibility": {
                "without": ["digits"],
                "outlier": {"threshold": 6, "ignore": ["start.age", "visit"]},
                "pattern": {"by": ["start.group"]},
            },
            "contacts": {"arms": ["old", "new"], "which": "any"},
        }

    asked = Study(*written(change)).validation
    assert set(asked.plausibility) == set(DEFAULTS) - {"digits"}
    assert (asked.plausibility["outlier"]["threshold"], DEFAULTS["outlier"]["threshold"]) == (6, 5)
    assert asked.plausibility["outlier"]["least"] == DEFAULTS["outlier"]["least"]
    assert (asked.offered, asked.any_contact) == (["old", "new"], True)
    assert asked.numbers == {"start": ["age"]}
    assert asked.batteries == {"visit": [["q01", "q02", "q03"]]}


def test_what_stops_the_run_is_an_error(written):
    check = {"id": "ages", "kind": "agree", "left": "start.age", "right": "visit.q01"}

    def change(config):
        checks = [check | {"action": "stop"}, check | {"id": "more", "severity": "note"}]
        config["validation"] = {"actions": {"outlier": "stop"}, "checks": checks}

    asked = Study(*written(change)).validation
    assert asked.actions == {"outlier": "stop", "agreement.ages": "stop"}
    assert asked.severities == {
        "outlier": "error",
        "agreement.ages": "error",
        "agreement.more": "note",
    }
    named = {table: columns for table, columns in asked.check_columns.items() if columns}
    assert named == {"start": ["age"], "visit": ["q01"]}


def test_the_last_arm_is_offered_contacts_unless_another_is_named(written):
    assert Study(*written()).validation.offered == ["new"]
    named = Study(*written(lambda config: config["analysis"].update(intervention_arm="old")))
    assert named.validation.offered == ["old"]
    assert not named.validation.any_contact


def test_the_configuration_that_ships_is_right():
    path = ROOT / "config" / "config.yaml"
    check_configuration(yaml.safe_load(path.read_text(encoding="utf-8")), path)


@pytest.mark.parametrize("rule", ["type", "key", "arm"])
def test_rows_without_key_arm_or_value_cannot_be_kept(rule, tmp_path):
    config = {"study": {"arms": [{"id": "a"}, {"id": "b"}]}, "exports": {}, "tables": {}}
    config["validation"] = {"actions": {rule: "keep"}}
    told = [what for what, _path, _do in name_problems(config)]
    assert told == [f"A row that breaks the rule {rule} cannot be kept"]


def test_one_outcome_is_measured_once_at_a_timepoint():
    form = {"timepoint": "later", "sources": [], "variables": [{"id": "x", "type": "number"}]}
    measured = [{"form": name, "variables": ["x"]} for name in ("one", "two")]
    config = {"study": {"arms": [{"id": "a"}, {"id": "b"}]}, "exports": {}, "tables": {}}
    config["forms"] = {"one": form, "two": form}
    config["analysis"] = {"outcomes": [{"id": "y", "kind": "continuous", "measured": measured}]}
    told = [what for what, _path, _do in name_problems(config)]
    assert told == ["`y` is measured 2 times at later"]
