"""The sentences of the methods section on the analysis, made from the rows that are printed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from trialtrail.analysis.methods import METHODS
from trialtrail.analysis.plan import BASELINE_VALUE, MAIN
from trialtrail.report.views import RowView

OWN_VALUE = "its value at baseline"


def method_sentences(rows: Iterable[RowView], level: str, labels: Mapping[str, str]) -> list[str]:
    """Return a sentence for each method by which a row was made, those of the main analysis first.

    Args:
        rows: the rows of `estimates`.
        level: the confidence level as it is printed.
        labels: what covariates are called, by id.
    """
    used: dict[str, dict[tuple[str, str], None]] = {}
    for row in rows:
        of_row = (row.raw("method"), row.raw("adjusted_for"))
        used.setdefault(row.raw("analysis"), {})[of_row] = None
    sentences = []
    for analysis in sorted(used, key=lambda name: name != MAIN):
        order = list(METHODS)
        for method, adjusted_for in sorted(used[analysis], key=lambda each: order.index(each[0])):
            text = METHODS[method].sentence.format(
                level=level, adjusted_for=in_words(adjusted_for, labels)
            )
            if analysis != MAIN:
                name = analysis.replace("_", " ")
                text = f"In the sensitivity analysis “{name}”: {text[:1].lower()}{text[1:]}"
            sentences.append(text)
    return sentences


def in_words(adjusted_for: str, labels: Mapping[str, str]) -> str:
    """Return the covariates of a row by what they are called, as a list in a sentence."""
    names = [
        OWN_VALUE if name == BASELINE_VALUE else labels.get(name, name.replace("_", " ")).lower()
        for name in adjusted_for.split("; ")
        if name
    ]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
