"""`blind: true` is of a study that the command made, and of no other."""

from __future__ import annotations

import copy

import pytest
import yaml

from tools.blinding.guess import key_of_seed
from tools.blinding.trials import DESIGN, design, random_trial
from trialtrail.blind.command import write_folder
from trialtrail.blind.make import blinded_study
from trialtrail.configuration import Study
from trialtrail.errors import StudyError


@pytest.fixture(scope="module")
def blinded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made") / "blinded"
    write_folder(blinded_study(design(), random_trial(1, ()).finished, key_of_seed(1)), folder)
    return folder


def load(folder, change=None):
    """Return the study in a folder, of which a key may be changed."""
    file = folder / "study.yaml"
    config = yaml.safe_load(file.read_text())
    if change:
        change(config)
        file = folder / "changed.yaml"
        file.write_text(yaml.safe_dump(config, sort_keys=False))
    return Study(config, file)


def test_a_blinded_study_is_read_and_says_what_it_is(blinded):
    study = load(blinded)
    assert study.blinded["mark"] == "arms A and B are permuted"
    assert study.printed["blinded"] == study.blinded
    assert {arm["id"] for arm in study.arms} == {"a", "b"}


def test_another_study_says_nothing_of_it():
    study = design()
    assert study.blinded == {}
    assert "blinded" not in study.printed


def add_text(config):
    config["report"] = {"text": "text"}


def add_table(config):
    source = {"export": "participants", "columns": {"contact_id": "participant_id"}}
    config["tables"]["contacts"] = {"sources": [source]}


def add_export(config):
    config["exports"]["raw"] = {"file": "raw.csv"}


def name_arms(config):
    config["study"]["arms"][0]["label"] = "Usual care"


def describe_arms(config):
    config["study"]["arms"][0]["description"] = "usual care"


def name_intervention(config):
    config["analysis"]["intervention_arm"] = "b"


def forget_the_mark(config):
    del config["blind"]


def add_claims(config):
    config["claims"] = {"x": "flow#randomised"}


def add_answers(config):
    config["validation"] = {"resolutions": "answers.csv"}


@pytest.mark.parametrize(
    "change",
    [
        *(add_text, add_table, add_export, name_arms, describe_arms, name_intervention),
        *(forget_the_mark, add_claims, add_answers),
    ],
)
def test_nothing_that_tells_an_arm_can_be_added_to_it(blinded, change):
    with pytest.raises(StudyError) as refusal:
        load(blinded, change)
    assert "blind" in refusal.value.text()


def test_blind_by_hand_is_refused_with_the_commands_that_do_it(tmp_path):
    (tmp_path / "people.csv").touch()
    text = DESIGN.read_text() + "\nblind: true\n"
    (tmp_path / "study.yaml").write_text(text)
    with pytest.raises(StudyError) as refusal:
        Study(yaml.safe_load(text), tmp_path / "study.yaml")
    assert "trialtrail blind --key" in refusal.value.text()
    assert "--configfile FOLDER/study.yaml" in refusal.value.text()


def test_exports_with_other_bytes_are_refused(blinded, tmp_path):
    import shutil

    folder = shutil.copytree(blinded, tmp_path / "copy")
    path = folder / "data" / "visit.csv"
    kept = path.read_bytes()
    path.write_bytes(kept.replace(b"yes", b"no ", 1))
    with pytest.raises(StudyError, match="not as it was written"):
        load(folder)
    path.write_bytes(kept)
    load(folder)
    path.unlink()
    with pytest.raises(StudyError):
        load(folder)


def test_rows_of_others_are_refused_even_under_their_digest(blinded, tmp_path):
    import shutil

    from runrecord.digest import file_digest

    folder = shutil.copytree(blinded, tmp_path / "copy")
    path = folder / "data" / "visit.csv"
    lines = path.read_text().splitlines(keepends=True)

    def with_digest(config):
        config["blinded"]["exports"]["data/visit.csv"] = file_digest(path)

    for other in ([lines[0], *lines[:0:-1]], [lines[0], "K12" + lines[1][13:], *lines[2:]]):
        path.write_text("".join(other))
        with pytest.raises(StudyError, match="pseudonyms"):
            load(folder, with_digest)


def test_the_allocation_names_each_arm(tmp_path):
    (tmp_path / "people.csv").touch()
    config = yaml.safe_load(DESIGN.read_text())
    for given, whole in (({"usual": 1}, False), ({"usual": 1, "coaching": 2}, True)):
        mine = copy.deepcopy(config)
        mine["study"]["allocation"] = given
        (tmp_path / "study.yaml").write_text(yaml.safe_dump(mine, sort_keys=False))
        if whole:
            Study(mine, tmp_path / "study.yaml")
        else:
            with pytest.raises(StudyError, match="allocation"):
                Study(mine, tmp_path / "study.yaml")


def test_three_letters_and_random_ones_are_told():
    from trialtrail.configuration.blinding import watermark

    arms = [{"id": x.lower(), "label": x} for x in "ABC"]
    config = {"study": {"arms": arms}, "blinded": {"arms": "permuted"}}
    assert watermark(config) == "arms A, B and C are permuted"
    config["blinded"]["arms"] = "scrambled"
    assert "drawn at random" in watermark(config)
