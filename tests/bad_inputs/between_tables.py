"""Defects that show only when two tables are laid beside each other."""

from __future__ import annotations

from datetime import datetime, timedelta

from corpus import Defects, Query

DEFECTS = Defects()
DAY = "%d/%m/%Y"
UNKNOWN = "MOM-9999"


def moved(text: str, days: int, form: str = DAY) -> str:
    """Return a date so many days later."""
    return (datetime.strptime(text, form) + timedelta(days)).strftime(form)


def unknown(export: str, column: str, other: str):
    """Return a defect: a reference to what the other table does not have."""

    def spoil(copy):
        record = copy.sheet(export).records[100]
        record[column] = other
        return Query("reference", export, column, record)

    spoil.__name__ = f"{export} names {other} in {column}, whom nobody knows"
    return DEFECTS.add(spoil)


for export in ("births", "scan_29w", "bayley", "sf36", "one_year_visit", "one_year_mother"):
    unknown(export, "Study No", UNKNOWN)
unknown("baseline", "record_id", UNKNOWN)
unknown("contact_log", "Study No", UNKNOWN)
unknown("contact_log", "Mentor", "M99")
unknown("mentor_assignments", "Study No", UNKNOWN)
unknown("mentor_assignments", "Mentor", "M99")
unknown("mentor_hours", "Mentor", "M99")
unknown("training_log", "Mentor", "M99")
unknown("randomisation", "Screen No", "S9999")


@DEFECTS.add
def a_study_number_in_small_letters_is_another_number(copy):
    record = copy.sheet("births").records[50]
    record["Study No"] = record["Study No"].lower()
    return Query("reference", "births", "Study No", record)


@DEFECTS.add
def a_study_number_has_a_letter_o_for_a_zero(copy):
    record = copy.sheet("bayley").records[50]
    record["Study No"] = record["Study No"].replace("0", "O", 1)
    return Query("reference", "bayley", "Study No", record)


@DEFECTS.add
def somebody_who_was_randomised_did_not_consent(copy):
    person = copy.sheet("randomisation").records[20]
    screened = copy.sheet("screening").first(Screen_No=person["Screen No"])
    screened["Consent"], screened["Study No"] = "N", ""
    return Query("consent", "randomisation", "Screen No", person)


@DEFECTS.add
def somebody_who_has_a_study_number_did_not_consent(copy):
    """The record of the screening breaks a rule by itself, and takes the participant with it."""
    person = copy.sheet("randomisation").records[20]
    screened = copy.sheet("screening").first(Screen_No=person["Screen No"])
    screened["Consent"] = "N"
    return Query(
        *("consent", "screening"),
        record=screened,
        also=(Query("reference", "randomisation", "Screen No", person),),
    )


@DEFECTS.add
def somebody_who_was_randomised_was_not_eligible(copy):
    person = copy.sheet("randomisation").records[21]
    copy.sheet("screening").first(Screen_No=person["Screen No"])["Eligible"] = "N"
    return Query("consent", "randomisation", "Screen No", person)


@DEFECTS.add
def somebody_who_did_not_consent_has_a_study_number(copy):
    declined = copy.sheet("screening").first(Consent="N")
    declined["Study No"] = "MOM-0344"
    return Query(
        *("consent", "screening"),
        record=declined,
    )


@DEFECTS.add
def the_randomisation_lacks_a_participant_whom_the_screening_names(copy):
    people = copy.sheet("randomisation")
    lost = people.records.pop()
    screened = copy.sheet("screening").first(Study_No=lost["Study No"])
    baseline = copy.sheet("baseline").first(record_id=lost["Study No"])
    return Query(
        *("unmatched", "screening", "Study No", screened),
        also=(Query("reference", "baseline", "record_id", baseline),),
    )


@DEFECTS.add
def the_screening_names_a_participant_by_a_wrong_number(copy):
    screened = copy.sheet("screening").filled("Study No")
    screened["Study No"] = UNKNOWN
    return Query("unmatched", "screening", "Study No", screened)


@DEFECTS.add
def two_participants_have_each_others_screening_numbers(copy):
    one, two = copy.sheet("randomisation").records[30:32]
    one["Screen No"], two["Screen No"] = two["Screen No"], one["Screen No"]
    screened = copy.sheet("screening").first(Screen_No=one["Screen No"])
    return Query("unmatched", "screening", "Study No", screened)


@DEFECTS.add
def two_participants_have_one_screening_number(copy):
    one, two = copy.sheet("randomisation").records[30:32]
    screened = copy.sheet("screening").first(Screen_No=two["Screen No"])
    two["Screen No"] = one["Screen No"]
    return Query("unmatched", "screening", "Study No", screened)


@DEFECTS.add
def a_study_number_was_given_twice(copy):
    one, two = copy.sheet("randomisation").records[30:32]
    two["Study No"] = one["Study No"]
    return Query(
        *("key", "randomisation", "Study No", one),
        also=(Query("key", "randomisation", "Study No", two),),
    )


