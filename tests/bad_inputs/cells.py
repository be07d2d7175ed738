"""Defects of single cells that no list of columns and codes would make: what people really type."""

from __future__ import annotations

from corpus import Defects, Query

DEFECTS = Defects()

DEFECTS.cells(
    *("births", "Date of birth"),
    {
        "29/02/2005": "type",
        "31/06/2004": "type",
        "13/13/2004": "type",
        "26/5/04": "type",
        "260504": "type",
        "2004-05-26": "type",
        "38133": "type",
        "26/05/2004?": "type",
        "about 26/05/2004": "type",
        "26/05/2004 or 27/05/2004": "type",
        "26/O5/2004": "type",
        "26/05/20O4": "type",
        "26//05/2004": "type",
        "26/05": "type",
        "05/26/2004": "type",
        "UNK/05/2004": "partial",
        "May 2004": "partial",
        "--/05/2004": "partial",
        "2004-05--": "partial",
        "-- --- 2004": "partial",
        "/05/2004": "partial",
        "UN/UNK/2004": "partial",
        "UNK-MAY-2004": "partial",
        "99/05/2004": "type",
        "26/05/2004 25:99": "type",
        "2652004": "type",
        "26 Mayonnaise 2004": "type",
        "??/??/2004": "partial",
        "26/05/1004": "type",
        "unknown": "type",
        "=TODAY()": "type",
    },
)
DEFECTS.cells(*("bayley", "Assessed"), {"\u0661\u0665/05/2005": "type"})
DEFECTS.cells(
    *("bayley", "Assessed"),
    {"00/01/1900": "type", "38487": "type", "15/05/2005 25:00": "type", "#REF!": "formula"},
)
DEFECTS.cells(
    *("births", "Birth weight g"),
    {
        "3.435": "ambiguous",
        "3,435": "ambiguous",
        "3.435 g": "ambiguous",
        "\u20133.435": "ambiguous",
        "3:40": "type",
        "3h40": "type",
        "1,5E+03": "type",
        "-98.0": "range",
        "3.435 kg": "unit",
        "7 lb 9 oz": "unit",
        "3435 kg": "unit",
        "3435grams": "unit",
        "3435?": "unit",
        "c. 3435": "type",
        ">3400": "type",
        "3400-3500": "type",
        "3435;": "unit",
        "3 435,5": "type",
        "-3435": "range",
        "1e999": "type",
        "9007199254740993": "type",
        "NaN": "type",
        "inf": "type",
        "0x0D6B": "unit",
        "three thousand": "type",
        "-98": "range",
        "999": "outlier",
        "n/a": "type",
        "N.K.": "type",
        "#N/A": "formula",
        "#WERT!": "formula",
        "######": "formula",
        "3'43": "unit",
        "34,35": "type",
        "<=3400": "type",
    },
)
DEFECTS.cells(
    *("baseline", "height_cm"),
    {"1.62": "range", "5'4\"": "unit", "162.cm": "type", "162 m": "unit", "16.2": "range"},
)
DEFECTS.cells(*("baseline", "gest_weeks"), {"12+3": "type", "12w3d": "unit", "84 days": "unit"})
DEFECTS.cells(*("screening", "Age"), {"-1": "range", "121": "range", "2 0": "type"})
DEFECTS.cells(*("screening", "Eligible"), {"?": "code", "NO": "code", "0": "code", "Y/N": "code"})
DEFECTS.cells(*("screening", "Consent"), {"Yes": "code", "withdrawn": "code", "N?": "code"})
DEFECTS.cells(
    *("randomisation", "Alloc"),
    {"pm": "arm", "PM ?": "arm", "c": "arm", "P": "arm", "PMC": "arm"},
)
DEFECTS.cells(
    *("contact_log", "Mins"),
    {"0": "range", "481": "range", "-5": "range", "1 hr": "type", "1:30": "type", "30 min": "type"},
)
DEFECTS.cells(*("contact_log", "Outcome"), {"8": "code", "1/3": "code", "1 + 7": "code"})
DEFECTS.cells(*("mentor_hours", "Hours"), {"0": "range", "61": "range", "8h": "type"})
DEFECTS.cells(
    *("mentor_hours", "Month"),
    {"10-2003": "type", "2003-1O": "type", "Oct 2003": "type", "2003-00": "type", "200310": "type"},
)
DEFECTS.cells(*("training_log", "Hours"), {"12.5": "range", "0": "range", "0.5 h": "type"})
DEFECTS.cells(*("bayley", "Blind"), {"yes": "code", "N": "expected", "no?": "code"})
DEFECTS.cells(*("bayley", "MDI"), {"<50": "type", "49": "range", "151": "range"})
DEFECTS.cells(*("sf36", "sf01"), {"0": "range", "7": "range", "2 or 3": "type", "2/3": "type"})
DEFECTS.cells(
    *("interview_register", "Visits"),
    {"6-7": "type", "> many": "type", ">>20": "type", "20+": "type", "<5": "censored"},
)
DEFECTS.cells(*("one_year_mother", "Units week"), {"12 units": "unit", "101": "range"})
DEFECTS.cells(*("codings_r1", "end"), {"1e3": "type", "NK": "required"})

