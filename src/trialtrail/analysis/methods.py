"""The registry of methods: which kinds of outcomes each takes, what it needs, how it is fitted.

A method is one function in a module of its family and one entry here. A new one is chosen by
`methods_for` and prints its sentence wherever a row that it made is printed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from trialtrail.analysis.fitted import Fitted, Setting

WELCH, POOLED = "welch", "pooled"
"""Values of `analysis.mean_difference`."""


@dataclass(frozen=True)
class Method:
    """One method.

    Attributes:
        kinds: the kinds of outcomes that it takes.
        fit: from the data (a row a participant: ``arm``, ``value``, covariates) and the setting to
            what is printed.
        sentence: what the methods section says of it; ``{level}`` is the confidence level and
            ``{adjusted_for}`` the covariates.
        needs: the entries of the setting without which it cannot be fitted.
    """

    kinds: tuple[str, ...]
    fit: Callable[[pd.DataFrame, Setting], Fitted]
    sentence: str
    needs: tuple[str, ...] = ()


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


def _ancova(data, setting):
    from trialtrail.analysis.regression import ancova

    return ancova(data, setting)


METHODS: dict[str, Method] = {
    "welch": Method(
        ("continuous",),
        _welch,
        "A continuous outcome is compared by the difference of means, with the {level} interval of "
        "Welch’s method, which allows each arm its own variance.",
    ),
    "student": Method(
        ("continuous",),
        _student,
        "A continuous outcome is compared by the difference of means, with the {level} interval of "
        "Student’s method, with one variance for all arms.",
    ),
    "newcombe": Method(
        ("binary",),
        _newcombe,
        "A binary outcome is compared by the difference of risks, with Newcombe’s interval.",
    ),
    "katz": Method(
        ("binary",),
        _katz,
        "The ratio of risks has an interval on the logarithmic scale.",
    ),
    "ancova": Method(
        ("continuous",),
        _ancova,
        "A continuous outcome is compared by the difference of means adjusted for {adjusted_for} "
        "in a linear model (analysis of covariance), with its {level} interval; participants of "
        "whom a covariate is not known are left out.",
        needs=("adjust",),
    ),
}
"""Name -> method, in the order in which the methods section tells them."""


def methods_for(kind: str, adjust: Iterable[str], mean_difference: str) -> list[str]:
    """Return the names of the methods by which an outcome of a kind is compared.

    Args:
        adjust: the covariates; with any, a continuous outcome is compared by ANCOVA.
        mean_difference: `welch` or `pooled`, the method without covariates.
    """
    if kind == "binary":
        return ["newcombe", "katz"]
    if list(adjust):
        return ["ancova"]
    return ["student" if mean_difference == POOLED else "welch"]
