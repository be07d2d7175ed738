"""Checks between tables: references, dates in order, arms, transcripts, and the study's own.

Each check takes the rows still in use of every table and yields findings; a table that the study
does not supply is simply not checked against.
"""

from __future__ import annotations

from collections.abc import Iterator

from trialtrail.validation.cross_checks.allocation import (
    arm_findings,
    consent_findings,
    number_findings,
)
from trialtrail.validation.cross_checks.configured import configured_findings
from trialtrail.validation.cross_checks.dates import date_findings, month_findings
from trialtrail.validation.cross_checks.places import offset_findings
from trialtrail.validation.cross_checks.qualitative import (
    attribution_findings,
    reader_findings,
    transcript_findings,
    visit_findings,
)
from trialtrail.validation.cross_checks.references import (
    near_key_findings,
    reference_findings,
    repeated_findings,
)
from trialtrail.validation.cross_checks.row_findings import Plan, RowFindings, Tables

__all__ = ["Plan", "RowFindings", "Tables", "all_findings"]


def all_findings(tables: Tables, plan: Plan) -> Iterator[RowFindings]:
    """Yield the findings of every check."""
    yield from near_key_findings(tables, plan.keys)
    yield from reference_findings(tables, plan.links)
    yield from repeated_findings(tables)
    yield from date_findings(tables, plan.forms, plan.follow_up)
    yield from month_findings(tables)
    yield from consent_findings(tables)
    yield from number_findings(tables)
    yield from arm_findings(tables, plan.offered, plan.is_visit, plan.any_contact)
    yield from offset_findings(tables)
    yield from transcript_findings(tables)
    yield from attribution_findings(tables)
    yield from reader_findings(tables, plan.readers)
    yield from visit_findings(tables, plan.is_visit)
    yield from configured_findings(tables, plan.checks)
