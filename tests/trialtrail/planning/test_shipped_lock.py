"""The plan of the study that ships is the one that it has locked."""

import yaml
from runrecord import locked

from trialtrail import ROOT
from trialtrail.configuration import Study
from trialtrail.planning.content import defaults, plan_of
from trialtrail.planning.differences import differences
from trialtrail.planning.words import told

CONFIG = ROOT / "config" / "config.yaml"


def test_the_shipped_plan_is_the_locked_one():
    """Where this fails the plan was changed: python -m tools.lock_shipped_plan."""
    study = Study(yaml.safe_load(CONFIG.read_text(encoding="utf-8")), CONFIG)
    versions = locked.read(ROOT / "studies" / "moments" / "plan_lock.json")
    present, labels = plan_of(study)
    found = differences(versions[-1]["content"], present, defaults())
    assert [told(each) for each in found] == []
    assert set(versions[-1]["content"]["outcomes"]) == {o["id"] for o in study.outcomes}
    assert all(labels.get(f"outcomes.{name}") for name in present["outcomes"])
