"""What the workflow asks of the section `simulation`: the scenarios, and the design behind them.

Nothing heavy is imported here: the Snakefile runs it.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any

from trialtrail.analysis.plan import MAIN
from trialtrail.configuration.schema import with_defaults
from trialtrail.configuration.study_plan import StudyPlan
from trialtrail.simulation.design import NESTED
from trialtrail.simulation.plan import Facts, blocks_of, expand_scenarios, methods_of

CONTINUOUS = "continuous"


class StudySimulation(StudyPlan):
    """Questions about the trials that are drawn."""

    @cached_property
    def simulation(self) -> dict[str, Any]:
        """The section `simulation`, its defaults written out."""
        return with_defaults(self.config.get("simulation", {}), "simulation")

    @cached_property
    def scenarios(self) -> dict[str, dict[str, Any]]:
        """The scenarios, by id; none of a study that is no trial."""
        if not self.is_trial:
            return {}
        return expand_scenarios(self.simulation, self.simulation_facts)

    @property
    def trial_blocks(self) -> dict[str, list[str]]:
        """The numbers of the blocks of trials of each scenario."""
        block = self.simulation["block"]
        return {name: blocks_of(each, block) for name, each in self.scenarios.items()}

    @property
    def simulated_outcome(self) -> dict[str, Any] | None:
        """The outcome whose data the drawn trials are like; None without a continuous one."""
        known = [each for each in self.outcomes if each["kind"] == CONTINUOUS]
        named = self.simulation.get("outcome")
        if named:
            known = [each for each in known if each["id"] == named]
        primary = [each for each in known if each["role"] == "primary"]
        return next(iter([*primary, *known]), None)

    @cached_property
    def simulation_facts(self) -> Facts:
        """What the scenarios take from the plan."""
        main = self.analyses.get(MAIN) or next(iter(self.analyses.values()), {})
        design = main.get("design", {})
        clustered = isinstance(design, dict) and "clusters" in design
        arms = tuple(arm["id"] for arm in self.arms)
        outcome = self.simulated_outcome or {}
        return Facts(
            arms=arms,
            within=tuple(design.get("within", arms)) if clustered else (),
            df=self.analysis("df"),
            adjusts=bool(self.analysis("adjust")),
            variance=self.analysis("variance"),
            uptake=any(each["uptake"] for each in self.analyses.values()),
            important=self.analysis("important", {}).get(outcome.get("id")),
            visits=len(outcome.get("repeated", ())),
        )

    @property
    def power(self) -> dict[str, Any]:
        """What the power is asked of: the section, the arms with clusters, the method."""
        spec = with_defaults(self.simulation.get("power", {}), "simulation.power")
        facts = self.simulation_facts
        within = spec.get("within") or facts.within or (facts.arms if "caseload" in spec else ())
        spec.setdefault("effect", facts.important)
        if not facts.adjusts:
            spec.setdefault("covariate", 0.0)
        adjusted = bool(spec.get("covariate", 1.0))
        facts = replace(facts, adjusts=adjusted)
        own = methods_of(NESTED, facts, clustered=bool(within))[0]
        return {"spec": spec, "within": list(within), "method": spec.get("method", own)}

    @property
    def described(self) -> dict[str, Any] | None:
        """What is estimated of the design from the data; None where there are no data of it."""
        outcome = self.simulated_outcome
        if outcome is None:
            return None
        times = [part["timepoint"] for part in outcome["measured"] if part["follow_up"]]
        first = MAIN if MAIN in self.analyses else next(iter(self.analyses))
        return {
            "outcome": outcome["id"],
            "timepoint": outcome.get("at", times[0] if times else ""),
            "analysis": first,
            "arms": list(self.simulation_facts.arms),
            "cluster": self.cluster_column if self.simulation_facts.within else "",
            "within": list(self.simulation_facts.within),
            "complier": [name for name, each in self.analyses.items() if each["uptake"]],
        }
