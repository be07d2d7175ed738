"""Defects that a REDCap data dictionary finds, in its records and in itself."""

from __future__ import annotations

from corpus import Defects, Query, Refusal
from harness import Copy
from raw_files import Record, Sheet

DEFECTS = Defects(world="redcap")
CHOICES = "Choices, Calculations, OR Slider Labels"
LOGIC = "Branching Logic (Show field only if...)"
SOUND = [2, 3, 4, 5, 6, 15, 16, 18, 19, *range(21, 36)]
"""Participants of whom nothing is told."""
ENROLMENT, FALLS = ("enrolment_arm_1", "enrolment_arm_2"), "falls"


def person(sheet: Sheet, number: int) -> Record:
    """Return the first row of a participant: that of the enrolment."""
    return sheet.first(record_id=str(number), redcap_repeat_instrument="")


def field(copy: Copy, name: str) -> Record:
    """Return the row of a field in the dictionary."""
    return next(r for r in copy.sheet("project", "dictionary").records if r.cells[0] == name)


def cell(words: str, column: str, text: str, rule: str, told: str = ""):
    """Add a defect of one cell of the enrolment of one participant each."""
    number = SOUND[len(DEFECTS) % len(SOUND)]

    def spoil(copy):
        record = person(copy.sheet("project"), number)
        record[column] = text
        return Query(rule, "project", told or column, record)

    spoil.__name__ = words
    DEFECTS.add(spoil)


cell("a choice that the dictionary does not have", "sex", "3", "code")
cell("a choice of a field that no code of the configuration has", "smokes", "9", "code")
cell("the label of a choice in the place of its code", "sex", "Female", "code")
cell("a box that is neither ticked nor not", "ill___1", "2", "code")
cell("a box that is left empty as a word", "ill___2", "Unchecked", "code")
cell("a yes or no that is neither", "insulin", "Y?", "code")
cell("an address that is none", "email", "nobody at post", "format")
cell("a day of birth that is none", "born", "1951-02-30", "format")
cell("a day in the order in which the form shows it", "born", "31-07-1945", "format")
cell("a number with a decimal comma", "weight_kg", "67,5", "format")
cell("a walk with two decimals", "walk_s", "12.25", "format")
cell("a walk without decimals", "walk_s", "12", "format")
cell("an age in words", "age", "eighty", "type")
cell("an age that is no whole number", "age", "80.5", "type")
cell("an age below the least expected", "age", "49", "soft_range")
cell("an age above the greatest expected", "age", "101", "soft_range")
cell("a walk below the least expected", "walk_s", "2.9", "soft_range")
cell("a walk above the greatest expected", "walk_s", "60.1", "soft_range")
cell("a slider beyond its end", "mood", "101", "soft_range")
cell("a slider that is no number", "mood", "So-so", "format")
cell("an age that is required and empty", "age", "", "unanswered")
cell("a choice that is required and empty", "smokes", "", "unanswered")
cell("a body mass index that was typed over", "bmi", "55.5", "calculated")
cell("a body mass index that was not computed", "bmi", "", "calculated")
cell("a body mass index in words", "bmi", "normal", "type")
cell("a change from nothing", "change_s", "4.5", "calculated")
cell("an event that the project does not have", "redcap_event_name", "month_7_arm_1", "code")
cell("an allocation that is empty", "allocation", "", "required")
cell("an allocation that is no arm", "allocation", "2", "arm")
cell("an allocation on no day", "allocated_on", "2024-13-01", "type")
cell("a participant without a number", "record_id", "", "required")


@DEFECTS.add
def cigarettes_of_somebody_who_does_not_smoke(copy):
    record = next(
        r
        for r in copy.sheet("project").records
        if r["redcap_event_name"] in ENROLMENT and r["smokes"] == "0" and not r["cigarettes"]
    )
    record["cigarettes"] = "10"
    return Query("branching", "project", "cigarettes", record)


