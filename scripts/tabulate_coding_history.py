"""Makes the table `coding_history`: a row is a day on which a person coded or changed codes."""

import pandas as pd

from trialtrail.qualitative.audit_trail import (
    UNDATED,
    before_code,
    before_interview,
    codebook_changes,
    coding_days,
    labels_of,
)
from trialtrail.qualitative.codebook import codebook_of
from trialtrail.record import Rows, run
from trialtrail.results.takes import KNOWN, UNKNOWN, Takes, takes, write_takes
from trialtrail.tables import read_optional, read_table, write_result

from schemas.results.base import conform
from schemas.results.coding import CodingHistory

COUNTED = ("documents", "passages", "codes", "codes_first_used", "first_used", "memos")


def tabulate_coding_history(
    segments: pd.DataFrame, codebook: pd.DataFrame, interviews: pd.DataFrame | None
) -> pd.DataFrame:
    """Return the days of coding in their order, and on each who did what.

    Of codings without a day each coder has one row, at the end.
    """
    early = segments.assign(
        before_code=before_code(segments, codebook),
        before_interview=False if interviews is None else before_interview(segments, interviews),
    )
    days = coding_days(segments, codebook_changes(codebook))
    labels = labels_of(codebook)
    rows = []
    for each in days.to_dict("records"):
        mine = early[(early["coder"] == each["person"]) & _on(early["coded_on"], each["day"])]
        day = UNDATED if pd.isna(each["day"]) else f"{each['day']:%Y-%m-%d}"
        first = each.pop("first_used")
        row = {"row": f"{day}.{each['person'] or 'unknown'}", "codes_first_used": len(first)}
        row["first_used"] = "; ".join(labels.get(code, code) for code in first) or None
        for name in ("before_interview", "before_code"):
            row[name] = int(mine[name].sum())
        rows.append(each | row | {"person": each["person"] or "unknown"})
    return pd.DataFrame(rows, columns=None if rows else ["row", "day", "person"])


def _on(days: pd.Series, day: object) -> pd.Series:
    return days.isna() if pd.isna(day) else (days == day).fillna(False)


def history_takes(table: pd.DataFrame, has: dict[str, bool]) -> dict[str, list[dict]]:
    """Return what the cells of each row take: the codings of the day, the codebook's changes."""
    taken = {}
    marked = ("document", "code", "coder", "coded_on")
    for row, day, person in zip(table["row"], table["day"], table["person"], strict=True):
        on = UNKNOWN if pd.isna(day) else str(day)
        there = Takes("dataset:segments", marked, {"coder": person, "coded_on": on})
        entry = [*takes(COUNTED, there)]
        if has["interviews"]:
            held = Takes("validated:interviews", ("interviewed_on",), same=("document",))
            entry += takes(("before_interview",), there, held)
        if has["codebook"]:
            changed = Takes("validated:codebook", ("replaces", "changed_on"), {"changed_on": KNOWN})
            entry += takes(("codebook_changes", "before_code"), there, changed)
        taken[row] = entry
    return taken


def main(job) -> dict[str, Rows]:
    """Read the codings and the codebook; write the table."""
    segments = read_table(job.input.segments)
    given, interviews = (read_optional(job.input, name) for name in ("codebook", "interviews"))
    codebook = codebook_of(segments["code"]) if given is None else given
    table = tabulate_coding_history(segments, codebook, interviews)
    write_result(conform(table, CodingHistory), job.output.table)
    has = {"codebook": given is not None, "interviews": interviews is not None}
    write_takes(job.output.takes, {"coding_history": history_takes(table, has)})
    return {"segments": Rows(read=len(segments), used=len(segments), set_aside={})}


run(main, globals())
