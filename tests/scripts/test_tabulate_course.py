"""The course of the study: first and last days, and the topics of the training."""

import pandas as pd
from small_tables import topic

from scripts.tabulate_course import tabulate_course

PARTICIPANTS = pd.DataFrame(
    {
        "participant_id": ["1", "2", "3"],
        "randomised_on": pd.to_datetime(["2020-03-02", None, "2020-01-05"]),
    }
)
VISIT = pd.DataFrame({"completed_on": pd.to_datetime(["2021-01-01", "2021-06-30"])})
TRAINING = pd.DataFrame(
    {
        "provider_id": ["a", "a", "b", "b", "b"],
        "session_on": pd.to_datetime(
            ["2019-10-01", "2019-11-01", "2019-10-02", "2019-10-03", "2019-12-01"]
        ),
        "kind": ["initial", "continuing", "initial", "initial", "continuing"],
        "topic": ["Safety", "Feeding, etc.", "Safety", "Safety", "Feeding, etc."],
    }
)


def course(forms=None, **tables):
    return topic(tabulate_course(tables, forms or {}), "course")


def test_each_table_has_its_first_and_last_day_and_the_last_of_all_ends_the_data():
    found = course({"visit": "Visit at one year"}, participants=PARTICIPANTS, visit=VISIT)
    assert found.loc["participants", ["label", "n", "note"]].to_list() == [
        "Randomised", 2, "2020-01-05 to 2020-03-02",
    ]  # fmt: skip
    assert found.loc["visit", "label"] == "Visit at one year"
    assert found.loc["last_day", "note"] == "2021-06-30"


def test_a_table_without_days_has_no_row():
    no_day = PARTICIPANTS.assign(randomised_on=pd.NaT)
    assert tabulate_course({"participants": no_day, "visit": VISIT}, {}).empty
    assert tabulate_course({"participants": PARTICIPANTS[["participant_id"]]}, {}).empty


def test_providers_are_counted_once_for_each_topic_of_their_training():
    found = course(training=TRAINING, providers=pd.DataFrame({"provider_id": list("abc")}))
    taught = found[found["item"] == "taught"]
    assert taught[["level", "group", "n", "denominator"]].to_numpy().tolist() == [
        ["Safety", "initial", 2, 3],
        ["Feeding, etc.", "continuing", 2, 3],
    ]
    assert list(taught.index) == ["taught.initial.safety", "taught.continuing.feeding_etc"]


def test_a_training_log_without_kinds_or_register_gives_counts_alone():
    found = course(training=TRAINING.drop(columns="kind"))
    assert found.loc["taught.safety", "n"] == 2
    assert pd.isna(found.loc["taught.safety", "denominator"])