@DEFECTS.add
def insulin_of_somebody_without_diabetes(copy):
    record = next(
        r
        for r in copy.sheet("project").records
        if r["ill___1"] == "0" and not r["insulin"] and int(r["record_id"] or 0) > 20
    )
    record["insulin"] = "1"
    return Query("branching", "project", "insulin", record)


@DEFECTS.add
def smoking_without_a_number_of_cigarettes(copy):
    record = next(
        r for r in copy.sheet("project").records if r["smokes"] == "2" and r["cigarettes"]
    )
    record["cigarettes"] = ""
    return Query("unanswered", "project", "cigarettes", record)


@DEFECTS.add
def a_fall_of_which_nobody_said_whether_it_hurt(copy):
    record = copy.sheet("project").first(redcap_repeat_instrument=FALLS, hurt="0")
    record["hurt"] = ""
    return Query("unanswered", "project", "hurt", record)


@DEFECTS.add
def a_fall_that_did_not_hurt_and_how_it_did(copy):
    record = copy.sheet("project").first(redcap_repeat_instrument=FALLS, hurt="0")
    record["hurt_how"] = "the knee"
    return Query("branching", "project", "hurt_how", record)


@DEFECTS.add
def two_falls_of_one_number(copy):
    one, two = [*copy.sheet("project").where(record_id="3", redcap_repeat_instrument=FALLS)]
    two["redcap_repeat_instance"] = one["redcap_repeat_instance"]
    return Query("key", "project", "record_id", two)


@DEFECTS.add
def a_fall_of_no_number(copy):
    fall = copy.sheet("project").first(redcap_repeat_instrument=FALLS, record_id="3")
    fall["redcap_repeat_instance"] = ""
    return Query("required", "project", "redcap_repeat_instance", fall)


@DEFECTS.add
def a_repeating_instrument_that_no_form_takes(copy):
    fall = copy.sheet("project").first(redcap_repeat_instrument=FALLS, record_id="3")
    fall["redcap_repeat_instrument"] = "stumbles"
    return Query("unused", "project", "redcap_event_name", fall)


@DEFECTS.add
def an_enrolment_twice(copy):
    sheet = copy.sheet("project")
    again = person(sheet, 7).copy()
    sheet.records.append(again)
    return Query("key", "project", "record_id", again)


@DEFECTS.add
def a_visit_of_somebody_who_was_never_enrolled(copy):
    visit = copy.sheet("project").first(redcap_event_name="month_6_arm_1", record_id="5")
    visit["record_id"] = "99"
    return Query("reference", "project", "record_id", visit)


@DEFECTS.alone
def a_column_that_the_export_lacks_and_a_form_needs(copy):
    copy.sheet("project").drop("height_cm")
    return Query(
        *("columns", "project", "height_cm"),
        line=1,
        also=(Query("absent", "project", "height_cm"),),
    )


@DEFECTS.alone
def a_box_that_the_export_lacks(copy):
    copy.sheet("project").drop("ill____1")
    return Query("absent", "project", "ill____1")


@DEFECTS.alone
def a_column_that_the_dictionary_lacks(copy):
    copy.sheet("project").add("shoe_size", "42")
    return Query("columns", "project", "shoe_size", line=1)


@DEFECTS.alone
def labels_were_exported_in_the_place_of_codes(copy):
    labels = {"1": "Female", "2": "Male"}
    for record in copy.sheet("project").records:
        record["sex"] = labels.get(record["sex"], "")
    return Query("most", "project", "sex")


@DEFECTS.alone
def two_rows_of_a_ranking_have_one_rank(copy):
    for name in ("sex", "smokes"):
        field(copy, name)["Matrix Group Name"] = "order"
        field(copy, name)["Matrix Ranking?"] = "y"
    sheet = copy.sheet("project")
    record = next(r for r in sheet.records if r["sex"] and r["sex"] == r["smokes"])
    return Query("ranking", "project", "smokes", record)


@DEFECTS.alone
def the_dictionary_has_a_field_that_the_export_lacks(copy):
    more = field(copy, "sex").copy()
    more.cells[0] = "hand"
    copy.sheet("project", "dictionary").records.append(more)
    return Query("absent", "project", "hand")


