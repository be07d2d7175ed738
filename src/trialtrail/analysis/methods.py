"""The registry of methods: which kinds of outcomes each takes, how it is fitted and described.

A method is one function in a module of its family and one entry here. `chosen_methods` chooses it,
and its sentence is printed wherever a row that it made is printed. Where the data decide between
forms of a method (a covariance structure, a penalty), each form has an entry, so that the column
`method` of a row says which it was. Modules are imported when they are fitted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from trialtrail.analysis.fitted import Fitted, Setting


@dataclass(frozen=True)
class Method:
    """One method.

    Attributes:
        kinds: the kinds of outcomes that it takes.
        fit: from the data and the setting to what is printed.
        sentence: what the methods section says of it; ``{level}`` is the confidence level and
            ``{adjusted_for}`` the covariates, with the word "for" before them, or nothing.
        adjusts: whether it takes covariates.
        repeat: where one fit after another of the same participants is quicker than each by itself:
            from the data and the setting to a function of the values.
        forms: where one search gives several methods of a family: from the data and settings that
            differ in ``df`` alone to what each method gives.
    """

    kinds: tuple[str, ...]
    fit: Callable[[pd.DataFrame, Setting], Fitted]
    sentence: str
    adjusts: bool = True
    repeat: Callable[[pd.DataFrame, Setting], Callable[[np.ndarray], Fitted]] | None = None
    forms: Callable[[pd.DataFrame, Sequence[Setting]], list[Fitted]] | None = None


def _mixed(data, setting):
    from trialtrail.analysis.mixed.clustered import mixed

    return mixed(data, setting)


def _mixed_forms(data, settings):
    from trialtrail.analysis.mixed.clustered import mixed_forms

    return mixed_forms(data, settings)


def _mmrm(data, setting):
    from trialtrail.analysis.repeated.mmrm import mmrm

    return mmrm(data, setting)


def _standardised_risks(data, setting):
    from trialtrail.analysis.standardised_risks import standardised_risks

    return standardised_risks(data, setting)


def _welch(data, setting):
    from trialtrail.analysis.comparisons import welch

    return welch(data, setting)


def _student(data, setting):
    from trialtrail.analysis.comparisons import student

    return student(data, setting)


def _newcombe(data, setting):
    from trialtrail.analysis.comparisons import newcombe

    return newcombe(data, setting)


def _katz(data, setting):
    from trialtrail.analysis.comparisons import katz

    return katz(data, setting)


def _miettinen_nurminen(data, setting):
    from trialtrail.analysis.score_intervals import miettinen_nurminen

    return miettinen_nurminen(data, setting)


def _ancova(data, setting):
    from trialtrail.analysis.regression import ancova

    return ancova(data, setting)


def _rate_ratio(data, setting):
    from trialtrail.analysis.counts import rate_ratio

    return rate_ratio(data, setting)


def _proportional_odds(data, setting):
    from trialtrail.analysis.ordered import proportional_odds

    return proportional_odds(data, setting)


def _cox(data, setting):
    from trialtrail.analysis.survival.cox import cox

    return cox(data, setting)


def _restricted_mean(data, setting):
    from trialtrail.analysis.survival.to_horizon import restricted_mean

    return restricted_mean(data, setting)


def _incidence_difference(data, setting):
    from trialtrail.analysis.survival.to_horizon import incidence_difference

    return incidence_difference(data, setting)


def _complier(data, setting):
    from trialtrail.analysis.instrument import complier

    return complier(data, setting)


def _mixed_repeatedly(data, setting):
    from trialtrail.analysis.mixed.clustered import RepeatedFit

    return RepeatedFit(data, setting, _all_known(data, setting)).fit


def _risks_repeatedly(data, setting):
    from trialtrail.analysis.standardised_risks import RepeatedFit

    return RepeatedFit(data, setting, _all_known(data, setting)).fit


def _all_known(data, setting):
    """Return the numbers of participants of an outcome that is complete."""
    from trialtrail.analysis.fitted import count

    return count(data.assign(value=0.0), setting.arms)


_DF = {
    "kenward_roger_expected": "Kenward–Roger’s standard error and degrees of freedom, by the "
    "expected information",
    "kenward_roger_observed": "Kenward–Roger’s standard error and degrees of freedom, by the "
    "observed information",
    "satterthwaite": "Satterthwaite’s degrees of freedom",
}
STRUCTURES = {
    "unstructured": "an unstructured covariance of the visits",
    "toeplitz": "a heterogeneous Toeplitz covariance of the visits, as an unstructured one did "
    "not converge",
    "ar1": "a heterogeneous first-order autoregressive covariance of the visits, as richer ones "
    "did not converge",
    "compound_symmetry": "a heterogeneous compound symmetric covariance of the visits, as richer "
    "ones did not converge",
}
"""Structure of the covariance of the visits -> what is said of it, from the richest on."""


def _mixed_models() -> dict[str, Method]:
    return {
        f"mixed_{name}": Method(
            ("continuous",),
            _mixed,
            "A continuous outcome is compared by the difference of means{adjusted_for} in a linear "
            "mixed model fitted by restricted maximum likelihood, with a variance between clusters "
            "in the arms that have them and a residual variance for each arm; its {level} "
            f"confidence interval is by {words}.",
            repeat=_mixed_repeatedly,
            forms=_mixed_forms,
        )
        for name, words in _DF.items()
    }


def _repeated_models() -> dict[str, Method]:
    return {
        f"mmrm_{structure}_{name}": Method(
            ("continuous",),
            _mmrm,
            "A continuous outcome that is measured repeatedly is compared at its primary timepoint"
            "{adjusted_for} in a mixed model for repeated measures, with effects of visit, arm by "
            f"visit and {covariance}; its {{level}} confidence interval is by {words}.",
        )
        for structure, covariance in STRUCTURES.items()
        for name, words in _DF.items()
    }


def _risks(sentence: str) -> Method:
    return Method(("binary",), _standardised_risks, sentence, repeat=_risks_repeatedly)


METHODS: dict[str, Method] = {
    "welch": Method(
        ("continuous",),
        _welch,
        "A continuous outcome is compared by the difference of means, with the {level} confidence "
        "interval of Welch’s method, which allows each arm its own variance.",
        adjusts=False,
    ),
    "student": Method(
        ("continuous",),
        _student,
        "A continuous outcome is compared by the difference of means, with the {level} confidence "
        "interval of Student’s method, with one variance for all arms.",
        adjusts=False,
    ),
    "newcombe": Method(
        ("binary",),
        _newcombe,
        "A binary outcome is compared by the difference of risks, with Newcombe’s interval.",
        adjusts=False,
    ),
    "katz": Method(
        ("binary",),
        _katz,
        "The ratio of risks has an interval on the logarithmic scale.",
        adjusts=False,
    ),
    "miettinen_nurminen": Method(
        ("binary",),
        _miettinen_nurminen,
        "A binary outcome is compared by the difference and the ratio of risks, with the score "
        "intervals of Miettinen and Nurminen.",
        adjusts=False,
    ),
    **{
        name: Method(
            ("continuous",),
            _ancova,
            "A continuous outcome is compared by the difference of means{adjusted_for} in a linear "
            f"model (analysis of covariance), with its {{level}} confidence interval{how}.",
        )
        for name, how in {
            "ancova": "",
            "ancova_hc2": " by the heteroscedasticity-consistent standard error HC2",
            "ancova_hc3": " by the heteroscedasticity-consistent standard error HC3",
        }.items()
    },
    **_mixed_models(),
    **_repeated_models(),
    "standardised_risks": _risks(
        "A binary outcome is compared by the difference and the ratio of standardised risks"
        "{adjusted_for}: a logistic model predicts the risk of every participant in each arm "
        "(g-computation); their {level} confidence intervals are by the influence function."
    ),
    "standardised_risks_clustered": _risks(
        "A binary outcome is compared by the difference and the ratio of standardised risks"
        "{adjusted_for}: a logistic model predicts the risk of every participant in each arm "
        "(g-computation); their {level} confidence intervals are by the influence function, summed "
        "within clusters."
    ),
    "standardised_risks_firth": _risks(
        "Where the covariates or arms separate those with a binary outcome from those without, the "
        "logistic model behind its standardised risks is fitted by Firth’s penalised likelihood."
    ),
    "standardised_risks_firth_clustered": _risks(
        "Where the covariates or arms separate those with a binary outcome from those without, the "
        "logistic model behind its standardised risks is fitted by Firth’s penalised likelihood; "
        "their intervals are by the influence function, summed within clusters."
    ),
    "negative_binomial": Method(
        ("count",),
        _rate_ratio,
        "A number of events is compared by the ratio of rates{adjusted_for} in a negative binomial "
        "model, with its {level} confidence interval.",
    ),
    "poisson_robust": Method(
        ("count",),
        _rate_ratio,
        "A number of events that varies no more than a Poisson variable does is compared by the "
        "ratio of rates{adjusted_for} in a Poisson model with a robust standard error.",
    ),
    "poisson_clustered": Method(
        ("count",),
        _rate_ratio,
        "A number of events is compared by the ratio of rates{adjusted_for} in a Poisson model, "
        "with its {level} confidence interval by a standard error that is robust to the clusters.",
    ),
    "proportional_odds": Method(
        ("ordered",),
        _proportional_odds,
        "An ordered outcome is compared by the common odds ratio{adjusted_for} of a proportional "
        "odds model, with its {level} confidence interval; above one, higher categories are more "
        "likely.",
    ),
    "cox_efron": Method(
        ("time_to_event",),
        _cox,
        "The time to an event is compared by the hazard ratio{adjusted_for} of a Cox model with "
        "Efron’s handling of ties, with its {level} confidence interval.",
    ),
    "cox_clustered": Method(
        ("time_to_event",),
        _cox,
        "The time to an event is compared by the hazard ratio{adjusted_for} of a Cox model with "
        "Efron’s handling of ties, with its {level} confidence interval by a standard error "
        "that is robust to the clusters.",
    ),
    "restricted_mean": Method(
        ("time_to_event",),
        _restricted_mean,
        "The mean time without the event up to a stated horizon is compared by its difference.",
        adjusts=False,
    ),
    "aalen_johansen": Method(
        ("time_to_event",),
        _incidence_difference,
        "The share with the event by a stated horizon is estimated with competing events counted "
        "as such (Aalen–Johansen), and compared by its difference.",
        adjusts=False,
    ),
    "two_stage_least_squares": Method(
        ("continuous", "binary"),
        _complier,
        "The effect among those who take up the intervention when it is offered (compliers) is "
        "estimated{adjusted_for} by two-stage least squares with the allocation as the instrument, "
        "with its {level} confidence interval by a robust standard error.",
    ),
}
"""Name -> method, in the order in which the methods section tells them."""
