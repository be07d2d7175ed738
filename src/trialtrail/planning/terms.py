"""What the parts of an analysis plan are called where it is printed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from trialtrail.analysis.measures import MEASURES, measure_of
from trialtrail.analysis.methods import METHODS
from trialtrail.report.formatting import within_sentence

NOT_STATED = "not stated"
"""What stands where the configuration does not say a part of the plan."""
STRATEGIES = {
    "treatment_policy": "treatment policy",
    "hypothetical": "hypothetical",
    "composite": "composite",
    "while_on_treatment": "while on treatment",
    "principal_stratum": "principal stratum",
}
"""Strategies for intercurrent events, as ICH E9(R1) calls them (2019, section A.3.2)."""
KINDS = {
    "continuous": "continuous outcomes",
    "binary": "binary outcomes",
    "count": "numbers of events",
    "ordered": "ordered outcomes",
    "time_to_event": "times to events",
}
FAMILIES = {
    "welch": "Welch’s t",
    "student": "Student’s t",
    "newcombe": "difference of risks, Newcombe’s interval",
    "katz": "ratio of risks, Katz’s interval",
    "miettinen_nurminen": "score intervals of Miettinen and Nurminen",
    "ancova": "analysis of covariance",
    "ancova_hc2": "analysis of covariance, standard error HC2",
    "ancova_hc3": "analysis of covariance, standard error HC3",
    "standardised_risks": "standardised risks",
    "standardised_risks_clustered": "standardised risks, robust to clusters",
    "standardised_risks_firth": "standardised risks, Firth’s likelihood",
    "standardised_risks_firth_clustered": "standardised risks, Firth’s likelihood, robust to "
    "clusters",
    "negative_binomial": "negative binomial model",
    "poisson_robust": "Poisson model, robust standard error",
    "poisson_clustered": "Poisson model, robust to clusters",
    "proportional_odds": "proportional odds model",
    "cox_efron": "Cox model",
    "cox_clustered": "Cox model, robust to clusters",
    "restricted_mean": "restricted mean times",
    "aalen_johansen": "cumulative incidence (Aalen–Johansen)",
    "two_stage_least_squares": "two-stage least squares",
}
INFERENCE = {
    "kenward_roger_expected": "Kenward–Roger, expected information",
    "kenward_roger_observed": "Kenward–Roger, observed information",
    "satterthwaite": "Satterthwaite",
}
STRUCTURES = {
    "unstructured": "unstructured covariance",
    "toeplitz": "heterogeneous Toeplitz covariance",
    "ar1": "heterogeneous first-order autoregressive covariance",
    "compound_symmetry": "heterogeneous compound symmetric covariance",
}
FALLBACK = {
    "mmrm": "where the covariance does not converge, the first that does of: {forms}",
    "standardised_risks": "where covariates or arms separate the outcomes, {forms}",
    "negative_binomial": "where the counts vary no more than a Poisson variable does, {forms}",
}
"""Family of methods -> when its other forms are taken, which are ``forms``."""


def method_in_words(name: str) -> str:
    """Return what a method of the registry is called in a list.

    Raises:
        KeyError: the registry has no such method.
    """
    family, *rest = name.split("_", 1)
    if family == "mixed":
        return f"linear mixed model ({INFERENCE[rest[0]]})"
    if family == "mmrm":
        structure = next(each for each in STRUCTURES if rest[0].startswith(f"{each}_"))
        inference = INFERENCE[rest[0].removeprefix(f"{structure}_")]
        return f"mixed model for repeated measures, {STRUCTURES[structure]} ({inference})"
    return FAMILIES[name]


def fallback_in_words(name: str, forms: Sequence[str]) -> str:
    """Return when a planned method is made in another form, and in which; "" where it has none."""
    if not forms:
        return ""
    family = next(each for each in FALLBACK if name.startswith(each))
    if family == "mmrm":
        structures = [each.removeprefix("mmrm_") for each in forms]
        called = [STRUCTURES[s] for each in structures for s in STRUCTURES if each.startswith(s)]
    else:
        called = [method_in_words(each) for each in forms]
    return FALLBACK[family].format(forms=", ".join(called))


def planned_measures(spec: Mapping[str, Any], methods: Iterable[str]) -> list[str]:
    """Return the measures that the planned methods give of an outcome, in the order of print."""
    found = {measure for name in methods for measure in _measures_of(name, spec["kind"])}
    return [measure for measure in MEASURES if measure in found]


def _measures_of(method: str, kind: str) -> tuple[str, ...]:
    if method.startswith("standardised_risks"):
        return ("risk_difference", "risk_ratio", "odds_ratio")
    if method == "two_stage_least_squares":
        return (f"complier_{'risk' if kind == 'binary' else 'mean'}_difference",)
    return OF_METHOD.get(method) or OF_KIND[kind]


OF_METHOD = {
    "newcombe": ("risk_difference",),
    "katz": ("risk_ratio",),
    "miettinen_nurminen": ("risk_difference", "risk_ratio"),
    "restricted_mean": ("restricted_mean_difference",),
    "aalen_johansen": ("incidence_difference",),
}
OF_KIND = {
    "continuous": ("mean_difference",),
    "count": ("rate_ratio",),
    "ordered": ("common_odds_ratio",),
    "time_to_event": ("hazard_ratio",),
}
"""Measures of the methods that all other methods of a kind have."""


def measures_in_words(measures: Iterable[str]) -> str:
    """Return what measures are called, in a list within a sentence."""
    return in_a_list([within_sentence(measure_of(each).title) for each in measures])


def sentence_of(name: str, level: str) -> str:
    """Return the sentence of a method in the registry, without its covariates."""
    return METHODS[name].sentence.format(level=level, adjusted_for="")


def in_a_list(names: Sequence[str]) -> str:
    """Return names as they stand in a sentence: a, b and c."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def as_sentence(text: str) -> str:
    """Return a text with a capital at its beginning."""
    return text[:1].upper() + text[1:]
