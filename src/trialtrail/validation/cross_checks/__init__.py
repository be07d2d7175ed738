"""Checks between tables: references, dates in order, arms, transcripts, and the study's own.

Each check takes the rows still in use of every table and yields breaches; a table that the study
does not supply is simply not checked against.
"""

from __future__ import annotations

from collections.abc import Iterator

from trialtrail.validation.cross_checks.allocation import (
    arm_breaches,
    consent_breaches,
    number_breaches,
)
from trialtrail.validation.cross_checks.breach import Breach, Plan, Tables
from trialtrail.validation.cross_checks.configured import configured_breaches
from trialtrail.validation.cross_checks.dates import date_breaches, month_breaches
from trialtrail.validation.cross_checks.qualitative import (
    attribution_breaches,
    offset_breaches,
    transcript_breaches,
    visit_breaches,
)
from trialtrail.validation.cross_checks.references import (
    near_key_breaches,
    reference_breaches,
    repeated_breaches,
)

__all__ = ["Breach", "Plan", "Tables", "all_breaches"]


def all_breaches(tables: Tables, plan: Plan) -> Iterator[Breach]:
    """Yield the breaches of every check."""
    yield from near_key_breaches(tables, plan.keys)
    yield from reference_breaches(tables, plan.links)
    yield from repeated_breaches(tables)
    yield from date_breaches(tables, plan.forms, plan.follow_up)
    yield from month_breaches(tables)
    yield from consent_breaches(tables)
    yield from number_breaches(tables)
    yield from arm_breaches(tables, plan.offered, plan.is_visit, plan.any_contact)
    yield from offset_breaches(tables)
    yield from transcript_breaches(tables)
    yield from attribution_breaches(tables)
    yield from visit_breaches(tables, plan.is_visit)
    yield from configured_breaches(tables, plan.checks)
