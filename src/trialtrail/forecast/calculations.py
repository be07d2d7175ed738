"""The value that a calculated field of REDCap has by its own formula, for one record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from trialtrail.exports.export import LINE, Export
from trialtrail.exports.redcap.dictionary import Field, read_dictionary
from trialtrail.exports.redcap.evaluate import value
from trialtrail.exports.redcap.logic import NotCompared, parse
from trialtrail.exports.redcap.records import Records
from trialtrail.forecast.overlay import end_of, is_at
from trialtrail.forecast.sealed_run import SealedRun

DIGITS = 12
"""Digits of a number that are not of the way in which a computer holds it: 3.3 - 2.1 is 1.2."""


def calculated(run: SealedRun, query: Mapping[str, Any], export: Export) -> float | None:
    """Return what the formula gives for the record of a query of the rule `calculated`.

    Args:
        run: the run.
        query: the query.
        export: the export as it was read, with the answers of the run over it.

    Returns:
        None where the formula gives no number, or more than one reading of it is possible.
    """
    job = f"validate_dictionary-{export.name}"
    if not run.has(job):
        return None
    spec = run.jobs[job]["params"]["spec"]
    label = spec["dictionary_label"]
    name = next(each for each in run.inputs(job) if is_at(each, end_of(label)))
    fields = read_dictionary(str(run.path(name)), label)
    records = Records(export.rows, fields, spec["missing"])
    return by_formula(fields.get(query["column"]), records, int(query["line"]))


def by_formula(field: Field | None, records: Records, line: int) -> float | None:
    """Return what the formula of a field gives for the record of a line; None for no one number."""
    places = np.flatnonzero((records.rows[LINE] == line).fillna(False).to_numpy(dtype=bool))
    if field is None or field.kind != "calc" or len(places) != 1:
        return None
    try:
        computed = value(parse(field.calculation), records)
    except NotCompared:
        return None
    number, unsure = computed.number[places[0]], computed.unsure[places[0]]
    return None if unsure or not np.isfinite(number) else float(f"{number:.{DIGITS}g}")
