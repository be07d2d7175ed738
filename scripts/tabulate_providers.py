"""Tabulate the providers and their service: one row is one figure, or one point of the curve."""

from dataclasses import replace

import pandas as pd

from trialtrail.analysis.survival.product_limit import kaplan_meier, time_until
from trialtrail.record import Rows, run
from trialtrail.results.counts import SPREAD, count_row, quartiles
from trialtrail.results.takes import TAKES, UNKNOWN, Takes, takes, write_takes
from trialtrail.tables import read_table, write_result, write_table

from schemas.results.base import conform
from schemas.results.retention import Retention
from schemas.results.summaries import of_topic, takes_of

PROVIDERS, SERVED = "dataset:providers", ("months_served",)
OF_CURVE = ("at_risk", "events", "survival", "lower", "upper")
"""Cells of the curve, all of which take every service that is known."""

QUARTILES = {"q1": 0.25, "median": 0.5, "q3": 0.75}
"""Column -> the share of providers who have resigned by then."""
NAMES = {"q1": "lower quartile", "median": "median", "q3": "upper quartile"}
APART, TICKS = (1, 3, 6, 12, 24), 12
"""Months between two round times: the first that gives no more than so many."""


def provider_rows(providers: pd.DataFrame, words: dict) -> list[dict]:
    """Return counts of providers and of resignations, and the spread of hours and service."""
    total = len(providers)
    resigned = providers[providers["resigned"]]
    many = words["provider"]["many"].capitalize()
    everybody = Takes(PROVIDERS, ("provider_id",))
    gone = Takes(PROVIDERS, ("resigned",), {"resigned": True})
    rows = [
        count_row("all", many, total, counted=[everybody]),
        count_row(
            *("resigned", f"{many} who resigned", len(resigned), total),
            counted=[gone],
            out_of=[everybody],
        ),
    ]
    reasons = resigned["resignation_reason"].value_counts()
    for reason, n in sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0])):
        label = f"Resigned: {str(reason).replace('_', ' ')}"
        them = _of_reason(gone, reason)
        rows.append(
            count_row(
                *(f"resigned.{reason}", label, int(n), len(resigned)), counted=[them], out_of=[gone]
            )
        )
    unknown = int(resigned["resignation_reason"].isna().sum())
    if unknown:
        label = "Resigned: reason not known"
        them = _of_reason(gone, UNKNOWN)
        rows.append(
            count_row(
                *("resigned.unknown", label, unknown, len(resigned)), counted=[them], out_of=[gone]
            )
        )
    spreads = {
        "participants": (f"{words['participant']['many'].capitalize()} assigned", "participants"),
        "visits": (f"{words['contact']['many'].capitalize()}", "visits"),
        "training_hours": ("Hours of training", "training_hours"),
    }
    if "months_served" in providers:
        rows.append(service_row(providers))
    for name, (label, column) in spreads.items():
        if column in providers:
            known = int(providers[column].notna().sum())
            row = count_row(name, label, known) | quartiles(providers[column])
            taken = Takes(PROVIDERS, (column,), {}, (column,))
            rows.append(row | {TAKES: takes(SPREAD, taken)})
    if "hours_min" in providers:
        known = int(providers["hours_min"].notna().sum())
        fewest, most = providers["hours_min"].min(), providers["hours_max"].max()
        row = count_row("hours_per_month_min", "Hours in a month, fewest", known)
        taken = Takes(PROVIDERS, ("hours_min",), {}, ("hours_min",))
        rows.append(row | {"minimum": fewest, TAKES: takes(("n", "minimum"), taken)})
        row = count_row("hours_per_month_max", "Hours in a month, most", known)
        taken = Takes(PROVIDERS, ("hours_max",), {}, ("hours_max",))
        rows.append(row | {"maximum": most, TAKES: takes(("n", "maximum"), taken)})
    return rows


def service_row(providers: pd.DataFrame) -> dict:
    """Return the median and quartiles of the service, with those who still served as censored.

    They are of the same Kaplan-Meier curve as the figure. A quartile that the curve does not come
    down to is empty, and the note says why.
    """
    known = providers.dropna(subset=["months_served"])
    served, gone = known["months_served"].astype(float), known["resigned"].astype(bool)
    curve = kaplan_meier(served, gone)
    found = {name: time_until(curve, share) for name, share in QUARTILES.items()}
    missing = [name for name, value in found.items() if value is None]
    notes = []
    if missing and len(known):
        names = " and ".join(NAMES[name] for name in missing)
        notes = [f"{names} not reached, as too many still served when observation ended"]
    taken = Takes(PROVIDERS, ("months_served", "resigned"), {}, SERVED)
    return (
        count_row("months_served", "Months served (Kaplan–Meier)", len(known))
        | found
        | {"note": "; ".join(notes) or None, TAKES: takes((*SPREAD, "note"), taken)}
    )


def _of_reason(gone: Takes, reason) -> Takes:
    """Return what those take who resigned for a reason."""
    columns = (*gone.columns, "resignation_reason")
    return replace(gone, columns=columns, where=gone.where | {"resignation_reason": reason})


def retention(providers: pd.DataFrame, level: float) -> pd.DataFrame:
    """Return the Kaplan-Meier curve of service: one row is one point of it.

    ``event_<n>`` is a time at which providers resigned; ``month_<m>`` is a round time, at which the
    curve does not step and ``at_risk`` are those who served until then or longer.
    """
    known = providers.dropna(subset=["months_served"])
    served = known["months_served"].astype(float)
    curve = kaplan_meier(served, known["resigned"].astype(bool), level)
    curve = curve[curve["events"] > 0].reset_index(drop=True)
    curve.insert(0, "row", [f"event_{n + 1}" for n in range(len(curve))])
    rows = [_at_month(month, served, curve) for month in round_months(served.max())]
    points = pd.DataFrame(rows, columns=curve.columns).astype(curve.dtypes.drop("row").to_dict())
    return pd.concat([curve, points]).sort_values("months", kind="stable", ignore_index=True)


def round_months(last: float) -> range:
    """Return the months at which the number at risk is printed: as many as an axis has room for."""
    if pd.isna(last):
        return range(0)
    apart = next((each for each in APART if last / each <= TICKS), APART[-1])
    return range(0, int(last) + 1, apart)


def _at_month(month: int, served: pd.Series, curve: pd.DataFrame) -> dict:
    """Return the point of the curve at a month: what the last event before it left."""
    before = curve[curve["months"] <= month]
    left = before.iloc[-1] if len(before) else {"survival": 1.0, "lower": None, "upper": None}
    return {
        "row": f"month_{month}",
        "months": month,
        "at_risk": int((served >= month).sum()),
        "events": 0,
        **{name: left[name] for name in ("survival", "lower", "upper")},
    }


def main(job):
    """Read the providers; write their table and the curve of their service."""
    providers = read_table(job.input.providers)
    rows = provider_rows(providers, job.params.words)
    table = of_topic("providers", rows)
    write_table(table, job.output.table)
    if "months_served" in providers:
        curve = retention(providers, job.params.level)
    else:
        curve = pd.DataFrame(
            columns=["row", "months", "at_risk", "events", "survival", "lower", "upper"]
        )
    write_result(conform(curve, Retention), job.output.retention)
    served = takes(OF_CURVE, Takes(PROVIDERS, ("months_served", "resigned"), {}, SERVED))
    taken = takes_of(table) | {"retention": {str(row): served for row in curve["row"]}}
    write_takes(job.output.takes, taken)
    return {"providers": Rows(read=len(providers), used=len(providers))}


run(main, globals())
