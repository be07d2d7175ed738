"""Tell a forecast on the screen and as JSON: what was typed, and estimates; no value of anybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from trialtrail.analysis.measures import measure_of
from trialtrail.forecast.forecast import Forecast, Row, Shift
from trialtrail.forecast.query_effects import PROPOSED, Effect, why_of

FORM = "trialtrail-whatif/1"
NUMBERS = ("estimate", "lower", "upper", "se", "p", "p_adjusted", "n_arm", "n_reference")
TOLD = ("estimate", "lower", "upper", "p", "p_adjusted")
CONCLUSIONS = {
    "": "no such estimate",
    "not_estimable": "no effect can be estimated",
    "no_interval": "no interval can be given",
    "non_inferior": "not inferior by the plan's margin",
    "inferior": "inferior by more than the plan's margin",
    "not_shown": "that it is not inferior is not shown",
    "important": "differs by an important amount",
    "unimportant": "differs by less than an important amount",
    "differs": "the interval excludes no difference",
    "no_important": "the interval includes no difference and excludes an important one",
    "inconclusive": "the interval includes no difference and an important one",
    "includes": "the interval includes no difference",
}
"""What an interval allows to be said (see `report.verdicts`), in short."""


def tell(found: Forecast) -> str:
    """Return the forecast as a person reads it."""
    lines = [f"{row.query_id}: {row.state}{_value(row)}" for row in found.asked.own.itertuples()]
    lines += [f"note: {note}" for note in found.notes]
    moved = [shift for shift in found.shifts if shift.changed]
    if not found.shifts:
        lines.append("The run has no such estimate.")
    elif not moved:
        lines.append(f"No estimate changes, of {len(found.shifts)} that were looked at.")
    else:
        lines += ["", *_table(moved), ""]
        same = len(found.shifts) - len(moved)
        lines.append(f"{same} of {len(found.shifts)} estimates stay as they are.")
        lines += _conclusions(moved)
    for now, then in found.claims:
        lines.append(
            f"published {now['id']}: {now['reproduced']} ({now['verdict']}) now,"
            f" {then['reproduced']} ({then['verdict']}) then"
        )
    lines.append(f"Computed again: {computed(found)}. Nothing in the results was changed.")
    return "\n".join(lines)


def computed(found: Forecast) -> str:
    """Return in words what was computed."""
    if not found.computed:
        return "nothing"
    fits = len(found.fitted)
    jobs = len(found.computed)
    return f"{jobs} {'job' if jobs == 1 else 'jobs'}, {fits} {'fit' if fits == 1 else 'fits'}"


def _value(row: Any) -> str:
    """Return the value that was typed; one that is proposed is a participant's, and is not told."""
    if row.state != "corrected":
        return ""
    if row.new_value == PROPOSED:
        return " to the proposed value"
    return f" to {row.text}" if row.text else " to no value"


def _table(shifts: Sequence[Shift]) -> list[str]:
    head = ("estimate", "now", "then", "change", "in standard errors")
    return in_columns([head, *(_cells(shift) for shift in shifts)])


def in_columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows of texts as lines, each column as wide as its widest text."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(c.ljust(w) for c, w in zip(r, widths, strict=True)).rstrip() for r in rows]


def _cells(shift: Shift) -> tuple[str, ...]:
    ratio = measure_of(shift.about["measure"]).ratio
    change, errors = shift.change, shift.in_errors
    told = "" if change is None else f"x {change:.4g}" if ratio else f"{change:+.4g}"
    return (
        shift.about["row"],
        _interval(shift.now),
        _interval(shift.then),
        told,
        "" if errors is None else f"{errors:+.3f}",
    )


def _interval(row: Row) -> str:
    if not row or not row["estimate"]:
        return "none"
    told = _short(row["estimate"])
    if row["lower"]:
        told += f" ({_short(row['lower'])} to {_short(row['upper'])})"
    for name, word in (("p", "p"), ("p_adjusted", "adjusted p")):
        told += f", {word} {float(row[name]):.3g}" if row[name] else ""
    return told


def _short(number: str) -> str:
    return f"{float(number):.4g}"