@DEFECTS.add
def a_visit_lies_before_the_allocation(copy):
    visit = copy.sheet("contact_log").first(Mode="H", Outcome="1")
    person = copy.sheet("randomisation").first(Study_No=visit["Study No"])
    visit["Date"] = moved(person["Date randomised"], -1)
    return Query("order", "contact_log", "Date", visit)


@DEFECTS.add
def a_visit_lies_in_the_year_before(copy):
    """The commonest slip in January."""
    visit = copy.sheet("contact_log").filled("Date", "Mentor")
    visit["Date"] = visit["Date"][:-1] + str(int(visit["Date"][-1]) - 2)
    return Query("order", "contact_log", "Date", visit)


@DEFECTS.add
def a_visit_to_a_participant_of_the_other_arm(copy):
    visit = copy.sheet("contact_log").first(Mode="H", Outcome="1")
    visit["Study No"] = copy.sheet("randomisation").first(Alloc="C")["Study No"]
    return Query("arm_contact", "contact_log", "Study No", visit)


@DEFECTS.add
def a_mentor_for_a_participant_of_the_other_arm(copy):
    assigned = copy.sheet("mentor_assignments").records[9]
    assigned["Study No"] = copy.sheet("randomisation").first(Alloc="C")["Study No"]
    return Query("arm_contact", "mentor_assignments", "Study No", assigned)


@DEFECTS.add
def an_allocation_was_mistyped_and_all_visits_are_to_the_other_arm(copy):
    visit = copy.sheet("contact_log").first(Mode="H", Outcome="1")
    copy.sheet("randomisation").first(Study_No=visit["Study No"])["Alloc"] = "C"
    return Query("arm_contact", "contact_log", "Study No", visit)


def _resigned(copy):
    """Return a mentor who resigned, and when."""
    return "M01", "26/02/2004"


@DEFECTS.add
def a_visit_by_a_mentor_who_had_resigned(copy):
    mentor, day = _resigned(copy)
    visit = [r for r in copy.sheet("contact_log").where(Mentor=mentor)][-1]
    visit["Date"] = moved(day, 1)
    return Query("order", "contact_log", "Date", visit)


@DEFECTS.add
def a_mentor_is_assigned_after_resigning(copy):
    mentor, day = _resigned(copy)
    assigned = copy.sheet("mentor_assignments").first(Mentor=mentor)
    assigned["From"], assigned["To"] = moved(day, 30), moved(day, 60)
    return Query("order", "mentor_assignments", "From", assigned)


@DEFECTS.add
def an_assignment_ends_before_it_begins(copy):
    assigned = copy.sheet("mentor_assignments").filled("From", "To")
    assigned["From"], assigned["To"] = assigned["To"], assigned["From"]
    return Query("order", "mentor_assignments", "To", assigned)


@DEFECTS.add
def an_assignment_begins_before_the_allocation(copy):
    assigned = copy.sheet("mentor_assignments").records[100]
    person = copy.sheet("randomisation").first(Study_No=assigned["Study No"])
    assigned["From"] = moved(person["Date randomised"], -3)
    return Query("order", "mentor_assignments", "From", assigned)


@DEFECTS.add
def hours_of_a_month_after_the_resignation(copy):
    mentor, _ = _resigned(copy)
    hours = [*copy.sheet("mentor_hours").where(Mentor=mentor)][-1]
    hours["Month"] = "2004-12"
    return Query("order", "mentor_hours", "Month", hours)


@DEFECTS.add
def hours_of_a_month_before_the_registration(copy):
    hours = copy.sheet("mentor_hours").first(Mentor="M02")
    hours["Month"] = "2003-01"
    return Query("order", "mentor_hours", "Month", hours)


@DEFECTS.add
def hours_of_one_month_twice(copy):
    one, two = list(copy.sheet("mentor_hours").where(Mentor="M02"))[:2]
    two["Month"] = one["Month"]
    return Query("key", "mentor_hours", "Mentor", two)


@DEFECTS.add
def training_before_the_registration(copy):
    session = copy.sheet("training_log").first(Mentor="M02")
    session["Session date"] = "01/01/2003"
    return Query("order", "training_log", "Session date", session)


@DEFECTS.add
def training_after_the_resignation(copy):
    session = copy.sheet("training_log").first(Mentor="M01")
    session["Session date"] = "01/12/2004"
    return Query("order", "training_log", "Session date", session)


@DEFECTS.add
def a_visit_before_the_mentor_was_trained(copy):
    visit = copy.sheet("contact_log").first(Mentor="M06")
    visit["Mentor"] = "M32"
    return Query("order", "contact_log", "Date", visit)


@DEFECTS.add
def a_birth_before_conception_was_possible(copy):
    born = copy.sheet("births").records[20]
    born["Gest wk"] = "23"
    return Query("order.conception", "births", "Date of birth", born)


