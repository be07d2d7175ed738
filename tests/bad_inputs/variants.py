"""Defects that need another configuration than the shipped one: withdrawals, unknown date forms."""

from __future__ import annotations

from between_tables import moved
from corpus import Cell, Defects, Query

DEFECTS = Defects(world="withdrawals")


def withdraw(copy, number: str, days: int = 40) -> str:
    """Let a participant withdraw so many days after the allocation; return the day."""
    person = copy.sheet("randomisation").first(Study_No=number)
    person["Withdrawn"] = moved(person["Date randomised"], days)
    return person["Withdrawn"]


@DEFECTS.add
def a_contact_after_the_withdrawal(copy):
    visit = copy.sheet("contact_log").records[900]
    visit["Date"] = moved(withdraw(copy, visit["Study No"]), 1)
    return Query("consent", "contact_log", "Date", visit)


@DEFECTS.add
def a_birth_recorded_after_the_withdrawal(copy):
    born = copy.sheet("births").records[130]
    withdraw(copy, born["Study No"])
    return Query("consent", "births", "Date of birth", born)


@DEFECTS.add
def an_interview_after_the_withdrawal(copy):
    held = copy.sheet("interview_register").first(Interview="I08")
    withdraw(copy, held["Study No"])
    return Query("consent", "interview_register", "Date", held)


@DEFECTS.add
def a_mentor_assigned_after_the_withdrawal(copy):
    assigned = copy.sheet("mentor_assignments").records[150]
    assigned["From"] = moved(withdraw(copy, assigned["Study No"]), 5)
    assigned["To"] = moved(assigned["From"], 9)
    return Query("consent", "mentor_assignments", "From", assigned)


@DEFECTS.add
def a_withdrawal_before_the_allocation(copy):
    person = copy.sheet("randomisation").records[250]
    person["Withdrawn"] = moved(person["Date randomised"], -1)
    return Query("order", "randomisation", "Withdrawn", person)


@DEFECTS.add
def a_withdrawal_on_no_day(copy):
    person = copy.sheet("randomisation").records[251]
    person["Withdrawn"] = "31/09/2004"
    return Query("type", "randomisation", "Withdrawn", person)


@DEFECTS.add
def a_telephone_call_to_a_participant_of_the_other_arm(copy):
    call = copy.sheet("contact_log").first(Mode="T")
    call["Study No"] = copy.sheet("randomisation").first(Alloc="C")["Study No"]
    return Query("arm_contact", "contact_log", "Study No", call)


DEFECTS += [
    Cell("births", "Date of birth", text, rule, "undated")
    for text, rule in {
        "03/04/2004": "ambiguous",
        "3-4-2004": "ambiguous",
        "03.04.2004": "ambiguous",
        "03/04/04": "ambiguous",
        "25/04/04": "ambiguous",
        "1 May 04": "ambiguous",
        "25/04/204": "type",
        "25/13/2004": "type",
        "32 May 2004": "type",
        "1 Mai 2004": "type",
        "April 2004": "partial",
        "UNK/04/2004": "partial",
        "12 Marble 2004": "type",
        "12 marraskuu 2004": "type",
        "2004-04-03T25:99": "type",
        "2004-04-03 10:00+99:00": "type",
        "1112004": "type",
        "2004-04": "partial",
    }.items()
]
