"""Defects of plausibility: each value is allowed, and together they are odd."""

from __future__ import annotations

from dataclasses import replace

from corpus import Defects, Query

DEFECTS = Defects()


@DEFECTS.alone
def a_birth_weight_far_from_all_others(copy):
    born = copy.sheet("births").records[90]
    born["Birth weight g"] = "401"
    return Query("outlier", "births", "Birth weight g", born)


@DEFECTS.alone
def a_height_that_has_lost_a_digit_and_is_still_allowed(copy):
    seen = copy.sheet("baseline").records[90]
    seen["height_cm"] = "199"
    seen["weight_kg"] = "179"
    return Query("outlier", "baseline", "weight_kg", seen)


@DEFECTS.alone
def scans_of_which_the_weights_were_rounded(copy):
    for record in copy.sheet("scan_29w").records:
        if record["EFW g"].isdigit() and int(record["EFW g"]) > 600:
            record["EFW g"] = str(
                round(int(record["EFW g"]) / 50) * 50 + (int(record["EFW g"]) % 9 == 0)
            )
    return Query("digits", "scan_29w", "EFW g")


@DEFECTS.alone
def a_questionnaire_with_one_answer_to_all(copy):
    filled = copy.sheet("one_year_mother").records[50]
    for n in range(1, 11):
        filled[f"pe{n:02d}"] = "1"
    return Query("straight_line", "one_year_mother", "pe01", filled)


@DEFECTS.alone
def a_mentor_with_one_answer_to_all(copy):
    response = copy.sheet("mentor_questionnaire").records[4]
    for name in response.sheet.headings[8:18]:
        response[name] = "Strongly disagree"
    return Query("straight_line", "mentor_questionnaire", "Q1_time", response)


@DEFECTS.alone
def a_mentor_whose_visits_are_much_longer(copy):
    for visit in copy.sheet("contact_log").where(Mentor="M08", Mode="H", Outcome="1"):
        visit["Mins"] = "240"
    return Query("pattern.mean", "contact_log", "Mins")


@DEFECTS.alone
def a_mentor_who_never_reaches_anybody(copy):
    for visit in copy.sheet("contact_log").where(Mentor="M08", Outcome="1"):
        visit["Outcome"] = "2"
    return Query("pattern.failed", "contact_log", "Outcome")


@DEFECTS.alone
def two_mentors_who_leave_the_minutes_out(copy):
    for mentor in ("M02", "M17"):
        for visit in copy.sheet("contact_log").where(Mentor=mentor):
            visit["Mins"] = ""
    return Query("pattern.empty", "contact_log", "Mins")


@DEFECTS.alone
def a_mentor_who_claims_many_hours(copy):
    for month in copy.sheet("mentor_hours").where(Mentor="M08"):
        month["Hours"] = "59"
    return Query("pattern.mean", "mentor_hours", "Hours")


@DEFECTS.alone
def a_form_that_one_arm_lacks(copy):
    people = {p["Study No"]: p["Alloc"] for p in copy.sheet("randomisation").records}
    sheet = copy.sheet("sf36")
    lost = [r for r in sheet.records if people[r["Study No"]] == "C"][:60]
    sheet.records = [r for r in sheet.records if r not in lost]
    return Query("drop_out", "sf36")


@DEFECTS.alone
def an_outcome_of_which_no_arm_has_a_yes(copy):
    for record in copy.sheet("one_year_mother").records:
        record["Social worker"] = "N"
    return Query("nothing_observed", "one_year_mother", "Social worker")


@DEFECTS.alone
def one_person_randomised_twice(copy):
    baseline = copy.sheet("baseline")
    one, two = baseline.records[100], baseline.records[200]
    two.cells[2:] = one.cells[2:]
    return Query("duplicate", "baseline", record=two)


@DEFECTS.alone
def two_births_that_are_the_same_in_all(copy):
    births = copy.sheet("births")
    one, two = births.records[100], births.records[101]
    two.cells[1:] = one.cells[1:]
    return Query("duplicate", "births", record=two)


@DEFECTS.alone
def a_whole_sf36_that_was_copied(copy):
    sheet = copy.sheet("sf36")
    one, two = sheet.records[30], sheet.records[31]
    two.cells[1:] = one.cells[1:]
    return Query("duplicate", "sf36", record=two)


@DEFECTS.alone
def a_randomisation_a_century_before_all_others(copy):
    person = copy.sheet("randomisation").records[90]
    day = person["Date randomised"]
    person["Date randomised"] = f"{day[:-4]}19{day[-2:]}"
    return Query("implausible_date", "randomisation", "Date randomised", person)


@DEFECTS.alone
def zeros_where_no_visit_took_place(copy):
    for record in copy.sheet("trial").records[:5]:
        record["came"], record["walk12"], record["falls"] = "", "", "0"
    return Query("empty_form", "trial")


@DEFECTS.alone
def a_value_of_a_visit_that_did_not_take_place(copy):
    record = copy.sheet("trial").records[4]
    record["came"] = "N"
    return Query("no_visit", "trial", "walk12", record)


@DEFECTS.alone
def answers_of_a_questionnaire_that_counts_from_zero(copy):
    for record in copy.sheet("one_year_mother").records:
        for n in range(1, 11):
            cell = record[f"pe{n:02d}"]
            record[f"pe{n:02d}"] = str(int(cell) - 1) if cell.isdigit() else cell
    return Query("coding", "one_year_mother", "pe01")


for place, defect in enumerate(DEFECTS):
    if defect.name in (
        "zeros where no visit took place",
        "a value of a visit that did not take place",
    ):
        DEFECTS[place] = replace(defect, world="attended")
