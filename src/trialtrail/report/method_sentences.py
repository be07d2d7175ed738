"""The sentences of the report on how the printed rows were computed, made from those rows."""

from __future__ import annotations

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


def method_sentences(rows: Iterable[RowView], level: str, labels: Labels) -> list[str]:
    """Return a sentence for each method by which a row was made, those of the main analysis first.

    Of another analysis, only methods that the main analysis does not have are reported, together.

    Args:
        rows: the rows of `estimates`.
        level: the confidence level as it is printed.
        labels: what analyses and covariates (``variables``) are called, by id.
    """
    listed = list(rows)
    roles = {row.raw("analysis"): row.raw("role") for row in reversed(listed)}
    first = [name for name in roles if roles[name] not in OF_OTHERS]
    compared = {_compared(row): _made_by(row) for row in listed if row.raw("analysis") in first}
    used: dict[str, dict[tuple[str, str], None]] = {}
    for row in listed:
        analysis = row.raw("analysis")
        if analysis in first or compared.get(_compared(row)) != _made_by(row):
            used.setdefault(analysis, {})[_made_by(row)] = None
    order = list(METHODS)

    def told(made_by: Iterable[tuple[str, str]]) -> list[str]:
        return [
            METHODS[method].sentence.format(
                level=level, adjusted_for=_adjusted(adjusted_for, labels)
            )
            for method, adjusted_for in sorted(made_by, key=lambda each: order.index(each[0]))
        ]

    main = [made_by for name in first for made_by in used.get(name, {})]
    sentences = list(dict.fromkeys(told(dict.fromkeys(main))))
    for analysis in (name for name in used if name not in first):
        name = labels.get("analyses", {}).get(analysis, analysis.replace("_", " "))
        own = told(used[analysis])
        whole = " ".join(f"{text[:1].lower()}{text[1:].rstrip('.')};" for text in own)
        sentences.append(f"{OF_OTHERS[roles[analysis]]} “{name}”: {whole.rstrip(';')}.")
    return sentences


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
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _compared(row: RowView) -> tuple[str, ...]:
    """Return what a row compares, whatever the analysis, the subgroup or the shift."""
    measure = row.raw("measure").removesuffix(f"_{INTERACTION}")
    return (*(row.raw(name) for name in ("outcome", "timepoint", "arm")), measure)


def _made_by(row: RowView) -> tuple[str, str]:
    return row.raw("method"), row.raw("adjusted_for")
