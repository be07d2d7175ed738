"""What templates can say: numbers, intervals, quotations, tables, references, labels."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from markupsafe import Markup

from trialtrail.analysis.plan import MAIN
from trialtrail.report.compared_arms import (
    any_of_factors,
    arms_beside,
    arms_of,
    compared_in_words,
    shift_of,
    sides_of,
)
from trialtrail.report.described import (
    adjusted_interval,
    adjusted_mean,
    arm_mean_sd,
    arm_percent,
    as_observed,
    baseline_cell,
    lines_of,
    percent,
    prints_alike,
    spread,
)
from trialtrail.report.effects import (
    compared_analyses,
    effect,
    effect_beside_limits,
    effect_in_table,
    effect_part,
    intervals_in_words,
    p_value,
)
from trialtrail.report.facts import fact_functions
from trialtrail.report.named import label_of, label_of_pair, named
from trialtrail.report.numbers import Numbers, mark
from trialtrail.report.quoted import Quoted, cited, is_shown, quote
from trialtrail.report.views import RowView, TableView
from trialtrail.results.cells import parse


def vocabulary(
    numbers: Numbers, quotations: Quoted, labels: Mapping[str, Mapping[str, str]]
) -> dict[str, Callable[..., Any]]:
    """Return the functions of the templates, by name.

    Args:
        quotations: filled with the words of each quotation that is printed, by its row.
        labels: what roles and stages are called, by id.
    """
    return {
        **_in_prose(numbers),
        **fact_functions(numbers),
        "table": lambda name: TableView(numbers, name),
        "quotation": lambda row: quote(row, quotations),
        "cited": lambda row, linked=True: cited(row, places_of_quotations(numbers), linked=linked),
        "effect": effect,
        "effect_part": effect_part,
        "intervals_in_words": lambda role, level: intervals_in_words(numbers, role, level),
        "compared_analyses": lambda: compared_analyses(numbers),
        "effect_in_table": effect_in_table,
        "effect_beside_limits": effect_beside_limits,
        "of_plan": lambda row: of_plan(row, numbers, labels),
        "arm_mean_sd": arm_mean_sd,
        "arm_percent": arm_percent,
        "percent_beside": percent,
        "adjusted_mean": adjusted_mean,
        "adjusted_interval": adjusted_interval,
        "p_value": p_value,
        "as_observed": as_observed,
        "lines_of": lines_of,
        "arms_of": lambda rows: arms_of(rows, labels),
        "arm_label": lambda arm: named(labels.get("arms", {}).get(arm, arm.replace("_", " "))),
        "arms_beside": lambda rows: arms_beside(rows, labels),
        "compared_in_words": lambda row: compared_in_words(row, labels),
        "shift_of": shift_of,
        "sides_of": lambda row: sides_of(row, labels),
        "multiplicity": named(labels.get("plan", {}).get("multiplicity", "")),
        "estimand": named(labels.get("plan", {}).get("estimand", "")),
        "clusters_of_plan": labels.get("plan", {}).get("clusters", ""),
        "has_factors": any_of_factors(numbers, list(labels.get("arms", {}))),
        "baseline_cell": baseline_cell,
        "spread_of": spread,
        "prints_alike": prints_alike,
        "ref": lambda name: Markup('<a data-ref="{}"></a>').format(name),
        "label_of": lambda kind, name: named(label_of(labels, kind, name)),
        "label_of_pair": lambda role, stage: named(label_of_pair(labels, role, stage)),
        "theme_label": lambda theme: theme_label(numbers, theme),
        "themes": lambda rows: themes(numbers, rows),
    }


def places_of_quotations(numbers: Numbers) -> dict[str, int]:
    """Return the place of each quotation that is printed among those, by row."""
    shown = [row.id for row in TableView(numbers, "quotations") if is_shown(row)]
    return {name: place for place, name in enumerate(shown, start=1)}


def _in_prose(numbers: Numbers) -> dict[str, Callable[..., Markup]]:
    """Return the functions that take addresses: they serve in sentences."""

    def n(address: str, spec: str | None = None) -> Markup:
        return mark(numbers.number(address, spec))

    def pct(address: str, spec: str = ".0p") -> Markup:
        return n(address, spec) + Markup("%")

    def of(row: str) -> Markup:
        return n(f"{row}/n") + Markup(" of ") + n(f"{row}/denominator")

    def share(row: str, spec: str = ".0p") -> Markup:
        return of(row) + Markup(" (") + pct(f"{row}/percent", spec) + Markup(")")

    def ci(row: str, spec: str) -> Markup:
        return n(f"{row}/lower", spec) + Markup(" to ") + n(f"{row}/upper", spec)

    def t(address: str) -> Markup:
        if numbers.cells.is_withheld(parse(address)):
            return n(address)
        return row_of(numbers, address).t(parse(address).column)

    return {"n": n, "pct": pct, "of": of, "share": share, "ci": ci, "t": t}


def row_of(numbers: Numbers, address: str) -> RowView:
    """Return the row in which a cell stands."""
    cell = parse(address)
    return RowView(numbers, cell.table, cell.row, numbers.cells.row(cell))


def of_plan(
    row: RowView, numbers: Numbers, labels: Mapping[str, Mapping[str, str]]
) -> Markup | str:
    """Return which outcome and analysis a row of `deviations` is of, as readers call them."""
    parts: list[Markup | str] = []
    if row.has("outcome"):
        same = {"outcome": row.raw("outcome")}
        known = TableView(numbers, "estimates").where(**same) if _has_estimates(numbers) else []
        parts.append(known[0].t("label") if known else named(row.raw("outcome").replace("_", " ")))
    if row.has("analysis"):
        label = label_of(labels, "analyses", row.raw("analysis"))
        main = row.raw("analysis") == MAIN
        parts.append("main analysis" if main else Markup("analysis “{}”").format(named(label)))
    return Markup(", ").join(parts)


def _has_estimates(numbers: Numbers) -> bool:
    return "estimates" in numbers.cells.tables()


def theme_label(numbers: Numbers, theme: str) -> str:
    """Return what a theme is called in the table of codes; without it, its id in words."""
    if "codes" in numbers.cells.tables():
        row = numbers.cells.table("codes").rows.get(theme)
        if row:
            return RowView(numbers, "codes", theme, row).t("label")
    return named(theme.replace("_", " ").capitalize())


def themes(numbers: Numbers, quotations: Iterable[RowView]) -> list[dict[str, Any]]:
    """Return the themes and categories of the quotations that are shown, in their order."""
    found: dict[str, dict[str, list[RowView]]] = {}
    for row in quotations:
        if is_shown(row):
            found.setdefault(row.raw("theme"), {}).setdefault(row.raw("category"), []).append(row)
    return [
        {
            "id": theme,
            "label": theme_label(numbers, theme),
            "categories": [
                {
                    "id": category.replace(" ", "_"),
                    "label": rows[0].t("category", sentence=True),
                    "quotations": rows,
                }
                for category, rows in categories.items()
            ],
        }
        for theme, categories in found.items()
    ]
