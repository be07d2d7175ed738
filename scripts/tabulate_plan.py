"""Tabulate the analysis plan beside what was run: one row is one analysis."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from trialtrail.analysis.chosen_methods import fallbacks_of
from trialtrail.analysis.methods import METHODS
from trialtrail.planning.described import Stated, describe, planned_names
from trialtrail.planning.terms import in_a_list, method_in_words
from trialtrail.record import Rows, run
from trialtrail.report.formatting import within_sentence
from trialtrail.tables import write_result

from schemas.results.base import conform
from schemas.results.plan import Plan

NO_INTERVAL, NOT_ESTIMABLE = "no_interval", "not_estimable"
USED = ["analysis", "outcome", "label", "method", "status"]
"""Columns of `estimates` that say what was run."""


def plan_row(entry: Mapping[str, Any], stated: Stated, estimates: pd.DataFrame) -> dict[str, Any]:
    """Return the row of an analysis: what is planned of it in words, and what was run.

    Args:
        entry: the entry of the plan.
        stated: what the whole plan says beside it.
        estimates: the rows of `estimates` of all analyses.
    """
    mine = estimates[estimates["analysis"] == entry["id"]]
    planned = planned_names(entry)
    names = {name for own in planned.values() for name in own}
    return {
        "row": entry["id"],
        **describe(entry, stated),
        "planned": "; ".join(name for name in METHODS if name in names),
        **what_was_run(mine, planned),
    }


def what_was_run(rows: pd.DataFrame, planned: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Return which methods the estimates of an analysis name, how many there are, and what fails.

    Args:
        rows: its rows of `estimates`.
        planned: outcome -> the methods that are planned for it.
    """
    counts = rows["method"].value_counts()
    used = [name for name in METHODS if name in counts]
    other_forms = {
        outcome: [form for name in names for form in fallbacks_of(name)]
        for outcome, names in planned.items()
    }
    pairs = list(zip(rows["outcome"], rows["method"], strict=True))
    fell_back = [method in other_forms.get(outcome, ()) for outcome, method in pairs]
    as_planned = [method in planned.get(outcome, ()) for outcome, method in pairs]
    return {
        "used": "; ".join(used),
        "run": used_in_words({name: counts[name] for name in used}),
        "n_estimates": len(rows),
        "n_no_interval": int((rows["status"] == NO_INTERVAL).sum()),
        "n_not_estimable": int((rows["status"] == NOT_ESTIMABLE).sum()),
        "n_fallback": sum(fell_back),
        "n_other": len(pairs) - sum(fell_back) - sum(as_planned),
        "taken": taken(rows[pd.array(fell_back, dtype="bool")]),
    }


def used_in_words(counts: Mapping[str, int]) -> str:
    """Return the methods that were used, each with its number of estimates where several were."""
    if len(counts) < 2:
        return "".join(map(method_in_words, counts)) or "nothing"
    return "; ".join(f"{method_in_words(name)}: {number}" for name, number in counts.items())


def taken(rows: pd.DataFrame) -> str:
    """Return which outcomes have a fallback, by the form that was taken."""
    return "; ".join(
        f"{method_in_words(method)}: "
        + in_a_list([within_sentence(label) for label in dict.fromkeys(own["label"])])
        for method, own in rows.groupby("method", sort=False)
    )


def main(job):
    """Read the estimates; write the plan beside them."""
    estimates = pd.read_csv(job.input.estimates, usecols=USED, dtype="string")
    stated = Stated(**job.params.stated)
    rows = [plan_row(entry, stated, estimates) for entry in job.params.entries]
    write_result(conform(rows, Plan), job.output.table)
    known = estimates["analysis"].isin([entry["id"] for entry in job.params.entries])
    aside = {"no analysis of the plan": int((~known).sum())} if not known.all() else {}
    return {"estimates": Rows(read=len(estimates), used=int(known.sum()), set_aside=aside)}


run(main, globals())
