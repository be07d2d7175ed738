"""Units are found in headings of many kinds, and nothing else is taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialtrail.new_study.columns.units import SYMBOLS, range_of, unit_of


@pytest.mark.parametrize(
    ("heading", "name", "unit"),
    [
        ("Größe [cm]", "Größe", "cm"),
        ("Gewicht (kg)", "Gewicht", "kg"),
        ("SBP, mmHg", "SBP", "mmHg"),
        ("SBPmmHg", "SBP", "mmHg"),
        ("age_years", "age", "years"),
        ("AGE_YRS", "AGE", "years"),
        ("ageYears", "age", "years"),
        ("age_y", "age", "years"),
        ("Alter (Jahre)", "Alter", "Jahre"),
        ("Alter [J.]", "Alter", "Jahre"),
        ("Lebensalter in Jahren", "Lebensalter", "Jahre"),
        ("Âge (ans)", "Âge", "ans"),
        ("Edad (años)", "Edad", "años"),
        ("年龄（岁）", "年龄", "岁"),
        ("体重(kg)", "体重", "kg"),
        ("Hb g/dl", "Hb", "g/dL"),
        ("dose_mg", "dose", "mg"),
        ("weight.kg", "weight", "kg"),
        ("Weight..kg.", "Weight", "kg"),
        ("Groesse__cm_", "Groesse", "cm"),
        ("Gewicht / kg", "Gewicht", "kg"),
        ("crp_mg_l", "crp", "mg/L"),
        ("creat_umol_l", "creat", "µmol/L"),
        ("Creatinine (µmol/L)", "Creatinine", "µmol/L"),
        ("Creatinine (\u03bcmol/L)", "Creatinine", "µmol/L"),
        ("bmi_kg_m2", "bmi", "kg/m²"),
        ("eGFR (ml/min/1.73m2)", "eGFR", "mL/min/1.73 m²"),
        ("vo2_ml_kg_min", "vo2", "mL/kg/min"),
        ("WBC (10^9/L)", "WBC", "10⁹/L"),
        ("Leukozyten [/µl]", "Leukozyten", "/µL"),
        ("HbA1c (%)", "HbA1c", "%"),
        ("% body fat", "body fat", "%"),
        ("Temp °C", "Temp", "°C"),
        ("Height (in)", "Height", "in"),
        ("Alcohol (units/week)", "Alcohol", "units/week"),
        ("walk_s", "walk", "s"),
        ("height_m", "height", "m"),
        ("fev1_l", "fev1", "L"),
        ("BP (sitting, mmHg)", "BP (sitting)", "mmHg"),
        # the time of the measurement stays with the name
        ("weight_kg_12", "weight_12", "kg"),
        ("SBP_MMHG_0", "SBP_0", "mmHg"),
        ("Weight (kg) T1", "Weight T1", "kg"),
        ("SBP [mmHg] 6 Monate", "SBP 6 Monate", "mmHg"),
        # the word of time is the name as well
        ("sick_days", "sick_days", "days"),
        ("time_to_event_days", "time_to_event", "days"),
    ],
)
def test_a_unit_is_parted_from_its_heading(heading, name, unit):
    assert unit_of(heading) == (name, unit)


@pytest.mark.parametrize(
    "heading",
    [
        *(
            "Group (A/B)",
            "Raucher (j/n)",
            "Smoker (Y/N)",
            "pain (0-10)",
            "Sex (m/w/d)",
            "Sex (m/f)",
        ),
        *(
            "Geschlecht (m/w)",
            "Side (l)",
            "side_l",
            "sex_m",
            "Name(s)",
            "Drug(s)",
            "Visit (day/night)",
        ),
        *("Date (dd/mm/yyyy)", "Status (0=no, 1=yes)", "Ethnicity (other)", "walk_6m", "score_12w"),
        *(
            "Drug 75 mg",
            "Aspirin 75mg",
            "bp_min",
            "temp_min",
            "SBP (min)",
            "visit_day",
            "study_week",
        ),
        *(
            "birth_year",
            "Year",
            "Jahr",
            "week",
            "T1",
            "Pain in last 7 days",
            "vitamin_d",
            "hepatitis_b",
        ),
        *("kg", "q1_m", "item_g", "gender_m", "pain_l", "Day", "N", "hla_g", "temp_c", "AE (S/NS)"),
    ],
)
def test_what_is_no_unit_stays_in_the_heading(heading):
    assert unit_of(heading) == (heading, "")


def test_the_label_of_the_file_says_a_unit_where_the_heading_has_none():
    assert unit_of("HB", "Hämoglobin (g/dl)") == ("HB", "g/dL")
    assert unit_of("age", "Age in years") == ("age", "years")
    assert unit_of("weight_kg", "Weight (lbs)") == ("weight", "kg")
    assert unit_of("q7", "How many of the last 7 days did you work?") == ("q7", "")


@pytest.mark.parametrize(
    ("heading", "answers"),
    [
        ("pain (0-10)", (0, 10)),
        ("Schmerz [0 bis 100]", (0, 100)),
        ("NRS 0-10", (0, 10)),
        ("score (1 to 5)", (1, 5)),
        ("years 2019-2020", None),
        ("Group (A/B)", None),
        ("phone 0-10", None),
    ],
)
def test_the_answers_that_a_heading_names(heading, answers):
    assert range_of(heading) == answers


PLAIN = st.sampled_from(["Weight", "Gewicht", "dose", "Hb", "Serum_level", "Höhe", "x1", "Wert A"])
UNITS = st.sampled_from(sorted(unit for unit in SYMBOLS if unit.isalpha() and len(unit) > 1))
STYLES = st.sampled_from(["{} ({})", "{} [{}]", "{}, {}", "{}_{}", "{} {}", "{} in {}", "{}.{}"])


@given(name=PLAIN, unit=UNITS, style=STYLES)
def test_every_known_unit_is_found_in_every_style(name, unit, style):
    if name == "x1" and style in ("{}.{}", "{}, {}", "{} {}"):
        return  # "x1 mg" may be a dose
    found, known = unit_of(style.format(name, unit))
    assert known == SYMBOLS[unit.casefold()]
    assert found == name


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_heading_has_a_name_and_is_no_error(heading, label):
    name, unit = unit_of(heading, label)
    assert name or not heading.strip()
    assert unit == "" or unit_of(heading, label) == (name, unit)
