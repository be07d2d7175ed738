"""The file of the consensus as the configuration names it."""

import pytest
import yaml
from small_trial import write_study

from trialtrail.configuration import Study
from trialtrail.errors import StudyError


def study(folder, name):
    def change(config):
        config["qualitative"] = {"consensus": name}

    file = write_study(folder, change=change)
    return Study(yaml.safe_load(file.read_text("utf-8")), file)


def test_a_file_that_is_missing_is_named(tmp_path):
    with pytest.raises(StudyError, match="file with the consensus is missing") as told:
        study(tmp_path, "agreed.csv")
    assert "agreed.csv" in told.value.text()
    assert "qualitative.consensus" in told.value.text()


def test_a_file_outside_the_folder_of_the_study_is_refused(tmp_path):
    with pytest.raises(StudyError, match="leads out of the study's folder"):
        study(tmp_path / "inner", "../../agreed.csv")


def test_a_file_that_is_there_is_one_of_the_studys(tmp_path):
    (tmp_path / "agreed.csv").write_text("id\n")
    found = study(tmp_path, "agreed.csv")
    assert found.consensus in found.all_paths
    assert found.consensus_label == "agreed.csv"
