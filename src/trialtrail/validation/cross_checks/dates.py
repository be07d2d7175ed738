"""Dates and months in the order in which things can happen."""

from __future__ import annotations

from collections.abc import Iterator

from trialtrail.validation.cross_checks.row_findings import (
    RowFindings,
    Tables,
    is_earlier,
    looked_up,
)

LIMITS = [
    # table, date, the table it depends on, its date, whether the date may not lie before or after
    ("contacts", "contact_on", "participants", "randomised_on", "before"),
    ("contacts", "contact_on", "participants", "withdrawn_on", "after"),
    ("contacts", "contact_on", "providers", "registered_on", "before"),
    ("contacts", "contact_on", "providers", "resigned_on", "after"),
    ("assignments", "assigned_on", "participants", "randomised_on", "before"),
    ("assignments", "assigned_on", "participants", "withdrawn_on", "after"),
    ("assignments", "assigned_on", "providers", "resigned_on", "after"),
    ("training", "session_on", "providers", "registered_on", "before"),
    ("training", "session_on", "providers", "resigned_on", "after"),
    ("interviews", "interviewed_on", "participants", "randomised_on", "before"),
    ("interviews", "interviewed_on", "participants", "withdrawn_on", "after"),
]
KEYS = {"participants": "participant_id", "providers": "provider_id"}


def date_findings(tables: Tables, forms: list[str], follow_up: list[str]) -> Iterator[RowFindings]:
    """Yield dates that lie before or after a date they depend on.

    ``follow_up`` names the forms that are filled in after randomisation. Nothing may be recorded of
    a participant, in any of ``forms`` either, after the day on which consent was withdrawn: such a
    record breaks the rule of consent, and is set aside as a whole.
    """
    limits = [
        *LIMITS,
        *((f, "completed_on", "participants", "randomised_on", "before") for f in follow_up),
        *((f, "completed_on", "participants", "withdrawn_on", "after") for f in forms),
    ]
    for table, date, other, limit, sense in limits:
        if table not in tables or other not in tables or limit not in tables[other]:
            continue
        frame, key = tables[table], KEYS[other]
        bound = looked_up(frame, key, tables[other], key, limit)
        late = sense == "after"
        rows = is_earlier(frame[date], bound) if late else is_earlier(bound, frame[date])
        rule = "consent" if limit == "withdrawn_on" else "order"
        yield RowFindings(table, date, rule, f"the date lies {sense} {limit} of {other}", rows)


def month_findings(tables: Tables) -> Iterator[RowFindings]:
    """Yield months with hours before a provider registered or after the provider resigned."""
    if not {"provider_hours", "providers"} <= set(tables):
        return
    frame, providers = tables["provider_hours"], tables["providers"]
    for limit, sense in (("registered_on", "before"), ("resigned_on", "after")):
        bound = looked_up(frame, "provider_id", providers, "provider_id", limit)
        month = bound.dt.strftime("%Y-%m").astype("string")
        rows = frame["month"] < month if sense == "before" else frame["month"] > month
        message = f"the month lies {sense} {limit} of providers"
        yield RowFindings("provider_hours", "month", "order", message, rows.fillna(False))
