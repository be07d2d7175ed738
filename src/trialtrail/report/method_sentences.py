"""The sentences of the report on how the printed rows were computed, made from those rows."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence

from markupsafe import Markup

from trialtrail.analysis.measures import INTERACTION
from trialtrail.analysis.methods import METHODS
from trialtrail.analysis.plan import BASELINE_VALUE
from trialtrail.report.formatting import within_sentence
from trialtrail.report.views import RowView

Labels = Mapping[str, Mapping[str, str]]
OF_OTHERS = {
    "sensitivity": "In the sensitivity analysis",
    "supplementary": "For the estimand",
    "subgroup": "In the analysis",
    "exploratory": "In the exploratory analysis",
}
"""How the sentence of an analysis that is not the main one begins, by its role."""
OF_SEVERAL = {
    "sensitivity": "In the sensitivity analyses",
    "supplementary": "For the estimands",
    "subgroup": "In the analyses",
    "exploratory": "In the exploratory analyses",
}
"""And how that of several which are told alike begins."""
STRATEGIES = {
    "within_arm": "by chained equations in each arm by itself, from {predictors}",
    "jump_to_reference": "from {predictors}, after the last known value as if in the reference arm",
    "copy_increments": "from {predictors}, after the last known value with the changes of the "
    "reference arm",
}
"""Strategy of imputation -> how it is told."""
REPEATED = "mmrm_"
"""How the names of the methods begin that take the known values of all timepoints."""
COMPLIER = "complier_"
NO_INTERVAL = "No interval could be given here."
"""What is added where no effect that a method made has an interval."""
LEFT_OUT = "participants whose outcome is not known are left out"


def method_sentences(rows: Iterable[RowView], level: str, labels: Labels) -> list[str]:
    """Return a sentence for each method by which a row was made, those of the main analysis first.

    Of another analysis it is told together what is different: methods that the main analysis does
    not have, and what stands for outcomes that are not known.

    Args:
        rows: the rows of `estimates`.
        level: the confidence level as it is printed.
        labels: what analyses and covariates (``variables``) are called, by id, and how each
            analysis imputes (``imputed``).
    """
    every = list(rows)
    # What was planned and could not be estimated was computed by no method.
    listed = [row for row in every if row.has("estimate")]
    without = {_made_by(row) for row in listed} - {
        _made_by(row) for row in listed if row.has("lower")
    }
    roles = {row.raw("analysis"): row.raw("role") for row in reversed(listed)}
    roles = {row.raw("analysis"): roles[row.raw("analysis")] for row in listed}
    first = [name for name in roles if roles[name] not in OF_OTHERS]
    compared = {_compared(row): row for row in listed if row.raw("analysis") in first}
    used: dict[str, dict[tuple[str, str], None]] = {name: {} for name in roles}
    for row in listed:
        analysis, main = row.raw("analysis"), compared.get(_compared(row))
        if analysis in first or main is None or _made_by(main) != _made_by(row):
            used[analysis][_made_by(row)] = None
    order = list(METHODS)

    def told(made_by: Iterable[tuple[str, str]]) -> list[str]:
        return [
            METHODS[method].sentence.format(
                level=level, adjusted_for=_adjusted(adjusted_for, labels)
            )
            + (f" {NO_INTERVAL}" if (method, adjusted_for) in without else "")
            for method, adjusted_for in sorted(made_by, key=lambda each: order.index(each[0]))
        ]

    main = [made_by for name in first for made_by in used[name]]
    sentences = list(dict.fromkeys(told(dict.fromkeys(main))))
    others: dict[tuple[str, str], list[str]] = {}
    for analysis in (name for name in roles if name not in first):
        mine = [row for row in listed if row.raw("analysis") == analysis]
        own = [*_unknown(mine, compared, labels), *told(used[analysis])]
        if own:
            name = labels.get("analyses", {}).get(analysis, analysis.replace("_", " "))
            whole = "; ".join(f"{text[:1].lower()}{text[1:].rstrip('.')}" for text in own)
            others.setdefault((roles[analysis], whole), []).append(f"“{name}”")
    for (role, whole), names in others.items():
        begins = OF_OTHERS[role] if len(names) == 1 else OF_SEVERAL[role]
        sentences.append(f"{begins} {_in_a_list(names)}: {whole}.")
    return sentences


def _unknown(
    rows: Iterable[RowView], compared: Mapping[tuple[str, ...], RowView], labels: Labels
) -> list[str]:
    """Return what stands for unknown outcomes in an analysis, where the main one has another."""
    found: dict[str, None] = {}
    strategies = labels.get("imputed", {})
    for row in rows:
        main = compared.get(_compared(row, of_everybody=True))
        mine = strategies.get(row.raw("analysis"), "")
        if row.has("imputations"):
            same = main is not None and main.has("imputations")
            if not same or mine != strategies.get(main.raw("analysis"), ""):
                found[
                    f"outcomes that are not known are imputed {imputed_in_words(mine, labels)}"
                ] = None
            if row.has("delta"):
                found["what is imputed is shifted, in one arm and in both"] = None
        elif main is not None and main.has("imputations"):
            found[LEFT_OUT] = None
    return list(found)


def imputed_in_words(strategy: str, labels: Labels) -> str:
    """Return how outcomes are imputed, as the end of a sentence."""
    helpers = covariates_in_words(labels.get("plan", {}).get("auxiliary", ""), labels)
    predictors = ["the covariates", "the outcome at its other timepoints"]
    if helpers:
        several = "s" if "; " in labels["plan"]["auxiliary"] else ""
        predictors.append(f"the auxiliary variable{several} {helpers}")
    return STRATEGIES.get(strategy, "").format(predictors=_in_a_list(predictors))


def sentences_on_missing_data(rows: Iterable[RowView], labels: Labels) -> list[Markup]:
    """Return what stands for outcomes that are not known in the main analysis; none if nothing.

    Args:
        rows: the rows of `estimates`.
        labels: as `method_sentences` takes them.
    """
    main = [row for row in rows if row.raw("role") not in OF_OTHERS]
    imputed = [row for row in main if row.has("imputations")]
    sentences = []
    if imputed:
        most = max(imputed, key=lambda row: float(row.raw("imputations")))
        how = imputed_in_words(labels.get("imputed", {}).get(most.raw("analysis"), ""), labels)
        sentences.append(
            Markup(
                "Outcomes that are not known are imputed {}, {} times; results are pooled by "
                "Rubin’s rules with Barnard and Rubin’s degrees of freedom."
            ).format(how, most.n("imputations", "d"))
        )
        sentences += _monte_carlo(imputed)
    if any(row.raw("method").startswith(REPEATED) for row in main if not row.has("imputations")):
        sentences.append(
            Markup(
                "Outcomes in a model of repeated measures are not imputed: it takes the known "
                "values of all timepoints, which serves where what is not known depends on known "
                "values alone (missing at random)."
            )
        )
    return sentences


def _monte_carlo(imputed: Iterable[RowView]) -> list[Markup]:
    """Return a sentence on the largest Monte Carlo error of the primary differences."""
    known = [
        row
        for row in imputed
        if row.raw("role") == "primary" and not row.is_ratio and float(row.raw("se") or 0) > 0
        if row.has("mc_error")
    ]
    if not known:
        return []
    worst = max(known, key=lambda row: float(row.raw("mc_error")) / float(row.raw("se")))
    unit = Markup(" ") + worst.short_unit if worst.has("unit") else Markup("")
    spec = f".{max(0, 2 - math.floor(math.log10(float(worst.raw('se')))))}f"
    return [
        Markup(
            "Beside its standard error the Monte Carlo error of a primary effect is largest for "
            "{}: {}{}, with a standard error of {}{}."
        ).format(worst.t("label"), worst.n("mc_error", spec), unit, worst.n("se", spec), unit)
    ]


def _adjusted(adjusted_for: str, labels: Labels) -> str:
    """Return what stands in the sentence of a method for its covariates."""
    words = covariates_in_words(adjusted_for, labels)
    return f" adjusted for {words}" if words else ""


def adjustment(rows: Iterable[RowView], labels: Labels) -> Markup:
    """Return what the differences among ``rows`` are adjusted for; nothing where none is.

    Where they are not all adjusted for the same, the outcomes are named; where the effects on one
    outcome differ in it, the measures are.
    """
    listed = [row for row in rows if row.raw("measure")]
    only_means = all(row.raw("measure") == "mean_difference" for row in listed)
    what = "Differences of means" if only_means else "Effects"
    by_covariates: dict[str, list[RowView]] = {}
    for row in listed:
        by_covariates.setdefault(row.raw("adjusted_for"), []).append(row)
    if not any(by_covariates):
        return Markup("")
    if len(by_covariates) == 1:
        (adjusted_for,) = by_covariates
        words = covariates_in_words(adjusted_for, labels, "the value at baseline")
        return Markup(f"{what} are adjusted for {{}}.").format(words)
    parts = []
    for adjusted_for, names in zip(by_covariates, _names_of(by_covariates.values()), strict=True):
        words = covariates_in_words(adjusted_for, labels, "the value at baseline")
        how = Markup("adjusted for {}: ").format(words) if words else Markup("not adjusted: ")
        parts.append(how + Markup(", ").join(names))
    return Markup(f"{what} are ") + Markup("; ").join(parts) + "."


def _names_of(groups: Collection[Sequence[RowView]]) -> list[list[Markup | str]]:
    """Return what tells groups of effects apart: their outcomes, or else their measures."""
    outcomes = [{row.raw("outcome"): row.t("label") for row in group} for group in groups]
    if len({name for group in outcomes for name in group}) == sum(map(len, outcomes)):
        return [list(group.values()) for group in outcomes]
    return [list(dict.fromkeys(row.measured.lower() for row in group)) for group in groups]


def covariates_in_words(
    adjusted_for: str, labels: Labels, own_value: str = "its value at baseline"
) -> str:
    """Return the covariates of a row by what they are called, as a list in a sentence.

    ``own_value`` is what the outcome's value at baseline is called there.
    """
    variables = labels.get("variables", {})
    names = [
        own_value
        if name == BASELINE_VALUE
        else within_sentence(variables.get(name, name.replace("_", " ")))
        for name in adjusted_for.split("; ")
        if name
    ]
    return _in_a_list(names)


def _in_a_list(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _compared(row: RowView, *, of_everybody: bool = False) -> tuple[str, ...]:
    """Return what a row compares, whatever the analysis, the subgroup or the shift.

    An effect among compliers is that of another measure, unless it is to be that ``of_everybody``.
    """
    measure = row.raw("measure").removesuffix(f"_{INTERACTION}")
    if of_everybody:
        measure = measure.removeprefix(COMPLIER)
    return (*(row.raw(name) for name in ("outcome", "timepoint", "arm")), measure)


def _made_by(row: RowView) -> tuple[str, str]:
    return row.raw("method"), row.raw("adjusted_for")
