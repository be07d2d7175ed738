"""A blinded study says the same whichever arm is which, and what it says is that of the trial."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pandas as pd
import pytest
import yaml

from tools.blinding.guess import key_of_seed
from tools.blinding.trials import COACHING, LEAKS, USUAL, design, random_trial
from trialtrail.blind.keys import BYTES, Key
from trialtrail.blind.make import blinded_study
from trialtrail.configuration.blinding import PSEUDONYM
from trialtrail.errors import StudyError

ARMS = [USUAL, COACHING]
EXCHANGED = {USUAL: COACHING, COACHING: USUAL}


@pytest.fixture(scope="module")
def study():
    return design()


def exchanged(finished):
    """Return the results of the trial in which each arm is the other one."""

    def other(frame):
        return frame.assign(arm=frame["arm"].map(EXCHANGED).astype("string"))

    return replace(
        finished, participants=other(finished.participants), outcomes=other(finished.outcomes)
    )


def other_key(key: Key) -> Key:
    """Return a key with the same pseudonyms under which each letter is the other arm."""
    mine = key.letters(ARMS)
    keys = (Key(number.to_bytes(BYTES, "big"), key.people) for number in range(100))
    return next(each for each in keys if each.letters(ARMS)[USUAL] == mine[COACHING])


def table(made, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(made.files[f"data/{name}.csv"].decode())))


@pytest.mark.parametrize("leaks", [LEAKS, (), ("contacts", "clusters"), ("form", "reasons")])
def test_trials_that_differ_by_which_arm_is_which_give_the_same_bytes(study, leaks):
    for seed in range(4):
        finished, key = random_trial(seed, leaks).finished, key_of_seed(seed)
        one = blinded_study(study, finished, key)
        two = blinded_study(study, exchanged(finished), other_key(key))
        assert one.files == two.files
        assert one.letters[USUAL] == two.letters[COACHING]


def test_another_key_gives_other_pseudonyms_and_order(study):
    finished = random_trial(1).finished
    one, two = (blinded_study(study, finished, key_of_seed(n)) for n in (1, 2))
    people = [{row["participant_id"] for row in table(made, "participants")} for made in (one, two)]
    assert not people[0] & people[1]
    ages = [[row["age_years"] for row in table(made, "baseline")] for made in (one, two)]
    assert ages[0] != ages[1]
    assert sorted(ages[0]) == sorted(ages[1])


def test_no_row_holds_an_id_a_day_a_word_or_the_name_of_an_arm(study):
    finished = random_trial(3).finished
    made = blinded_study(study, finished, key_of_seed(3))
    tables = b"".join(data for name, data in made.files.items() if name.startswith("data/"))
    people = finished.participants
    for name in ("participant_id", "remark", "cluster", "withdrawal_reason"):
        for value in people[name].dropna().unique():
            assert str(value).encode() not in tables
    for day in people["randomised_on"]:
        assert str(day.date()).encode() not in tables
    for arm in study.arms:
        for name in (arm["id"], arm["label"]):
            assert name.encode() not in tables
    for name in made.files:
        if name.startswith("data/"):
            rows = [row["participant_id"] for row in table(made, name[5:-4])]
            assert rows == sorted(rows)
            assert all(map(PSEUDONYM.fullmatch, rows))


def test_the_values_are_those_of_the_trial_by_letter(study):
    finished = random_trial(5, ()).finished
    key = key_of_seed(5)
    made = blinded_study(study, finished, key)
    letters = {row["participant_id"]: row["arm"] for row in table(made, "participants")}
    assert len(letters) == len(finished.participants)
    rows = finished.outcomes[finished.outcomes["outcome"] == "walk"]
    for arm, letter in made.letters.items():
        mine = sorted(rows.loc[rows["arm"] == arm, "value"].astype(float))
        blinded = [float(r["walk"]) for r in table(made, "visit") if r["walk"]
                   and letters[r["participant_id"]] == letter]  # fmt: skip
        assert sorted(blinded) == mine
    death = finished.outcomes[finished.outcomes["outcome"] == "death"]
    days = [
        (pd.Timestamp(r["death_on"] or r["death_last"]) - pd.Timestamp(r["death_from"])).days
        for r in table(made, "times")
    ]
    assert sorted(days) == sorted(death["value"].astype(int))
    assert sum(bool(r["death_on"]) for r in table(made, "times")) == int(death["event"].sum())
    assert len(table(made, "events")) == len(finished.forms["events"])


def test_what_is_withheld_is_said_and_is_not_there(study):
    made = blinded_study(study, random_trial(7).finished, key_of_seed(7))
    config = yaml.safe_load(made.files["study.yaml"])
    assert config["blind"] is True
    notes = "\n".join(config["blinded"]["notes"])
    for what in (
        "Referral",
        "Support",
        "Sex",
        "Satisfaction with the coach",
        "Sessions",
        "cluster",
    ):
        assert what in notes
    assert set(config["blinded"]["sections"]) == {"uptake"}
    assert "satisfaction" not in config["forms"]
    assert [each["id"] for each in config["analysis"]["outcomes"]] == ["walk", "fell", "death"]
    assert config["analysis"]["design"] == "independent"
    assert config["analysis"]["adjust"] == ["age_years"]
    assert config["analysis"]["baseline"] == ["age_years"]
    assert config["tables"].keys() == {"participants"}
    assert config["study"]["arms"] == [{"id": "a", "label": "A"}, {"id": "b", "label": "B"}]
    assert not {"uptake", "received", "intervention_arm"} & config["analysis"].keys()


def test_what_tells_nothing_is_kept(study):
    made = blinded_study(study, random_trial(8, ()).finished, key_of_seed(8))
    config = yaml.safe_load(made.files["study.yaml"])
    assert config["analysis"]["baseline"] == ["age_years", "sex", "referral", "support"]
    outcomes = [each["id"] for each in config["analysis"]["outcomes"]]
    assert outcomes == ["walk", "fell", "sessions", "satisfied", "death"]


def test_scrambled_letters_have_nothing_to_do_with_the_arms(study):
    finished, key = random_trial(9).finished, key_of_seed(9)
    made = blinded_study(study, finished, key, scrambled=True)
    assert made.letters == {}
    other = blinded_study(study, exchanged(finished), key, scrambled=True)
    assert made.files == other.files
    assert yaml.safe_load(made.files["study.yaml"])["blinded"]["arms"] == "scrambled"


def unequal(seed: int):
    """Return a trial of which most of an arm are left out."""
    finished = random_trial(seed, ()).finished
    people = finished.participants
    usual = people.index[people["arm"] == USUAL]
    kept = people.drop(usual[: len(usual) * 3 // 4])
    mine = finished.outcomes["participant_id"].isin(kept["participant_id"])
    return replace(finished, participants=kept, outcomes=finished.outcomes[mine])


def test_sizes_that_tell_the_arms_are_refused_and_scrambled_letters_are_not(study):
    finished = unequal(11)
    with pytest.raises(StudyError, match="numbers by arm differ") as refusal:
        blinded_study(study, finished, key_of_seed(11))
    assert not any(arm in refusal.value.text() for arm in ARMS)
    made = blinded_study(study, finished, key_of_seed(11), scrambled=True)
    letters = [row["arm"] for row in table(made, "participants")]
    assert abs(letters.count("A") - letters.count("B")) <= 1


def test_a_ratio_by_design_is_refused(study, monkeypatch):
    monkeypatch.setitem(study.config["study"], "allocation", {USUAL: 1, COACHING: 2})
    with pytest.raises(StudyError, match="by design"):
        blinded_study(study, random_trial(1).finished, key_of_seed(1))


@pytest.mark.parametrize("reason", ["withdrawal_reason", "exclusion_reason"])
def test_who_went_is_told_without_reasons_and_only_where_all_arms_have_some(study, reason):
    finished = random_trial(12, ()).finished
    people = finished.participants.drop(columns="withdrawal_reason")
    first = people.groupby("arm").head(2).index
    for gone, told in ((first, True), (people.index[people["arm"] == USUAL][:5], False)):
        said = pd.Series(pd.NA, people.index, dtype="string")
        said[gone] = "said that the coach came"
        made = blinded_study(
            study, replace(finished, participants=people.assign(**{reason: said})), key_of_seed(12)
        )
        rows = table(made, "participants")
        assert (reason in rows[0]) is told
        assert b"coach came" not in b"".join(made.files.values())
        if told:
            assert sum(bool(row[reason]) for row in rows) == len(gone)


def test_participants_without_id_or_arm_stay_or_go(study):
    finished = random_trial(13, ()).finished
    people = finished.participants
    nameless, armless = people.index[0], people.index[-1]
    ids = people["participant_id"].mask(people.index == nameless)
    arms = people["arm"].mask(people.index == armless)
    changed = replace(finished, participants=people.assign(participant_id=ids, arm=arms))
    made = blinded_study(study, changed, key_of_seed(13))
    assert len(table(made, "participants")) == len(people) - 1


def test_both_writers_of_yaml_give_the_same_bytes(study):
    made = blinded_study(study, random_trial(14).finished, key_of_seed(14))
    config = yaml.safe_load(made.files["study.yaml"])
    text = yaml.dump(
        config, Dumper=yaml.SafeDumper, sort_keys=False, allow_unicode=True, width=10_000
    )
    assert made.files["study.yaml"].decode() == text