@DEFECTS.add
def a_birth_in_the_wrong_year(copy):
    born = copy.sheet("births").records[20]
    born["Date of birth"] = moved(born["Date of birth"], 366)
    return Query("order.gestation", "births", "Date of birth", born)


@DEFECTS.add
def a_birth_before_the_allocation(copy):
    born = copy.sheet("births").records[21]
    born["Date of birth"] = moved(born["Date of birth"], -366)
    return Query("order", "births", "Date of birth", born)


@DEFECTS.add
def a_scan_after_the_birth(copy):
    scan = copy.sheet("scan_29w").records[10]
    born = copy.sheet("births").first(Study_No=scan["Study No"])
    scan["Scan date"] = moved(born["Date of birth"], 1)
    return Query("order.scan_before_birth", "scan_29w", "Scan date", scan)


@DEFECTS.add
def a_scan_before_the_allocation(copy):
    scan = copy.sheet("scan_29w").records[11]
    person = copy.sheet("randomisation").first(Study_No=scan["Study No"])
    scan["Scan date"] = moved(person["Date randomised"], -1)
    return Query("order", "scan_29w", "Scan date", scan)


@DEFECTS.add
def a_child_whose_age_is_not_that_by_the_dates(copy):
    seen = copy.sheet("bayley").records[30]
    seen["Age days"] = str(int(seen["Age days"]) + 30)
    return Query("order.child_age", "bayley", "Assessed", seen)


@DEFECTS.add
def an_assessment_before_the_birth(copy):
    seen = copy.sheet("bayley").records[31]
    seen["Assessed"] = moved(seen["Assessed"], -366)
    return Query("order.child_age", "bayley", "Assessed", seen)


@DEFECTS.add
def a_questionnaire_at_two_years(copy):
    filled = copy.sheet("sf36").records[40]
    filled["Completed"] = moved(filled["Completed"], 365)
    return Query("order.sf36_at_one_year", "sf36", "Completed", filled)


@DEFECTS.add
def a_visit_at_six_months(copy):
    seen = copy.sheet("one_year_visit").records[40]
    seen["Visit date"] = moved(seen["Visit date"], -183)
    return Query("order.visit_at_one_year", "one_year_visit", "Visit date", seen)


@DEFECTS.add
def a_baseline_interview_after_the_allocation(copy):
    seen = copy.sheet("baseline").records[40]
    seen["visit_date"] = moved(seen["visit_date"], 200, "%Y-%m-%d")
    return Query("order.consent_before_allocation", "baseline", "visit_date", seen)


@DEFECTS.add
def a_baseline_interview_half_a_year_before_the_allocation(copy):
    seen = copy.sheet("baseline").records[200]
    seen["visit_date"] = moved(seen["visit_date"], -180, "%Y-%m-%d")
    return Query("order.consent_before_allocation", "baseline", "visit_date", seen)


@DEFECTS.add
def ages_that_differ_between_screening_and_baseline(copy):
    seen = copy.sheet("baseline").first(age="20")
    seen["age"] = "29"
    return Query("agreement.age", "baseline", "age", seen)


@DEFECTS.add
def ages_that_differ_because_the_screening_is_wrong(copy):
    person = copy.sheet("randomisation").records[60]
    screened = copy.sheet("screening").first(Screen_No=person["Screen No"])
    screened["Age"] = "61"
    seen = copy.sheet("baseline").first(record_id=person["Study No"])
    return Query("agreement.age", "baseline", "age", seen)


@DEFECTS.add
def a_contact_of_the_year_nineteen_hundred(copy):
    visit = copy.sheet("contact_log").filled("Date")
    visit["Date"] = "01/01/1900"
    return Query(
        *("date", "contact_log"),
        record=visit,
    )


@DEFECTS.add
def two_entries_of_the_log_with_one_number(copy):
    one, two = copy.sheet("contact_log").records[70:72]
    two["Ref"] = one["Ref"]
    return Query("key", "contact_log", "Ref", two)


@DEFECTS.add
def one_entry_of_the_log_under_two_numbers(copy):
    log = copy.sheet("contact_log")
    again = log.filled("Topics", "Mins").copy()
    again["Ref"] = "C99999"
    log.records.append(again)
    return Query("duplicate", "contact_log", record=again)


@DEFECTS.add
def two_births_of_one_participant_in_one_file(copy):
    births = copy.sheet("births")
    twin = births.records[5].copy()
    twin["Birth weight g"] = "2400"
    births.records.insert(6, twin)
    return Query("key", "births", "Study No", twin)


@DEFECTS.add
def two_participants_whose_numbers_differ_in_case(copy):
    person = copy.sheet("randomisation").records[30]
    person["Study No"] = copy.sheet("randomisation").records[31]["Study No"].lower()
    return Query("near_key", "randomisation", "Study No", person)
