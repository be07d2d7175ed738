"""One finding of a column, where nearly all of its cells break one rule and the run stops for it.

Such cells have one cause, in the configuration or in the export as a whole, and nobody answers each
of them. A study that configures what the rule does, other than to stop, has each cell reported.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from trialtrail.validation.findings import finding
from trialtrail.validation.rules import SEVERITIES, STOP, action, kind_of

LEAST, SHARE = 10, 0.9
"""Cells that break a rule, and the share of the filled ones above which it is nearly all."""
MOST = 0.5
"""Share of the records of an export above which one cause that sets them aside stops the run."""
LINES, EXAMPLES, SHOWN = 5, 3, 20
"""Lines that are named, different texts that are shown as found, and signs of each."""
OF_RECORDS = ("key", "required")
"""Rules of which every record is one that can break it, whether its cell is filled or not."""
CODED = ("code", "arm")
"""Rules of cells that the codes of the configuration do not have."""
CODES, EACH = 12, 3
"""Different codes up to which they are named, and cells in which each must stand."""

_COUNTED = re.compile(r" \([\d,]+ of [\d,]+ (?:cells|records); lines [\d, .]*\)$")


def is_asked(rule: str, actions: Mapping[str, str]) -> bool:
    """Return whether a rule stops the run where it sets most of an export aside.

    What a study has configured of a rule is not asked about, nor what is a note or a warning by its
    kind.
    """
    return SEVERITIES.get(kind_of(rule)) is None and not {rule, kind_of(rule)} & set(actions)


def rule_of_column(
    rule: str, count: int, filled: int, records: int, actions: Mapping[str, str]
) -> str:
    """Return the rule by which the cells of a column are reported once, or nothing if each is.

    Args:
        rule: the rule that ``count`` cells of the column break.
        filled: cells of the column that could break it.
        records: records of the export.
        actions: what findings do where that is configured.
    """
    if count < LEAST or count <= SHARE * filled:
        return ""
    if action(rule, dict(actions)) == STOP:
        return rule
    return "most" if count > MOST * records and is_asked(rule, actions) else ""


def finding_of_column(
    as_rule: str,
    rule: str,
    table: str,
    reason: str,
    filled: int,
    lines: Sequence,
    texts: Sequence,
    **place,
) -> dict:
    """Return the finding of a column, of ``as_rule``, whose cells break ``rule``.

    ``lines`` and ``texts`` are those of its cells at fault. The message has no value; what was
    found has the first of the different texts.
    """
    different = list(dict.fromkeys(str(text).strip() for text in texts if not _is_blank(text)))
    shown = [text if len(text) <= SHOWN else text[: SHOWN - 1] + "…" for text in different]
    found = " | ".join(shown[:EXAMPLES]) + (" | …" if len(shown) > EXAMPLES else "")
    first = ", ".join(str(int(line)) for line in lines[:LINES])
    what = "records" if rule in OF_RECORDS or not place.get("column") else "cells"
    more = ", ..." if len(lines) > LINES else ""
    if as_rule != rule:
        reason += f", by the rule `{rule}`"
    message = f"{reason} ({len(lines):,} of {filled:,} {what}; lines {first}{more})"
    return finding(as_rule, table, message, found=found, **place)


def codes_to_paste(texts: Sequence) -> str:
    """Return the line of YAML that names codes, to be added to a message, or nothing.

    A text that stands in few cells, or is long, may be what a participant said, and is in no
    message.
    """
    counts = Counter(str(text).strip() for text in texts if not _is_blank(text))
    if not counts or len(counts) > CODES:
        return ""
    if min(counts.values()) < EACH or max(map(len, counts)) > SHOWN:
        return ""
    codes = ", ".join(f'{json.dumps(code, ensure_ascii=False)}: ""' for code in sorted(counts))
    return f"; to paste, and say what each stands for: codes: {{{codes}}}"


def reason_of(message: str) -> str:
    """Return the message of a finding of a column without its count and lines."""
    return _COUNTED.sub("", message)


def is_of_column(message: str) -> bool:
    """Return whether a finding is that of a column."""
    return _COUNTED.search(message) is not None


def _is_blank(text: object) -> bool:
    return text is None or text is pd.NA or str(text).strip() == ""


def findings_of_columns(
    table: str,
    broken: list[tuple[int, str, str, str]],
    frame: pd.DataFrame,
    headings: Mapping[tuple, str],
    labels: Mapping[str, str],
    actions: Mapping[str, str],
) -> tuple[list[dict], list[tuple[int, str, str, str]]]:
    """Return the findings of whole columns that break a contract, and the other broken cells.

    A broken cell is (row, column, rule, message). ``headings`` maps (export, column) to the name of
    the column in the file, ``labels`` an export to its file.
    """
    if len(broken) < LEAST:
        return [], broken
    cases = pd.DataFrame(broken, columns=["row", "column", "rule", "message"])
    exports = frame["_export"].astype(str).to_numpy(dtype=object)
    records = pd.Series(exports).value_counts()
    cases["export"] = exports[cases["row"].to_numpy()]
    found, of_column = [], np.zeros(len(cases), dtype=bool)
    for (export, column, rule), mine in cases.groupby(["export", "column", "rule"], sort=False):
        filled = int(records[export])
        if column in frame and rule not in OF_RECORDS:
            filled = int(frame.loc[exports == export, column].notna().sum())
        rows = mine["row"].drop_duplicates()
        as_rule = rule_of_column(rule, len(rows), filled, int(records[export]), actions)
        if not as_rule:
            continue
        of_column[mine.index.to_numpy()] = True
        at = frame.iloc[rows.to_numpy()]
        values = [_plain(value) for value in at[column].tolist()] if column in frame else []
        place = {"export": export, "file": labels.get(export, "")}
        place["column"] = headings.get((export, column), column)
        reason = mine["message"].mode().iloc[0]
        lines = at["_line"].tolist()
        whole = finding_of_column(as_rule, rule, table, reason, filled, lines, values, **place)
        found.append(whole)
    return found, [case for case, whole in zip(broken, of_column, strict=True) if not whole]


def _plain(value: object) -> str:
    if value is None or value is pd.NA or value is pd.NaT:
        return ""
    return value.date().isoformat() if isinstance(value, pd.Timestamp) else str(value)
