"""What a configuration says of a plan, and what is said of one item of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from trialtrail.analysis.plan import MAIN
from trialtrail.planning.described import Stated


@dataclass(frozen=True)
class Facts:
    """What the configuration says, as `configuration.plan_facts` gives it.

    Attributes:
        study: title, arms, registration, protocol and plan.
        texts: what people wrote for the plan.
        entries: the entries of the analysis plan.
        stated: what the plan says beside them.
        given: the keys of the analysis plan that are written out.
        populations: the populations of the plan, None for all who were randomised.
        uptake: labels of the rows of uptake.
        counted: the columns of a contact that counts, with their values.
        received: whether a variable says who received the intervention.
        baseline: label and type of each variable of the baseline table.
        recorded: table -> the columns that exports give of it.
        forms: labels of the forms of the follow-up.
        followed_up: what being followed up is called in the flow.
        harms: the forms of harms, and what is told of events; empty where none are reported.
        version: of trialtrail.
    """

    study: Mapping[str, Any]
    texts: Mapping[str, Any]
    entries: Sequence[Mapping[str, Any]]
    stated: Stated
    given: Sequence[str] = ()
    populations: Sequence[Mapping[str, Any] | None] = ()
    uptake: Sequence[str] = ()
    counted: Mapping[str, Sequence[str]] = field(default_factory=dict)
    received: bool = False
    baseline: Sequence[tuple[str, str]] = ()
    recorded: Mapping[str, Sequence[str]] = field(default_factory=dict)
    forms: Mapping[str, str] = field(default_factory=dict)
    followed_up: str = ""
    harms: Mapping[str, Any] = field(default_factory=dict)
    version: str = ""

    @property
    def main(self) -> list[Mapping[str, Any]]:
        """The main analysis, or of a factorial trial those of its factors; may be none."""
        return [entry for entry in self.entries if entry["id"] == MAIN or entry["factor"]]

    @property
    def outcomes(self) -> list[Mapping[str, Any]]:
        """The outcomes of the plan."""
        return self.main[0]["outcomes"] if self.main else []


@dataclass(frozen=True)
class Said:
    """What is said of an item: its lines, and in words what of it they leave open."""

    lines: Sequence[str] = ()
    lacks: str = ""
