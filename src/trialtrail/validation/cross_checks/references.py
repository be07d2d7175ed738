"""Values that must occur in another table, and records of which there should be one."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from trialtrail.qualitative.codebook import codes_given
from trialtrail.tables import is_in
from trialtrail.validation.cross_checks.near_ids import differences, near_in
from trialtrail.validation.cross_checks.row_findings import RowFindings, Tables

CODES = ("codebook", "code")


def reference_findings(tables: Tables, links: dict[str, dict]) -> Iterator[RowFindings]:
    """Yield values that do not occur in the table they point to.

    ``links`` maps table -> column -> (table, column); see the metadata of the contracts.
    """
    for table, columns in links.items():
        for column, (target, key) in columns.items():
            if table not in tables or target not in tables:
                continue
            values, keys = tables[table][column], tables[target][key]
            lost = values.notna() & ~_is_known(values, tables[target], (target, key))
            near = differences(values[lost].unique(), keys)
            for what in sorted(set(near.values())):
                rows = lost & values.isin([text for text, how in near.items() if how == what])
                message = f"nothing in {target} has this {key}: one there differs from it in {what}"
                yield RowFindings(table, column, "reference", message, rows)
            message = f"nothing in {target} has this {key}, or its row is set aside"
            yield RowFindings(table, column, "reference", message, lost & ~values.isin(list(near)))


def _is_known(values: pd.Series, others: pd.DataFrame, place: tuple[str, str]) -> pd.Series:
    """Return which values a column of another table has; a code has several names in its tree."""
    if place == CODES:
        return codes_given(values, others).notna()
    return is_in(values, others[place[1]])


def near_key_findings(tables: Tables, keys: dict[str, list[str]]) -> Iterator[RowFindings]:
    """Yield records whose key differs from another one's only in what people change unmeant.

    ``keys`` maps each table to the columns that name a record, of which one alone is looked at.
    """
    message = (
        "another record has an id that differs only in case, spaces, hyphens or leading zeros, "
        "other signs between its parts, or signs that look the same"
    )
    for table, columns in keys.items():
        if len(columns) == 1 and columns[0] in tables.get(table, ()):
            values = tables[table][columns[0]]
            yield RowFindings(table, columns[0], "near_key", message, near_in(values))


def repeated_findings(tables: Tables) -> Iterator[RowFindings]:
    """Yield questionnaires of a provider of whom an earlier one was received.

    The first received is the one used; where days are equal or unknown, the first in the file.
    """
    if "questionnaire" not in tables:
        return
    frame = tables["questionnaire"]
    in_time = frame.reset_index(drop=True).sort_values("recorded_on", kind="stable")
    again = in_time["provider_id"].duplicated() & in_time["provider_id"].notna()
    rows = again.sort_index().set_axis(frame.index)
    message = "a questionnaire of this provider was received before"
    yield RowFindings("questionnaire", "provider_id", "repeated", message, rows)
