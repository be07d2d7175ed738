"""Checks between tables: references, dates in order, words at their offsets, attributions.

Each check takes the rows still in use of every table and yields breaches; a table that the study
does not supply is simply not checked against.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from trialtrail.tables import occurs, places_in

Tables = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class Breach:
    """Rows of one table that break one rule; ``rows`` is a boolean mask over the table."""

    table: str
    column: str
    rule: str
    message: str
    rows: pd.Series


def reference_breaches(tables: Tables, links: dict[str, dict]) -> Iterator[Breach]:
    """Yield values that do not occur in the table they point to.

    ``links`` maps table -> column -> (table, column); see the metadata of the contracts.
    """
    for table, columns in links.items():
        for column, (target, key) in columns.items():
            if table not in tables or target not in tables:
                continue
            values = tables[table][column]
            lost = values.notna() & ~occurs(values, tables[target][key])
            message = f"nothing in {target} has this {key}, or its row is set aside"
            yield Breach(table, column, "reference", message, lost)


def _looked_up(frame: pd.DataFrame, column: str, other: pd.DataFrame, key: str, wanted: str):
    """Return of each row of ``frame`` what the first row of ``other`` with its key has."""
    places = places_in(frame[column], other[key])
    return pd.Series(other[wanted].array.take(places, allow_fill=True), index=frame.index)


def _earlier(first: pd.Series, then: pd.Series) -> pd.Series:
    """Return where ``then`` lies before ``first``; unknown dates are not before anything."""
    return (then < first).fillna(False)


LIMITS = [
    # table, date, the table it depends on, its date, whether the date may not lie before or after
    ("contacts", "contact_on", "participants", "randomised_on", "before"),
    ("contacts", "contact_on", "providers", "registered_on", "before"),
    ("contacts", "contact_on", "providers", "resigned_on", "after"),
    ("assignments", "assigned_on", "participants", "randomised_on", "before"),
    ("assignments", "assigned_on", "providers", "resigned_on", "after"),
    ("training", "session_on", "providers", "registered_on", "before"),
    ("training", "session_on", "providers", "resigned_on", "after"),
    ("interviews", "interviewed_on", "participants", "randomised_on", "before"),
]
KEYS = {"participants": "participant_id", "providers": "provider_id"}


def date_breaches(tables: Tables, follow_up: list[str]) -> Iterator[Breach]:
    """Yield dates that lie before or after a date they depend on.

    ``follow_up`` names the forms that are filled in after randomisation.
    """
    limits = [
        *LIMITS,
        *((f, "completed_on", "participants", "randomised_on", "before") for f in follow_up),
    ]
    for table, date, other, limit, sense in limits:
        if table not in tables or other not in tables:
            continue
        frame, key = tables[table], KEYS[other]
        bound = _looked_up(frame, key, tables[other], key, limit)
        late = sense == "after"
        rows = _earlier(frame[date], bound) if late else _earlier(bound, frame[date])
        yield Breach(table, date, "order", f"the date lies {sense} {limit} of {other}", rows)


def month_breaches(tables: Tables) -> Iterator[Breach]:
    """Yield months with hours before a provider registered or after the provider resigned."""
    if not {"provider_hours", "providers"} <= set(tables):
        return
    frame, providers = tables["provider_hours"], tables["providers"]
    for limit, sense in (("registered_on", "before"), ("resigned_on", "after")):
        bound = _looked_up(frame, "provider_id", providers, "provider_id", limit)
        month = bound.dt.strftime("%Y-%m").astype("string")
        rows = frame["month"] < month if sense == "before" else frame["month"] > month
        message = f"the month lies {sense} {limit} of providers"
        yield Breach("provider_hours", "month", "order", message, rows.fillna(False))


def consent_breaches(tables: Tables) -> Iterator[Breach]:
    """Yield participants whose screening record says that they did not consent."""
    if not {"screening", "participants"} <= set(tables):
        return
    frame, screening = tables["participants"], tables["screening"]
    for answer, message in (
        ("consented", "randomised although the screening record says no consent"),
        ("eligible", "randomised although the screening record says not eligible"),
    ):
        value = _looked_up(frame, "screening_id", screening, "screening_id", answer)
        no = (~value.astype("boolean")).fillna(False)
        yield Breach("participants", "screening_id", "consent", message, no)


def offset_breaches(tables: Tables) -> Iterator[Breach]:
    """Yield segments and quotations that lie outside their transcript or differ from its words."""
    if "transcripts" not in tables:
        return
    texts = dict(zip(tables["transcripts"]["document"], tables["transcripts"]["text"], strict=True))
    for table, words in (("segments", "selected"), ("quotations", "text")):
        if table not in tables:
            continue
        frame = tables[table]
        outside, differs = [], []
        for document, start, end, said in frame[["document", "start", "end", words]].itertuples(
            index=False
        ):
            text = texts.get(document)
            inside = text is None or pd.isna(end) or end <= len(text)
            outside.append(not inside)
            known = text is not None and inside and pd.notna(said) and pd.notna(start)
            differs.append(bool(known and text[int(start) : int(end)] != said))
        message = "the passage ends beyond its transcript"
        yield Breach(table, "end", "offsets", message, pd.Series(outside, frame.index, dtype=bool))
        message = "the words differ from the transcript at the offsets"
        yield Breach(table, words, "verbatim", message, pd.Series(differs, frame.index, dtype=bool))


def attribution_breaches(tables: Tables) -> Iterator[Breach]:
    """Yield quotations whose printed role, number or stage is not that of the interview."""
    if not {"quotations", "interviews"} <= set(tables):
        return
    frame, interviews = tables["quotations"], tables["interviews"]
    for part in ("role", "number", "stage"):
        known = _looked_up(frame, "document", interviews, "document", part)
        rows = (frame[part] != known).fillna(False) & frame[part].notna() & known.notna()
        message = f"the printed {part} is not that of the interview in the register"
        yield Breach("quotations", part, "attribution", message, rows)


def visit_breaches(tables: Tables, is_visit: dict[str, list[str]]) -> Iterator[Breach]:
    """Yield interviews whose count of visits does not agree with the contact log by that day.

    ``is_visit`` says which values of the log's columns make a contact one that counts.
    """
    if not {"interviews", "contacts"} <= set(tables) or not is_visit:
        return
    log = tables["contacts"]
    for column, values in is_visit.items():
        log = log[log[column].isin(values)]
    frame = tables["interviews"]
    rows = []
    for row in frame.itertuples(index=False):
        if pd.isna(row.participant_id) or pd.isna(row.visits):
            rows.append(False)
            continue
        mine = log[log["participant_id"] == row.participant_id]
        if pd.notna(row.interviewed_on):
            mine = mine[mine["contact_on"] <= row.interviewed_on]
        compare = {"above": np.greater, "below": np.less}.get(row.visits_bound, np.equal)
        rows.append(not compare(len(mine), row.visits))
    message = "the count does not agree with the contact log up to the interview"
    yield Breach(
        "interviews", "visits", "agreement", message, pd.Series(rows, frame.index, dtype=bool)
    )


def all_breaches(
    tables: Tables, links: dict, follow_up: list[str], is_visit: dict
) -> Iterator[Breach]:
    """Yield the breaches of every check."""
    yield from reference_breaches(tables, links)
    yield from date_breaches(tables, follow_up)
    yield from month_breaches(tables)
    yield from consent_breaches(tables)
    yield from offset_breaches(tables)
    yield from attribution_breaches(tables)
    yield from visit_breaches(tables, is_visit)
