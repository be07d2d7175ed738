"""Readers that the configuration names: how they are checked, and whether they are the run's."""

from __future__ import annotations

from pathlib import Path

import pyrage
import pytest
import yaml
from runrecord import journal
from runrecord.digest import file_digest

from trialtrail import ROOT
from trialtrail.committee.sealed import SealedRun
from trialtrail.configuration.check import check_configuration
from trialtrail.errors import StudyError

STUDY = ROOT / "tests" / "studies" / "balance" / "study.yaml"
KEY = str(pyrage.x25519.Identity.generate().to_public())


def with_committee(folder: Path, section: str) -> Path:
    """Return a configuration with a section `committee`, in a folder of its own."""
    file = folder / "study.yaml"
    file.write_text(STUDY.read_text(encoding="utf-8") + f"\n{section}", encoding="utf-8")
    return file


def checked(file: Path) -> dict:
    return check_configuration(yaml.safe_load(file.read_text(encoding="utf-8")), file)[0]


def test_a_committee_with_readers_is_taken(tmp_path):
    section = f"committee:\n  name: DMC of STEADY\n  readers:\n    - {{name: Chair, key: {KEY}}}\n"
    assert checked(with_committee(tmp_path, section))["committee"]["name"] == "DMC of STEADY"


WRONG = {
    "a damaged key": (f"{{name: Chair, key: {KEY[:-3]}}}", "key of a reader is damaged"),
    "a secret key": ("{name: Chair, key: AGE-SECRET-KEY-1ABC}", "is a secret key"),
    "no name": (f"{{key: {KEY}}}", "lacks `name`"),
    "an empty name": (f'{{name: " ", key: {KEY}}}', "has the wrong form"),
    "another word": (f"{{name: Chair, public: {KEY}}}", "Unknown key `public`"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_reader_is_refused_by_file_and_line(name, tmp_path):
    entry, says = WRONG[name]
    file = with_committee(tmp_path, f"committee:\n  readers:\n    - {entry}\n")
    with pytest.raises(StudyError) as refused:
        checked(file)
    text = refused.value.text()
    line = 1 + next(
        n for n, each in enumerate(file.read_text().splitlines()) if each.endswith(entry)
    )
    assert says in text
    assert f"study.yaml, line {line}, column" in text
    assert "AGE-SECRET-KEY-1ABC" not in text


def test_the_readers_are_those_of_the_configuration_that_the_run_was_made_with(tmp_path):
    file = tmp_path / "study.yaml"
    file.write_text(f"committee: {{readers: [{{name: Chair, key: {KEY}}}]}}\n")
    run = SealedRun.__new__(SealedRun)
    run.results = tmp_path / "results"
    folder = run.results / "lineage"
    folder.mkdir(parents=True)
    assert run.configured("committee") == {}
    journal.append(
        folder, "run_start", configuration={"study.yaml": file_digest(file)}, touch=False
    )
    assert run.configured("committee")["readers"][0]["name"] == "Chair"
    assert run.configured("harms") == {}
    file.write_text(file.read_text().replace("Chair", "Somebody"))
    assert run.configured("committee") == {}, "it is another by now"
