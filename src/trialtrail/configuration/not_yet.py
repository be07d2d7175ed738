"""What a study may ask of the analysis that cannot be done yet, with the message that says so."""

from __future__ import annotations

from collections.abc import Sequence

SECTIONS = ("analysis", "study")
"""Sections of the configuration, beside its top level, in which people ask for it."""
KEYS = {
    "stratified analyses": "strata stratum stratify stratified_by stratification blocks block_size "
    "minimisation",
    "models of the design": "crossover period periods",
    "tests of equivalence": "equivalence",
    "tests of hypotheses": "alpha p_value p_values hypothesis hypotheses test tests superiority",
    "interim analyses": "interim interim_analysis interim_analyses stopping_rules",
    "Bayesian estimates": "bayes bayesian prior priors",
    "weighted estimates": "weight weights weighting",
    "transformed outcomes": "transform transformation log log_transform",
    "medians and other estimates": "median medians estimator effect effect_measure",
}
"""What cannot be done yet, and the keys that ask for it; take out what can be."""
OF_ONE_OUTCOME = dict.fromkeys(
    (
        *("adjust", "adjusted", "adjust_for", "adjusted_for", "adjustment"),
        *("covariate", "covariates", "regression", "ancova", "ancovas", "model", "models"),
    ),
    "adjusted estimates of one outcome alone (`adjust` stands once, in analysis)",
)
"""Keys that ask for an analysis of one outcome that differs from the others'."""
OF_VARIABLES = ("derived", "derive", "formula", "calculate", "calculation", "compute", "computed")
"""Keys of a variable that ask for one which is computed from others."""
OUTCOMES = ("nominal", "recurrent")
"""Kinds of outcomes that cannot be analysed yet."""
DO = "leave it out; docs/statistician.md says what is computed"

_ASKED = {key: what for what, keys in KEYS.items() for key in keys.split()}


def asked_for(key: object, path: Sequence) -> str:
    """Return what cannot be done yet and an unknown key at ``path`` asks for, or nothing."""
    if list(path[:1]) == ["forms"] and _plain(key) in OF_VARIABLES:
        return "a variable that is computed from others"
    if path and path[0] not in SECTIONS:
        return ""
    own = OF_ONE_OUTCOME if list(path[:2]) == ["analysis", "outcomes"] else {}
    return own.get(_plain(key)) or _ASKED.get(_plain(key), "")


def asked_of_outcome(value: object, path: Sequence) -> str:
    """Return what cannot be done yet and the kind of an outcome asks for, or nothing."""
    is_kind = list(path[:2]) == ["analysis", "outcomes"] and path[-1] == "kind"
    return f"outcomes of the kind {value}" if is_kind and _plain(value) in OUTCOMES else ""


def _plain(text: object) -> str:
    return str(text).casefold().strip().replace("-", "_").replace(" ", "_")
