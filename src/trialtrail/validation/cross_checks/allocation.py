"""Who was randomised, and who got what the arms are offered."""

from __future__ import annotations

from collections.abc import Iterator

from trialtrail.tables import is_in
from trialtrail.validation.cross_checks.row_findings import RowFindings, Tables, counted, looked_up


def consent_findings(tables: Tables) -> Iterator[RowFindings]:
    """Yield participants whose screening record says that they did not consent."""
    if not {"screening", "participants"} <= set(tables):
        return
    frame, screening = tables["participants"], tables["screening"]
    for answer, message in (
        ("consented", "randomised, and without consent by the screening record"),
        ("eligible", "randomised, and not eligible by the screening record"),
    ):
        value = looked_up(frame, "screening_id", screening, "screening_id", answer)
        no = (~value.astype("boolean")).fillna(False)
        yield RowFindings("participants", "screening_id", "consent", message, no)


def number_findings(tables: Tables) -> Iterator[RowFindings]:
    """Yield screening records whose study number the randomisation does not have, or not of them.

    Nobody is set aside for it: who was screened was screened, and who was randomised belongs to the
    trial. But a number that is missing may be a participant who is missing.
    """
    if not {"screening", "participants"} <= set(tables):
        return
    frame, people = tables["screening"], tables["participants"]
    number = frame["participant_id"]
    lost = number.notna() & ~is_in(number, people["participant_id"])
    message = "nobody in participants has this study number, or the row is set aside"
    yield RowFindings("screening", "participant_id", "unmatched", message, lost)
    theirs = looked_up(frame, "participant_id", people, "participant_id", "screening_id")
    other = (theirs != frame["screening_id"]).fillna(False)
    message = "the participant with this study number has another screening number"
    yield RowFindings("screening", "participant_id", "unmatched", message, other)


def arm_findings(
    tables: Tables, offered: list[str], is_visit: dict[str, list[str]], any_contact: bool
) -> Iterator[RowFindings]:
    """Yield contacts and assignments of participants whose arm is not offered them.

    Of the contacts only those that count (``is_visit``) are looked at, or all with ``any_contact``:
    a telephone call to say that there will be no visits is no fault.
    """
    if "participants" not in tables or not offered:
        return
    people = tables["participants"]
    if "contacts" in tables and (is_visit or any_contact):
        log = tables["contacts"]
        arm = looked_up(log, "participant_id", people, "participant_id", "arm")
        rows = arm.notna() & ~arm.isin(offered)
        if not any_contact:
            rows &= counted(log, is_visit)
        message = "a contact with a participant whose arm is not offered contacts"
        yield RowFindings("contacts", "participant_id", "arm_contact", message, rows)
    if "assignments" in tables:
        frame = tables["assignments"]
        arm = looked_up(frame, "participant_id", people, "participant_id", "arm")
        rows = arm.notna() & ~arm.isin(offered)
        message = "a provider assigned to a participant whose arm is not offered contacts"
        yield RowFindings("assignments", "participant_id", "arm_contact", message, rows)
