"""What is described of an arm, as templates print it: means, shares, spreads, adjusted values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from markupsafe import Markup

from trialtrail.report.formatting import (
    decimals_at_baseline,
    decimals_for_effect,
    decimals_for_spread,
    decimals_of_percents,
    format_number,
)
from trialtrail.report.views import NOTHING, RowView

NOT_REACHED = "not reached"
"""A quartile of times to an event that too few had."""
QUARTILES = 1.35
"""Standard deviations between the quartiles of a normal distribution."""


def mean_sd(row: RowView, rows: Sequence[RowView], decide: Callable[..., str]) -> Markup:
    """Return the mean and standard deviation of an arm, at decimals that the spread deserves.

    ``rows`` are those that stand side by side: they have the same decimals, which ``decide`` says.
    """
    if not row.has("mean"):
        return row.nothing("mean")
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
        return Markup(NOTHING) if mine is None else mine.nothing("adjusted")
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


def as_observed(row: RowView, rows: Sequence[RowView]) -> Markup:
    """Return what was observed of an arm: events of how many, or in which time, or a mean."""
    if row.has("events") and row.has("time_at_risk") and not row.has("percent"):
        return row.n("events") + Markup(" in ") + row.n("time_at_risk", ".0f")
    if row.has("events") and row.has("percent"):
        return row.n("events") + Markup("/") + row.n("n_with_data") + arm_percent(row, rows)
    if row.has("mean"):
        return arm_mean_sd(row, rows)
    return Markup("n = ") + row.n("n_with_data")


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
    if row.has("mean") or not (row.has("denominator") or row.has("level") or row.has("n")):
        return mean_sd(row, rows, decimals_at_baseline)
    return row.n("n") + percent(row, rows, "denominator")


def spread(row: RowView) -> Markup:
    """Return what a count table says besides counts: a value, or a median with its quartiles."""
    for alone in ("minimum", "maximum"):
        if row.has(alone):
            return row.n(alone)
    parts = [row.raw(part) for part in ("median", "q1", "q3") if row.has(part)]
    if not parts:
        return row.t("note") if row.has("note") else Markup("")
    apart = (max(map(float, parts)) - min(map(float, parts))) / QUARTILES
    whole = all(float(part).is_integer() for part in parts)
    spec = "d" if whole else decimals_at_baseline(str(apart), numbers=parts)
    middle, low, high = (
        row.n(part, spec) if row.has(part) else Markup(NOT_REACHED)
        for part in ("median", "q1", "q3")
    )
    return middle + Markup(" (") + low + " to " + high + ")"


def prints_alike(rows: Iterable[RowView], columns: Sequence[str], spec: str) -> bool:
    """Tell whether columns print the same in each row that has any of them.

    It is false where no row has one: nothing is known of their likeness then.
    """
    printed = [
        {format_number(row.raw(name), spec) if row.has(name) else "" for name in columns}
        for row in rows
    ]
    known = [each for each in printed if each != {""}]
    return bool(known) and all(len(each) == 1 for each in known)
