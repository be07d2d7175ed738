"""The studies whose exports are spoilt: the one that ships, those of the tests, and variants."""

from __future__ import annotations

from functools import cache

from harness import World

from trialtrail import ROOT

STUDIES = ROOT / "tests" / "studies"


@cache
def world(name: str) -> World:
    """Return a world by its name."""
    if name == "shipped":
        return World.at(ROOT / "config" / "config.yaml")
    return World.at(STUDIES / name / "study.yaml")
