"""What the datasets of a trial in forms of CDISC need of its configuration.

They follow the Analysis Data Model (ADaM Implementation Guide 1.3) in structure, names and labels
where it names what a study has. They are not claimed to conform: variables of the study have short
names of their own, and no controlled terminology is asked of its texts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trialtrail.exchange.names import TEXT as LONGEST
from trialtrail.exchange.names import cut, short_names

TIME_TO_EVENT, BASELINE = "time_to_event", "baseline"
STANDARD = (
    *("STUDYID", "USUBJID", "SUBJID", "ARM", "ARMCD", "TRT01P", "TRT01PN", "TRT01A", "TRT01AN"),
    *("TRTP", "TRTPN", "RANDFL", "ITTFL", "RANDDT", "WITHDT", "DCSREAS", "EXCLREAS", "RECVDFL"),
    *("PARAM", "PARAMCD", "PARAMN", "PARCAT1", "AVISIT", "AVISITN", "AVAL", "AVALC", "BASE"),
    *("CHG", "ABLFL", "ANL01FL", "EXPTIME", "STARTDT", "ADT", "CNSR", "EVNTDESC"),
)
"""Names that no variable of a study gets."""


@dataclass(frozen=True)
class Trial:
    """What the configuration says of a trial, as far as its datasets need it.

    Attributes:
        study: ``short_name``, ``synthetic`` and more of the study.
        arms: ``id`` and ``label`` of each, the reference first.
        treated: the arm that gets the intervention.
        baseline: the variables measured at baseline, with ``labels`` of values.
        outcomes: the outcomes of the plan.
        timepoints: label of each timepoint, in order.
        populations: the populations of the plan that an analysis has; None is all randomised.
        main: id of the population of the main analysis; None is all randomised.
        competing: ``form.variable`` of a competing event -> its label.
    """

    study: Mapping[str, Any]
    arms: Sequence[Mapping[str, Any]]
    treated: str
    baseline: Sequence[Mapping[str, Any]]
    outcomes: Sequence[Mapping[str, Any]]
    timepoints: Mapping[str, str]
    populations: Sequence[Mapping[str, Any]]
    main: str | None
    competing: Mapping[str, str]

    @property
    def arm_labels(self) -> dict[str, str]:
        """Label of each arm."""
        return {arm["id"]: arm.get("label", arm["id"]) for arm in self.arms}

    @property
    def codes(self) -> dict[str, str]:
        """PARAMCD of each outcome."""
        return short_names([each["id"] for each in self.outcomes])

    @property
    def flags(self) -> dict[str, str]:
        """Name of the flag of each population of the plan."""
        return short_names([each["id"] for each in self.populations], STANDARD, "FL")

    @property
    def main_flag(self) -> str:
        """Name of the flag of the population of the main analysis."""
        return self.flags.get(self.main or "", "ITTFL")

    @property
    def visits(self) -> dict[str, int]:
        """Number of each timepoint: 0 is the baseline, others follow in their order."""
        later = [each for each in self.timepoints if each != BASELINE]
        return {BASELINE: 0} | {each: place for place, each in enumerate(later, 1)}

    def outcomes_of(self, *, timed: bool) -> list[Mapping[str, Any]]:
        """Return the outcomes that are times to an event, or all others."""
        return [each for each in self.outcomes if (each["kind"] == TIME_TO_EVENT) == timed]


def title_of(outcome: Mapping[str, Any]) -> str:
    """Return what an outcome is called, with its unit: PARAM."""
    unit = "days" if outcome["kind"] == TIME_TO_EVENT else outcome.get("unit")
    return cut(f"{outcome['label']} ({unit})" if unit else outcome["label"], LONGEST)
