"""Cells that are read as dates, by themselves and in the small trial."""

from __future__ import annotations

import pandas as pd
from small_trial import records, validated, write_study

from trialtrail.exports.convert import How, type_column


def read(*cells, kind="date", **how):
    """Return (the days as text, (rule, message) of each fault) of a column of ``cells``."""
    how.setdefault("dates", ())
    done = type_column(pd.Series(cells, dtype=object), How(kind, **how))
    days = [None if pd.isna(day) else str(day.date()) for day in done.values]
    rules = {(rule, message) for rule, message, mask in done.faults if mask.any()}
    until = done.beside.get("_until", [])
    return days, rules, [None if pd.isna(day) else str(day.date()) for day in until], done.changes


def one(cell, form="", **how):
    """Return the day of one cell, or the rule that it breaks."""
    forms = (form,) if form else ()
    days, faults, _, _ = read(cell, dates=forms, **how)
    return days[0] or "/".join(rule for rule, _ in faults)


def trial(tmp_path, dates, cells, column="seen12", **export):
    """Validate the small trial with the first ``cells`` of a column, all others a day in form."""
    rows = records()
    for row in rows:
        for name in ("allocated", "seen12"):
            day, month, year = row[name].split(".")
            row[name] = pd.Timestamp(int(year), int(month), int(day)).strftime(dates or "%Y-%m-%d")
    for row, cell in zip(rows, cells, strict=False):
        row[column] = cell

    def change(config):
        spec = config["exports"]["trial"]
        spec.pop("dates")
        spec.update(({"dates": dates} if dates else {}) | export)

    return validated(write_study(tmp_path, rows, change))


def seen_on(whole, day):
    """Let all participants have their baseline visit on a day of the configuration."""
    (source,) = whole["forms"]["baseline"]["sources"]
    del source["columns"]["completed_on"]
    source["constants"] = {"completed_on": day}
