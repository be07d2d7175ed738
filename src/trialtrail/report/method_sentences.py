"""The sentences of the report on how the printed rows were computed, made from those rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from markupsafe import Markup

from trialtrail.analysis.methods import METHODS
from trialtrail.analysis.plan import BASELINE_VALUE, MAIN
from trialtrail.report.formatting import within_sentence
from trialtrail.report.views import COMPARISON, RowView

Labels = Mapping[str, Mapping[str, str]]


def method_sentences(rows: Iterable[RowView], level: str, labels: Labels) -> list[str]:
    """Return a sentence for each method by which a row was made, those of the main analysis first.

    Of a sensitivity analysis, only what differs from the main analysis of the same outcome is
    reported.

    Args:
        rows: the rows of `estimates`.
        level: the confidence level as it is printed.
        labels: what analyses and covariates (``variables``) are called, by id.
    """
    listed = list(rows)
    main = {_comparison(row): _made_by(row) for row in listed if row.raw("analysis") == MAIN}
    used: dict[str, dict[tuple[str, str], None]] = {}
    for row in listed:
        analysis = row.raw("analysis")
        if analysis == MAIN or main.get(_comparison(row)) != _made_by(row):
            used.setdefault(analysis, {})[_made_by(row)] = None
    sentences = []
    for analysis in sorted(used, key=lambda name: name != MAIN):
        order = list(METHODS)
        for method, adjusted_for in sorted(used[analysis], key=lambda each: order.index(each[0])):
            words = covariates_in_words(adjusted_for, labels)
            text = METHODS[method].sentence.format(
                level=level, adjusted_for=f" adjusted for {words}" if words else ""
            )
            if analysis != MAIN:
                name = labels.get("analyses", {}).get(analysis, analysis.replace("_", " "))
                text = f"In the sensitivity analysis “{name}”: {text[:1].lower()}{text[1:]}"
            sentences.append(text)
    return sentences


def adjustment(rows: Iterable[RowView], labels: Labels) -> Markup:
    """Return what the differences among ``rows`` are adjusted for; nothing where none is.

    Where they are not all adjusted for the same, the outcomes are named.
    """
    outcomes: dict[str, dict[str, Markup]] = {}
    for row in rows:
        if row.raw("measure") == "mean_difference":
            of_covariates = outcomes.setdefault(row.raw("adjusted_for"), {})
            of_covariates[row.raw("outcome")] = row.t("label")
    if not any(outcomes):
        return Markup("")
    if len(outcomes) == 1:
        (adjusted_for,) = outcomes
        words = covariates_in_words(adjusted_for, labels, "the value at baseline")
        return Markup("Differences of means are adjusted for {}.").format(words)
    parts = []
    for adjusted_for, names in outcomes.items():
        words = covariates_in_words(adjusted_for, labels, "the value at baseline")
        how = Markup("adjusted for {}: ").format(words) if words else Markup("not adjusted: ")
        parts.append(how + Markup(", ").join(names.values()))
    return Markup("Differences of means are ") + Markup("; ").join(parts) + "."


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


def _comparison(row: RowView) -> tuple[str, ...]:
    return tuple(row.raw(column) for column in COMPARISON if column != "analysis")


def _made_by(row: RowView) -> tuple[str, str]:
    return row.raw("method"), row.raw("adjusted_for")
