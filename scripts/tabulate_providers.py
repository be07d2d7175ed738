"""Tabulate the providers and their service: one row is one figure, or one point of the curve."""

import pandas as pd

from trialtrail.counts import COUNT_COLUMNS, count_row, count_table, quartiles
from trialtrail.lineage import Rows, run
from trialtrail.survival import kaplan_meier
from trialtrail.tables import read_table, write_result

COLUMNS = [*COUNT_COLUMNS, "value", "median", "q1", "q3"]


def provider_rows(providers: pd.DataFrame, words: dict) -> list[dict]:
    """Return counts of providers and of resignations, and the spread of hours and service."""
    total = len(providers)
    resigned = providers[providers["resigned"]]
    many = words["provider"]["many"].capitalize()
    rows = [
        count_row("all", many, total),
        count_row("resigned", f"{many} who resigned", len(resigned), total),
    ]
    reasons = resigned["resignation_reason"].value_counts()
    for reason, n in sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0])):
        label = f"Resigned: {str(reason).replace('_', ' ')}"
        rows.append(count_row(f"resigned.{reason}", label, int(n), len(resigned)))
    unknown = int(resigned["resignation_reason"].isna().sum())
    if unknown:
        label = "Resigned: reason not known"
        rows.append(count_row("resigned.unknown", label, unknown, len(resigned)))
    spreads = {
        "months_served": ("Months served", "months_served"),
        "participants": (f"{words['participant']['many'].capitalize()} assigned", "participants"),
        "visits": (f"{words['contact']['many'].capitalize()}", "visits"),
        "training_hours": ("Hours of training", "training_hours"),
    }
    for name, (label, column) in spreads.items():
        if column in providers:
            known = int(providers[column].notna().sum())
            rows.append(count_row(name, label, known) | quartiles(providers[column]))
    if "hours_min" in providers:
        for name, value in (
            ("hours_per_month_min", providers["hours_min"].min()),
            ("hours_per_month_max", providers["hours_max"].max()),
        ):
            label = "Hours in a month, " + ("fewest" if name.endswith("min") else "most")
            known = int(providers["hours_min"].notna().sum())
            rows.append(count_row(name, label, known) | {"value": value})
    return rows


def retention(providers: pd.DataFrame, level: float) -> pd.DataFrame:
    """Return the Kaplan-Meier curve of service: one row is one time at which providers resigned."""
    known = providers.dropna(subset=["months_served"])
    curve = kaplan_meier(
        known["months_served"].astype(float), known["resigned"].astype(bool), level
    )
    curve = curve[curve["events"] > 0].reset_index(drop=True)
    curve.insert(0, "row", [f"event_{n + 1}" for n in range(len(curve))])
    return curve


def main(job):
    """Read the providers; write their table and the curve of their service."""
    providers = read_table(job.input.providers)
    write_result(count_table(provider_rows(providers, job.params.words), COLUMNS), job.output.table)
    if "months_served" in providers:
        curve = retention(providers, job.params.level)
    else:
        curve = pd.DataFrame(
            columns=["row", "months", "at_risk", "events", "survival", "lower", "upper"]
        )
    write_result(curve, job.output.retention)
    return {"providers": Rows(read=len(providers), used=len(providers))}


run(main, globals())
