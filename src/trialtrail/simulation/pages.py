"""What the page of the drawn trials shows of the tables: cells as they are printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from trialtrail.simulation.characteristics import ERROR, POWER, TYPE_1
from trialtrail.simulation.design import ASSUMED, BY_ARM, DATA, IN_CLUSTERS, complete
from trialtrail.simulation.words import method_in_words

COLUMNS = {
    "bias": "Bias",
    "empirical_se": "Empirical SE",
    "model_se": "Model SE",
    "relative_error": "Relative error of SE, %",
    "coverage": "Cover­age, %",
    TYPE_1: "Type I error, %",
    POWER: "Power, %",
    "at_boundary": "At the bound­ary, %",
    "not_estimable": "Not esti­mable, %",
    "width": "Width",
}
"""Column of `operating_characteristics` -> its heading."""
SHARES = ("coverage", TYPE_1, POWER, "at_boundary", "not_estimable")
NAMES = {
    "sizes": "Participants",
    "sd": "SD",
    "effect": "Effect",
    "clusters": "Clusters",
    "concentration": "Concen­tration",
    "correlation": "Corre­lation",
    "informative": "Informative",
    "covariate": "Covariate",
    "auxiliary": "Auxiliary",
    "lost": "Lost",
    "mechanism": "Mechanism",
    "lost_slope": "Slope",
    "uptake": "Uptake",
    "visits": "Visits",
    "visit_correlation": "Between visits",
    "imputations": "Impu­tations",
}
"""Value of a design -> its heading."""
MARKS = {DATA: " d", ASSUMED: " a"}
UNUSED = "–"


def characteristic_rows(
    rows: Sequence[Mapping[str, str]], *, clustered: bool
) -> list[dict[str, Any]]:
    """Return the rows of `operating_characteristics` with their cells as they are printed."""
    found, before = [], None
    for row in rows:
        found.append(
            {
                "label": row["label"],
                "first": row["scenario"] != before,
                "trials": f"{int(row['trials']):,}",
                "truth": f"{float(row['truth']):g}",
                "method": method_in_words(row["method"], row["values"], clustered=clustered),
                "cells": [_cell(row, name) for name in COLUMNS],
            }
        )
        before = row["scenario"]
    return found


def _cell(row: Mapping[str, str], name: str) -> tuple[str, str]:
    """Return a measure and its Monte Carlo error as they are printed."""
    if not row[name]:
        return UNUSED, ""
    scale, digits = (100, 1) if name in SHARES else (1, 1 if name == "relative_error" else 3)
    error = f"{scale * float(row[f'{name}{ERROR}']):.{digits + (digits == 1)}f}"
    return _signed(scale * float(row[name]), digits), error


def _signed(value: float, digits: int) -> str:
    """Return a number with a true minus; none of a number that is printed as 0."""
    text = f"{value:.{digits}f}"
    return text.replace("-", "" if float(text) == 0 else "\N{MINUS SIGN}")


def drawn_table(
    scenarios: Sequence[Mapping[str, Any]], described: Mapping[str, Any], arms: Sequence[str]
) -> tuple[list[str], list[dict[str, Any]]]:
    """Return the headings and rows of what was drawn: each value with the mark of its origin.

    Values that no scenario uses have no column.
    """
    designs = [(each, *complete(each, described, arms, each["within"])) for each in scenarios]
    used = [name for name in NAMES if any(name in origins for _, _, origins in designs)]
    found = []
    for scenario, design, origins in designs:
        cells = []
        for name in used:
            if name not in origins:
                cells.append(UNUSED)
                continue
            value = getattr(design, name)
            if name in BY_ARM:
                value = [
                    v
                    for v, k in zip(value, design.clusters, strict=True)
                    if k or name not in IN_CLUSTERS
                ]
            cells.append(_printed(value) + MARKS.get(origins[name], ""))
        found.append({"label": scenario["label"], "cells": cells})
    return [NAMES[name] for name in used], found


def _printed(value: Any) -> str:
    """Return a value of a design; of several arms once where it is the same."""
    if isinstance(value, list | tuple):
        texts = [_printed(each) for each in value]
        return texts[0] if len(set(texts)) == 1 else " / ".join(texts) or UNUSED
    if isinstance(value, str):
        return value.replace("_", " ")
    if value == float("inf"):
        return "even"
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def power_rows(
    rows: Sequence[Mapping[str, str]], labels: Mapping[str, str]
) -> list[dict[str, str]]:
    """Return the rows of `power` by size, with their cells as they are printed."""
    ordered = sorted(rows, key=lambda row: (int(row["participants"]), row["kind"]))
    return [
        {
            "kind": row["kind"],
            "participants": f"{int(row['participants']):,}",
            "sizes": _named(row["sizes"], labels),
            "clusters": _named(row["clusters"], labels) or UNUSED,
            "trials": f"{int(row['trials']):,}",
            "power": f"{100 * float(row['power']):.1f}",
            "error": f"{100 * float(row['power_mc_error']):.2f}",
            "smoothed": _share(row["smoothed"]),
            "formula": _share(row["formula"]),
        }
        for row in ordered
    ]


def _share(text: str) -> str:
    return f"{100 * float(text):.1f}" if text else UNUSED


def _named(text: str, labels: Mapping[str, str]) -> str:
    """Return numbers by arm with the labels of the arms."""
    found = []
    for part in filter(None, text.split(", ")):
        arm, _, number = part.rpartition(" ")
        found.append(f"{labels.get(arm, arm)} {int(number):,}")
    return "; ".join(found)


def power_sentences(rows: Sequence[Mapping[str, str]], labels: Mapping[str, str]) -> list[str]:
    """Return what was asked, and the smallest trial that has the wanted power."""
    if not rows:
        return []
    first = rows[0]
    asked = (
        f"A difference of {float(first['effect']):g} is to be found at a two-sided level of "
        f"{100 * float(first['alpha']):g}% by: {method_in_words(first['method'])}."
    )
    wanted = f"{100 * float(first['wanted']):g}%"
    smallest = next((row for row in rows if row["kind"] == "smallest"), None)
    if smallest is None:
        return [asked, f"The sizes that were tried do not tell where the power is {wanted}."]
    limits = [round(float(smallest[f"participants_{end}"])) for end in ("lower", "upper")]
    said = (
        f"{int(smallest['participants']):,} participants "
        f"({_named(smallest['sizes'], labels)}) reach a power of {wanted}; the Monte Carlo error "
        f"leaves {limits[0]:,} to {limits[1]:,} ({100 * 0.95:g}% interval)."
    )
    return [asked, said + (f" {smallest['note'].capitalize()}." if smallest["note"] else "")]