def _conclusions(moved: Sequence[Shift]) -> list[str]:
    """Return which conclusions change, or that none does."""
    other = [shift for shift in moved if shift.concludes_otherwise]
    if not other:
        return ["No conclusion by the plan's rule changes."]
    return [
        f"The conclusion changes: {each.about['row']}: {conclusion(each.now)} now,"
        f" {conclusion(each.then)} then"
        for each in other
    ]


def conclusion(row: Row) -> str:
    """Return in words what an estimate allows to be said."""
    from trialtrail.report.verdicts import verdict

    told = CONCLUSIONS[verdict(row) if row else ""]
    if row.get("p_adjusted"):
        passed = float(row["p_adjusted"]) <= 1 - float(row["level"])
        told += f" (of its family {'rejected' if passed else 'not rejected'})"
    return told


def plain(found: Forecast) -> dict[str, Any]:
    """Return the forecast as JSON has it."""
    own = found.asked.own
    return {
        "form": FORM,
        "corrections": [
            {"of": row.query_id, "state": row.state} for row in own.itertuples(index=False)
        ],
        "notes": list(found.notes),
        "computed": list(found.computed),
        "fitted": [{"analysis": a, "outcome": o} for a, o in found.fitted],
        "estimates": [_plain(shift) for shift in found.shifts],
        "claims": [
            {"id": now["id"], "now": _claim(now), "then": _claim(then)}
            for now, then in found.claims
        ],
    }


def _plain(shift: Shift) -> dict[str, Any]:
    names = ("row", "analysis", "role", "outcome", "label", "timepoint", "arm", "reference")
    return {
        **{name: shift.about[name] for name in (*names, "measure", "unit")},
        "now": _numbers(shift.now),
        "then": _numbers(shift.then),
        "change": shift.change,
        "change_in_standard_errors": shift.in_errors,
        "conclusion_changes": shift.concludes_otherwise,
    }


def _numbers(row: Row) -> dict[str, Any] | None:
    if not row:
        return None
    numbers = {name: float(row[name]) if row[name] else None for name in NUMBERS}
    return numbers | {"status": row["status"], "conclusion": conclusion(row)}


def _claim(row: Mapping[str, str]) -> dict[str, str]:
    return {"reproduced": row["reproduced"], "verdict": row["verdict"]}


def table_of_effects(effects: Sequence[Effect], table: pd.DataFrame, now: Mapping[str, Row]) -> str:
    """Return the queries with their effect, and of each answer the estimate that moves most.

    Args:
        effects: those that are shown.
        table: what would come of the answers, as the contract `QueryEffects` has it.
        now: the estimates of the run.
    """
    lines = [("query", "answer", "estimate", "now", "then", "in standard errors")]
    for effect in effects:
        for option, rows in table[table["query_id"] == effect.query].groupby("option", sort=False):
            lines.append((effect.query, str(option), *_moved_most(rows, now)))
    words = [(effect.query, effect.words) for effect in effects]
    return "\n".join([*in_columns(lines), "", *in_columns(words)]) if effects else "No open query."


def _moved_most(rows: pd.DataFrame, now: Mapping[str, Row]) -> tuple[str, str, str, str]:
    """Return the estimate that one answer moves most: its row, now, then, in standard errors."""
    primary = rows[rows["role"].eq("primary").fillna(False)]
    for mine in (primary, rows):
        sizes = mine["change_in_errors"].astype("Float64").abs().fillna(0)
        if (sizes > 0).any():
            row = mine.loc[sizes.idxmax()]
            then = {k: "" if pd.isna(row[k]) else str(row[k]) for k in TOLD}
            name = str(row["estimate_row"])
            return name, _interval(now[name]), _interval(then), f"{row['change_in_errors']:+.3f}"
    noted = why_of(rows)
    return (noted[0] if noted else "no estimate changes", "", "", "")


def plain_effects(effects: Sequence[Effect], table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the effects of queries as JSON has them."""
    shown = table.drop(columns=["row", "query_id"]).astype(object)
    shown = shown.where(shown.notna(), None)
    return [
        {
            "query": each.query,
            "effect": each.words,
            "answers": shown[table["query_id"] == each.query].to_dict("records"),
        }
        for each in effects
    ]
