"""What templates can say: numbers, intervals, quotations, tables, references, labels."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from trialtrail.analysis.measures import limits, measure_of
from trialtrail.analysis.plan import MAIN
from trialtrail.report.facts import fact_functions
from trialtrail.report.formatting import (
    KIND,
    decimals_at_baseline,
    decimals_for_effect,
    decimals_for_spread,
    decimals_of_percents,
    has_number,
)
from trialtrail.report.numbers import Numbers, mark
from trialtrail.report.plan_marks import plan_mark
from trialtrail.report.quoted import Quoted, cited, is_shown, quote
from trialtrail.report.views import NOTHING, RowView, TableView
from trialtrail.results.cells import parse

MOST_DECIMALS = 6
"""Decimals of the end of an interval that is printed beside a limit."""
QUARTILES = 1.35
"""Standard deviations between the quartiles of a normal distribution."""


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


def named(text: str) -> Markup | str:
    """Return a name that the configuration gives; marked as one where it holds a number."""
    mark_of_name = Markup("<span data-name>{}</span>")
    return mark_of_name.format(text) if has_number(text) else text


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
        return row_of(numbers, address).t(parse(address).column)

    return {"n": n, "pct": pct, "of": of, "share": share, "ci": ci, "t": t}


def row_of(numbers: Numbers, address: str) -> RowView:
    """Return the row in which a cell stands."""
    cell = parse(address)
    return RowView(numbers, cell.table, cell.row, numbers.cells.row(cell))


def effect(
    row: RowView, main: RowView | None = None, beside: Iterable[RowView] | None = None
) -> Markup:
    """Return an estimate with its interval, at decimals that the widths of its kind deserve.

    Its kind are the rows like it, or those like ``main``, or those that it is printed ``beside``.
    Where the estimate or its interval is missing, the reason stands in its place. An estimate that
    is not as the locked plan has it is marked.
    """
    return _effect(row, main, beside) + plan_mark(row.raw("plan_status"))


def effect_in_table(row: RowView, *kind: RowView | Iterable[RowView] | None) -> Markup:
    """Return an effect as it stands in a cell: why it has no interval is said below the table.

    ``kind`` are the further arguments of `effect`.
    """
    if not row.has("note") or row.has("lower"):
        return effect(row, *kind)
    number = effect(row.without("note"), *kind)
    return number + Markup('<span class="footnote">{}</span>').format(row.t("note", sentence=True))


def effect_beside_limits(row: RowView) -> Markup:
    """Return an estimate with its interval beside a sentence on the limits that it is held against.

    No end of the interval is printed as no difference, as the margin or as the smallest important
    difference where it is not that, for the sentence would seem to say something else: it has as
    many decimals as it takes.
    """
    if not row.has("lower"):
        return effect(row)
    given = [row.raw(column) for column in ("margin", "important") if row.has(column)]
    held = {measure_of(row.measure).nothing}
    held |= {end for size in given for end in limits(row.measure, float(size))}
    spec = _spec_of(row, row.alike(*KIND))
    for decimals in range(_decimals(spec), MOST_DECIMALS + 1):
        spec = f".{decimals}f" if spec.endswith("f") else spec
        ends = [float(row.raw(column)) for column in ("lower", "upper")]
        if all(end in held or round(end, decimals) not in held for end in ends):
            break
    ends = (row.n(column, spec) for column in ("estimate", "lower", "upper"))
    printed = Markup("{} ({} to {})").format(*ends)
    return printed + plan_mark(row.raw("plan_status"))


def _decimals(spec: str) -> int:
    return int(spec[1:-1]) if spec.endswith("f") else MOST_DECIMALS


def _spec_of(row: RowView, alike: Iterable[RowView]) -> str:
    """Return how an effect is printed beside those of its kind."""
    kind = [row, *(each for each in alike if each.has("estimate"))]
    return decimals_for_effect(
        *((each.raw("lower"), each.raw("upper")) for each in kind),
        numbers=[row.raw("estimate")],
        decimals=row.raw("decimals"),
        ratio=row.is_ratio,
    )


def _effect(row: RowView, main: RowView | None, beside: Iterable[RowView] | None) -> Markup:
    if not row.has("estimate"):
        return Markup(row.t("note")) if row.has("note") else Markup(NOTHING)
    alike = (main or row).alike(*KIND) if beside is None else beside
    spec = _spec_of(row, alike)
    estimate = row.n("estimate", spec)
    if not row.has("lower"):
        return estimate + Markup(" (") + row.t("note") + ")" if row.has("note") else estimate
    return estimate + Markup(" (") + row.n("lower", spec) + " to " + row.n("upper", spec) + ")"


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


def mean_sd(row: RowView, rows: Sequence[RowView], decide: Callable[..., str]) -> Markup:
    """Return the mean and standard deviation of an arm, at decimals that the spread deserves.

    ``rows`` are those that stand side by side: they have the same decimals, which ``decide`` says.
    """
    if not row.has("mean"):
        return Markup(NOTHING)
    spec = decide(
        *(each.raw("sd") for each in rows),
        numbers=[each.raw("mean") for each in rows],
        decimals=row.raw("decimals"),
    )
    return row.n("mean", spec) + Markup(" (") + row.n("sd", spec) + Markup(")")


def percent(row: RowView, rows: Sequence[RowView], denominator: str) -> Markup:
    """Return the percentage of a row in brackets, nothing where nobody has a value.

    ``rows`` are those that stand side by side: they have the same decimals.
    """
    if not row.has("percent"):
        return Markup("")
    shares = [(each.raw("percent"), each.raw(denominator)) for each in rows]
    spec = decimals_of_percents(shares, row.raw("decimals"))
    return Markup(" (") + row.n("percent", spec) + Markup("%)")


def arm_mean_sd(row: RowView, rows: Sequence[RowView]) -> Markup:
    """Return mean and standard deviation of a row of `arms`."""
    return mean_sd(row, rows, decimals_for_spread)


def adjusted_mean(row: RowView, column: str) -> Markup:
    """Return the adjusted mean, risk or rate of the arm that stands in a column of an estimate."""
    rows = row.arms()
    mine = next((each for each in rows if each.raw("arm") == row.raw(column)), None)
    if mine is None or not mine.has("adjusted"):
        return Markup(NOTHING)
    if not any(each.has("sd") for each in rows):
        return mine.n("adjusted", _spec_of_adjusted(mine, rows))
    spec = decimals_for_spread(
        *(each.raw("sd") for each in rows),
        numbers=[each.raw("adjusted") for each in rows],
        decimals=mine.raw("decimals"),
    )
    return mine.n("adjusted", spec)


def _spec_of_adjusted(row: RowView, rows: Iterable[RowView]) -> str:
    """Return how what is adjusted in an arm is printed beside that of the other arms."""
    known = [each for each in rows if each.has("adjusted")]
    return decimals_for_effect(
        *((each.raw("adjusted_lower"), each.raw("adjusted_upper")) for each in known),
        numbers=[each.raw("adjusted") for each in known],
        decimals=row.raw("decimals"),
    )


def adjusted_interval(row: RowView, rows: Sequence[RowView]) -> Markup:
    """Return the adjusted mean, risk or rate of a row of `arms` with its interval.

    ``rows`` are those that stand side by side: they have the same decimals.
    """
    if not row.has("adjusted"):
        return Markup(NOTHING)
    spec = _spec_of_adjusted(row, rows)
    middle = row.n("adjusted", spec)
    if not row.has("adjusted_lower"):
        return middle
    ends = row.n("adjusted_lower", spec) + Markup(" to ") + row.n("adjusted_upper", spec)
    return middle + Markup(" (") + ends + Markup(")")


def p_value(row: RowView, column: str) -> Markup:
    """Return a p with three decimals, of which what is smaller has its first digit."""
    return row.n(column, ".3f")


def as_observed(row: RowView, rows: Sequence[RowView]) -> Markup:
    """Return what was observed of an arm: events of how many, or in which time, or a mean."""
    if row.has("events") and row.has("time_at_risk") and not row.has("percent"):
        return row.n("events") + Markup(" in ") + row.n("time_at_risk", ".0f")
    if row.has("events") and row.has("percent"):
        return row.n("events") + Markup("/") + row.n("n_with_data") + arm_percent(row, rows)
    if row.has("mean"):
        return arm_mean_sd(row, rows)
    return Markup("n = ") + row.n("n_with_data")


def arms_of(rows: Iterable[RowView], labels: Mapping[str, Mapping[str, str]]) -> list[Markup | str]:
    """Return what the columns of the arms are called: the study's arms, or a factor's two sides."""
    known = labels.get("arms", {})
    first = next(iter(rows), None)
    if first is not None and first.raw("reference") and first.raw("reference") not in known:
        return ["Without", "With"]
    return [named(label) for label in known.values()]


def shift_of(row: RowView) -> dict[str, str]:
    """Return whose imputed values a tipping point shifts, and which way; of several arms, which.

    Its group is the scenario, the arm where several are compared, and the direction where the
    conclusion changes.
    """
    scenario, *more = row.raw("group").split(" ")
    direction = more.pop() if row.has("value") and more else ""
    return {"scenario": scenario, "arm": " ".join(more), "direction": direction}


def sides_of(row: RowView, labels: Mapping[str, Mapping[str, str]]) -> tuple[Markup, Markup]:
    """Return where an effect compares: in an arm and the reference, or with a factor and without.

    They stand on either side of "than".
    """
    known = labels.get("arms", {})
    arm = named(known.get(row.raw("arm"), row.raw("arm").replace("_", " ")))
    reference = row.raw("reference")
    if known and reference not in known:
        return Markup("with {}").format(arm), Markup("without it")
    other = named(known.get(reference, reference.replace("_", " ")))
    return Markup("in {}").format(arm), Markup("in {}").format(other)


def arms_beside(rows: Iterable[RowView], labels: Mapping[str, Mapping[str, str]]) -> list:
    """Return what the two columns of a table are called that has one comparison a row."""
    first, *others = arms_of(rows, labels)
    return [first, others[0] if len(others) == 1 else "Arm compared"]


def compared_in_words(row: RowView, labels: Mapping[str, Mapping[str, str]]) -> Markup:
    """Return who is compared: two arms, or those who met a row of the uptake and the others."""
    arms, uptake = labels.get("arms", {}), labels.get("uptake", {})
    arm, reference = row.raw("arm"), row.raw("reference")
    if reference not in arms and arm in uptake:
        return Markup("{}, against those who did not").format(named(uptake[arm]))
    each = [named(arms.get(name, name.replace("_", " "))) for name in (arm, reference)]
    return Markup("{} against {}").format(*each)


def any_of_factors(numbers: Numbers, arms: Sequence[str]) -> bool:
    """Tell whether the main analysis compares the factors of a factorial trial, not its arms."""
    if not arms or "estimates" not in numbers.cells.tables():
        return False
    rows = TableView(numbers, "estimates", {"role": ["primary", "secondary"]})
    return any(row.raw("reference") not in arms for row in rows)


def lines_of(group: Iterable[RowView]) -> list[list[RowView]]:
    """Return rows of several levels and arms as lines, one a level, each with its arms."""
    found: dict[str, list[RowView]] = {}
    for row in group:
        found.setdefault(row.raw("level"), []).append(row)
    return list(found.values())


def arm_percent(row: RowView, rows: Sequence[RowView]) -> Markup:
    """Return the percentage of a row of `arms` in brackets."""
    return percent(row, rows, "n_with_data")


def baseline_cell(row: RowView, rows: Sequence[RowView]) -> Markup:
    """Return what the baseline table says of one arm: a mean, or a count with its share."""
    if row.has("mean") or not row.has("denominator"):
        return mean_sd(row, rows, decimals_at_baseline)
    return row.n("n") + percent(row, rows, "denominator")


def spread(row: RowView) -> Markup:
    """Return what a count table says besides counts: a value, or a median with its quartiles."""
    for alone in ("minimum", "maximum"):
        if row.has(alone):
            return row.n(alone)
    parts = [row.raw(part) for part in ("median", "q1", "q3") if row.has(part)]
    if not parts:
        return Markup("")
    apart = (max(map(float, parts)) - min(map(float, parts))) / QUARTILES
    whole = all(float(part).is_integer() for part in parts)
    spec = "d" if whole else decimals_at_baseline(str(apart), numbers=parts)
    middle = row.n("median", spec)
    return middle + Markup(" (") + row.n("q1", spec) + " to " + row.n("q3", spec) + ")"


def label_of(labels: Mapping[str, Mapping[str, str]], kind: str, name: str) -> str:
    """Return what a role or a stage is called; without a label, its id in words."""
    words = name.replace("_", " ")
    return labels.get(kind, {}).get(name, words.capitalize() if kind == "roles" else words)


def label_of_pair(labels: Mapping[str, Mapping[str, str]], role: str, stage: str) -> str:
    """Return what a role and a stage of interviews are called together."""
    parts = [label_of(labels, "roles", role)]
    return ", ".join([*parts, label_of(labels, "stages", stage)] if stage else parts)


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
