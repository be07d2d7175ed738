"""What of a contact log, of a month's hours and of a form is compared between groups."""

from __future__ import annotations

import numpy as np

from trialtrail.validation.cross_checks.row_findings import counted
from trialtrail.validation.plausibility.patterns import Measure, ends_in_0_or_5
from trialtrail.validation.plausibility.sheet import Sheet


def contact_measures(sheet: Sheet, is_visit: dict[str, list[str]]) -> list[Measure]:
    """Return the measures of a contact log: length, empty lengths, round lengths, failures.

    The lengths are those of contacts that count (of all, where the study does not say which do): a
    provider who telephones more than others is not odd for shorter contacts.
    """
    count = counted(sheet.frame, is_visit).to_numpy(dtype=bool)
    minutes = np.where(count, sheet.numbers("minutes"), np.nan)
    measures = [
        Measure("mean", "minutes", minutes),
        Measure("empty cells", "minutes", np.where(count, np.isnan(minutes), np.nan), True),
        Measure("round numbers", "minutes", ends_in_0_or_5(minutes), True),
    ]
    if "result" in is_visit:
        result = sheet.frame["result"]
        failed = ~result.isin(is_visit["result"]).to_numpy(dtype=bool)
        values = np.where(result.isna(), np.nan, failed)
        measures.append(Measure("failed contacts", "result", values, True))
    return measures


def form_measures(sheet: Sheet, numbers: list[str], variables: list[str]) -> list[Measure]:
    """Return the measures of a form: the mean of each number, and how much is left empty."""
    empty = sheet.frame[variables].isna().to_numpy().mean(axis=1) if variables else np.zeros(0)
    means = [Measure("mean", column, sheet.numbers(column)) for column in numbers]
    return [*means, Measure("empty part", "", empty)] if variables else means
