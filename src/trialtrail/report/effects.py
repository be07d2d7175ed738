"""Estimates with their intervals, as templates print them: in sentences, cells and captions."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from trialtrail.analysis.measures import limits, measure_of
from trialtrail.report.forest import compared
from trialtrail.report.formatting import KIND, decimals_for_effect
from trialtrail.report.numbers import Numbers
from trialtrail.report.plan_marks import plan_mark
from trialtrail.report.views import RowView, TableView

MOST_DECIMALS = 6
"""Decimals of the end of an interval that is printed beside a limit."""


def effect(
    row: RowView, main: RowView | None = None, beside: Iterable[RowView] | None = None
) -> Markup:
    """Return an estimate with its interval, at decimals that the widths of its kind deserve.

    Its kind are the rows like it, or those like ``main``, or those that it is printed ``beside``.
    Where the estimate or its interval is missing, the reason stands in its place. An estimate that
    is not as the locked plan has it is marked.
    """
    return _effect(row, main, beside) + plan_mark(row.raw("plan_status"))


def effect_part(row: RowView, column: str) -> Markup:
    """Return an estimate or one of its limits as `effect` prints it, or nothing."""
    if not row.has(column):
        return Markup("")
    return row.n(column, _spec_of(row, row.alike(*KIND)))


def intervals_in_words(numbers: Numbers, role: str, level: str) -> str:
    """Return what a caption promises of the intervals of a role: of all, of some, or of none."""
    rows = TableView(numbers, "estimates", {"role": role})
    known = [row.has_interval for row in rows]
    if all(known):
        return f" with its {level} interval" if known else ""
    return f", with its {level} interval where there is one" if any(known) else ""


def compared_analyses(numbers: Numbers) -> list[list[RowView]]:
    """Return the rows of the figure of sensitivity: each primary comparison by all its analyses."""
    return [
        [RowView(numbers, "estimates", row["row"], row) for row in rows]
        for rows in compared(numbers.cells.table("estimates"))
    ]


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
        return Markup(row.t("note")) if row.has("note") else row.nothing("estimate")
    alike = (main or row).alike(*KIND) if beside is None else beside
    spec = _spec_of(row, alike)
    estimate = row.n("estimate", spec)
    if not row.has("lower"):
        return estimate + Markup(" (") + row.t("note") + ")" if row.has("note") else estimate
    return estimate + Markup(" (") + row.n("lower", spec) + " to " + row.n("upper", spec) + ")"


def p_value(row: RowView, column: str) -> Markup:
    """Return a p with three decimals, of which what is smaller has its first digit."""
    return row.n(column, ".3f")