@DEFECTS.alone
def the_dictionary_has_a_choice_that_the_configuration_lacks(copy):
    field(copy, "allocation")[CHOICES] = "0, Leaflet | 1, Coaching | 2, Both"
    return Query("dictionary", "project", "allocation")


@DEFECTS.alone
def the_dictionary_lacks_a_choice_that_the_configuration_has(copy):
    field(copy, "allocation")[CHOICES] = "0, Leaflet"
    return Query("dictionary", "project", "allocation")


def beyond(words: str, name: str, column: str, text: str):
    """Add a defect: something of the dictionary that is not computed here."""

    def spoil(copy):
        field(copy, name)[column] = text
        return Query("not_compared", "project", name)

    spoil.__name__ = words
    DEFECTS.alone(spoil)


beyond("logic that names an unknown field", "cigarettes", LOGIC, "[smoker] = '2'")
beyond("logic with an open bracket", "cigarettes", LOGIC, "([smokes] = '2'")
beyond("logic of a smart variable", "insulin", LOGIC, "[user-name] = 'x'")
beyond("logic of an unknown function", "insulin", LOGIC, "guess([sex]) = 1")
beyond("a calculation that names no field", "bmi", CHOICES, "[weight] / 2")
beyond("a calculation that breaks off", "bmi", CHOICES, "round([weight_kg] /")
beyond("a calculation of nothing but brackets", "bmi", CHOICES, "(" * 500)
beyond("a kind of field that nobody knows", "mood", "Field Type", "thermometer")
beyond("a limit that is no number", "age", "Text Validation Min", "grown up")


@DEFECTS.alone
def a_field_twice_in_the_dictionary(copy):
    dictionary = copy.sheet("project", "dictionary")
    dictionary.records.append(field(copy, "age").copy())
    return Refusal("dictionary", "age twice")


@DEFECTS.alone
def a_dictionary_without_its_choices(copy):
    copy.sheet("project", "dictionary").drop(CHOICES)
    return Refusal("dictionary", "lacks the column")


@DEFECTS.alone
def a_dictionary_with_an_open_quotation_mark(copy):
    copy.bytes("project", lambda data: data + b'"hand,history,,radio', "dictionary")
    return Refusal("dictionary")


@DEFECTS.alone
def a_dictionary_in_utf_16(copy):
    copy.bytes("project", lambda data: data.decode().encode("utf-16"), "dictionary")
    return Refusal("dictionary")


SHIPPED = Defects()


@SHIPPED.alone
def the_baseline_dictionary_lacks_a_choice(copy):
    rows = copy.sheet("baseline", "baseline_dictionary").records
    marital = next(r for r in rows if r.cells[0] == "marital")
    marital[CHOICES] = marital[CHOICES].rpartition("|")[0]
    return Query("dictionary", "baseline", "marital")


@SHIPPED.alone
def the_baseline_dictionary_codes_another_way(copy):
    rows = copy.sheet("baseline", "baseline_dictionary").records
    alcohol = next(r for r in rows if r.cells[0] == "alcohol")
    alcohol["Field Type"], alcohol[CHOICES] = "radio", "1, No | 2, Yes"
    return Query("dictionary", "baseline", "alcohol")


@SHIPPED.alone
def a_visit_beyond_the_days_of_the_dictionary(copy):
    record = copy.sheet("baseline").records[10]
    record["visit_date"] = "2003-10-31"
    return Query("soft_range", "baseline", "visit_date", record)


DEFECTS.extend(SHIPPED)


@DEFECTS.alone
def a_form_that_nobody_opened_with_its_boxes(copy):
    record = person(copy.sheet("project"), 6)
    for name in ("age", "sex", "smokes", "cigarettes", "insulin", "height_cm", "weight_kg"):
        record[name] = ""
    for name in ("bmi", "since", "history_complete"):
        record[name] = ""
    for name in ("ill___1", "ill___2", "ill____1"):
        record[name] = "0"
    return Query("not_begun", "project")
