"""What `new` says of columns is what their file proves: times, row numbers, arms said twice."""

from __future__ import annotations

import json

import pytest
import yaml
from openpyxl import Workbook

from tests.trialtrail.new_study.test_new_written import made, options, table, variables
from tests.trialtrail.new_study.test_redcap_api import redcap as redcap
from trialtrail import ROOT
from trialtrail.errors import StudyError
from trialtrail.new_study.columns.doubts import Doubt, in_groups
from trialtrail.new_study.columns.words import numbers_rows
from trialtrail.new_study.command import write_study
from trialtrail.new_study.measures.known_times import in_order, is_of_baseline, time_of
from trialtrail.new_study.measures.time_spellings import named_timepoint
from trialtrail.new_study.writing.editor_schema import bundled_schema

PEOPLE = 24
ARM = ("--arm", "arm", "--reference", "A")


def trial(folder, **columns: list[str]):
    """Write a file of 24 participants in two arms with further columns; return its path."""
    header = ["who", "arm", *columns]
    rows = [
        [f"S{n:02d}", "AB"[n % 2], *(of[n % len(of)] for of in columns.values())]
        for n in range(PEOPLE)
    ]
    return table(folder / "trial.csv", header, rows)


def forms_of(config: dict) -> dict[str, str]:
    """Return the timepoint of each column."""
    return {
        v["column"]: form["timepoint"]
        for form in config["forms"].values()
        for v in form["variables"]
    }


NUMBERS = [str(n * n + 3) for n in range(PEOPLE)]


@pytest.mark.parametrize(
    "heading",
    [
        *(
            "age",
            "Age (years)",
            "AGE_AT_ENROLMENT",
            "Geschlecht",
            "sexo",
            "Größe [cm]",
            "weight_kg",
        ),
        *("BMI", "pain_baseline", "bl_crp", "preOp_asa", "score_t0", "education level", "site no"),
        *("stratum", "smoking_status", "randomisation stratum", "pain.before", "âge"),
    ],
)
def test_headings_of_the_baseline(heading):
    assert is_of_baseline(heading)


@pytest.mark.parametrize(
    "heading",
    [
        *("weight_loss", "weight_change", "deaths", "adverse events", "number3m", "radiologic_6m"),
        *(
            "change_from_baseline",
            "age_at_death",
            "birthweight",
            "sexual function",
            "dose",
            "status",
        ),
        *("stage", "height2", "final weight", "calorie intake", "raceway", "relapse", "time"),
    ],
)
def test_headings_that_do_not_say_that_they_are_of_the_baseline(heading):
    assert not is_of_baseline(heading)


def test_times_of_single_headings():
    assert time_of("radiologic_6m")[1].label == "month 6"
    assert time_of("rad_6m")[0] == "rad"
    assert time_of("number3m")[1].label == "month 3"
    for heading in ("walk_400m", "stage_T2", "sf36_v2", "hba1c", "vitamin_d3", "score", "post"):
        assert time_of(heading) is None


def test_times_are_in_order_by_what_they_are_counted_in():
    times = {"12": "x12", "month 6": "y_6m", "baseline": "y_bl", "2": "x2", "week 2": "y_2w"}
    assert in_order(times) == ["baseline", "2", "12", "week 2", "month 6"]


def test_only_what_is_known_to_be_of_the_baseline_is_there(tmp_path):
    columns = dict.fromkeys(("age", "events", "pain_6m", "crp_bl", "score"), NUMBERS)
    config = made(tmp_path, trial(tmp_path, **columns), *ARM, "--primary", "score")
    assert forms_of(config) == {
        "age": "baseline",
        "crp_bl": "baseline",
        "pain_6m": "month_6",
        "score": "follow_up",
        "events": "time_not_known",
    }
    text = (tmp_path / "study.yaml").read_text(encoding="utf-8")
    assert text.count("Move the lines") == 1