DEFECTS.cells(
    *("births", "Study No"),
    {
        "1,00E+11": "type",
        "1.07E+11": "type",
        "1e5": "reference",
        "1E+05": "type",
        "7.000": "ambiguous",
    },
)
DEFECTS.cells(
    *("contact_log", "Study No"), {"1,00E+02": "type", "2.000": "ambiguous", '="ZZ"': "reference"}
)


@DEFECTS.add
def ids_that_a_spreadsheet_has_cut_to_fifteen_digits(copy):
    first, then = copy.sheet("contact_log").records[700:702]
    first["Ref"], then["Ref"] = "1234567890123450", "1234567890123460"
    return Query(
        *("shortened", "contact_log", "Ref", first),
        also=(Query("shortened", "contact_log", "Ref", then),),
    )


@DEFECTS.add
def a_missing_code_with_decimals_where_a_value_is_needed(copy):
    record = copy.sheet("births").records[64]
    record["Study No"] = "-99.0"
    return Query("required", "births", "Study No", record)


@DEFECTS.add
def one_key_twice_that_is_protected_from_a_spreadsheet(copy):
    seen = copy.sheet("bayley")
    again = seen.records[66].copy()
    again["Study No"] = f'="{again["Study No"]}"'
    seen.records.append(again)
    return Query("key", "bayley", "Study No", again)


@DEFECTS.add
def a_row_of_blanks_but_for_its_number(copy):
    record = copy.sheet("contact_log").records[500]
    record.cells[:] = [record["Ref"], *[""] * (len(record.cells) - 1)]
    return Query(
        *("required", "contact_log", "Study No", record),
        also=(Query("required", "contact_log", "Date", record),),
    )


@DEFECTS.add
def cells_moved_by_one_to_the_right(copy):
    record = copy.sheet("births").records[60]
    record.cells[2:] = ["", *record.cells[2:-1]]
    return Query("code", "births", "Sex", record)


@DEFECTS.add
def a_key_that_is_a_missing_code(copy):
    record = copy.sheet("births").records[61]
    record["Study No"] = "NK"
    return Query("required", "births", "Study No", record)


@DEFECTS.add
def an_allocation_that_is_a_missing_code(copy):
    record = copy.sheet("randomisation").records[61]
    record["Alloc"] = "-99"
    return Query("required", "randomisation", "Alloc", record)


@DEFECTS.add
def a_cell_of_invisible_signs_only(copy):
    record = copy.sheet("bayley").records[62]
    record["Study No"] = "\u200b\u00a0\ufeff"
    return Query("required", "bayley", "Study No", record)


@DEFECTS.add
def one_key_twice_that_differs_in_invisible_signs_only(copy):
    seen = copy.sheet("bayley")
    again = seen.records[63].copy()
    again["Study No"] = f"\u200b{again['Study No']}\u00a0"
    seen.records.append(again)
    return Query("key", "bayley", "Study No", again)