def test_what_is_the_same_in_all_rows_is_not_of_the_baseline_by_that_alone(tmp_path):
    rows = [
        [f"S{n:02d}", "AB"[n % 2], str(30 + n), "yn"[n // 3 % 2], visit, str(n + int(visit))]
        for n in range(PEOPLE)
        for visit in ("1", "2")
    ]
    file = table(tmp_path / "t.csv", ["id", "arm", "age", "died", "visit", "score"], rows)
    config = made(tmp_path, file, *ARM, "--primary", "score", "--timepoint", "2")
    found = forms_of(config)
    assert (found["age"], found["died"]) == ("baseline", "time_not_known")


def test_row_numbers_and_the_arm_said_twice_are_not_variables(tmp_path):
    rows = [
        [str(n + 1), f"S{n:02d}", "AB"[n % 2], "05"[n % 2], NUMBERS[n], "pq"[n % 3 % 2]]
        for n in range(PEOPLE)
    ]
    header = ["rownames", "id", "arm", "dose_mg", "score", "word"]
    config = made(tmp_path, table(tmp_path / "t.csv", header, rows), *ARM, "--primary", "score")
    assert config["exports"]["t"]["ignore"] == ["rownames", "dose_mg"]
    assert config["tables"]["participants"]["sources"][0]["columns"]["participant_id"] == "id"
    text = (tmp_path / "study.yaml").read_text(encoding="utf-8")
    assert "says the same as `arm`" in text
    assert set(variables(config)) == {"score", "word"}


def test_rows_are_numbered_one_after_the_other():
    assert numbers_rows(["1", "2", "3"])
    assert numbers_rows(["0", "1", "2"])
    assert not numbers_rows(["1", "3", "2"])
    assert not numbers_rows(["2", "3", "4"])


def test_the_outcome_is_never_taken_for_the_arm(tmp_path):
    config = made(
        tmp_path, trial(tmp_path, cured=["no", "yes"], age=NUMBERS), *ARM, "--primary", "cured"
    )
    assert forms_of(config)["cured"] == "follow_up"


@pytest.mark.parametrize(
    ("given", "label"),
    [
        *(("month 6", "month 6"), ("6m", "month 6"), ("M6", "month 6"), ("12", "month 12")),
        *(("pain.6M", "month 6"), ("Month_12", "month 12"), ("7", None), ("w6", None)),
    ],
)
def test_a_timepoint_in_the_spelling_of_a_heading(given, label):
    columns = {"baseline": "pain.pre", "month 6": "pain.6m", "month 12": "pain.12m"}
    assert named_timepoint(given, columns, "pain") == label


def test_a_number_that_two_timepoints_have_names_none():
    assert named_timepoint("6", {"week 6": "a_6w", "month 6": "a_6m"}, "a") is None


def test_a_column_of_a_repeated_measure_says_its_timepoint(tmp_path):
    columns = dict.fromkeys(("pain.pre", "pain.6m", "pain.12m"), NUMBERS)
    file = trial(tmp_path, **columns)
    config = made(tmp_path, file, *ARM, "--primary", "PAIN.6m")
    outcome = config["analysis"]["outcomes"][0]
    assert (outcome["at"], outcome["label"]) == ("month_6", "Pain")
    words = ("--primary", "pain.6m", "--timepoint", "12m")
    with pytest.raises(StudyError, match="and --timepoint another"):
        write_study(options(file, *ARM, *words, "--out", tmp_path / "b.yaml"))


def test_several_numbers_below_zero_are_values_until_somebody_says_otherwise(tmp_path):
    onset = ["-2", "-4", "-6", *map(str, range(1, 10))]
    column = variables(made(tmp_path, trial(tmp_path, onset=onset), *ARM, "--primary", "none"))
    assert "missing" not in column["onset"]
    assert "Where they mean no value" in (tmp_path / "study.yaml").read_text(encoding="utf-8")


def test_a_word_for_no_is_no_missing_code(tmp_path):
    said = ["True", "False", "False"]
    config = made(tmp_path, trial(tmp_path, cough=said), *ARM, "--primary", "cough")
    assert variables(config)["cough"]["codes"] == {"True": True, "False": False}
    assert "stands several times" not in (tmp_path / "study.yaml").read_text(encoding="utf-8")


def test_what_is_to_be_checked_of_many_columns_is_said_once(tmp_path):
    many = {f"sign {chr(97 + n)}": ["0", "1", "1"] for n in range(20)}
    made(tmp_path, trial(tmp_path, **many), *ARM, "--primary", "none")
    text = (tmp_path / "study.yaml").read_text(encoding="utf-8")
    assert text.count("The file does not say what the two numbers of these mean") == 1
    assert text.count("To check:") < 8


def test_alike_doubts_are_grouped_and_one_stays_where_it_is():
    pair = [("a", Doubt("a is odd", "These are odd", "1 cell")), ("b", Doubt("b", "These are odd"))]
    alone = ("c", Doubt("c is even", "These are even"))
    said, covered = in_groups([*pair, alone])
    assert said == ["These are odd: `a` (1 cell), `b`."]
    assert covered == {*pair}


CROSSED = [[f"{n}", arm, str(n + 7 * (arm == "B"))] for n in range(12) for arm in "AB"]
SPANS = [
    [f"{n}", "AB"[n % 2], str(begin), str(begin + 5 + n), str(step)]
    for n in range(12)
    for step, begin in ((1, 0), (2, 5 + n))
]


@pytest.mark.parametrize(
    ("header", "rows", "words"),
    [
        (["id", "arm", "score"], CROSSED, "in several arms"),
        (["id", "arm", "tstart", "tstop", "visit"], SPANS, "are spans of time"),
    ],
)
def test_a_file_of_another_design_is_refused(tmp_path, header, rows, words):
    file = table(tmp_path / "t.csv", header, rows)
    with pytest.raises(StudyError, match=words):
        write_study(options(file, *ARM, "--id", "id", "--primary", header[2]))
    assert not (tmp_path / "study.yaml").exists()


def test_a_file_without_an_arm_is_refused(tmp_path):
    with pytest.raises(StudyError, match="no trial to compare"):
        write_study(options(trial(tmp_path, age=NUMBERS), "--arm", "none"))


def test_the_schema_beside_a_study_refers_to_nothing_and_takes_it(tmp_path):
    import jsonschema

    write_study(options(trial(tmp_path, age=NUMBERS), *ARM, "--primary", "age"))
    text = (tmp_path / "study.yaml").read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=study.schema.json\n")
    assert str(ROOT) not in text
    schema = json.loads((tmp_path / "study.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    assert all(each.startswith("#") for each in references(schema))
    checker = jsonschema.Draft202012Validator(schema)
    checker.validate(yaml.safe_load(text))
    assert list(checker.iter_errors({"study": {"title": 1, "unknown": 2}}))
    assert bundled_schema() == bundled_schema()


def references(node) -> list[str]:
    """Return all references of a schema."""
    if isinstance(node, list):
        return [each for part in node for each in references(part)]
    if not isinstance(node, dict):
        return []
    own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
    return own + [each for part in node.values() for each in references(part)]


def test_another_schema_beside_a_study_stays(tmp_path):
    (tmp_path / "study.schema.json").write_text("mine", encoding="utf-8")
    told = write_study(options(trial(tmp_path, age=NUMBERS), *ARM, "--primary", "age"))
    assert (tmp_path / "study.schema.json").read_text(encoding="utf-8") == "mine"
    assert "stays" in told
    assert "$schema" not in (tmp_path / "study.yaml").read_text(encoding="utf-8")


def test_a_project_is_fetched_by_its_address(redcap, tmp_path, monkeypatch):
    rows = [f"{n},start_arm_1,Name {n},{1 + n % 2},{60 + n / 4},2" for n in range(1, 21)]
    redcap.answers["record"] = "\n".join(
        ["record_id,redcap_event_name,name,sex,weight,base_complete", *rows, ""]
    )
    monkeypatch.chdir(tmp_path)
    words = ("--arm", "sex", "--reference", "1", "--primary", "none")
    told = write_study(options("--redcap-api", redcap.url, *words))
    config = yaml.safe_load((tmp_path / "study.yaml").read_text(encoding="utf-8"))
    assert config["exports"]["redcap_data"]["file"] == "data/redcap_data.csv"
    assert config["exports"]["redcap_data"]["dictionary"] == "data/redcap_dictionary.csv"
    assert "Name 1" not in told


@pytest.mark.parametrize(
    ("doses", "labels"),
    [
        (["placebo", "10 mg", "20 mg"], ["placebo", "10 mg", "20 mg"]),
        (["placebo", "10", "20"], ["placebo", "Arm 10", "Arm 20"]),
        (
            ["placebo", "0.5", "1", "2.5", "5", "10"],
            ["placebo", "Arm 0.5", "Arm 1", "Arm 2.5", "Arm 5", "Arm 10"],
        ),
        (["0_placebo", "1_low dose", "2_high dose"], ["placebo", "low dose", "high dose"]),
    ],
)
def test_an_arm_named_by_a_word_beside_doses_is_an_arm(tmp_path, doses, labels):
    header = ["who", "dose", "HbA1c 0", "HbA1c 6"]
    rows = [
        [f"S{n:02d}", doses[n % len(doses)], f"{5 + n % 7}.1", f"{5 + n % 5}.3"] for n in range(30)
    ]
    file = table(tmp_path / "trial.csv", header, rows)
    given = ("--arm", "dose", "--reference", doses[0], "--primary", "HbA1c")
    config = made(tmp_path, file, *given)
    assert [arm["label"] for arm in config["study"]["arms"]] == labels
    assert config["missing"] == [""]
    (outcome,) = config["analysis"]["outcomes"]
    assert len(outcome["measured"]) == 2


ROWS_OF_TWO = [[f"S{n:02d}", "AB"[n % 2], n % 11, n % 7] for n in range(24)]
VISITS = ("screening", "1", "2", "3", "unscheduled")


def visits(folder):
    """Write a file with a row a visit, one of which a few have."""
    rows = [
        [f"S{n:02d}", "AB"[n % 2], visit, str((n * 7 + len(visit)) % 11)]
        for n in range(24)
        for visit in VISITS
        if visit != "unscheduled" or n % 6 == 0
    ]
    return table(folder / "trial.csv", ["who", "arm", "visit", "pain"], rows)


def test_words_of_visits_are_no_missing_codes_and_the_timepoint_is_asked(tmp_path):
    file = visits(tmp_path)
    config = made(tmp_path, file, *ARM, "--primary", "pain", "--timepoint", "3")
    assert config["missing"] == [""]
    places = [form["sources"][0]["where"]["visit"] for form in config["forms"].values()]
    assert places == [[visit] for visit in VISITS]
    assert config["analysis"]["outcomes"][0]["at"] == "time_3"
    (tmp_path / "study.yaml").unlink()
    with pytest.raises(StudyError, match="names none"):
        made(tmp_path, file, *ARM, "--primary", "pain", "--timepoint", "9")


def test_a_timepoint_of_what_was_measured_once_is_refused(tmp_path):
    file = trial(tmp_path, pain=[str(n) for n in range(11)])
    with pytest.raises(StudyError, match="has one timepoint"):
        made(tmp_path, file, *ARM, "--primary", "pain", "--timepoint", "6")


def test_a_note_below_the_rows_is_no_participant(tmp_path):
    file = trial(tmp_path, pain=[str(n) for n in range(11)])
    with open(file, "a", encoding="utf-8") as handle:
        handle.write("Pain from 0 to 10 of 24 people,,\n")
    config = made(tmp_path, file, *ARM, "--primary", "pain")
    source = config["tables"]["participants"]["sources"][0]
    assert source["columns"]["participant_id"] == "who"
    assert source["where"] == {"arm": ["A", "B"]}


def test_headings_in_two_rows_are_refused_with_what_to_do(tmp_path):
    book = Workbook()
    for row in (["who", "arm", "pain", ""], ["", "", "before", "after"], *ROWS_OF_TWO):
        book.active.append(row)
    book.save(tmp_path / "trial.xlsx")
    with pytest.raises(StudyError, match="all in one row"):
        made(tmp_path, tmp_path / "trial.xlsx", *ARM, "--primary", "pain")


def test_an_outcome_of_a_file_that_shares_no_ids_is_refused(tmp_path):
    rows = [[f"{n:03d}", "AB"[n % 2], str(30 + n)] for n in range(24)]
    main = table(tmp_path / "trial.csv", ["id", "arm", "age"], rows)
    later = [[f"{n}.0", str(n % 11)] for n in range(24)]
    other = table(tmp_path / "later.csv", ["id", "pain"], later)
    with pytest.raises(StudyError, match="nothing of it can be used"):
        made(tmp_path, main, other, *ARM, "--primary", "pain")
    assert not (tmp_path / "study.yaml").exists()


@pytest.mark.parametrize("event", ["No", "FALSE", "worse"])
def test_an_event_that_would_not_be_counted_is_refused(tmp_path, event):
    file = trial(tmp_path, cured=["Yes", "No", "No"], pain=[str(n) for n in range(11)])
    with pytest.raises(StudyError, match="yes is counted"):
        made(tmp_path, file, *ARM, "--primary", "cured", "--event", event)
    with pytest.raises(StudyError, match="has numbers"):
        made(tmp_path, file, *ARM, "--primary", "pain", "--event", event)
    made(tmp_path, file, *ARM, "--primary", "cured", "--event", "yes")
